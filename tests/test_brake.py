"""The brake on rules, asked with figures alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.brake import BrakedRule, Firing, runs_away
from bot.config import Brake

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
LIMITS = Brake()
JUST_NOW = Firing(edited_at=NOON, authors=0, judged=0, past_held=0, past_judged=0)
counts = st.integers(0, 100_000)
limits = st.builds(
    Brake,
    share=st.floats(0.0001, 1),
    times_history=st.floats(1, 100),
    least_matches=st.integers(1, 100),
    hours=st.integers(1, 100),
)


@st.composite
def firings(draw: st.DrawFn, *, edited: bool = True) -> Firing:
    held, past_held = draw(counts), draw(counts)
    return Firing(
        edited_at=NOON if edited else None,
        authors=held,
        judged=held + draw(counts),
        past_held=past_held,
        past_judged=past_held + draw(counts),
    )


@given(firings(edited=False), limits)
def test_rule_that_nobody_edited_is_never_braked(firing: Firing, brake: Brake) -> None:
    assert runs_away(firing, brake, NOON) is None


@given(firings(), limits, st.integers(0, 200))
def test_brake_has_a_reason_in_the_limits_or_does_nothing(firing: Firing, brake: Brake, hours: int) -> None:
    why = runs_away(firing, brake, NOON + timedelta(hours=hours))
    if why is None:
        return
    assert hours <= brake.hours
    assert firing.authors >= brake.least_matches
    past = firing.past_held / firing.past_judged if firing.past_judged else 1
    assert firing.authors > firing.judged * min(brake.share, past * brake.times_history)


@given(firings(), limits)
def test_more_mentions_without_a_match_never_bring_the_brake_on(firing: Firing, brake: Brake) -> None:
    if runs_away(firing, brake, NOON) is None:
        assert runs_away(replace(firing, judged=firing.judged * 2 + 1), brake, NOON) is None


@pytest.mark.parametrize(
    ("held", "judged", "braked"),
    [(1, 3, False), (4, 4, False), (5, 5, True), (5, 99, True), (5, 100, False), (50, 999, True), (50, 1000, False)],
)
def test_rule_may_hold_in_one_mention_of_twenty_and_a_few_prove_nothing(
    held: int, judged: int, *, braked: bool
) -> None:
    firing = replace(JUST_NOW, authors=held, judged=judged)
    assert (runs_away(firing, LIMITS, NOON) is not None) == braked


@pytest.mark.parametrize(
    ("held", "judged", "past", "braked"),
    [
        (5, 1000, (0, 10_000), True),
        (4, 1000, (0, 10_000), False),
        (5, 1000, (0, 100), False),
        (40, 1000, (99, 9_999), False),
        (49, 1000, (79, 9_999), True),
    ],
    ids=["it never held", "too few", "hardly known", "four times as often", "six times as often"],
)
def test_rule_is_measured_by_its_own_past(held: int, judged: int, past: tuple[int, int], *, braked: bool) -> None:
    firing = replace(JUST_NOW, authors=held, judged=judged, past_held=past[0], past_judged=past[1])
    assert (runs_away(firing, LIMITS, NOON) is not None) == braked


def test_trial_ends_after_its_hours() -> None:
    firing = replace(JUST_NOW, authors=60, judged=60)
    assert runs_away(firing, LIMITS, NOON + timedelta(hours=24)) is not None
    assert runs_away(firing, LIMITS, NOON + timedelta(hours=24, seconds=1)) is None


def test_staff_are_told_what_the_rule_did_and_what_to_do() -> None:
    why = runs_away(replace(JUST_NOW, authors=6, judged=60), LIMITS, NOON)
    assert (
        why
        == "held for 6 different authors in 60 mentions since it was edited (12:00 UTC on 20 Nov): more than 5 % of all"
    )
    braked = BrakedRule(rule="made-up", at=NOON, because=why, escalates=False, edited=False)
    assert braked.sentence.startswith("Rule made-up is in shadow since 12:00 UTC on 20 Nov: ")
    assert "until an admin releases it" in braked.sentence
    assert "still in shadow" in replace(braked, edited=True).sentence


def test_rule_that_escalates_is_told_of_and_stays_live() -> None:
    rule = BrakedRule(
        rule="made-up", at=NOON, because="held for 6 different authors in 6 mentions", escalates=True, edited=False
    )
    assert not rule.shadowed
    assert "not turned down" in rule.sentence
