"""How long escalations waited until somebody had them: read from the audit, and from nothing else."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.model import Event
from tests.store.scene import START

if TYPE_CHECKING:
    from bot.model import Case
    from bot.store import Acknowledged
    from tests.store.scene import Scene

MINUTE = timedelta(minutes=1)


async def counted(scene: Scene, days: int = 1) -> Acknowledged:
    return await scene.store.safety.acknowledged(START, START + timedelta(days=days))


async def acknowledged(scene: Scene, name: str, minutes: int) -> Case:
    case = await scene.opened(name, "escalate")
    scene.clock.forward(minutes=minutes)
    return await scene.change(case, Event.ACKNOWLEDGED, "cat")


async def test_median_and_worst_are_of_those_that_somebody_has(scene: Scene) -> None:
    for name, minutes in (("1", 2), ("2", 30), ("3", 4)):
        await acknowledged(scene, name, minutes)
    rings = await scene.opened("4", "escalate")
    found = await counted(scene)
    assert (found.number, found.median, found.worst) == (3, 4 * MINUTE, 30 * MINUTE)
    assert (found.waiting, found.oldest) == (1, rings.opened_at)


async def test_where_there_was_none_nothing_is_told(scene: Scene) -> None:
    await scene.opened()
    found = await counted(scene)
    assert (found.number, found.median, found.worst, found.waiting, found.oldest) == (0, None, None, 0, None)


async def test_it_counts_from_when_a_person_escalated_it_and_closing_it_counts_as_having_it(scene: Scene) -> None:
    case = await scene.opened()
    scene.clock.forward(hours=1)
    case = await scene.change(case, Event.ESCALATED, "ann", decides="escalate")
    scene.clock.forward(minutes=7)
    await scene.change(case, Event.REFERRED, "cat", decides="refer", outcome="referred")
    assert (await counted(scene)).worst == 7 * MINUTE


async def test_taking_over_is_no_second_acknowledgement(scene: Scene) -> None:
    await acknowledged(scene, "1", 3)
    scene.clock.forward(hours=9)
    await scene.store.safety.take_over(scene.clock(), actor="ann", relieved=["cat"])
    found = await counted(scene)
    assert (found.number, found.worst) == (1, 3 * MINUTE)


async def test_escalation_that_was_edited_in_hand_calls_anew(scene: Scene) -> None:
    await acknowledged(scene, "1", 3)
    scene.clock.forward(minutes=5)
    await scene.receive(scene.received("1", "escalate", mention=scene.mention("1", text="worse")))
    found = await counted(scene)
    assert (found.number, found.worst, found.waiting) == (1, 3 * MINUTE, 1)
    assert found.oldest == START + 8 * MINUTE


async def test_what_began_outside_the_moments_is_left_out(scene: Scene) -> None:
    await acknowledged(scene, "1", 3)
    scene.clock.forward(days=2)
    await acknowledged(scene, "2", 9)
    assert (await counted(scene)).worst == 3 * MINUTE
    later = await scene.store.safety.acknowledged(START + timedelta(days=1), START + timedelta(days=9))
    assert later.worst == 9 * MINUTE
