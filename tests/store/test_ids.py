"""Identifiers are short, safe everywhere, and in order."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.store.ids import Ids

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)


@given(st.lists(st.integers(-1000, 100_000), max_size=50))
def test_later_ones_sort_after_earlier_ones_whatever_the_clock_does(steps: list[int]) -> None:
    ids = Ids()
    made = [ids.new(NOW + timedelta(milliseconds=step)) for step in steps]
    assert made == sorted(made)
    assert len(set(made)) == len(made)


def test_they_fit_into_a_button() -> None:
    assert re.fullmatch(r"[0-9a-hjkmnp-tv-z]{16}", Ids().new(NOW))


def test_two_processes_with_one_clock_do_not_meet() -> None:
    one, other = Ids(), Ids()
    assert {one.new(NOW) for _ in range(1000)}.isdisjoint(other.new(NOW) for _ in range(1000))
