"""Signing in by a real provider: off and back, with the stricter roles, and a sentence for all that goes wrong."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.files import Files
from bot.model import Reviewer, Role
from bot.web.attempts import Attempts
from bot.web.door import Absence, Door
from bot.web.frame import templates
from bot.web.links import SignInLinks
from bot.web.once import Once
from bot.web.provider import Provider
from bot.web.provider_door import PartyAccounts, ProviderDoor, party_accounts
from tests.fakes.identity import Identity, running_identity
from tests.fakes.office import write_files

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from starlette.requests import Request

    from tests.store.scene import Scene

ORIGIN = "http://localhost:8311"
EVERYBODY = frozenset({Role.APPROVER, Role.ADMIN})
PEOPLE = {each: Reviewer(id=each, name=each.title(), roles=EVERYBODY) for each in ("ann", "ben")}
KNOWN: tuple[dict[str, object], ...] = (
    {"sub": "1", "preferred_username": "ann.archer", "groups": ["staff", "choir"]},
    {"sub": "2", "preferred_username": "ben.baker", "groups": ["choir"]},
    {"sub": "3", "preferred_username": "a.stranger", "groups": ["staff"]},
    {"sub": "4", "preferred_username": "ann.archer"},
)


@pytest.fixture(scope="module")
def identity() -> Iterator[Identity]:
    with running_identity(*KNOWN) as found:
        yield found


class House:
    """A door to which the provider leads."""

    def __init__(self, scene: Scene, issuer: str) -> None:
        self.scene = scene
        self.skew = 0.0
        self.door = Door(
            office="console",
            pages=templates("bot.web", words={}),
            people=scene.store.people,
            links=SignInLinks(self.clock),
            attempts=Attempts(self.clock),
            reviewers=PEOPLE,
            clock=self.clock,
            session_hours=1,
            secure=False,
            another_link="Ask Ada for one.",
        )
        provider = Provider(
            issuer=issuer,
            client_id="desk",
            secret="an-invented-secret",
            name_claim="preferred_username",
            roles_claim="groups",
            roles={"staff": Role.APPROVER},
        )
        people = {"ann.archer": "ann", "ben.baker": "ben"}
        self.way = ProviderDoor(
            door=self.door,
            accounts=PartyAccounts(provider=provider, people=people),
            address=lambda: ORIGIN,
            party="Fernwick",
            states=Once("state", self.clock),
        )
        routes = [*self.way.routes(), *self.door.routes(), Route("/{path:path}", self.page)]
        self.app = Starlette(routes=routes, middleware=[self.door.middleware()])

    def clock(self) -> float:
        return time.time() + self.skew

    async def page(self, request: Request) -> Response:
        found = await self.door.look(request)
        if isinstance(found, Absence):
            return await self.door.stranger(request, found)
        return PlainTextResponse(f"{found.reviewer.id} {' '.join(sorted(found.reviewer.roles))}")

    def browser(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.ASGITransport(app=self.app), base_url=ORIGIN)

    async def back(self, browser: httpx.AsyncClient, identity: Identity, who: str, *, deny: bool = False) -> str:
        """Where the provider leads somebody who set out from here."""
        away = await browser.get("/provider")
        assert away.status_code == 303
        return await identity.press(away.headers["location"], who, deny=deny)

    async def why(self) -> list[str]:
        events = await self.scene.store.audit_events("system")
        return [str(event.detail["why"]) for event in events if event.kind == "person.sign_in_refused"]


@pytest.fixture
def house(scene: Scene, identity: Identity) -> House:
    return House(scene, identity.issuer)


async def test_provider_signs_somebody_in_with_the_stricter_roles_and_leads_them_to_their_case(
    house: House, identity: Identity
) -> None:
    async with house.browser() as browser:
        await browser.get("/case/c1")
        answer = await browser.get(await house.back(browser, identity, "1"))
        assert answer.status_code == 303
        assert answer.headers["location"] == "/case/c1"
        assert (await browser.get("/")).text == "ann approver"
    [session] = await house.scene.store.people.living(house.door.now())
    assert session.way == "provider"
    assert session.roles == frozenset({Role.APPROVER})


@pytest.mark.parametrize(
    ("who", "why", "words"),
    [
        ("2", "no role", "none of the roles"),
        ("3", "unknown person", "the configuration does not"),
        ("4", "no roles", "“groups”"),
    ],
)
async def test_whom_the_provider_knows_and_we_do_not_is_told_why(
    house: House, identity: Identity, who: str, why: str, words: str
) -> None:
    async with house.browser() as browser:
        answer = await browser.get(await house.back(browser, identity, who))
        assert answer.status_code == 401
        assert words in answer.text
        assert "a.stranger" not in answer.text
        assert (await browser.get("/")).status_code == 401
    assert await house.why() == [why]


async def test_way_back_is_good_once_and_in_the_browser_that_set_out(house: House, identity: Identity) -> None:
    async with house.browser() as browser, house.browser() as thief:
        address = await house.back(browser, identity, "1")
        assert "began in another browser" in (await thief.get(address)).text
        kept = dict(browser.cookies)
        assert (await browser.get(address)).status_code == 303
        thief.cookies.update(kept)
        again = await thief.get(address)
        assert again.status_code == 401
        assert "used already" in again.text
        assert (await browser.get(f"{address}x")).status_code == 401
    assert await house.why() == ["state", "state", "state"]


async def test_who_is_turned_away_there_comes_back_to_a_sentence(house: House, identity: Identity) -> None:
    async with house.browser() as browser:
        await browser.get("/provider")
        state = (await browser.get("/provider")).headers["location"].partition("state=")[2].partition("&")[0]
        answer = await browser.get("/provider/return", params={"error": "access_denied <b>", "state": state})
        assert answer.status_code == 401
        assert "called off there" in answer.text
        assert "<b>" not in answer.text


async def test_clocks_that_are_too_far_apart_are_said_to_be(house: House, identity: Identity) -> None:
    house.skew = -120.0
    async with house.browser() as browser:
        answer = await browser.get(await house.back(browser, identity, "1"))
        assert "more than a minute apart" in answer.text
    assert await house.why() == ["clock"]


async def test_provider_that_is_down_leaves_the_other_ways(scene: Scene) -> None:
    house = House(scene, "http://127.0.0.1:9")
    async with house.browser() as browser:
        answer = await browser.get("/provider")
        assert answer.status_code == 401
        assert "a passkey or a link works without it" in answer.text
        assert "Ask Ada for one." in answer.text


async def test_code_that_is_made_up_is_refused(house: House) -> None:
    async with house.browser() as browser:
        state = (await browser.get("/provider")).headers["location"].partition("state=")[2].partition("&")[0]
        answer = await browser.get("/provider/return", params={"code": "x", "state": state})
        assert "did not take back" in answer.text
    assert await house.why() == ["code refused"]


def test_configuration_makes_the_way_in_and_a_secret_that_is_missing_leaves_it_out(tmp_path: Path) -> None:
    oidc: dict[str, object] = {
        "issuer": "https://id.fernwick.example",
        "client_id": "desk",
        "client_secret_env": "DESK_SECRET",
    }
    oidc |= {"roles_claim": "groups", "roles": {"staff": "approver"}}
    reviewers = [
        {"id": "mara", "name": "Mara Bright", "roles": ["approver"], "oidc": "mara.bright"},
        {"id": "tom", "name": "Tom Hallow", "roles": ["approver", "safety"]},
        {"id": "rosa", "name": "Rosa", "roles": ["principal"]},
        {"id": "idris", "name": "Idris", "roles": ["principal"]},
    ]
    settings = Files.read(
        write_files(
            tmp_path, desks={"console": {"oidc": oidc}}, reviewers=reviewers, safety={"safeguarding_lead": "tom"}
        )
    ).config
    assert party_accounts(settings, {}) is None
    found = party_accounts(settings, {"DESK_SECRET": "an-invented-secret"})
    assert found is not None
    assert found.people == {"mara.bright": "mara"}
    assert found.provider.roles == {"staff": Role.APPROVER}
    assert "mara.bright" not in str(settings.snapshot())
