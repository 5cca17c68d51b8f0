"""What is published has no small number in it, and none that could be worked out."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ages import Ages
from bot.compliance.figures import ages, bounds, figures
from bot.store.compliance import KindOfReferral, Outcome, Referral
from bot.suppression import LEAST
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


def test_quarter_is_told_by_stages_and_ages_of_what_was_received_in_it() -> None:
    """Stages divide what was received: 12 concluded, 15 taken on, 20 still waiting when it ended."""
    known = [referral(0, 2, 10)] * 12 + [referral(1, 4, 200)] * 15 + [referral(2)] * 20 + [referral(200, 2)] * 99
    found = figures(known, "2026-Q4", now=AFTER)
    assert found["received"] == 47
    assert found["at_its_end"] == {"waiting": 20, "acknowledged": 15, "concluded": 12}
    assert (found["median_days_to_acknowledgement"], found["median_days_to_outcome"]) == (4, 10)
    assert found["outcomes"] == dict.fromkeys(Outcome)


def test_ages_are_told_by_themselves_for_the_report() -> None:
    known = [referral(0, 2, 10)] * 12 + [referral(1, 4, 200)] * 15
    assert ages(known, "2026-Q4", now=AFTER) == Ages(quarter="2026-Q4", acknowledgement=4, outcome=10)
    assert ages(known[3:], "2026-Q4", now=AFTER) == Ages(quarter="2026-Q4", acknowledgement=4, outcome=None)
    assert ages(known[18:], "2026-Q4", now=AFTER) == Ages(quarter="2026-Q4", acknowledgement=None, outcome=None)
    later = [referral(92, 1, 2)] * 30
    assert ages(known + later, "2026-Q4", now=AFTER) == ages(known, "2026-Q4", now=AFTER)
    with pytest.raises(ValueError, match="not over yet"):
        ages(known, "2026-Q4", now=datetime(2026, 12, 31, tzinfo=UTC))


def test_few_are_not_told() -> None:
    few = figures([referral(0, 1, 2)] * 9, "2026-Q4", now=AFTER)
    assert few["received"] is None
    left = figures([referral(0, 1)] * 20 + [referral(0)] * 3, "2026-Q4", now=AFTER)
    assert left["received"] == 23
    for found in (few, left):
        assert found["at_its_end"] == dict.fromkeys(("waiting", "acknowledged", "concluded"))
        assert (found["median_days_to_acknowledgement"], found["median_days_to_outcome"]) == (None, None)


def test_few_of_one_quarter_do_not_follow_from_the_next() -> None:
    """Nine were taken on in the first and three after it had ended; the second tells its own alone."""
    first = [referral(0, 3)] * 9 + [referral(0, 100)] * 3
    known = first + [referral(92, 2)] * 15
    assert figures(known, "2026-Q4", now=AFTER) == figures(first, "2026-Q4", now=AFTER)
    assert figures(known, "2027-Q1", now=AFTER) == figures(known[12:], "2027-Q1", now=AFTER)


def test_outcomes_are_told_as_far_as_the_others_hide_the_seldom() -> None:
    ended = [replace(referral(0, 1, 2), outcome=outcome) for outcome in Outcome for _ in range(12)]
    others = [referral(0)] * 30 + [referral(0, 1)] * 20
    found = figures(ended + others, "2026-Q4", now=AFTER)
    assert found["at_its_end"] == {"waiting": 30, "acknowledged": 20, "concluded": 96}
    assert found["outcomes"] == dict.fromkeys(Outcome, 12)
    seldom = figures(ended[:-11] + others, "2026-Q4", now=AFTER)["outcomes"]
    assert isinstance(seldom, dict)
    hidden = [outcome for outcome, n in seldom.items() if n is None]
    assert len(hidden) > 1
    assert Outcome.ELSEWHERE in hidden


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
def test_no_small_number_stands_there_or_is_left_over(known: list[Referral]) -> None:
    """A quarter tells of its own alone, so what is left of its sums is all that anybody can work out."""
    for quarter in ("2026-Q4", "2027-Q1", "2027-Q2", "2027-Q3", "2027-Q4"):
        found = figures(known, quarter, now=AFTER)
        start, end = bounds(quarter)
        own = [each for each in known if start <= each.received_at < end]
        assert figures(own, quarter, now=AFTER) == found
        total = found["received"]
        for name in ("at_its_end", "outcomes"):
            rows = found[name]
            assert isinstance(rows, dict)
            told = [n for n in rows.values() if n is not None]
            assert min(told, default=LEAST) >= LEAST
            assert not told or isinstance(total, int)
            if isinstance(total, int) and told:
                left, hidden = total - sum(told), len(rows) - len(told)
                assert (hidden, left) == (0, 0) or (hidden > 1 and left >= LEAST)
            total = rows.get("concluded")
