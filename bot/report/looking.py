"""Even-handedness as the leadership looks at it: the full rates of the year, without those of too few people."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.evenness import Rates, Share, overlap, share
from bot.report.figures import KINDS, Fold
from bot.report.outline import GRIDS, Grid
from bot.report.periods import Length, Period
from bot.report.told import of_grid
from bot.suppression import LEAST

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date, datetime

    from bot.store import Store

KEPT = timedelta(hours=1)


@dataclass(kw_only=True)
class YearRates:
    """The rates of this calendar year: counted when somebody asks, and then kept for an hour."""

    store: Store
    now: Callable[[], datetime]
    _kept: tuple[datetime, tuple[Rates, ...]] | None = None
    _counting: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def __call__(self) -> tuple[datetime, tuple[Rates, ...]]:
        """When they were counted, and the rates."""
        async with self._counting:
            if self._kept is None or self.now() - self._kept[0] > KEPT:
                at = self.now()
                self._kept = at, await rates(self.store, at.date())
            return self._kept


async def rates(store: Store, today: date) -> tuple[Rates, ...]:
    """By who was attacked until now, and by which side authors claim until yesterday: nothing is noted by looking."""
    fold = Fold(Period(today.replace(month=1, day=1), Length.YEAR), Length.YEAR)
    async for _, events in store.audit_told(await store.chain_heads(), KINDS):
        for event in events:
            fold.take(*event)
    fold.end_of_chain()
    [year] = fold.plain().values()
    return tuple(_rates(grid, year["tables"].get(grid.name, {})) for grid in GRIDS)


def _rates(grid: Grid, counted: Mapping[str, int]) -> Rates:
    cells = of_grid(grid, counted)
    found: dict[str, Share | None] = {}
    for side in grid.sides:
        parts = [cells[f"{side}/{part}"] for part in grid.parts]
        found[side] = share(parts[-1], sum(parts)) if sum(parts) >= LEAST else None
    return Rates(
        title=grid.title,
        rate=grid.rate,
        sides=tuple((words, found[side]) for side, words in grid.sides.items()),
        overlap=overlap([each for each in found.values() if each is not None]),
    )
