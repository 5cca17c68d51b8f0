"""The loops that keep the bot going, on a network in memory: what stops one never stops another."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from structlog.testing import capture_logs

from bot import config
from bot.loops import Loops
from bot.model import ApprovedReply, Case, Reason, Receipt, ReportState, State, Verb
from bot.ports import AccountFacts, Fault, Page, PlatformError, Sighting
from bot.referring import Referring
from bot.schedule import Schedule
from tests.fakes.moderators import Moderators
from tests.fakes.network import Poster
from tests.fakes.office import ABUSE, THREAT, Office
from tests.fakes.town import cases_in, until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection, Iterator, Mapping, Sequence
    from pathlib import Path

    from structlog.typing import EventDict

    from bot.model import DecidedReport, ExhibitKind, Found, Mention, ReportReceipt
    from bot.ports import Reporter

ACCOUNTS = ("party", "leader")
EVERY = config.Schedule(poll_seconds=1, look_seconds=1, look_after_seconds=1, publish_seconds=1, ring_minutes=1)
SPEED = 1000


@dataclass(kw_only=True)
class Reader:
    """A watcher that reads what a test puts before it."""

    office: Office
    pages: deque[Page | Exception] = field(default_factory=deque)
    cursors: list[str | None] = field(default_factory=list)
    looked: list[str] = field(default_factory=list)
    broken: Exception | None = None

    async def fetch(self, cursor: str | None) -> Page:
        self.cursors.append(cursor)
        if self.broken is not None:
            raise self.broken
        page = self.pages.popleft() if self.pages else Page(mentions=(), cursor=cursor or "start")
        if isinstance(page, Exception):
            raise page
        return page

    async def look(self, mentions: Sequence[Mention]) -> Sequence[Sighting]:
        if self.broken is not None:
            raise self.broken
        self.looked += [mention.uri for mention in mentions]
        return [self.office.network.sighting(mention) for mention in mentions]

    async def surroundings(self, mention: Mention, kinds: Collection[ExhibitKind]) -> Sequence[Found]:
        return ()

    async def facts(self) -> AccountFacts:
        raise NotImplementedError

    async def find(self, url: str) -> Mention | None:
        return None

    async def close(self) -> None:
        pass


@dataclass(kw_only=True)
class Board:
    """A desk that writes down what it is told."""

    name: str
    told: list[tuple[str, bool]] = field(default_factory=list)
    drawn: int = 0
    broken: bool = False

    async def refresh(self) -> None:
        self.drawn += 1
        if self.broken:
            message = "The chat is gone."
            raise RuntimeError(message)

    async def tell(self, text: str, *, safety: bool = False) -> None:
        if self.broken:
            message = "The chat is gone."
            raise RuntimeError(message)
        self.told.append((text, safety))


@dataclass(kw_only=True)
class Round:
    """Loops at work, with all that they touch."""

    loops: Loops
    readers: dict[str, Reader]
    console: Board
    telegram: Board
    stop: asyncio.Event
    work: asyncio.Task[None]

    async def rounds(self, account: str, more: int = 3) -> None:
        """Wait until the account has been read so many times again."""
        reader = self.readers[account]
        aim = len(reader.cursors) + more
        await until(lambda: reached(reader, aim))

    def heard(self) -> list[str]:
        return [text for text, _ in self.console.told]


@pytest.fixture(autouse=True)
def logged() -> Iterator[list[EventDict]]:
    """What the loops log, which would otherwise be drawn on a terminal."""
    with capture_logs() as entries:
        yield entries


async def reached(reader: Reader, aim: int) -> bool:
    return len(reader.cursors) >= aim


def referring(office: Office, **reporters: Reporter) -> Referring:
    """What carries the reports of an office, with a reporter for these accounts."""
    return Referring(
        store=office.store,
        accounts=office.files.accounts,
        reporters=reporters,
        now=office.clock.now,
        owner=office.pipeline.owner,
    )


@asynccontextmanager
async def at_work(
    office: Office, *, speed: float = SPEED, reporters: Mapping[str, Reporter] | None = None, **publishers: Poster
) -> AsyncIterator[Round]:
    readers = {account: Reader(office=office) for account in ACCOUNTS}
    console, telegram = Board(name="console"), Board(name="telegram")
    now = office.clock.now
    pipeline = office.without(
        changed=lambda: loops.changed(),  # noqa: PLW0108  the loops are made of the pipeline, and come after it
        tell=lambda text: loops.say(text),  # noqa: PLW0108  see above
        ring=lambda text: loops.say(text, safety=True),
        publishers={**office.pipeline.publishers, **publishers},
    )
    loops: Loops = Loops(
        store=office.store,
        pipeline=pipeline,
        referring=referring(office, **(reporters or {})),
        schedule=Schedule(EVERY, ACCOUNTS, now=now, speed=speed),
        retention=office.files.config.retention,
        watchers=readers,
        desks=[console, telegram],
        now=now,
        speed=speed,
    )
    stop = asyncio.Event()
    work = asyncio.create_task(loops.run(stop))
    try:
        yield Round(loops=loops, readers=readers, console=console, telegram=telegram, stop=stop, work=work)
    finally:
        stop.set()
        await work


async def test_everything_is_read_once_before_the_watch_counts_as_begun(office: Office) -> None:
    async with at_work(office) as round_:
        await asyncio.wait_for(round_.loops.watching.wait(), 30)
        assert all(round_.loops.polled[account] for account in ACCOUNTS)
        assert round_.readers["party"].cursors[0] is None


async def test_burst_is_drained_page_by_page_in_order(office: Office) -> None:
    async with at_work(office) as round_:
        await round_.loops.watching.wait()
        reader, said = round_.readers["party"], []
        for number in range(5):
            mention = office.network.say(THREAT, by=f"vic{number}")
            said.append(mention)
            reader.pages.append(Page(mentions=(mention,), cursor=f"c{number}", more=number < 4))
        assert len(await cases_in(office.store, State.ESCALATED, number=5)) == 5
        await round_.rounds("party")
        read = [cursor for cursor in reader.cursors if cursor and cursor.startswith("c")]
        assert list(dict.fromkeys(read)) == ["c0", "c1", "c2", "c3", "c4"]
        assert await office.store.cursor("party") == "c4"


async def test_page_that_can_not_be_stored_is_read_again_from_the_same_place(office: Office) -> None:
    async with at_work(office) as round_:
        await round_.loops.watching.wait()
        reader = round_.readers["party"]
        mention = office.network.say(ABUSE)
        reader.pages.append(Page(mentions=(mention,), cursor="c1"))
        await until(lambda: office.store.cases(states={State.OPEN}))
        reader.pages.append(PlatformError(Fault.TRANSIENT, "The server is down.", code="unreachable"))
        await round_.rounds("party", 4)
        assert set(reader.cursors[-3:]) == {"c1"}


@pytest.mark.parametrize("error", [RuntimeError("a mistake of ours"), PlatformError(Fault.PERMANENT, "x", code="y")])
async def test_trouble_with_one_account_leaves_the_others_at_work(office: Office, error: Exception) -> None:
    async with at_work(office) as round_:
        round_.readers["leader"].broken = error
        await round_.rounds("leader")
        round_.readers["party"].pages.append(Page(mentions=(office.network.say(ABUSE),), cursor="c1"))
        assert await until(lambda: office.store.cases(states={State.OPEN}))


async def test_lasting_trouble_is_told_once_and_so_is_its_end(office: Office) -> None:
    async with at_work(office) as round_:
        await round_.loops.watching.wait()
        reader = round_.readers["leader"]
        reader.broken = PlatformError(Fault.PERMANENT, "The token of @leader was revoked.", code="token_revoked")
        await round_.rounds("leader", 5)
        assert heard(round_, "The token of @leader was revoked.") == [False, True]
        reader.broken = None
        await until(lambda: told(round_.console, "works again"))
        await round_.rounds("leader", 5)
        assert heard(round_, "Reading mentions for @leader@fernwick.example works again.") == [False, True]


async def test_one_trouble_that_stops_two_loops_is_told_once(office: Office) -> None:
    async with at_work(office) as round_:
        await round_.loops.watching.wait()
        reader = round_.readers["party"]
        reader.pages.append(Page(mentions=(office.network.say(ABUSE),), cursor="c1"))
        await until(lambda: seen(reader))
        reader.broken = PlatformError(Fault.PERMANENT, "The token of @party was revoked.", code="token_revoked")
        await round_.rounds("party", 20)
        assert heard(round_, "The token of @party was revoked.") == [False, True]


async def test_mistake_of_ours_is_told_without_its_details(office: Office) -> None:
    async with at_work(office) as round_:
        round_.readers["leader"].broken = ValueError("secret of somebody")
        await until(lambda: told(round_.console, "ValueError"))
        assert "secret of somebody" not in " ".join(round_.heard())


async def test_platform_that_asks_for_patience_is_left_alone_until_then(office: Office) -> None:
    async with at_work(office) as round_:
        await round_.loops.watching.wait()
        reader = round_.readers["leader"]
        later = office.clock.now() + timedelta(days=365)
        reader.broken = PlatformError(Fault.TRANSIENT, "Too many calls.", code="rate_limited", retry_at=later)
        await until(lambda: told(round_.console, "Too many calls."))
        before = len(reader.cursors)
        await round_.rounds("party", 5)
        assert len(reader.cursors) == before


async def test_edit_and_deletion_of_what_waits_are_noticed(office: Office) -> None:
    edited, deleted = await office.opened(by="sam"), await office.opened(by="vic")
    async with at_work(office):
        office.network.edit(edited.mention.uri, f"{ABUSE} And your dog.")
        office.network.gone.add(deleted.mention.uri)

        async def noticed() -> bool:
            return (await office.now(edited)).mention_version == 2 and (await office.now(deleted)).state is State.CLOSED

        await until(noticed)
    assert (await office.now(deleted)).outcome == "withdrawn"


async def test_what_was_answered_is_looked_at_again_for_two_days(office: Office) -> None:
    case = await office.approved()
    await office.publish()
    office.clock.pass_(hours=47)
    office.network.edit(case.mention.uri, f"{ABUSE} And your dog.")
    async with at_work(office) as round_:
        await until(lambda: asked_about(office))
        assert case.mention.uri in round_.readers["party"].looked
    assert (await office.now(case)).state is State.PUBLISHED
    office.clock.pass_(hours=2)
    async with at_work(office) as round_:
        await round_.rounds("party", 5)
        assert case.mention.uri not in round_.readers["party"].looked


async def asked_about(office: Office) -> bool:
    return any(case.asked_at for case in await office.store.cases(states={State.PUBLISHED}))


async def test_approved_reply_is_posted_as_soon_as_it_is_due(office: Office) -> None:
    case = await office.opened()
    async with at_work(office, speed=1) as round_:
        await office.decide(case, Verb.APPROVE)
        office.clock.pass_(seconds=office.files.config.limits.undo_seconds)
        round_.loops.changed()
        await until(lambda: office.store.cases(states={State.PUBLISHED}))
    assert len(office.network.replies) == 1


@dataclass
class Slow(Poster):
    """A publisher that waits in the middle of posting."""

    begun: asyncio.Event = field(default_factory=asyncio.Event)
    go_on: asyncio.Event = field(default_factory=asyncio.Event)

    async def publish(self, reply: ApprovedReply) -> Receipt:
        self.begun.set()
        await self.go_on.wait()
        return await super().publish(reply)


async def test_reply_that_is_being_posted_is_finished_before_the_loops_end(office: Office) -> None:
    case = await office.approved()
    slow = Slow(office.network)
    async with at_work(office, leader=slow) as round_:
        await asyncio.wait_for(slow.begun.wait(), 30)
        round_.stop.set()
        await asyncio.sleep(0)
        assert not round_.work.done()
        slow.go_on.set()
        await asyncio.wait_for(round_.work, 30)
    assert (await office.now(case)).state is State.PUBLISHED
    assert len(office.network.replies) == 1


async def test_no_further_reply_is_begun_once_the_loops_are_told_to_stop(office: Office) -> None:
    first, second = await office.approved(by="sam"), await office.approved(by="vic")
    slow = Slow(office.network)
    async with at_work(office, leader=slow) as round_:
        await asyncio.wait_for(slow.begun.wait(), 30)
        round_.stop.set()
        slow.go_on.set()
        await asyncio.wait_for(round_.work, 30)
    states = {(await office.now(case)).state for case in (first, second)}
    assert states == {State.PUBLISHED, State.APPROVED}


async def test_alarm_goes_to_the_safety_desk_alone(office: Office) -> None:
    async with at_work(office) as round_:
        page = Page(mentions=(office.network.say(THREAT),), cursor="c1")
        round_.readers["party"].pages.append(page)
        await until(lambda: told(round_.console, "Escalated"))
        assert {safety for text, safety in round_.console.told if "Escalated" in text} == {True}


async def test_desk_that_fails_takes_no_other_with_it(office: Office) -> None:
    async with at_work(office) as round_:
        round_.telegram.broken = True
        round_.loops.say("Good evening.")
        await until(lambda: told(round_.console, "Good evening."))
        drawn = round_.console.drawn
        round_.loops.changed()
        await until(lambda: drawn_since(round_.console, drawn))
        assert not round_.work.done()


async def test_what_is_past_its_time_is_purged(office: Office) -> None:
    await office.receive(office.network.say("Buses, buses, buses.", by="dot"))
    office.clock.pass_(days=office.files.config.retention.ignored_days + 1)
    async with at_work(office):
        await until(lambda: blanked(office))


async def test_work_beside_the_loops_ends_with_them(office: Office) -> None:
    ended: dict[str, bool] = defaultdict(bool)
    began = asyncio.Event()

    async def beside() -> None:
        began.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended["beside"] = True

    schedule = Schedule(EVERY, [], now=lambda: datetime.now(UTC))
    loops = Loops(
        store=office.store,
        pipeline=office.pipeline,
        referring=referring(office),
        schedule=schedule,
        retention=office.files.config.retention,
        watchers={},
        desks=[],
        now=office.clock.now,
        speed=1,
    )
    stop = asyncio.Event()
    work = asyncio.create_task(loops.run(stop, beside=[beside()]))
    await asyncio.wait_for(began.wait(), 30)
    stop.set()
    await work
    assert ended["beside"]


class SlowModerators(Moderators):
    """They take their time, until they are told to go on."""

    began: asyncio.Event
    go_on: asyncio.Event

    async def report(self, report: DecidedReport) -> ReportReceipt:
        self.began.set()
        await self.go_on.wait()
        return await super().report(report)


async def referred(office: Office) -> Case:
    """A case that a person has just referred to the platform."""
    case = await office.decide(await office.opened(), Verb.REFER, reason=Reason.PLATFORM)
    assert isinstance(case, Case)
    return case


async def report_is(office: Office, case: Case, state: ReportState) -> bool:
    return (await office.store.platform_reports.of([case.id]))[case.id].state is state


async def test_what_is_referred_to_the_platform_is_reported_while_the_bot_goes_on(tmp_path: Path) -> None:
    office = await Office.open(tmp_path, reports={})
    moderators = Moderators(office.clock)
    async with at_work(office, reporters={"leader": moderators}):
        case = await referred(office)
        await until(lambda: report_is(office, case, ReportState.SENT))
    assert len(moderators.reports) == 1
    await office.store.close()


async def test_report_that_is_being_sent_is_finished_before_the_bot_stops(tmp_path: Path) -> None:
    office = await Office.open(tmp_path, reports={})
    moderators = SlowModerators(office.clock)
    moderators.began, moderators.go_on = asyncio.Event(), asyncio.Event()
    case = await referred(office)
    async with at_work(office, reporters={"leader": moderators}) as round_:
        await asyncio.wait_for(moderators.began.wait(), 30)
        round_.stop.set()
        asyncio.get_running_loop().call_soon(moderators.go_on.set)
        await round_.work
    assert await report_is(office, case, ReportState.SENT)
    await office.store.close()


async def test_report_of_an_account_that_has_left_comes_to_an_end(tmp_path: Path) -> None:
    office = await Office.open(tmp_path, reports={})
    case = await referred(office)
    known = office.files.accounts
    office.files = replace(office.files, accounts={name: known[name] for name in known if name != "leader"})
    readers = {"party": Reader(office=office)}
    loops = Loops(
        store=office.store,
        pipeline=office.pipeline,
        referring=referring(office),
        schedule=Schedule(EVERY, ["party"], now=office.clock.now, speed=SPEED),
        retention=office.files.config.retention,
        watchers=readers,
        desks=[],
        now=office.clock.now,
        speed=SPEED,
    )
    stop = asyncio.Event()
    work = asyncio.create_task(loops.run(stop))
    await until(lambda: report_is(office, case, ReportState.REFUSED))
    stop.set()
    await work
    await office.store.close()


def heard(round_: Round, words: str) -> list[bool]:
    """For each time that this was said: whether on the safety desk alone."""
    return [safety for text, safety in round_.console.told if words in text]


async def test_what_comes_once_a_day_is_tried_again_soon_after_it_failed(office: Office) -> None:
    async with at_work(office) as round_:
        await round_.loops.watching.wait()
        keep, round_.loops.retention = round_.loops.retention, None  # type: ignore[assignment]  # so that it fails
        round_.loops.schedule.wake("purge")
        await until(lambda: told(round_.console, "Clearing up failed"))
        round_.loops.retention = keep
        await until(lambda: told(round_.console, "Clearing up works again."))
        assert round_.loops.troubles.now == {}


async def test_account_that_is_read_too_late_is_told_once_without_any_error_and_again_when_it_is_in_time(
    office: Office,
) -> None:
    async with at_work(office) as round_:
        await round_.loops.watching.wait()
        reader = round_.readers["leader"]
        reader.pages.extend(Page(mentions=(), cursor=f"c{number}", more=True) for number in range(10_000))
        await until(lambda: drained(reader, 9_900))
        office.clock.pass_(minutes=11)
        late = "Mentions of @leader@fernwick.example are read more than 10 minutes late."
        await until(lambda: told(round_.console, late))
        reader.pages.clear()
        await until(lambda: told(round_.console, "Reading mentions in time for @leader@fernwick.example works again."))
        assert heard(round_, late) == [False, True]


async def drained(reader: Reader, left: int) -> bool:
    return len(reader.pages) < left


async def told(board: Board, words: str) -> bool:
    return any(words in text for text, _ in board.told)


async def seen(reader: Reader) -> bool:
    return bool(reader.looked)


async def drawn_since(board: Board, before: int) -> bool:
    return board.drawn > before


async def blanked(office: Office) -> bool:
    return all(not left.text for left in await office.store.left_alone())
