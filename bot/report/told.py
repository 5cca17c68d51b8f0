"""What of the figures may be told: base period by base period, and longer ones as sums of what those told."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.evenness import kappa
from bot.report.figures import percentile
from bot.report.outline import GRIDS, OTHER, Grid, Table, tables
from bot.suppression import LEAST, Told, tell, tell_grid

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bot.report.outline import Frame

    Figures = Mapping[str, Mapping[str, Mapping[str, Mapping[str, int]]]]
    """As `figures.Fold.plain` writes them."""

WAITS = {
    "decision": (
        "From a post's arrival to a person's first decision",
        tuple(("reply_outcome", outcome) for outcome in ("replied", "dismissed", "referred", "safety")),
    ),
    "acknowledgement": ("From a threat's arrival until one of the safety team took it on", (("judged", "safety"),)),
    "referral": (
        "From a post's arrival to its referral",
        (("reply_outcome", "referred"), ("safety_outcome", "referred")),
    ),
}
"""How long things took: in words, and the rows from which it is known that they were enough to speak of."""
MOST = 0.9
ENOUGH_READINGS = 30
"""Below, agreement is an accident."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number that is told, perhaps with *or more*; `n` is `None` where nothing is."""

    n: int | None
    or_more: bool = False

    def __str__(self) -> str:
        if self.n is None:
            return "not told"
        return f"{self.n:,}{' or more' if self.or_more else ''}"


@dataclass(frozen=True, slots=True)
class TableTold:
    """One table of the report."""

    table: Table
    total: Number
    rows: Mapping[str, Number]

    @property
    def rest(self) -> Number | None:
        """What the rows that are not told come to together; `None` where that is not known either."""
        known = [each.n for each in self.rows.values() if each.n is not None]
        exact = not any(each.or_more for each in (self.total, *self.rows.values()))
        return Number(self.total.n - sum(known)) if self.total.n is not None and exact else None

    @property
    def hidden(self) -> int:
        """How many rows are not told at all."""
        return sum(1 for each in self.rows.values() if each.n is None)


@dataclass(frozen=True, slots=True)
class GridTold:
    """One grid; `cells` is empty where it is not told."""

    grid: Grid
    cells: Mapping[str, int]
    or_more: bool


@dataclass(frozen=True, slots=True)
class Wait:
    """How long half of them took at most, and nine in ten, in minutes; `None` where they were too few."""

    words: str
    median: int | None
    most: int | None


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far second readings agree with the rulings, as coarsely as no single reading shows in it."""

    kappa: float
    """Cohen's, to one decimal."""
    readings: int
    """In full tens."""


@dataclass(frozen=True, slots=True)
class Report:
    """All that is told of a period."""

    tables: tuple[TableTold, ...]
    grids: tuple[GridTold, ...]
    waits: Mapping[str, Wait]
    by_base: Mapping[str, Number]
    """Abusive posts and cases in each base period."""
    agreement: Agreement | None
    """`None` where there were too few second readings, or where they say nothing."""


@dataclass(frozen=True, slots=True)
class _BaseTold:
    """What is told of one base period."""

    totals: Mapping[str, int]
    """Of each table of which the total is told."""
    tables: Mapping[str, Told]
    grids: Mapping[str, Mapping[str, int]]


def report(figures: Figures, frame: Frame) -> Report:
    """What is told of the full figures."""
    every = tables(frame)
    bases = {key: _base(base["tables"], every) for key, base in figures.items()}
    told = tuple(_table(table, list(bases.values())) for table in every)
    return Report(
        tables=told,
        grids=tuple(_grid(grid, list(bases.values())) for grid in GRIDS),
        waits=_waits(figures, bases),
        by_base={key: Number(base.totals.get("judged")) for key, base in bases.items()},
        agreement=_agreement(figures),
    )


def _base(cells: Mapping[str, Mapping[str, int]], every: Sequence[Table]) -> _BaseTold:
    """With the grids, if all else can be hidden beside them; else without."""
    grids = {grid.name: whole for grid in GRIDS if (whole := tell_grid(of_grid(grid, cells.get(grid.name, {}))))}
    fixed = {place for grid in GRIDS if grid.name in grids for place in grid.tells}
    found = _tables(cells, every, fixed)
    if found is None:
        return _base({name: each for name, each in cells.items() if name not in grids}, every)
    return _BaseTold(*found, grids)


