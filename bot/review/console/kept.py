"""Figures that are kept for a moment where they are dear: always fresh where counting them is quick."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.store import Figures, Store

QUICK_SECONDS = 0.05
"""What is counted in less is never kept."""
SHARE = 20
"""What took one second to count is counted anew after so many: a twentieth of one reader's time, at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """Figures, and when they were counted."""

    figures: Figures
    at: datetime
    """By the bot's clock."""
    seconds: float
    """How long it took."""
    until: float
    """Till when they are shown as they are, by the process's clock."""


@dataclass(frozen=True, kw_only=True)
class KeptFigures:
    """Counts the last so many days, and remembers what was dear. Old figures are shown while new ones are counted."""

    store: Store
    now: Callable[[], datetime]
    clock: Callable[[], float]
    """The process's own, in seconds."""
    _kept: dict[tuple[int, bool], Counted] = field(default_factory=dict, init=False)
    _under_way: dict[tuple[int, bool], asyncio.Task[Counted]] = field(default_factory=dict, init=False)

    async def of(self, days: int, *, safety: bool) -> Counted:
        """The figures of so many days, in UTC, today among them."""
        key = days, safety
        kept = self._kept.get(key)
        if kept is not None and self.clock() < kept.until:
            return kept
        counting = self._under_way.get(key)
        if counting is None:
            counting = self._under_way[key] = asyncio.create_task(self._count(key))
            counting.add_done_callback(lambda _: self._under_way.pop(key))
        if kept is not None and kept.seconds >= QUICK_SECONDS:
            counting.add_done_callback(_noticed)
            return kept
        return await asyncio.shield(counting)

    async def _count(self, key: tuple[int, bool]) -> Counted:
        days, safety = key
        started, now = self.clock(), self.now()
        until = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        figures = await self.store.figures(until - timedelta(days=days), until, safety=safety)
        ended = self.clock()
        took = ended - started
        kept_for = 0.0 if took < QUICK_SECONDS else SHARE * took
        found = Counted(figures=figures, at=now, seconds=took, until=ended + kept_for)
        self._kept[key] = found
        return found


def _noticed(counting: asyncio.Task[Counted]) -> None:
    """What nobody waits for may fail: the old figures stand, and the next reader asks anew."""
    if not counting.cancelled():
        counting.exception()
