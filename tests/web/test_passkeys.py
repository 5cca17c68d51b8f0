"""Passkeys: added while signed in, good for signing in without a name, and refused for everything that is not right."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.model import Reviewer, Role
from bot.web.attempts import Attempts
from bot.web.door import Absence, Door
from bot.web.frame import templates
from bot.web.links import SignInLinks
from bot.web.once import SECONDS, Once
from bot.web.passkeys import PasskeyDoor, Relying, handle_of, relying_party
from tests.fakes.authenticator import Authenticator

if TYPE_CHECKING:
    from starlette.requests import Request

    from tests.store.scene import Scene

ORIGIN = "http://localhost:8311"
PEOPLE = {each: Reviewer(id=each, name=each.title(), roles=frozenset({Role.APPROVER})) for each in ("ann", "ben")}


class House:
    """A door with passkeys, and a page on which whoever is signed in may add one."""

    def __init__(self, scene: Scene) -> None:
        self.seconds = 0.0
        self.scene = scene
        self.people = dict(PEOPLE)
        self.links = SignInLinks(lambda: self.seconds)
        self.door = Door(
            office="console",
            pages=templates("bot.web", words={}),
            people=scene.store.people,
            links=self.links,
            attempts=Attempts(lambda: self.seconds),
            reviewers=self.people,
            clock=lambda: self.seconds,
            session_hours=1,
            secure=False,
            another_link="Ask Ada for one.",
            offers=lambda request: [self.passkeys.offer(request)],
        )
        self.passkeys = PasskeyDoor(
            door=self.door,
            people=scene.store.people,
            address=lambda: ORIGIN,
            party="Fernwick",
            challenges=Once("challenge", lambda: self.seconds),
        )
        mine = [Route("/add", self.add, methods=["GET", "POST"]), Route("/", self.page)]
        routes = [*self.passkeys.routes(), *self.door.routes(), *mine]
        self.app = Starlette(routes=routes, middleware=[self.door.middleware()])

    async def page(self, request: Request) -> Response:
        found = await self.door.look(request)
        return PlainTextResponse("nobody" if isinstance(found, Absence) else found.reviewer.id)

    async def add(self, request: Request) -> Response:
        found = await self.door.look(request)
        assert not isinstance(found, Absence)
        if request.method == "GET":
            return PlainTextResponse(await self.passkeys.to_add(request, found.reviewer))
        form = await request.form()
        said = await self.passkeys.add(request, found.reviewer, str(form["credential"]), "  My \n phone ")
        return PlainTextResponse(said)

    def browser(self, origin: str = ORIGIN) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.ASGITransport(app=self.app), base_url=origin)

    async def signed_in(self, browser: httpx.AsyncClient, who: str = "ann") -> None:
        assert (await browser.post(f"/sign-in/{self.links.make(who)}")).status_code == 303

    async def with_passkey(self, who: str = "ann") -> Authenticator:
        device = Authenticator(ORIGIN)
        async with self.browser() as browser:
            await self.signed_in(browser, who)
            made = device.make((await browser.get("/add")).text)
            assert (await browser.post("/add", data={"credential": made})).text == ""
        return device

    async def why(self) -> list[str]:
        events = await self.scene.store.audit_events("system")
        return [str(event.detail["why"]) for event in events if event.kind == "person.sign_in_refused"]


@pytest.fixture
def house(scene: Scene) -> House:
    return House(scene)


async def options(browser: httpx.AsyncClient) -> str:
    return (await browser.post("/passkey/options")).text


async def test_passkey_signs_its_owner_in_without_a_name(house: House) -> None:
    device = await house.with_passkey("ben")
    async with house.browser() as browser:
        answer = await browser.post("/passkey", data={"credential": device.sign(await options(browser))})
        assert answer.status_code == 303
        assert (await browser.get("/")).text == "ben"
    [kept] = await house.scene.store.people.passkeys("ben")
    assert (kept.name, kept.sign_count, kept.used_at) == ("My phone", 1, house.door.now())


async def test_passkey_that_is_known_cannot_be_added_to_another_person(house: House) -> None:
    device = await house.with_passkey("ann")
    async with house.browser() as browser:
        await house.signed_in(browser, "ben")
        made = device.make((await browser.get("/add")).text)
        assert "known here already" in (await browser.post("/add", data={"credential": made})).text
    assert await house.scene.store.people.passkeys("ben") == []


@dataclass
class Lie:
    """What is wrong with a proof."""

    origin: str = ORIGIN
    verified: bool = True


@pytest.mark.parametrize(
    "lie", [Lie(origin="http://localhost:1"), Lie(origin="https://evil.example"), Lie(verified=False)]
)
async def test_wrong_origin_and_unproved_owner_are_refused_on_both_ways(house: House, lie: Lie) -> None:
    device = await house.with_passkey()
    device.origin, device.verified = lie.origin, lie.verified
    async with house.browser() as browser:
        answer = await browser.post("/passkey", data={"credential": device.sign(await options(browser))})
        assert answer.status_code == 401
        assert "could not be verified" in answer.text
        assert f"open at {ORIGIN}" in answer.text
        await house.signed_in(browser)
        other = Authenticator(lie.origin, verified=lie.verified)
        made = other.make((await browser.get("/add")).text)
        assert "was not taken" in (await browser.post("/add", data={"credential": made})).text
    assert await house.why() == ["not verified"]


async def test_proof_that_is_sent_again_is_refused(house: House) -> None:
    device = await house.with_passkey()
    async with house.browser() as browser, house.browser() as thief:
        proof = device.sign(await options(browser))
        copied = dict(browser.cookies)
        assert (await browser.post("/passkey", data={"credential": proof})).status_code == 303
        thief.cookies.update(copied)
        answer = await thief.post("/passkey", data={"credential": proof})
        assert answer.status_code == 401
        assert "sent twice" in answer.text
    assert await house.why() == ["stale"]


async def test_challenge_is_good_for_five_minutes_and_for_its_own_browser(house: House) -> None:
    device = await house.with_passkey()
    async with house.browser() as browser, house.browser() as other:
        proof = device.sign(await options(browser))
        await options(other)
        assert "could not be verified" in (await other.post("/passkey", data={"credential": proof})).text
        house.seconds += SECONDS + 1
        assert "too long" in (await browser.post("/passkey", data={"credential": proof})).text


async def test_challenge_for_adding_signs_nobody_in(house: House) -> None:
    device = await house.with_passkey()
    async with house.browser() as browser:
        await house.signed_in(browser)
        asked = (await browser.get("/add")).text.replace('"rp"', '"rpId": "localhost", "rp"')
        await browser.post("/sign-out")
        answer = await browser.post("/passkey", data={"credential": device.sign(asked)})
        assert answer.status_code == 401
        assert (await browser.get("/")).text == "nobody"


async def test_passkey_that_names_another_owner_is_refused(house: House) -> None:
    device = await house.with_passkey("ann")
    device.owner = handle_of("ben")
    async with house.browser() as browser:
        answer = await browser.post("/passkey", data={"credential": device.sign(await options(browser))})
        assert "another person" in answer.text
        assert (await browser.get("/")).text == "nobody"
    assert await house.why() == ["other"]


async def test_forged_signature_is_refused(house: House) -> None:
    device = await house.with_passkey()
    thief = replace(Authenticator(ORIGIN), id=device.id, owner=device.owner, count=50)
    async with house.browser() as browser:
        answer = await browser.post("/passkey", data={"credential": thief.sign(await options(browser))})
        assert "could not be verified" in answer.text


@pytest.mark.parametrize("back_to", [0, 5])
async def test_counter_that_goes_backwards_is_a_copy_and_refused(house: House, back_to: int) -> None:
    device = await house.with_passkey()
    device.count = 5
    async with house.browser() as browser:
        assert (
            await browser.post("/passkey", data={"credential": device.sign(await options(browser))})
        ).status_code == 303
    device.count = back_to
    async with house.browser() as browser:
        answer = await browser.post("/passkey", data={"credential": device.sign(await options(browser))})
        assert "counter went backwards" in answer.text
        assert (await browser.get("/")).text == "nobody"
    assert await house.why() == ["counter"]


async def test_device_that_does_not_count_is_let_in_again_and_again(house: House) -> None:
    device = await house.with_passkey()
    async with house.browser() as browser:
        for _ in range(2):
            device.count = -1
            answer = await browser.post("/passkey", data={"credential": device.sign(await options(browser))})
            assert answer.status_code == 303


async def test_removed_passkey_and_who_left_are_refused_in_words(house: House) -> None:
    device = await house.with_passkey()
    del house.people["ann"]
    async with house.browser() as browser:
        answer = await browser.post("/passkey", data={"credential": device.sign(await options(browser))})
        assert "does not name you" in answer.text
        [kept] = await house.scene.store.people.passkeys("ann")
        await house.scene.store.people.remove_passkey(kept.id, of="ann", actor="ann")
        answer = await browser.post("/passkey", data={"credential": device.sign(await options(browser))})
        assert "not known here" in answer.text
    assert await house.why() == ["left", "unknown"]


@pytest.mark.parametrize(
    "nonsense", ["", "{}", "[]", "null", "\x00", '{"id": 1, "rawId": {}, "response": null}', "x" * 9000]
)
async def test_nonsense_is_refused_like_a_passkey_that_is_wrong(house: House, nonsense: str) -> None:
    async with house.browser() as browser:
        await options(browser)
        assert (await browser.post("/passkey", data={"credential": nonsense})).status_code == 401


async def test_page_at_another_address_says_where_passkeys_work(house: House) -> None:
    async with house.browser("http://127.0.0.1:8311") as browser:
        page = await browser.get("/sign-in")
        assert f"Passkeys work at {ORIGIN} only." in page.text
        assert "<script" not in page.text
        assert (await browser.post("/passkey/options")).status_code == 409
    async with house.browser() as browser:
        page = await browser.get("/sign-in")
        assert "Sign in with a passkey" in page.text
        assert "/static/passkey.js" in page.text


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("http://localhost:8311", Relying("localhost", "http://localhost:8311")),
        ("https://desk.fernwick.example", Relying("desk.fernwick.example", "https://desk.fernwick.example")),
        ("https://desk.fernwick.example:8443", Relying("desk.fernwick.example", "https://desk.fernwick.example:8443")),
        ("http://127.0.0.1:8311", "name"),
        ("https://[::1]", "name"),
        ("http://desk.fernwick.example", "https"),
    ],
)
def test_passkeys_belong_to_a_name_over_https_or_to_this_machine(address: str, found: Relying | str) -> None:
    said = relying_party(address)
    assert said == found if isinstance(found, Relying) else isinstance(said, str) and found in said
