"""The scripted reviewer at the console of a whole bot: what it decides, and what it leaves alone."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

import httpx
import pytest
from structlog.testing import capture_logs

from bot.demo.reviewer import Reviewer
from bot.model import Reason, State
from tests.fakes.office import ABUSE, THREAT
from tests.fakes.town import Town, cases_in, town, until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from structlog.typing import EventDict

    from bot.app import App


@pytest.fixture(autouse=True)
def logged() -> Iterator[list[EventDict]]:
    """What the bot in this process logs, which would otherwise be drawn on a terminal."""
    with capture_logs() as entries:
        yield entries


@pytest.fixture
async def fernwick(tmp_path: Path) -> AsyncIterator[Town]:
    async with town(tmp_path) as made:
        yield made


@asynccontextmanager
async def at_work(
    app: App, who: str, *, borderline: str = "", mistaken: str = "", leave: str = "", reported: str = ""
) -> AsyncIterator[None]:
    """A scripted reviewer; posts whose address holds these words are borderline, or left."""
    assert app.console is not None
    async with httpx.AsyncClient(base_url=app.console.address, timeout=30) as client:
        reviewer = Reviewer(
            client=client,
            borderline=lambda address: bool(borderline) and borderline in address,
            mistaken=lambda address: bool(mistaken) and mistaken in address,
            leave=lambda address: bool(leave) and leave in address,
            reported=lambda address: bool(reported) and reported in address,
        )
        await reviewer.sign_in(app.console.link_for(who))
        work = asyncio.create_task(reviewer.work())
        try:
            yield
        finally:
            work.cancel()
            with suppress(asyncio.CancelledError):
                await work


async def test_abuse_is_approved_and_posted(fernwick: Town) -> None:
    async with fernwick.bot() as app, at_work(app, "mara"):
        post = fernwick.say(ABUSE)
        [case] = await cases_in(app.store, State.PUBLISHED)
        assert [approval.reviewer_id for approval in case.approvals] == ["mara"]
        [reply] = fernwick.replies()
        assert reply["in_reply_to"] == post.uri


async def test_borderline_post_is_dismissed_as_banter(fernwick: Town) -> None:
    async with fernwick.bot() as app, at_work(app, "tom", borderline="@sam"):
        fernwick.say(ABUSE)
        [case] = await cases_in(app.store, State.CLOSED)
        assert (case.outcome, case.reason) == ("dismissed", Reason.IRONY)
    assert fernwick.replies() == []


async def test_post_that_is_to_be_deleted_is_not_touched(fernwick: Town) -> None:
    async with fernwick.bot() as app, at_work(app, "mara", leave="@ash"):
        fernwick.say(ABUSE, by="ash")
        fernwick.say(ABUSE, by="sam")
        await cases_in(app.store, State.PUBLISHED)
        [waiting] = await app.store.cases(states={State.OPEN})
        assert waiting.mention.author.handle == "@ash@tidewater.example"


async def test_second_approval_comes_from_a_second_person(fernwick: Town) -> None:
    async with fernwick.bot() as app, at_work(app, "mara"), at_work(app, "tom"):
        fernwick.say(ABUSE, to="@deputy@parlour.example")
        [case] = await cases_in(app.store, State.PUBLISHED)
        assert {approval.reviewer_id for approval in case.approvals} == {"mara", "tom"}


async def test_pile_on_in_a_thread_that_has_had_its_reply_is_dismissed(tmp_path: Path) -> None:
    async with town(tmp_path, limits={"undo_seconds": 0, "incident_cases": 2}) as fernwick, fernwick.bot() as app:
        post = fernwick.say(ABUSE)
        for name in ("crowd1", "crowd2"):
            fernwick.say(ABUSE, by=name, to="@party@fernwick.example", in_reply_to=post.uri)
        await cases_in(app.store, State.OPEN, number=3)
        async with at_work(app, "mara", leave="crowd"):
            await cases_in(app.store, State.PUBLISHED)
        async with at_work(app, "mara"):
            crowd = await cases_in(app.store, State.CLOSED, number=2)
        assert [(case.outcome, case.reason) for case in crowd] == [("dismissed", Reason.ANSWERED_ELSEWHERE)] * 2
        assert all(case.incident is not None for case in crowd)
        [reply] = fernwick.replies()
        assert reply["in_reply_to"] == post.uri


async def test_alarm_is_acknowledged_and_nothing_more_is_done(fernwick: Town) -> None:
    async with fernwick.bot() as app, at_work(app, "nadia"):
        fernwick.say(THREAT)
        [case] = await cases_in(app.store, State.ESCALATED)

        async def acknowledged() -> bool:
            now = await app.store.case(case.id)
            return now is not None and now.acknowledged_by == "nadia"

        await until(acknowledged)
        assert await app.store.decisions(case.id) == []
    assert fernwick.replies() == []


async def test_threat_is_acknowledged_and_then_reported_to_the_platform(tmp_path: Path) -> None:
    async with town(tmp_path, reports={}) as fernwick, fernwick.bot() as app, at_work(app, "nadia", reported="@sam"):
        post = fernwick.say(THREAT)
        [case] = await cases_in(app.store, State.CLOSED)
        assert (case.outcome, case.reason, case.acknowledged_by) == ("referred", Reason.PLATFORM, "nadia")
        await until(lambda: arrived(fernwick))
        [report] = fernwick.world.reports
        assert report["posts"] == [post.uri]


async def arrived(fernwick: Town) -> bool:
    """Whether the moderators have been told of something."""
    return bool(fernwick.world.reports)
