"""From the press to the receipt: a post is referred to the platform, reported once, and its case says so."""

from __future__ import annotations

import html
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import httpx
import pytest
from structlog.testing import capture_logs

from bot.model import ReportState, State
from tests.fakes.office import ABUSE, THREAT
from tests.fakes.town import ACCOUNTS, cases_in, town, until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from structlog.typing import EventDict

    from bot.app import App
    from bot.model import Case, PlatformReport

SAME_ORIGIN = {"sec-fetch-site": "same-origin"}
BOT_SENDS, BY_HAND = "The bot sends the report to the moderators of", "The bot sends nothing: report it there by hand"


@pytest.fixture(autouse=True)
def logged() -> Iterator[list[EventDict]]:
    """What the bot in this process logs, which would otherwise be drawn on a terminal."""
    with capture_logs() as entries:
        yield entries


@asynccontextmanager
async def at_the_console(app: App, who: str) -> AsyncIterator[httpx.AsyncClient]:
    assert app.console is not None
    async with httpx.AsyncClient(base_url=app.console.address, timeout=60, headers=SAME_ORIGIN) as browser:
        assert (await browser.post(app.console.link_for(who))).is_redirect
        yield browser


async def page_of(browser: httpx.AsyncClient, case: Case) -> str:
    """The page of a case, as its words stand on the screen."""
    text = html.unescape((await browser.get(f"/case/{case.id}")).text)
    return text.replace("<bdi>", "").replace("</bdi>", "")


async def refer(browser: httpx.AsyncClient, case: Case) -> None:
    """Press *Report it to the platform*."""
    fields = {"version": case.version, "seen": 0, "reason": "platform"}
    assert (await browser.post(f"/case/{case.id}/refer", data=fields)).is_redirect


async def ended(app: App, case: Case) -> PlatformReport:
    """The report of a case, once it waits for nothing."""

    async def found() -> PlatformReport | None:
        report = (await app.store.platform_reports.of([case.id])).get(case.id)
        return report if report and report.state not in {ReportState.DUE, ReportState.SENDING} else None

    report: PlatformReport = await until(found)
    return report


async def test_press_is_stored_sent_once_and_its_receipt_stands_on_the_page(tmp_path: Path) -> None:
    async with town(tmp_path, reports={}) as fernwick, fernwick.bot() as app, at_the_console(app, "mara") as browser:
        post = fernwick.say(ABUSE)
        [case] = await cases_in(app.store, State.OPEN)
        before = await page_of(browser, case)
        assert f"{BOT_SENDS} fernwick.example, who pass it on to tidewater.example without a name" in before
        assert "you to look at it: personal abuse." in before
        assert BY_HAND not in before

        await refer(browser, case)
        report = await ended(app, case)
        [arrived] = fernwick.world.reports
        assert report.receipt is not None
        assert (report.receipt.native_id, arrived["posts"], arrived["by"]) == (
            arrived["id"],
            [post.uri],
            app.files.accounts[case.account].handle,
        )
        after = await page_of(browser, case)
        assert f"as number {arrived['id']}, and passed on to tidewater.example without a name." in after
        assert "The bot reports it to the platform." in after
        assert "The report was sent to the platform, which has taken it." in after
        assert fernwick.replies() == []
        assert await app.store.verify() == []


async def test_safety_reports_a_threat_and_nobody_else_hears_of_it(tmp_path: Path) -> None:
    async with town(tmp_path, reports={}) as fernwick, fernwick.bot() as app:
        fernwick.say(THREAT)
        [case] = await cases_in(app.store, State.ESCALATED)
        async with at_the_console(app, "mara") as browser:
            fields = {"version": case.version, "seen": 0, "reason": "platform"}
            assert (await browser.post(f"/case/{case.id}/refer", data=fields)).status_code == 404
        async with at_the_console(app, "nadia") as browser:
            await refer(browser, case)
            assert (await ended(app, case)).state is ReportState.SENT
            assert "Reported to the platform at" in await page_of(browser, case)


async def test_token_that_may_not_report_leaves_it_to_a_person_and_says_so(tmp_path: Path) -> None:
    async with town(tmp_path, reports={}) as fernwick:
        narrow = "read write:statuses"
        fernwick.tokens = {name: fernwick.world.grant(handle, narrow) for name, handle in ACCOUNTS.items()}
        async with fernwick.bot() as app, at_the_console(app, "mara") as browser:
            fernwick.say(ABUSE)
            [case] = await cases_in(app.store, State.OPEN)
            await refer(browser, case)
            report = await ended(app, case)
            assert (report.state, report.code) == (ReportState.REFUSED, "scope_missing")
            page = await page_of(browser, case)
            assert "the account's token may not report; `check` says how it gets the scope. Report it by hand." in page
    assert fernwick.world.reports == []


async def test_where_the_bot_does_not_report_the_page_says_so_before_the_press(tmp_path: Path) -> None:
    async with town(tmp_path) as fernwick, fernwick.bot() as app, at_the_console(app, "mara") as browser:
        fernwick.say(ABUSE)
        [case] = await cases_in(app.store, State.OPEN)
        page = await page_of(browser, case)
        assert BY_HAND in page
        assert BOT_SENDS not in page
        await refer(browser, case)
        assert "Reported to the platform." in await page_of(browser, case)
    assert fernwick.world.reports == []
