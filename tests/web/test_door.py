"""The door: a link shown is not a link used, its token leaks nowhere, and the session is the browser's alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.web.door import Door
from bot.web.frame import templates
from bot.web.links import LINK_SECONDS, SignInLinks

if TYPE_CHECKING:
    from starlette.requests import Request

PEOPLE = {"asha": "Asha <Verma>"}


class House:
    """One page behind a door."""

    def __init__(self, *, secure: bool = False) -> None:
        self.seconds = 0.0
        self.links = SignInLinks(lambda: self.seconds)
        self.door = Door(
            pages=templates("bot.web", words={}),
            links=self.links,
            name_of=PEOPLE.get,
            clock=lambda: self.seconds,
            session_hours=1,
            secure=secure,
            another_link="Ask Ada for one.",
        )
        routes = [*self.door.routes(), Route("/{path:path}", self.page)]
        self.app = Starlette(routes=routes, middleware=[self.door.middleware()])

    async def page(self, request: Request) -> Response:
        who = self.door.who(request)
        return PlainTextResponse(who) if who else self.door.stranger(request)

    def browser(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.ASGITransport(app=self.app), base_url="http://127.0.0.1")


@pytest.fixture
def house() -> House:
    return House()


async def test_link_preview_uses_nothing_up(house: House) -> None:
    path = f"/sign-in/{house.links.make('asha')}"
    async with house.browser() as chat, house.browser() as person:
        preview = await chat.get(path)
        assert "Asha &lt;Verma&gt;" in preview.text
        assert chat.cookies.get("desk") is None
        assert (await person.post(path)).status_code == 303
        assert (await person.get("/")).text == "asha"


async def test_answers_of_the_door_never_pass_the_address_on(house: House) -> None:
    path = f"/sign-in/{house.links.make('asha')}"
    async with house.browser() as browser:
        for answer in (await browser.get(path), await browser.post(path), await browser.post(path)):
            assert answer.headers["referrer-policy"] == "no-referrer"
            assert path.rpartition("/")[2] not in answer.text


async def test_used_stale_and_unknown_links_say_why_and_what_to_do(house: House) -> None:
    used, stale = house.links.make("asha"), house.links.make("asha")
    house.links.use(used)
    house.seconds = LINK_SECONDS + 1.0
    async with house.browser() as browser:
        for token, words in ((used, "used already"), (stale, "too old"), ("x", "not one of ours")):
            for answer in (await browser.get(f"/sign-in/{token}"), await browser.post(f"/sign-in/{token}")):
                assert answer.status_code == 410
                assert words in answer.text
                assert "Ask Ada for one." in answer.text


async def test_link_for_someone_who_has_left_opens_nothing(house: House) -> None:
    async with house.browser() as browser:
        assert (await browser.post(f"/sign-in/{house.links.make('gone')}")).status_code == 410


@pytest.mark.parametrize("secure", [True, False])
async def test_cookie_is_out_of_reach_of_scripts_and_other_sites(secure: bool) -> None:  # noqa: FBT001  a parameter of the test
    house = House(secure=secure)
    async with house.browser() as browser:
        answer = await browser.post(f"/sign-in/{house.links.make('asha')}")
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "max-age=3600" in cookie
    assert ("secure" in cookie) is secure


async def test_forged_cookie_opens_nothing(house: House) -> None:
    other = House()
    async with other.browser() as theirs, house.browser() as browser:
        await theirs.post(f"/sign-in/{other.links.make('asha')}")
        browser.cookies.update(theirs.cookies)
        assert (await browser.get("/")).status_code == 401


async def test_session_ends_by_the_clock_and_not_later_for_being_used(house: House) -> None:
    async with house.browser() as browser:
        await browser.post(f"/sign-in/{house.links.make('asha')}")
        house.seconds = 3600.0
        assert (await browser.get("/")).status_code == 200
        house.seconds = 3601.0
        assert (await browser.get("/")).status_code == 401


async def test_only_addresses_that_stand_in_chats_are_returned_to(house: House) -> None:
    async with house.browser() as browser:
        await browser.get("/case/c1")
        await browser.get("http://127.0.0.1//evil.example/case/")
        answer = await browser.post(f"/sign-in/{house.links.make('asha')}")
        assert answer.headers["location"] == "/case/c1"


async def test_key_stands_in_no_picture_of_the_door(house: House) -> None:
    assert house.door.key not in repr(house.door)
