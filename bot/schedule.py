"""When things are looked at: APScheduler sets ticks, and loops of the application wait for them.

A job is only a tick: it never works, waits or fails, and what is due stands in the store. So a tick that is lost or
comes twice does no harm, and stopping the scheduler interrupts nothing.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from apscheduler.schedulers.asyncio import AsyncIOScheduler

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bot import config

DAY_SECONDS = 24 * 60 * 60
DESKS = ("console", "telegram")


class Schedule:
    """Ticks by name: `poll:ACCOUNT`, `look:ACCOUNT`, `publish`, `publish:ACCOUNT`, `desk:NAME`, `nudge`, `purge`."""

    def __init__(
        self,
        every: config.Schedule,
        accounts: Iterable[str],
        *,
        now: Callable[[], datetime],
        speed: float = 1.0,
    ) -> None:
        """`speed` is how much faster than the wall clock `now` runs; intervals shrink with it."""
        self._now = now
        self._speed = speed
        # Memory store: two processes cannot share a job store, and nothing in it is worth keeping.
        self._scheduler = AsyncIOScheduler(
            timezone="UTC", job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        )
        self._ticks: dict[str, asyncio.Event] = {}
        for account in accounts:
            self._every(every.poll_seconds, f"poll:{account}")
            self._every(every.look_seconds, f"look:{account}")
            self._ticks[f"publish:{account}"] = asyncio.Event()
        self._every(every.publish_seconds, "publish")
        for desk in DESKS:
            self._every(every.publish_seconds, f"desk:{desk}")
        self._every(min(60, every.ring_minutes * 60), "nudge")
        self._every(DAY_SECONDS, "purge")

    def _every(self, seconds: float, name: str) -> None:
        tick = self._ticks[name] = asyncio.Event()
        tick.set()
        self._scheduler.add_job(self._ring, "interval", args=[name], seconds=max(seconds / self._speed, 0.05), id=name)

    def start(self) -> None:
        """Start ticking; needs a running event loop."""
        self._scheduler.start()

    def stop(self) -> None:
        """Stop ticking, at once."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    def wake(self, name: str) -> None:
        """Tick now."""
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
        self._ticks[name].set()

    async def tick(self, name: str) -> None:
        """Wait for the next tick of that name; the first comes at once."""
        await self._ticks[name].wait()
        self._ticks[name].clear()
