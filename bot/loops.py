"""The loops that keep the bot going: each waits for its tick and calls the pipeline, and none of them decides."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import structlog

from bot.duties import Duty, duty_of
from bot.ports import Page, PlatformError, Presence
from bot.safety.capture import capture
from bot.schedule import DESKS
from bot.store import Terms
from bot.troubles import Troubles

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping, Sequence
    from datetime import datetime

    from bot.config import Retention
    from bot.model import Mention
    from bot.pipeline import Pipeline
    from bot.ports import Desk, Watcher
    from bot.referring import Referring
    from bot.review.briefing import Briefing
    from bot.schedule import Schedule
    from bot.store import Store

LOG = structlog.get_logger()
STORM = 3
"""So many posts and more do not vanish all at once."""
LATE = timedelta(minutes=10)
"""An account that has not been read to its end for longer is one that nobody sees."""
REST = 10.0
"""Wall-clock seconds that a loop rests after an error, so that a lasting one floods neither log nor platform."""


@dataclass(kw_only=True)
class Loops:
    """Everything that goes on by itself. The watchers and desks may be filled in until `run` begins."""

    store: Store
    pipeline: Pipeline
    referring: Referring
    schedule: Schedule
    retention: Retention
    watchers: Mapping[str, Watcher]
    desks: Sequence[Desk]
    now: Callable[[], datetime]
    speed: float
    beyond: Callable[[str, bool], None] | None = None
    """Has the desk of another process say a sentence; `None` where the desks are here."""
    before_reading: Callable[[], Awaitable[None]] | None = None
    """Takes in who may be watched by now."""
    clear_up: Callable[[], Awaitable[None]] | None = None
    """What else has its time, beside the records of the store."""
    weekly: Callable[[], Awaitable[None]] | None = None
    """Sends what is due of the week's letters; filled in before `run` where there is a mail server for them."""
    briefing: Briefing | None = None
    """Filled in before `run` where the desks are here."""
    polled: dict[str, datetime | None] = field(default_factory=dict)
    """Up to when each account has been read to the end."""
    watching: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once every account has been read to the end."""
    _sayings: asyncio.Queue[tuple[str, bool]] = field(default_factory=asyncio.Queue)
    troubles: Troubles = field(init=False)
    _missing: dict[str, set[str]] = field(default_factory=dict)
    """By tick, the posts that the last look did not find."""
    _waiting_for: set[str] = field(default_factory=set)
    """The ticks that a loop here waits for."""

    def __post_init__(self) -> None:
        self.troubles = Troubles(
            say=lambda text, safety: self.say(text, safety=safety), accounts=self.pipeline.files.accounts
        )
        self._began = self.now()

    async def run(
        self,
        stop: asyncio.Event,
        *,
        beside: Sequence[Coroutine[Any, Any, None]] = (),
        ready: Callable[[], None] = lambda: None,
    ) -> None:
        """Go on until told to stop; a reply or report that is being sent then is finished first.

        `beside` runs along; `ready` is called once everything runs.
        """
        self.polled |= {account: None for account in self.watchers if f"poll:{account}" in self.schedule}
        sends = {"publish": self.pipeline.publish_due, "report": self.referring.report_due}
        sending = [(f"{what}:{account}", carry) for what, carry in sends.items() for account in self.watchers]
        self.schedule.start()
        async with asyncio.TaskGroup() as group:
            try:
                loops = [group.create_task(work) for work in (*beside, *self._all())]
                finishing = [
                    group.create_task(self._send(tick, carry, stop)) for tick, carry in sending if tick in self.schedule
                ]
                ready()
                await stop.wait()
                LOG.info("bot.stopping")
                for loop in loops:
                    loop.cancel()
            finally:
                # Here, and not after the group: some of it waits for work that nobody will do any more.
                self.schedule.stop()
            await asyncio.gather(*finishing)

    def changed(self) -> None:
        """Something is new: let the desks redraw and the publisher look. Returns at once."""
        for desk in DESKS:
            self.schedule.wake(f"desk:{desk}")
        self.schedule.wake("publish")

    def gather(self, account_id: str) -> None:
        """An account has a new case: let its evidence be captured. Returns at once."""
        if f"capture:{account_id}" in self.schedule:
            self.schedule.wake(f"capture:{account_id}")

    def say(self, text: str, *, safety: bool = False) -> None:
        """Say a sentence on every desk, or on the safety desk alone. Returns at once."""
        if self.beyond is not None:
            self.beyond(text, safety)
        else:
            self._sayings.put_nowait((text, safety))

    def _all(self) -> Iterator[Coroutine[Any, Any, None]]:
        works: dict[str, Callable[[], Awaitable[None]]] = {
            "publish": self._wake_publishers,
            "nudge": self._nudge,
            "purge": self._purge,
            "digest": self._digest,
        }
        works |= {f"poll:{account_id}": partial(self._poll, account_id) for account_id in self.watchers}
        works |= {f"look:{account_id}": partial(self._look, account_id) for account_id in self.watchers}
        works |= {f"after:{account_id}": partial(self._look_after, account_id) for account_id in self.watchers}
        works |= {f"capture:{account_id}": partial(self._capture, account_id) for account_id in self.watchers}
        works |= {f"desk:{desk.name}": desk.refresh for desk in self.desks}
        if self.weekly is not None:
            works["weekly"] = self.weekly
        yield from (self._forever(tick, work) for tick, work in works.items() if tick in self.schedule)
        yield self._speak()

    async def work(self, tick: str) -> None:
        """Do what a tick asks for, and return when it is done; at once when nothing here waits for it."""
        if tick in self._waiting_for:
            await self.schedule.work(tick)

    async def _forever(self, tick: str, work: Callable[[], Awaitable[None]]) -> None:
        """Do the work at each tick. An error is logged and told once, and the work goes on at a later tick."""
        self._waiting_for.add(tick)
        while True:
            await self.schedule.tick(tick)
            rest = await self._guarded(tick, work)
            self.schedule.done(tick)
            self._again(tick, rest)
            if duty_of(tick) is not Duty.DESK:  # whose errors flood nobody, and who must not miss an alarm
                await asyncio.sleep(rest)

    def _again(self, tick: str, rest: float) -> None:
        """Tick again after the rest that an error asks for.

        What comes once a day must neither wait so long, nor count as failing for so long when all is well again.
        """
        if rest:
            self.schedule.wake_at(tick, self.now() + timedelta(seconds=rest * self.speed))

    async def _guarded(self, what: str, work: Callable[[], Awaitable[None]]) -> float:
        """Do the work once; the wall-clock seconds to rest afterwards, which is 0 when it went well."""
        try:
            await work()
        except PlatformError as error:
            LOG.warning("platform.trouble", what=what, code=error.code, message=str(error))
            self.troubles.failed(what, error)
            wait = (error.retry_at - self.now()).total_seconds() / self.speed if error.retry_at else 0.0
            return max(REST / self.speed, wait)
        except Exception as error:  # an error in one loop must not silence the others, nor end the watch at night
            LOG.exception("loop.failed", what=what)
            self.troubles.failed(what, error)
            return REST / self.speed
        self.troubles.ended(what)
        return 0.0

    async def _nudge(self) -> None:
        """Tell of accounts that are read late and of shifts that begin, and remind of what waits."""
        read_until = await self.store.read_until()
        for account_id in self.watchers:
            if self.now() - max(read_until.get(account_id, self._began), self._began) > LATE:
                self.troubles.lags(account_id, LATE // timedelta(minutes=1))
            else:
                self.troubles.ended(f"lag:{account_id}")
        for safety in (False, True):
            if self.briefing and (text := await self.briefing.shift(safety=safety)):
                self.say(text, safety=safety)
        if self.briefing and (text := await self.briefing.relief()):
            self.say(text, safety=True)
        await self.pipeline.expire_and_remind()

    async def _digest(self) -> None:
        if self.briefing and (text := await self.briefing.digest()):
            self.say(text)

    async def _poll(self, account_id: str) -> None:
        """Take in every new mention of an account, page by page."""
        more, began = True, self.now()
        while more:
            began = self.now()
            if self.before_reading is not None:
                await self.before_reading()
            page = await self.watchers[account_id].fetch(await self.store.cursor(account_id))
            await self._receive(account_id, page)
            more = page.more
        await self.store.note_reading(account_id, began)
        self.polled[account_id] = began  # what was said while the page was on its way is for the next time
        if all(self.polled.values()):
            self.watching.set()

    async def _receive(self, account_id: str, page: Page) -> None:
        """Take in a page; what stands around its posts is captured at once, and nobody waits for that."""
        if await self.pipeline.receive(account_id, page):
            self.gather(account_id)

    async def _capture(self, account_id: str) -> None:
        """Capture what stands around the posts that have a case."""
        await capture(self.store.evidence, self.watchers[account_id], account_id)

    async def _look(self, account_id: str) -> None:
        """See what became of the mentions whose cases are not done."""
        await self._see(f"look:{account_id}", account_id, await self.store.live_mentions(account_id))

    async def _look_after(self, account_id: str) -> None:
        """See what became, since our reply, of the mentions that have one."""
        since = self.now() - timedelta(hours=self.pipeline.files.config.schedule.look_after_hours)
        await self._see(f"after:{account_id}", account_id, await self.store.answered_mentions(account_id, since))

    async def _see(self, tick: str, account_id: str, mentions: Sequence[Mention]) -> None:
        sightings = await self.watchers[account_id].look(mentions) if mentions else ()
        missing = {sighting.uri for sighting in sightings if sighting.presence is Presence.GONE}
        if len(missing) >= STORM and len(missing) == len(sightings):
            # A server in trouble says 404 to everything; so many authors do not delete in the same minute.
            LOG.warning("look.all_missing", account=account_id, posts=len(missing))
            missing = set()
        # Gone is what was missing twice: an author's block of a moment looks the same as a deletion.
        gone = tuple(missing & self._missing.get(tick, set()))
        self._missing[tick] = missing
        now = tuple(sighting.mention for sighting in sightings if sighting.mention is not None)
        await self._receive(account_id, Page(mentions=now, cursor=None, gone=gone))
        # What was missing once is in doubt, and no news.
        sure = {sighting.uri: str(sighting.presence) for sighting in sightings if sighting.uri not in missing}
        await self.store.evidence.saw(account_id, sure | dict.fromkeys(gone, str(Presence.GONE)))

    async def _wake_publishers(self) -> None:
        """Wake what posts or reports for each account that has something to do; come back when a reply will be due."""
        for account_id in await self.store.accounts_due(self.now(), owner=self.pipeline.owner):
            if account_id in self.watchers:
                self.schedule.wake(f"publish:{account_id}")
            else:  # It is no longer in the configuration, and what was begun for it must come to an end all the same.
                await self.pipeline.publish_due(account_id)
        for account_id in await self.store.platform_reports.accounts_due(self.now(), owner=self.referring.owner):
            if account_id in self.watchers:
                self.schedule.wake(f"report:{account_id}")
            else:
                await self.referring.report_due(account_id)
        due = await self.store.next_due_at()
        if due is not None and due > self.now():
            self.schedule.wake_at("publish", due)

    async def _send(self, tick: str, carry: Callable[[str], Awaitable[bool]], stop: asyncio.Event) -> None:
        """Send what is due for the account of a tick, until told to stop; what is being sent is finished first."""
        self._waiting_for.add(tick)
        while not stop.is_set():
            await self.schedule.tick(tick)
            rest = await self._guarded(tick, partial(self._drain, carry, tick.partition(":")[2], stop))
            self.schedule.done(tick)
            self._again(tick, rest)
            if rest:
                with suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), rest)

    async def _drain(self, carry: Callable[[str], Awaitable[bool]], account_id: str, stop: asyncio.Event) -> None:
        while not stop.is_set() and await carry(account_id):
            pass

    async def _purge(self) -> None:
        keep = self.retention
        terms = Terms(
            ignored_days=keep.ignored_days,
            recorded_days=keep.recorded_days,
            closed_case_days=keep.closed_case_days,
            safety_case_days=keep.safety_case_days,
            failed_days=keep.failed_days,
            handover_days=keep.handover_days,
            support_days=keep.support_days,
        )
        await self.store.purge(self.now(), terms)
        if self.clear_up is not None:
            await self.clear_up()

    async def _speak(self) -> None:
        while True:
            text, safety = await self._sayings.get()
            for desk in self.desks:
                await self._guarded(f"desk:{desk.name}", partial(desk.tell, text, safety=safety))
