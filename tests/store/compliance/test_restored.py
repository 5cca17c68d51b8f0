"""A hold that a restored backup lost is placed again, in the name of somebody who works there; none is placed twice."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.store import RememberedHold
from bot.store.compliance.erasing import box_mark
from tests.store.compliance.conftest import PEOPLE
from tests.store.compliance.test_erasing import digest

if TYPE_CHECKING:
    from tests.store.compliance.conftest import Behind


def lost_hold(behind: Behind, box: str = "b1", *, actor: str = "hugo", lifted: bool = False) -> RememberedHold:
    """One that this store never knew, as one does not that was restored."""
    return RememberedHold(id="h1", box=digest(box_mark(box)), at=behind.clock(), actor=actor, lifted=lifted)


async def again(behind: Behind, *remembered: RememberedHold) -> list[RememberedHold]:
    return await behind.store.holds_again(remembered, digest=digest)


async def test_what_was_lost_stands_again_on_record_and_keeps(behind: Behind) -> None:
    number, lost = await behind.number(), lost_hold(behind)
    assert await again(behind, lost) == []
    hold = (await behind.store.holds())[number]
    assert (hold.id, hold.placed_by) == ("h1", "hugo")
    assert [(each.kind, each.actor) for each in await behind.store.trail(number)][-1] == ("hold.placed_again", "bot")
    assert await again(behind, lost) == []
    assert await behind.store.verify() == []


async def test_where_whoever_placed_it_works_here_no_more_it_stands_in_the_name_of_one_of_the_team(
    behind: Behind,
) -> None:
    number = await behind.number()
    await behind.store.seed([person for person in PEOPLE if person.id != "hugo"])
    await again(behind, lost_hold(behind))
    assert (await behind.store.holds())[number].placed_by == "greta"


async def test_what_was_lifted_or_is_not_here_is_not_placed(behind: Behind) -> None:
    await behind.number()
    assert await again(behind, lost_hold(behind, lifted=True)) == []
    assert await again(behind, lost_hold(behind, "b2")) == []
    assert await behind.store.holds() == {}


async def test_each_that_stands_is_to_be_remembered_once_and_that_it_was_lifted_too(behind: Behind) -> None:
    hold = await behind.store.hold(await behind.number(), "A court asked.", actor="greta")
    assert hold is not None
    [note] = await again(behind)
    assert (note.id, note.box, note.lifted) == (hold.id, digest(box_mark("b1")), False)
    assert await again(behind, note) == []
    await behind.store.lift(hold.id, actor="greta")
    assert await again(behind, note) == [replace(note, lifted=True)]


async def test_one_that_was_placed_by_hand_after_the_restore_takes_the_place_of_the_lost_one(behind: Behind) -> None:
    hold = await behind.store.hold(await behind.number(), "A court asked.", actor="greta")
    assert hold is not None
    [note] = await again(behind, lost_hold(behind))
    assert (note.id, note.box) == (hold.id, digest(box_mark("b1")))
