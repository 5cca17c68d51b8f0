"""Small numbers are not told, and cannot be worked out from those that are.

What makes that provable is the shape of what is published, the public report and the compliance team's figures alike.
Its tables are a tree: each divides one number among its rows, and
that number is either the root or a number that is told in the table above. No two tables cross, but for *grids*, which
are told whole or not at all. So whoever knows every rule knows of a table nothing but its total, the rows that are
told, and by subtraction the sum of the others; and rows are left out until that sum says little of each of them.

A longer period tells sums of what the shorter ones told, and so nothing more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

LEAST = 10
"""A count below this is not told, nor is zero: that nobody was, says as much as that one was."""
SPREAD = 5
"""So many values at least remain possible for each small count, for whoever knows this algorithm by heart."""


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of a table whose total is told."""

    rows: Mapping[str, int]
    together: tuple[str, ...] = ()
    """Rows of which only the sum is known: small ones, and as many others as it takes to hide them."""


def tell(cells: Mapping[str, int], *, fixed: Collection[str] = ()) -> Told | None:
    """The rows that may be told, the total being told; rows in `fixed` are told elsewhere, and can hide nothing.

    `None` when the others cannot be hidden beside those.
    """
    small = {name for name, n in cells.items() if n < LEAST}
    if not small:
        return Told(rows=dict(cells))
    if small & set(fixed):
        return None
    hidden = set(small)
    others = sorted((name for name in cells if name not in small and name not in fixed), key=lambda name: cells[name])
    while not _hides(cells, hidden, small, fixed):
        if not others:
            return None if fixed else Told(rows={}, together=tuple(cells))
        hidden.add(others.pop(0))
    return Told(
        rows={name: n for name, n in cells.items() if name not in hidden},
        together=tuple(name for name in cells if name in hidden),
    )


def _hides(cells: Mapping[str, int], hidden: set[str], small: set[str], fixed: Collection[str]) -> bool:
    """Whether the sum of the hidden rows leaves enough possible for each small one of them.

    For the strictest reader, who has guessed which of them are small: the others are then no smaller than `LEAST` and
    no greater than the least that is told. When nothing is told beside the total, nothing is known of any row.
    """
    told = [n for name, n in cells.items() if name not in hidden and name not in fixed]
    if not told and not fixed:
        return len(cells) > 1
    known = sum(cells[name] for name in hidden)
    covers = len(hidden) - len(small)
    if known < LEAST or len(hidden) == 1:
        return False
    greatest = min([*told, known]) * covers
    lowest = max(0, known - (LEAST - 1) * (len(small) - 1) - greatest)
    highest = min(LEAST - 1, known - LEAST * covers)
    return highest - lowest + 1 >= SPREAD


def tell_grid(cells: Mapping[str, int]) -> Mapping[str, int] | None:
    """A table that divides in two directions: all of it, or `None`."""
    return dict(cells) if cells and all(n >= LEAST for n in cells.values()) else None
