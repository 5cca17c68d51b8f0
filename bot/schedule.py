"""When things are looked at: APScheduler sets ticks, and loops of the application wait for them.

A job is only a tick: it never works, waits or fails, and what is due stands in the store. So a tick that is lost or
comes twice does no harm, and stopping the scheduler interrupts nothing.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from apscheduler.executors.asyncio import AsyncIOExecutor
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.duties import Duty, duty_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from bot import config

DAY_SECONDS = 24 * 60 * 60
WEEKLY_SECONDS = 10 * 60
"""How often it is looked whether a week has ended."""
DESKS = ("console", "telegram", "ring")


class _InPeace(AsyncIOExecutor):  # type: ignore[misc]  # it comes without types
    """Lets the ticks of the moment in which it stops come to their end; cancelled, each would be told as an error."""

    def shutdown(self, wait: bool = True) -> None:  # noqa: ARG002, FBT001, FBT002  as the library calls it
        """See AsyncIOExecutor."""
        self._pending_futures.clear()


class Schedule:
    """Ticks by name: `poll`, `look`, `after`, `capture`, `publish`, `report` with `:ACCOUNT`; `desk:NAME` and more."""

    def __init__(  # noqa: PLR0913  each is a fact of its own, given by keyword
        self,
        every: config.Schedule,
        accounts: Iterable[str],
        *,
        now: Callable[[], datetime],
        speed: float = 1.0,
        duties: Collection[Duty] = frozenset(Duty),
        hand: Callable[[str], None] | None = None,
        time_zone: str = "UTC",
    ) -> None:
        """`speed` is how much faster than the wall clock `now` runs; intervals shrink with it.

        Only ticks of these duties are set here. With `hand`, a tick is not taken here but handed to whoever has the
        duty, who then asks for `work`. `time_zone` is the name of that by whose clock the digest comes.
        """
        self._now = now
        self._speed = speed
        self._duties = frozenset(duties)
        self._hand = hand
        self._stopped = False
        self._done: dict[str, asyncio.Event] = {}
        # Memory store: two processes cannot share a job store, and nothing in it is worth keeping.
        self._scheduler = AsyncIOScheduler(
            timezone="UTC",
            executors={"default": _InPeace()},
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )
        self._ticks: dict[str, asyncio.Event] = {}
        for account in accounts:
            self._every(every.poll_seconds, f"poll:{account}")
            self._every(every.look_seconds, f"look:{account}")
            self._every(every.look_after_seconds, f"after:{account}")
            self._every(every.look_seconds, f"capture:{account}")
            self._every(None, f"publish:{account}")
            self._every(None, f"report:{account}")
        self._every(every.publish_seconds, "publish")
        for desk in DESKS:
            self._every(every.publish_seconds, f"desk:{desk}")
        self._every(min(60, every.ring_minutes * 60), "nudge")
        self._every(DAY_SECONDS, "purge")
        self._every(WEEKLY_SECONDS, "weekly")
        self._every(None, "digest")
        if every.digest_at is not None and "digest" in self:
            at = {"hour": every.digest_at.hour, "minute": every.digest_at.minute, "second": every.digest_at.second}
            self._scheduler.add_job(self._ring, "cron", args=["digest"], timezone=time_zone, id="digest", **at)

    def _every(self, seconds: float | None, name: str) -> None:
        """A tick that comes so often, and at the start; `None`: only when it is woken."""
        if duty_of(name) not in self._duties:
            return
        self._ticks[name], self._done[name] = asyncio.Event(), asyncio.Event()
        if seconds is None:
            return
        self._scheduler.add_job(self._ring, "interval", args=[name], seconds=max(seconds / self._speed, 0.05), id=name)
        self.wake(name)

    def __contains__(self, name: object) -> bool:
        """Whether the tick of that name is this process's to take."""
        return name in self._ticks

    def start(self) -> None:
        """Start ticking; needs a running event loop."""
        self._scheduler.start()

    def stop(self) -> None:
        """Stop ticking, at once, and let nobody wait any more, for a tick or for work that will not be done."""
        self._stopped = True
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        for waited_for in (*self._ticks.values(), *self._done.values()):
            waited_for.set()

    def wake(self, name: str) -> None:
        """Tick now. Raises KeyError for a name that nobody gave."""
        if self._hand is not None:
            self._hand(name)
        else:
            self._ticks[name].set()

    def wake_at(self, name: str, at: datetime) -> None:
        """Tick once at that time of the application's clock, or now if it is past; a later call replaces it."""
        seconds = (at - self._now()).total_seconds() / self._speed
        if seconds <= 0:
            self.wake(name)
            return
        # The scheduler's wall clock, not the application's.
        when = datetime.now(UTC) + timedelta(seconds=seconds)
        self._scheduler.add_job(
            self._ring, "date", args=[name], run_date=when, id=f"{name}:once", replace_existing=True
        )

    async def _ring(self, name: str) -> None:
        """The job: a coroutine, because APScheduler runs plain functions in threads, where no Event may be set."""
        if not self._stopped:
            self.wake(name)

    async def tick(self, name: str) -> None:
        """Wait for the next tick of that name; the first comes at once."""
        await self._ticks[name].wait()
        self._ticks[name].clear()

    def done(self, name: str) -> None:
        """Say that what the last tick asked for is done."""
        self._done[name].set()

    async def work(self, name: str) -> None:
        """Tick here, and wait until that is done. Raises KeyError for a tick that is not this process's."""
        if not self._stopped:
            self._done[name].clear()
            self._ticks[name].set()
            await self._done[name].wait()
