"""What many pages ask for is put together once, and never given when it is out of date."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from bot.review.console.shared import KEPT_SECONDS, Shared

if TYPE_CHECKING:
    from tests.fakes.office import Office


class Asked:
    """Counts how often it was asked."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.times = 0

    async def __call__(self) -> int:
        self.times += 1
        paused = await self.office.store.paused()
        return len(paused)


async def test_fifty_who_ask_at_once_are_answered_by_one_look(office: Office) -> None:
    shared, asked = Shared(office.store, office.clock.now), Asked(office)
    answers = await asyncio.gather(*(shared.get("paused", asked) for _ in range(50)))
    assert (set(answers), asked.times) == ({0}, 1)


async def test_what_was_changed_is_seen_at_once(office: Office) -> None:
    shared, asked = Shared(office.store, office.clock.now), Asked(office)
    assert await shared.get("paused", asked) == 0
    await office.store.pause("all", actor="mara")
    assert await shared.get("paused", asked) == 1


async def test_what_grows_old_is_looked_at_again(office: Office) -> None:
    shared, asked = Shared(office.store, office.clock.now), Asked(office)
    await shared.get("paused", asked)
    office.clock.pass_(seconds=KEPT_SECONDS)
    await shared.get("paused", asked)
    assert asked.times == 2


async def test_one_who_goes_away_takes_nothing_from_the_others(office: Office) -> None:
    shared, going = Shared(office.store, office.clock.now), asyncio.Event()

    async def slow() -> str:
        await going.wait()
        return "here"

    first = asyncio.create_task(shared.get("slow", slow))
    second = asyncio.create_task(shared.get("slow", slow))
    await office.store.paused()
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    going.set()
    assert await second == "here"


async def test_what_failed_is_tried_again(office: Office) -> None:
    shared, asked = Shared(office.store, office.clock.now), Asked(office)

    async def fails() -> int:
        raise OSError("The disk is full.")

    with pytest.raises(OSError, match="full"):
        await shared.get("paused", fails)
    assert await shared.get("paused", asked) == 0