def _tables(
    cells: Mapping[str, Mapping[str, int]], every: Sequence[Table], fixed: Iterable[tuple[str, str]]
) -> tuple[dict[str, int], dict[str, Told]] | None:
    """The tables whose totals are told, from the root on; `None` when something cannot be hidden beside the grids."""
    totals: dict[str, int] = {}
    found: dict[str, Told] = {}
    for table in every:
        rows = _rows(table, cells.get(table.name, {}))
        if table.parent is None:
            total = sum(rows.values())
        else:
            above, row = table.parent
            total = found[above].rows.get(row, 0) if above in found else 0
        beside = {row for name, row in fixed if name == table.name}
        if total < LEAST:
            if beside:
                return None
            continue
        told = tell(rows, fixed=beside)
        if told is None:
            return None
        totals[table.name], found[table.name] = total, told
    return totals, found


def _rows(table: Table, counted: Mapping[str, int]) -> dict[str, int]:
    """What was counted by the rows that stand there; the rest is in the one for others, where there is one."""
    rows = {code: counted.get(code, 0) for code in table.rows}
    if OTHER in rows:
        rows[OTHER] = sum(counted.values()) - sum(n for code, n in rows.items() if code != OTHER)
    return rows


def _table(table: Table, bases: Sequence[_BaseTold]) -> TableTold:
    """The sum of what the base periods told."""
    of_it = [base.tables.get(table.name) for base in bases]
    rows = {code: _sum([each.rows.get(code) if each else None for each in of_it]) for code in table.rows}
    return TableTold(table=table, total=_sum([base.totals.get(table.name) for base in bases]), rows=rows)


def _sum(told: Sequence[int | None]) -> Number:
    known = [n for n in told if n is not None]
    return Number(sum(known), or_more=len(known) < len(told)) if known else Number(None)


def of_grid(grid: Grid, counted: Mapping[str, int]) -> dict[str, int]:
    """Every cell, also those of which nothing was counted; *unanswered* is what of the due was not replied to."""
    cells = {}
    for side in grid.sides:
        for part in grid.parts:
            cells[f"{side}/{part}"] = counted.get(f"{side}/{part}", 0)
        if "unanswered" in grid.parts:
            cells[f"{side}/unanswered"] = max(0, counted.get(f"{side}/due", 0) - counted.get(f"{side}/replied", 0))
    return cells


def _grid(grid: Grid, bases: Sequence[_BaseTold]) -> GridTold:
    told = [base.grids[grid.name] for base in bases if grid.name in base.grids]
    cells: Counter[str] = Counter()
    for each in told:
        cells.update(each)
    return GridTold(grid=grid, cells=dict(cells), or_more=len(told) < len(bases))


def _agreement(figures: Figures) -> Agreement | None:
    counted: Counter[str] = Counter()
    for base in figures.values():
        counted.update(base["tables"].get("second_reading", {}))
    found = kappa(*(counted[name] for name in ("both", "first", "second", "neither")))
    if found is None or counted.total() < ENOUGH_READINGS:
        return None
    return Agreement(kappa=round(found, 1), readings=counted.total() // 10 * 10)


def _waits(figures: Figures, bases: Mapping[str, _BaseTold]) -> dict[str, Wait]:
    """Of the base periods that tell enough themselves: what no other is told of shows in no longer one's times."""
    found = {}
    for name, (words, places) in WAITS.items():
        minutes: Counter[int] = Counter()
        for key, base in figures.items():
            of_it = {int(each): n for each, n in base["minutes"].get(name, {}).items()}
            if _known(bases[key], places) >= LEAST and sum(of_it.values()) >= LEAST:
                minutes.update(of_it)
        found[name] = Wait(
            words=words,
            median=percentile(minutes, 0.5) if minutes else None,
            most=percentile(minutes, MOST) if minutes else None,
        )
    return found


def _known(base: _BaseTold, places: Iterable[tuple[str, str]]) -> int:
    """How many are known, by the rows that are told, to stand in these places."""
    return sum(base.tables[table].rows.get(row, 0) for table, row in places if table in base.tables)
