"""Only whole calendar periods are reported, so that no two overlap in part."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.report.periods import Length, NoSuchPeriodError, Period, period_of

DAYS = st.dates(date(2024, 1, 1), date(2027, 12, 31))


@pytest.mark.parametrize(
    ("first", "last", "key", "name"),
    [
        ("2026-11-01", "2026-11-30", "2026-11", "November 2026"),
        ("2024-02-01", "2024-02-29", "2024-02", "February 2024"),
        ("2026-10-01", "2026-12-31", "2026-q4", "the fourth quarter of 2026"),
        ("2026-01-01", "2026-03-31", "2026-q1", "the first quarter of 2026"),
        ("2026-01-01", "2026-12-31", "2026", "2026"),
    ],
)
def test_month_quarter_and_year_are_known_by_their_first_and_last_day(
    first: str, last: str, key: str, name: str
) -> None:
    period = period_of(date.fromisoformat(first), date.fromisoformat(last))
    assert (period.key, period.name) == (key, name)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("2026-11-01", "2026-11-29"),
        ("2026-11-02", "2026-11-30"),
        ("2026-11-01", "2026-12-31"),
        ("2026-02-01", "2026-04-30"),
        ("2026-07-01", "2027-06-30"),
        ("2026-11-30", "2026-11-01"),
    ],
)
def test_anything_else_is_refused_with_the_month_it_might_have_been(first: str, last: str) -> None:
    with pytest.raises(NoSuchPeriodError, match=r"would be --from \d{4}-\d\d-01 --to \d{4}-\d\d-\d\d"):
        period_of(date.fromisoformat(first), date.fromisoformat(last))


@given(first=DAYS, length=st.integers(0, 400), second=DAYS, other=st.integers(0, 400))
def test_two_periods_never_overlap_in_part(first: date, length: int, second: date, other: int) -> None:
    try:
        one, two = (period_of(day, day + timedelta(days=n)) for day, n in ((first, length), (second, other)))
    except NoSuchPeriodError:
        return
    months = set(one.months()), set(two.months())
    assert months[0] <= months[1] or months[1] <= months[0] or not months[0] & months[1]


def test_a_period_is_made_of_shorter_ones_and_never_of_longer() -> None:
    year = Period(date(2026, 1, 1), Length.YEAR)
    assert [part.key for part in year.parts(Length.QUARTER)] == ["2026-q1", "2026-q2", "2026-q3", "2026-q4"]
    assert year.parts(Length.MONTH)[-1].last == date(2026, 12, 31)
    with pytest.raises(NoSuchPeriodError, match="by the year and nothing shorter"):
        Period(date(2026, 1, 1), Length.QUARTER).parts(Length.YEAR)


def test_the_last_year_of_all_ends_as_any_other() -> None:
    assert Period(date(9999, 1, 1), Length.YEAR).last == date(9999, 12, 31)
