"""What is published has no small number in it, and none that could be worked out."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.compliance.figures import LEAST, bounds, figures
from bot.store.compliance import KindOfReferral, Outcome, Referral
from tests.compliance.test_clock import REFERRAL

AFTER = datetime(2028, 1, 1, tzinfo=UTC)
DAY = datetime(2026, 10, 2, tzinfo=UTC)


def referral(days: int = 0, acknowledged: int | None = None, outcome: int | None = None) -> Referral:
    received = DAY + timedelta(days=days)
    made = replace(REFERRAL, received_at=received)
    if acknowledged is not None:
        made = replace(made, acknowledged_at=received + timedelta(days=acknowledged), acknowledged_by="greta")
    if outcome is not None:
        at = received + timedelta(days=outcome)
        made = replace(made, outcome=Outcome.ADVICE, outcome_at=at, outcome_by="greta")
    return made


def test_quarter_is_told_by_stages_outcomes_and_ages() -> None:
    found = figures([referral(0, 2, 10)] * 12 + [referral(1, 4)] * 10, "2026-Q4", now=AFTER)
    assert (found["received"], found["acknowledged"], found["concluded"]) == (22, 22, 12)
    assert found["outcomes"] == {"advice": 12}
    assert (found["median_days_to_acknowledgement"], found["median_days_to_outcome"]) == (2, 10)


def test_few_are_not_told_nor_what_few_are_left_between_two_stages() -> None:
    few = figures([referral(0, 1, 2)] * 9, "2026-Q4", now=AFTER)
    assert {value for name, value in few.items() if name not in {"quarter", "least"}} == {None}
    left = figures([referral(0, 1)] * 20 + [referral(0)] * 3, "2026-Q4", now=AFTER)
    assert (left["received"], left["acknowledged"], left["concluded"]) == (23, None, None)


def test_outcome_that_occurred_seldom_withholds_them_all() -> None:
    seldom = replace(referral(0, 1, 2), outcome=Outcome.EXPULSION)
    found = figures([referral(0, 1, 2)] * 20 + [seldom], "2026-Q4", now=AFTER)
    assert (found["concluded"], found["outcomes"]) == (21, None)


def test_conduct_that_nobody_referred_is_not_counted() -> None:
    found = figures([replace(referral(), kind=KindOfReferral.CONDUCT)] * 20, "2026-Q4", now=AFTER)
    assert found["received"] is None


def test_quarter_that_is_not_over_or_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="not over yet"):
        figures([], "2026-Q4", now=datetime(2026, 12, 31, tzinfo=UTC))
    for wrong in ("2026", "2026-Q5", "2026-10"):
        with pytest.raises(ValueError, match="like 2026-Q4"):
            bounds(wrong)
    assert bounds("2026-Q4") == (datetime(2026, 10, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))


stages = st.builds(
    lambda days, ack, rest: referral(days, ack, None if ack is None or rest is None else ack + rest),
    st.integers(0, 400),
    st.none() | st.integers(0, 60),
    st.none() | st.integers(0, 60),
)


@given(st.lists(stages, max_size=80))
def test_no_small_number_stands_there_or_follows_from_all_quarters_together(known: list[Referral]) -> None:
    told = [figures(known, quarter, now=AFTER) for quarter in ("2026-Q4", "2027-Q1", "2027-Q2", "2027-Q3", "2027-Q4")]
    for found in told:
        counts = [found["received"], found["acknowledged"], found["concluded"]]
        outcomes = found["outcomes"]
        counts += list(outcomes.values()) if isinstance(outcomes, dict) else []
        assert all(count is None or int(str(count)) >= LEAST for count in counts)
    sums = [0, 0, 0]
    for found in told:
        stages_told = [found["received"], found["acknowledged"], found["concluded"]]
        if None in stages_told:
            break
        sums = [total + int(str(count)) for total, count in zip(sums, stages_told, strict=True)]
        for first, then in pairwise(sums):
            assert first - then == 0 or first - then >= LEAST
