"""Figures are fresh while that is cheap, and never hold up a page that has shown them once."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from bot.review.console.kept import SHARE, KeptFigures

if TYPE_CHECKING:
    from tests.review.console.conftest import Console


@dataclass
class Slow:
    """A store that takes its time, as the process's clock tells it."""

    store: Any
    seconds: list[float]
    takes: float
    asked: list[tuple[int, bool]] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    fails: bool = False

    async def figures(self, since: Any, until: Any, *, safety: bool) -> Any:
        self.asked.append(((until - since).days, safety))
        await self.gate.wait()
        self.seconds[0] += self.takes
        if self.fails:
            raise OSError
        return await self.store.figures(since, until, safety=safety)


def kept(console: Console, takes: float) -> tuple[KeptFigures, Slow]:
    seconds = [100.0]
    slow = Slow(console.office.store, seconds, takes)
    slow.gate.set()
    store: Any = slow
    return KeptFigures(store=store, now=console.office.clock.now, clock=lambda: seconds[0]), slow


async def test_quick_figures_are_counted_for_every_page(console: Console) -> None:
    figures, slow = kept(console, 0.01)
    assert not (await figures.of(7, safety=False)).figures.standing
    await console.office.opened()
    assert (await figures.of(7, safety=False)).figures.standing == {"open": 1}
    assert slow.asked == [(7, False)] * 2


async def test_dear_figures_are_kept_as_long_as_they_are_dear(console: Console) -> None:
    figures, slow = kept(console, 2)
    first = await figures.of(28, safety=False)
    slow.seconds[0] += SHARE * 2 - 1
    assert await figures.of(28, safety=False) is first
    assert len(slow.asked) == 1


async def test_old_figures_are_shown_while_new_ones_are_counted_once(console: Console) -> None:
    figures, slow = kept(console, 2)
    first = await figures.of(28, safety=False)
    slow.seconds[0] += SHARE * 2 + 1
    slow.gate.clear()
    assert await figures.of(28, safety=False) is first
    assert await figures.of(28, safety=False) is first
    await console.office.opened()
    slow.gate.set()
    [counting] = figures._under_way.values()  # noqa: SLF001 - what nobody is handed
    await counting
    assert (await figures.of(28, safety=False)).figures.standing == {"open": 1}
    assert len(slow.asked) == 2


async def test_figures_of_the_safety_desk_are_never_shown_to_staff(console: Console) -> None:
    figures, slow = kept(console, 2)
    await console.office.opened("I will zark you tonight.")
    assert (await figures.of(7, safety=True)).figures.waiting == {"escalated": 1}
    assert (await figures.of(7, safety=False)).figures.waiting == {}
    assert slow.asked == [(7, True), (7, False)]


async def test_what_could_not_be_counted_is_asked_for_again(console: Console) -> None:
    figures, slow = kept(console, 2)
    slow.fails = True
    with pytest.raises(OSError):  # noqa: PT011 - of no words
        await figures.of(7, safety=False)
    slow.fails = False
    assert (await figures.of(7, safety=False)).seconds == 2
