"""The door: a link shown is not a link used, its token leaks nowhere, and a session ends when anybody ends it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.model import Reviewer, Role
from bot.web.attempts import MOST_OF_ONE, Attempts
from bot.web.door import KEPT_BY_ADDRESS, Absence, Door, Offer
from bot.web.frame import templates
from bot.web.links import LINK_SECONDS, SignInLinks

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from tests.store.scene import Scene

ANN = Reviewer(id="ann", name="Ann <Archer>", roles=frozenset({Role.APPROVER, Role.ADMIN}))


class House:
    """One page behind a door."""

    def __init__(self, scene: Scene, *, secure: bool = False, people: Mapping[str, Reviewer] | None = None) -> None:
        self.seconds = 0.0
        self.scene = scene
        self.links = SignInLinks(lambda: self.seconds)
        self.people = dict(people or {"ann": ANN})
        self.offered: list[Offer] = []
        self.door = Door(
            office="console",
            pages=templates("bot.web", words={}),
            people=scene.store.people,
            links=self.links,
            attempts=Attempts(lambda: self.seconds),
            reviewers=self.people,
            clock=lambda: self.seconds,
            session_hours=1,
            secure=secure,
            another_link="Ask Ada for one.",
            offers=lambda _request: self.offered,
        )
        by_provider = Route("/allowed/{role}", self.by_provider)
        routes = [*self.door.routes(), by_provider, Route("/{path:path}", self.page, methods=["GET", "POST"])]
        self.app = Starlette(routes=routes, middleware=[self.door.middleware()])

    async def page(self, request: Request) -> Response:
        found = await self.door.look(request)
        if isinstance(found, Absence):
            return await self.door.stranger(request, found)
        return PlainTextResponse(f"{found.reviewer.id} {' '.join(sorted(found.reviewer.roles))}")

    async def by_provider(self, request: Request) -> Response:
        roles = frozenset({Role(request.path_params["role"])})
        return await self.door.admit(request, self.people["ann"], "provider", roles=roles)

    def browser(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.ASGITransport(app=self.app), base_url="http://127.0.0.1")

    async def enter(self, browser: httpx.AsyncClient) -> httpx.Response:
        return await browser.post(f"/sign-in/{self.links.make('ann')}")

    async def events(self) -> list[str]:
        events = await self.scene.store.audit_events("system")
        return [event.kind.removeprefix("person.") for event in events if event.kind.startswith("person.")]


@pytest.fixture
def house(scene: Scene) -> House:
    return House(scene)


async def test_used_link_leads_on_whoever_is_signed_in_already(house: House) -> None:
    path = f"/sign-in/{house.links.make('ann')}"
    async with house.browser() as person, house.browser() as stranger:
        await person.post(path)
        again = await person.get(path)
        assert again.status_code == 410
        assert "You are signed in already." in again.text
        assert '<a class="button" href="/">' in again.text.replace("\n", "")
        assert "signed in already" not in (await stranger.get(path)).text


async def test_link_preview_uses_nothing_up(house: House) -> None:
    path = f"/sign-in/{house.links.make('ann')}"
    async with house.browser() as chat, house.browser() as person:
        preview = await chat.get(path)
        assert "Ann &lt;Archer&gt;" in preview.text
        assert chat.cookies.get("console") is None
        assert (await person.post(path)).status_code == 303
        assert (await person.get("/")).text == "ann admin approver"


async def test_answers_of_the_door_never_pass_the_address_on(house: House) -> None:
    path = f"/sign-in/{house.links.make('ann')}"
    async with house.browser() as browser:
        for answer in (await browser.get(path), await browser.post(path), await browser.post(path)):
            assert answer.headers["referrer-policy"] == "no-referrer"
            assert path.rpartition("/")[2] not in answer.text


async def test_used_stale_and_unknown_links_say_why_and_what_to_do(house: House) -> None:
    used, stale = house.links.make("ann"), house.links.make("ann")
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
async def test_cookie_is_out_of_reach_of_scripts_and_other_sites(scene: Scene, secure: bool) -> None:  # noqa: FBT001  a parameter of the test
    house = House(scene, secure=secure)
    async with house.browser() as browser:
        answer = await house.enter(browser)
    name = "__Host-console" if secure else "console"
    [cookie] = [each.lower() for each in answer.headers.get_list("set-cookie") if each.startswith(f"{name}=")]
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "max-age=3600" in cookie
    assert ("secure" in cookie) is secure
    assert "path=/;" in f"{cookie};"
    assert "domain" not in cookie


async def test_everything_that_a_browser_keeps_over_https_is_for_this_host_alone(scene: Scene) -> None:
    house = House(scene, secure=True)
    async with house.browser() as browser:
        browser.base_url = httpx.URL("https://desk.fernwick.example")
        asked = await browser.get("/case/c1")
        entered = await house.enter(browser)
        assert (await browser.get("/")).text == "ann admin approver"
        left = await browser.post("/sign-out")
        assert (await browser.get("/")).status_code == 401
    kept = [cookie for answer in (asked, entered, left) for cookie in answer.headers.get_list("set-cookie")]
    assert {cookie.partition("=")[0] for cookie in kept} == {"__Host-console", "__Host-console-words"}
    for cookie in kept:
        assert {"secure", "path=/"} <= {part.strip().lower() for part in cookie.split(";")}
        assert "domain" not in cookie.lower()


async def test_made_up_token_opens_nothing(house: House) -> None:
    async with house.browser() as browser:
        for token in (b"x", b"0" * 43, b"\xff\xfe"):
            answer = await browser.get("/", headers=[(b"cookie", b"console=" + token)])
            assert answer.status_code == 401


async def test_database_holds_no_token_that_would_open_the_door(house: House) -> None:
    async with house.browser() as browser:
        await house.enter(browser)
        token = browser.cookies["console"]
    with house.scene.by_hand() as connection:
        [row] = connection.execute("SELECT * FROM sessions").fetchall()
    assert token not in str(row)


async def test_session_survives_a_restart_and_ends_by_the_clock_and_not_later_for_being_used(house: House) -> None:
    async with house.browser() as browser:
        await house.enter(browser)
        restarted = House(house.scene)
        async with restarted.browser() as again:
            again.cookies.set("console", browser.cookies["console"])
            restarted.seconds = 3600.0
            assert (await again.get("/")).text == "ann admin approver"
            restarted.seconds = 3601.0
            assert "not signed in any more" in (await again.get("/")).text


async def test_ended_session_is_out_at_its_next_press_and_told_so(house: House) -> None:
    async with house.browser() as browser, house.browser() as other:
        await house.enter(browser)
        await house.enter(other)
        await house.scene.store.people.end_all("ann", actor="ann", at=house.door.now())
        for each in (browser, other):
            answer = await each.get("/")
            assert answer.status_code == 401
            assert "This session was ended" in answer.text


async def test_who_left_or_lost_a_role_has_lost_it_at_the_next_press(house: House) -> None:
    async with house.browser() as browser:
        await house.enter(browser)
        house.people["ann"] = replace(ANN, roles=frozenset({Role.APPROVER}))
        assert (await browser.get("/")).text == "ann approver"
        del house.people["ann"]
        assert "no reviewer here any more" in (await browser.get("/")).text


async def test_session_has_the_stricter_of_what_configuration_and_provider_give(house: House) -> None:
    async with house.browser() as browser:
        await browser.get("/allowed/approver")
        assert (await browser.get("/")).text == "ann approver"
        await browser.get("/allowed/safety")
        assert (await browser.get("/")).status_code == 401


async def test_only_addresses_that_stand_in_chats_are_returned_to(house: House) -> None:
    async with house.browser() as browser:
        await browser.get("/case/c1")
        await browser.get("http://127.0.0.1//evil.example/case/")
        answer = await house.enter(browser)
        assert answer.headers["location"] == "/case/c1"


async def test_words_typed_in_a_stale_tab_come_back_and_can_be_sent_again(house: House) -> None:
    async with house.browser() as browser:
        answer = await browser.post("/case/c1/edit", data={"version": "2", "text": "Dear <Sam>, & all"})
        assert answer.status_code == 401
        assert 'action="/case/c1/edit"' in answer.text
        assert "Dear &lt;Sam&gt;, &amp; all</textarea>" in answer.text
        assert '<input type="hidden" name="version" value="2">' in answer.text
        assert "Dear" not in str(browser.cookies.jar)
        assert "in another tab" in answer.text


async def test_sign_in_page_offers_what_there_is(house: House) -> None:
    async with house.browser() as browser:
        bare = (await browser.get("/sign-in")).text
        assert "Ask Ada for one." in bare
        assert "passkey" not in bare
        house.offered = [Offer("passkey", "Sign in with a passkey"), Offer("provider", "Sign in with <Fernwick>")]
        page = (await browser.get("/sign-in")).text
        assert "Sign in with a passkey" in page
        assert "Sign in with &lt;Fernwick&gt;" in page
        house.offered = [Offer("passkey", "Passkeys work at http://localhost only.", usable=False)]
        page = (await browser.get("/sign-in")).text
        assert "at http://localhost only." in page
        assert 'action="/passkey"' not in page
        await house.enter(browser)
        assert (await browser.get("/sign-in")).headers["location"] == "/"


async def test_who_fails_too_often_is_told_when_to_try_again_and_a_good_link_opens_all_the_same(house: House) -> None:
    async with house.browser() as browser:
        for _ in range(MOST_OF_ONE):
            assert (await browser.post("/sign-in/x")).status_code == 410
        answer = await browser.post("/sign-in/x")
        assert answer.status_code == 429
        assert "Try again in 10 minutes" in answer.text
        assert (await house.events()).count("sign_in_refused") == MOST_OF_ONE
        assert (await house.enter(browser)).status_code == 303


async def test_coming_and_going_is_on_record(house: House) -> None:
    async with house.browser() as browser:
        await house.enter(browser)
        await house.enter(browser)
        assert "signed out" in (await browser.post("/sign-out")).text
        assert (await browser.get("/")).status_code == 401
    assert await house.events() == ["signed_in", "signed_out", "signed_in", "signed_out"]


async def test_last_seen_is_written_no_more_often_than_each_minute(house: House) -> None:
    async with house.browser() as browser:
        await house.enter(browser)
        for seconds, seen in ((59.0, 0.0), (60.0, 60.0), (61.0, 60.0)):
            house.seconds = seconds
            await browser.get("/")
            [session] = await house.scene.store.people.living(house.door.now())
            assert session.seen_at.timestamp() == seen


async def test_key_stands_in_no_picture_of_the_door(house: House) -> None:
    assert house.door.key not in repr(house.door)


async def test_forms_of_strangers_are_read_only_so_often_and_nobody_elses_less(house: House) -> None:
    async with house.browser() as browser:
        for _ in range(KEPT_BY_ADDRESS):
            assert "Two words." in (await browser.post("/case/c1", data={"text": "Two words."})).text
        answer = await browser.post("/case/c1", data={"text": "Two words."})
        assert (answer.status_code, "Two words." in answer.text) == (401, False)
        elsewhere = {"x-forwarded-for": "203.0.113.9"}
        assert "Two words." in (await browser.post("/case/c1", data={"text": "Two words."}, headers=elsewhere)).text
        house.seconds = 601
        assert "Two words." in (await browser.post("/case/c1", data={"text": "Two words."})).text
