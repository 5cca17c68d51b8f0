"""The console as a desk: signing in, who sees what, waking pages, listening on loopback."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import httpx
import pytest

from bot.attention import RINGS
from bot.model import State
from tests.fakes.office import THREAT

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.review.console.conftest import Console


async def test_every_page_asks_strangers_to_sign_in(console: Console) -> None:
    async with console.browser() as browser:
        for path in ("/", "/safety", "/case/x", "/left-alone", "/closed", "/figures", "/add", "/more", "/events"):
            answer = await browser.get(path)
            assert answer.status_code == 401
            assert "not signed in" in answer.text
        assert (await browser.post("/case/x/approve", data={})).status_code == 401
        assert (await browser.post("/pause", data={})).status_code == 401


async def test_link_signs_in_once_and_says_so_the_second_time(console: Console) -> None:
    path = httpx.URL(console.desk.link_for("mara")).path
    async with console.browser() as browser, console.browser() as other:
        seen = await browser.get(path)
        assert "Mara Bright" in seen.text
        assert (await browser.get("/")).status_code == 401
        assert (await browser.post(path)).status_code == 303
        assert (await browser.get("/")).status_code == 200
        again = await other.post(path)
        assert again.status_code == 410
        assert "used already" in again.text
        assert (await other.get("/")).status_code == 401


async def test_after_signing_in_one_lands_on_the_case_that_a_chat_linked_to(console: Console) -> None:
    case = await console.office.opened()
    async with console.browser() as browser:
        await browser.get(f"/case/{case.id}")
        answer = await browser.post(httpx.URL(console.desk.link_for("mara")).path)
        assert answer.headers["location"] == f"/case/{case.id}"


async def test_session_ends_after_its_hours(console: Console) -> None:
    async with console.signed_in("mara") as browser:
        console.seconds[0] += 10 * 3600 + 1
        assert (await browser.get("/")).status_code == 401


async def test_someone_who_left_the_configuration_is_out_at_once(console: Console) -> None:
    async with console.signed_in("ada") as browser:
        assert (await browser.get("/")).status_code == 200
        del console.room.reviewers["ada"]  # type: ignore[attr-defined]  # a mapping to everyone but this test
        assert (await browser.get("/")).status_code == 401


async def test_signing_out_kills_copies_of_the_cookie_too(console: Console) -> None:
    async with console.signed_in("mara") as browser, console.browser() as thief:
        thief.cookies.update(browser.cookies)
        assert (await thief.get("/")).status_code == 200
        assert "signed out" in (await browser.post("/sign-out")).text
        assert (await thief.get("/")).status_code == 401


async def test_escalated_case_does_not_exist_for_staff_without_the_safety_role(console: Console) -> None:
    case = await console.office.opened(THREAT)
    assert case.state is State.ESCALATED
    async with console.signed_in("mara") as browser:
        for path in ("/safety", f"/case/{case.id}"):
            assert (await browser.get(path)).status_code == 404
        assert (await browser.post(f"/case/{case.id}/dismiss", data=console.form(case))).status_code == 404
        assert (await browser.post(f"/case/{case.id}/length", data={"text": "x"})).status_code == 422
        assert case.id not in (await browser.get("/")).text
        assert 'href="/safety"' not in (await browser.get("/")).text


async def test_safety_desk_has_a_badge_and_no_reply_button(console: Console) -> None:
    case = await console.office.opened(THREAT)
    async with console.signed_in("nadia") as browser:
        queue = await browser.get("/")
        assert '<span class="count urgent">1</span>' in queue.text
        assert case.id not in queue.text
        assert case.id in (await browser.get("/safety")).text
        page = (await browser.get(f"/case/{case.id}")).text
        assert "No public reply" in page
        assert f'/case/{case.id}/acknowledge"' in page
        for verb in ("approve", "edit", "reword", "release"):
            assert f'/case/{case.id}/{verb}"' not in page


async def test_auditor_reads_everything_and_has_no_button(console: Console) -> None:
    case, threat = await console.office.opened(), await console.office.opened(THREAT)
    async with console.signed_in("wyn") as browser:
        for one in (case, threat):
            page = await browser.get(f"/case/{one.id}")
            assert page.status_code == 200
            assert f'action="/case/{one.id}/' not in page.text
            assert "You can read this case" in page.text
        assert 'action="/pause"' not in (await browser.get("/")).text
        for path, fields in (("/pause", {}), ("/resume", {}), ("/add", {"url": "https://tidewater.example/1"})):
            assert (await browser.post(path, data=fields)).status_code == 403
    assert await console.office.store.paused() == {}
    assert console.reported == []


async def test_open_pages_are_woken_and_told_and_the_listener_stops(console: Console) -> None:
    port = console.desk.listen()
    assert console.desk.link_for("nadia").startswith(f"http://localhost:{port}/sign-in/")
    assert console.desk.case_link("c1") == f"http://localhost:{port}/case/c1"
    running = asyncio.create_task(console.desk.run())
    headers = {"sec-fetch-site": "same-origin"}
    async with httpx.AsyncClient(headers=headers, follow_redirects=True) as staff:
        await staff.post(console.desk.link_for("mara"))
        async with staff.stream("GET", f"http://localhost:{port}/events") as stream:
            assert stream.headers["content-type"].startswith("text/event-stream")
            lines = stream.aiter_lines()
            assert await anext(lines) == "retry: 3000"
            await console.desk.tell("A sentence for the safety desk.", safety=True)
            await console.desk.tell("A line for staff <b>.")
            heard = [line async for line in _until(lines, "event: changed")]
            assert not any("safety desk" in line or "staff" in line for line in heard)
        page = (await staff.get(f"http://localhost:{port}/")).text
        assert "staff &lt;b&gt;." in page
        assert "A sentence for the safety desk." not in page
        async with staff.stream("GET", f"http://localhost:{port}/events") as stream:
            assert stream.status_code == 200
            running.cancel()
            with pytest.raises(asyncio.CancelledError):
                await running


async def test_notice_leads_to_the_case_that_it_names_where_that_may_be_seen(console: Console) -> None:
    case, threat = await console.office.opened(), await console.office.opened(THREAT, by="kim")
    await console.desk.tell(f"Not known: case {case.id} was it posted <b>?")
    async with console.signed_in("mara") as mara, console.signed_in("nadia") as nadia:
        page = (await mara.get("/closed")).text
        assert f'Not known: <a href="/case/{case.id}">case {case.id}</a> was it posted &lt;b&gt;?' in page
        assert page.count("Not known:") == 1
        await console.desk.tell(f"Look at case {threat.id}.")
        assert f'href="/case/{threat.id}"' not in (await mara.get("/closed")).text
        assert f'Look at <a href="/case/{threat.id}">' in (await nadia.get("/closed")).text


async def test_every_escalation_that_rings_is_named_on_every_page(console: Console) -> None:
    threats = [await console.office.opened(THREAT, by=name) for name in ("kim", "lee", "pat", "sam")]
    async with console.signed_in("nadia") as nadia:
        for number, threat in enumerate(threats[:2]):
            await console.desk.tell(f"{RINGS}: case {threat.id}, {number}.")
            await console.desk.tell(f"{RINGS}: case {threat.id}, {number}, again.")
        await console.desk.tell("The server does not answer.")
        page = (await nadia.get("/closed")).text
        assert page.count('class="notice alarm"') == 2
        assert all(f'href="/case/{threat.id}"' in page for threat in threats[:2])
        assert page.index(threats[1].id) < page.index(threats[0].id) < page.index("The server does not answer.")
        for threat in threats[2:]:
            await console.desk.tell(f"{RINGS}: case {threat.id}.")
        page = (await nadia.get("/closed")).text
        assert '<a href="/safety">2 more on the safety desk</a>' in page


async def test_routine_reminders_stay_off_the_console(console: Console) -> None:
    await console.office.opened()
    schedule = console.office.files.config.schedule
    for minutes in (schedule.remind_after_minutes, schedule.pass_on_after_minutes):
        console.office.clock.pass_(minutes=minutes + 1)
        await console.office.pipeline.expire_and_remind()
    assert len(console.office.sayings) == 2
    for words in console.office.sayings:
        await console.desk.tell(words)
    async with console.signed_in("mara") as browser:
        assert 'class="notice"' not in (await browser.get("/closed")).text


@pytest.mark.parametrize("token", ["", "no-session"])
async def test_browser_that_leaves_while_it_is_sending_is_no_fault(console: Console, token: str) -> None:
    async def receive() -> dict[str, str]:
        return {"type": "http.disconnect"}

    async def send(_message: object) -> None:
        return

    headers = {
        "host": "localhost",
        "sec-fetch-site": "same-origin",
        "content-length": "9",
        "cookie": f"console={token}",
    }
    headers["content-type"] = "application/x-www-form-urlencoded"
    sent = [(name.encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": "POST", "path": "/case/c1/length", "query_string": b"", "headers": sent}
    await console.app(scope | {"server": ("localhost", 80), "scheme": "http", "root_path": ""}, receive, send)


async def _until(lines: AsyncIterator[str], last: str) -> AsyncIterator[str]:
    async for line in lines:
        yield line
        if line == last:
            return


async def test_what_rings_is_not_told_any_more_once_somebody_has_it(console: Console) -> None:
    one, other = await console.office.opened(THREAT), await console.office.opened(THREAT, by="vic")
    async with console.signed_in("nadia") as browser:
        for case in (one, other):
            await console.desk.tell(f"{RINGS}: case {case.id}, since 19:06 UTC.", safety=True)
        assert f'{RINGS}: <a href="/case/{other.id}"' in (await browser.get("/")).text
        await console.press(browser, other, "acknowledge")
        page = (await browser.get("/")).text
        assert f'{RINGS}: <a href="/case/{one.id}"' in page
        assert f"/case/{other.id}" not in page
