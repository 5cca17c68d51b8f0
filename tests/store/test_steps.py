"""Ticks on a checklist: events without words, by the one who has the escalation in hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.model import Event

if TYPE_CHECKING:
    from bot.model import Case
    from tests.store.scene import Scene


async def acknowledged(scene: Scene) -> Case:
    return await scene.change(await scene.opened(kind="escalate"), Event.ACKNOWLEDGED, "cat")


async def test_tick_stands_with_who_and_when_and_can_be_taken_back(scene: Scene) -> None:
    case = await acknowledged(scene)
    at = scene.clock.forward(minutes=3)
    assert await scene.store.safety.tick(case.id, "life", actor="cat", done=True)
    assert await scene.store.safety.tick(case.id, "tell", actor="cat", done=True)
    ticks = (await scene.store.safety.ticked([case.id]))[case.id]
    assert list(ticks) == ["life", "tell"]
    assert (ticks["life"].by, ticks["life"].at) == ("cat", at)
    assert await scene.store.safety.tick(case.id, "life", actor="cat", done=False)
    assert list((await scene.store.safety.ticked([case.id]))[case.id]) == ["tell"]
    told = [(event.kind, event.detail) for event in await scene.store.trail(case.id) if "step" in event.kind]
    assert told == [
        ("safety.step_done", {"step": "life"}),
        ("safety.step_done", {"step": "tell"}),
        ("safety.step_undone", {"step": "life"}),
    ]
    assert await scene.store.verify() == []


async def test_tick_changes_nothing_of_the_case_but_that_it_is_drawn_again(scene: Scene) -> None:
    before = await acknowledged(scene)
    await scene.store.safety.tick(before.id, "life", actor="cat", done=True)
    after = await scene.store.case(before.id)
    assert after is not None
    assert after.changed_at > before.changed_at
    assert (after.version, after.state, after.changed_by) == (before.version, before.state, before.changed_by)


async def test_nobody_ticks_twice_or_what_is_not_in_their_hands(scene: Scene) -> None:
    waiting = await scene.opened("2", "escalate")
    assert not await scene.store.safety.tick(waiting.id, "life", actor="cat", done=True)
    case = await acknowledged(scene)
    assert not await scene.store.safety.tick(case.id, "life", actor="ann", done=True)
    assert not await scene.store.safety.tick("nowhere", "life", actor="cat", done=True)
    assert not await scene.store.safety.tick(case.id, "life", actor="cat", done=False)
    assert await scene.store.safety.tick(case.id, "life", actor="cat", done=True)
    assert not await scene.store.safety.tick(case.id, "life", actor="cat", done=True)
    assert await scene.store.safety.ticked([waiting.id]) == {}


async def test_closed_case_keeps_its_ticks_and_takes_no_more(scene: Scene) -> None:
    case = await acknowledged(scene)
    await scene.store.safety.tick(case.id, "life", actor="cat", done=True)
    await scene.change(case, Event.DISMISSED, "cat", decides="dismiss", outcome="dismissed")
    assert not await scene.store.safety.tick(case.id, "tell", actor="cat", done=True)
    assert list((await scene.store.safety.ticked([case.id]))[case.id]) == ["life"]
