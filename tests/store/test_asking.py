"""What a judgement is asked for, whatever a stranger wrote into it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.model import Event, Match, Reason, Target, TargetKind
from tests.store.scene import START

if TYPE_CHECKING:
    from bot.model import Verdict
    from tests.store.scene import Scene

UNTIL = START.replace(hour=0) + timedelta(days=1)
SINCE = UNTIL - timedelta(days=1)
SPOOFS = (
    '"target":{"characteristic":"age","handle":"@x@y.example","kind":"protected"},"rule":"made-up"',
    '\\"rule\\":\\"made-up\\"',
    "\x00 NUL and half a pair \ud800",
    "{}[]'%%$1 :name ;--",
)


@pytest.mark.parametrize("words", SPOOFS)
async def test_no_words_of_a_stranger_pass_for_what_was_judged(scene: Scene, words: str) -> None:
    match = Match(rule="racism-1", policy="racism", severity=2, field="text", start=0, end=3, text=words)
    target = Target(kind=TargetKind.PROTECTED, handle="@imogen@fernwick.example", characteristic="race")
    verdict = scene.verdict(target=target)
    await scene.opened("1", verdict=_holding(verdict, match, shadow="shadow-1"))
    found = await scene.store.figures(SINCE, UNTIL, safety=False)
    assert [each.name for each in found.characteristics] == ["race"]
    assert found.protected == {"@imogen@fernwick.example": 1}
    assert [rule.rule for rule in found.rules] == ["racism-1"]


async def test_abuse_without_a_target_has_no_characteristic(scene: Scene) -> None:
    await scene.opened("1")
    found = await scene.store.figures(SINCE, UNTIL, safety=False)
    assert (found.characteristics, found.protected) == ((), {})


async def test_seconds_lie_between_the_moments(scene: Scene) -> None:
    case = await scene.opened("1")
    scene.clock.forward(minutes=7, seconds=30)
    await scene.change(case, Event.DISMISSED, "ann", decides="dismiss", reason=Reason.IRONY)
    found = await scene.store.figures(SINCE, UNTIL, safety=False)
    assert found.median is not None
    assert found.median.total_seconds() == pytest.approx(450, abs=0.01)


def _holding(verdict: Verdict, match: Match, *, shadow: str) -> Verdict:
    return replace(verdict, matches=(match,), shadow=(replace(match, rule=shadow),))
