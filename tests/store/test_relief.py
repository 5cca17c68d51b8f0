"""What one shift of the safety team leaves the next."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.model import Event
from tests.store.scene import START

if TYPE_CHECKING:
    from tests.store.scene import Scene

LATER = START + timedelta(hours=8)


async def test_escalation_counts_from_when_it_was_escalated_and_no_longer_once_it_is_closed(scene: Scene) -> None:
    by_rule = await scene.opened("1", "escalate")
    case = await scene.opened("2")
    at = scene.clock.forward(hours=1)
    by_person = await scene.change(case, Event.ESCALATED, "ann", decides="escalate")
    assert [(each.case_id, each.since) for each in await scene.store.safety.unfinished()] == [
        (by_rule.id, START),
        (by_person.id, at),
    ]
    await scene.change(by_rule, Event.DISMISSED, "cat", decides="dismiss", outcome="dismissed")
    assert [each.case_id for each in await scene.store.safety.unfinished()] == [by_person.id]


async def test_taking_over_takes_what_the_others_held_and_nothing_that_nobody_acknowledged(scene: Scene) -> None:
    held = await scene.change(await scene.opened("1", "escalate"), Event.ACKNOWLEDGED, "cat")
    rings = await scene.opened("2", "escalate")
    safety = scene.store.safety
    assert await safety.taken() is None
    assert await safety.take_over(LATER, actor="ann", relieved=["cat"]) == [held.id]
    assert await safety.taken() == LATER
    assert (await scene.case(held)).acknowledged_by == "ann"
    assert (await scene.case(rings)).acknowledged_by is None
    assert await safety.tick(held.id, "life", actor="ann", done=True)
    last = (await scene.store.trail(held.id))[-2]
    assert (last.kind, last.actor, last.detail["taken_over"]) == ("case.acknowledged", "ann", True)
    [event] = [each for each in await scene.store.audit_events("system") if each.kind == "shift.taken_over"]
    assert (event.actor, event.detail) == ("ann", {"cases": [held.id]})
    assert await scene.store.verify() == []


async def test_shift_is_taken_over_once(scene: Scene) -> None:
    assert await scene.store.safety.take_over(LATER, actor="ann", relieved=["cat"]) == []
    assert await scene.store.safety.take_over(LATER, actor="cat", relieved=["ann"]) is None
    assert await scene.store.safety.take_over(START, actor="cat", relieved=["ann"]) is None
    assert await scene.store.safety.take_over(LATER + timedelta(hours=8), actor="cat", relieved=["ann"]) == []
