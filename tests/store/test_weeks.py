"""A week in figures: each post once, and what a person has ruled to be no abuse not at all."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.model import Event, Reason
from bot.store import Week
from tests.store.test_wishes import HER, found_for_her

if TYPE_CHECKING:
    from tests.store.scene import Scene


async def test_what_became_of_each_post_is_counted(scene: Scene) -> None:
    cases = [await found_for_her(scene, name) for name in "123"]
    first, second, third = [case for case in cases if case is not None]
    await scene.change(first, Event.REFERRED, "ann", decides="refer", reason=Reason.POLICE)
    await scene.change(second, Event.DISMISSED, "ann", decides="dismiss", reason=Reason.FAIR_CRITICISM)
    await scene.receive(gone=[third.mention.uri])
    assert await scene.store.protected.week(HER) == Week(posts=2, people=2, replies=0, referred=1, gone=1)


async def test_a_week_ends(scene: Scene) -> None:
    await found_for_her(scene)
    assert (await scene.store.protected.week(HER)).posts == 1
    scene.clock.forward(days=8)
    assert (await scene.store.protected.week(HER)).posts == 0


async def test_weeks_that_follow_each_other_count_each_post_once(scene: Scene) -> None:
    await found_for_her(scene)
    at, day = scene.clock(), timedelta(days=1)
    weeks = [await scene.store.protected.week(HER)]
    scene.clock.time = at + 7 * day
    weeks.append(await scene.store.protected.week(HER))
    assert [each.posts for each in weeks] == [1, 0]
