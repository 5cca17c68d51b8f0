"""Tables before they meet a terminal or a page: a title, columns, rows, and figures as people read them."""

from __future__ import annotations

from typing import NamedTuple

from bot.lab.figures import wilson
from bot.lab.samples import line, masked


class Grid(NamedTuple):
    """A table with its title."""

    title: str
    columns: tuple[str, ...]
    rows: list[tuple[object, ...]]


def decimal(share: float) -> str:
    """A share as 0.875; small ones with a fourth place."""
    return f"{share:.4f}" if 0 < share < 0.1 else f"{share:.3f}"  # noqa: PLR2004  rates of errors live below it


def percent(held: int, of: int) -> str:
    """A share as 12.5 %; a dash of nothing."""
    return f"{100 * held / of:.3g} %" if of else "–"


def rate(held: int, of: int) -> str:
    """A share and its 95 % interval, which a narrow terminal may put on a line of its own; a dash of nothing."""
    if of == 0:
        return "–"
    low, high = wilson(held, of)
    places = 2 if held * 10 >= of else 3
    return f"{decimal(held / of)} {low:.{places}f}–{high:.{places}f}"


def shown(text: str, *, with_text: bool) -> str:
    """A stranger's text in one cell, masked for those who did not ask to read it."""
    return line(text if with_text else masked(text))
