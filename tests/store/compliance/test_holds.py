"""A legal hold is placed by one of the team with a reason, and keeps a referral until one of them lifts it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.store import StoreError
from tests.store.compliance.test_conduct import AL, passed, switched_on

if TYPE_CHECKING:
    from tests.store.compliance.conftest import Behind


async def test_hold_stands_with_its_reason_until_it_is_lifted_and_both_are_on_record(behind: Behind) -> None:
    number = await behind.number()
    placed = await behind.store.hold(number, "A court asked.", actor="greta")
    assert placed is not None
    assert (placed.referral, placed.reason, placed.placed_by, placed.placed_at) == (
        number,
        "A court asked.",
        "greta",
        behind.clock(),
    )
    assert await behind.store.hold(number, "Another.", actor="hugo") == placed
    assert await behind.store.holds() == {number: placed}
    assert await behind.store.lift(placed.id, actor="hugo")
    assert not await behind.store.lift(placed.id, actor="hugo")
    assert await behind.store.holds() == {}
    told = [(event.kind, event.actor) for event in await behind.store.trail(number)][1:]
    assert told == [("hold.placed", "greta"), ("hold.lifted", "hugo")]
    assert "court" not in str(await behind.store.audit_events())
    assert await behind.store.verify() == []


async def test_nothing_is_held_where_nothing_is(behind: Behind) -> None:
    assert await behind.store.hold(99, "A court asked.", actor="greta") is None


async def test_auditor_neither_places_nor_lifts_one(behind: Behind) -> None:
    number = await behind.number()
    with pytest.raises(StoreError):
        await behind.store.hold(number, "I wish to.", actor="ines")
    placed = await behind.store.hold(number, "A court asked.", actor="greta")
    assert placed is not None
    with pytest.raises(StoreError):
        await behind.store.lift(placed.id, actor="ines")
    assert await behind.store.holds() == {number: placed}


async def test_wrong_match_is_removed_and_what_is_held_stays(behind: Behind) -> None:
    await switched_on(behind, AL)
    number = await passed(behind)
    assert number is not None
    await behind.store.hold(number, "A court asked.", actor="greta")
    assert await behind.store.remove_match(number, actor="hugo")
    [held] = await behind.store.concluded()
    assert (held.content, held.author) == ('{"of":"b1"}', AL)
    assert await behind.store.conduct() == {}
