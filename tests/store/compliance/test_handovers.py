"""Each referral is handed over once, tried until it arrives, and acknowledged once."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.store.compliance.conftest import Behind


async def asked(behind: Behind) -> int:
    number = await behind.number()
    assert await behind.store.hand_over(number, actor="greta")
    return number


async def due(behind: Behind) -> list[int]:
    return [each.number for each in await behind.store.handovers_due()]


async def test_it_is_asked_for_once_and_only_of_what_is_there(behind: Behind) -> None:
    number = await asked(behind)
    assert not await behind.store.hand_over(number, actor="hugo")
    assert not await behind.store.hand_over(99, actor="hugo")
    assert await due(behind) == [number]


async def test_what_does_not_arrive_is_tried_again_after_pauses_that_double(behind: Behind) -> None:
    number = await asked(behind)
    for seconds in (30, 60, 120):
        await behind.store.note_not_sent(number, why="It was not there.")
        behind.clock.forward(seconds=seconds - 1)
        assert await due(behind) == []
        behind.clock.forward(seconds=1)
        assert await due(behind) == [number]
    for _ in range(20):
        await behind.store.note_not_sent(number, why="It was not there.")
    behind.clock.forward(hours=1)
    assert await due(behind) == [number]
    kinds = [event.kind for event in await behind.store.trail(number)]
    assert kinds == ["referral.received", "handover.asked", "handover.failed"]


async def test_what_arrived_is_not_sent_again(behind: Behind) -> None:
    number = await asked(behind)
    await behind.store.note_sent(number, sha256="x")
    await behind.store.note_sent(number, sha256="x")
    await behind.store.note_not_sent(number, why="late")
    found = await behind.store.handed_over(number)
    assert found is not None
    assert (found.sent_at, found.attempts, found.trouble, await due(behind)) == (behind.clock(), 1, "", [])


async def test_acknowledgement_comes_once_and_starts_the_clock_where_nobody_had(behind: Behind) -> None:
    number = await asked(behind)
    assert not await behind.store.note_answered(number, reference="too early")
    await behind.store.note_sent(number, sha256="x")
    assert await behind.store.note_answered(number, reference="SB-17")
    behind.clock.forward(days=1)
    assert await behind.store.note_answered(number, reference="SB-18")
    found = await behind.store.handed_over(number)
    assert found is not None
    assert found.reference == "SB-17"
    [referral] = await behind.store.waiting()
    assert (referral.acknowledged_by, referral.acknowledged_at) == ("greta", found.answered_at)
    assert await behind.store.verify() == []
