"""Who is on, on ordinary days and on the two nights of the year on which the clocks change."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config import WEEKDAYS, Shift
from bot.rota import Rota

LONDON = ZoneInfo("Europe/London")
OFFICE = WEEKDAYS[:5]


def shift(start: str, end: str, *people: str, days: tuple[str, ...] = WEEKDAYS) -> Shift:
    return Shift.model_validate({"days": days, "start": start, "end": end, "people": people or ("mara",)})


def rota(*shifts: Shift, zone: str = "Europe/London") -> Rota:
    return Rota(shifts, zone)


def london(text: str) -> datetime:
    """A moment by London's wall clock, the first of two where there are two."""
    return datetime.fromisoformat(text).replace(tzinfo=LONDON).astimezone(UTC)


STAFF = rota(shift("09:00", "13:00", "mara", "tom", days=OFFICE), shift("13:00", "17:30", "tom", days=OFFICE))


@pytest.mark.parametrize(
    ("at", "people"),
    [
        ("2026-11-20 08:59", ()),
        ("2026-11-20 09:00", ("mara", "tom")),
        ("2026-11-20 13:00", ("tom",)),
        ("2026-11-20 17:30", ()),
        ("2026-11-21 10:00", ()),
        ("2026-07-17 09:30", ("mara", "tom")),
    ],
)
def test_people_are_on_by_the_wall_clock_of_the_party(at: str, people: tuple[str, ...]) -> None:
    assert STAFF.on(london(at)) == people
    assert STAFF.rings(london(at)) is bool(people)


def test_shift_that_ends_before_it_begins_goes_on_into_the_next_day() -> None:
    night = rota(shift("22:00", "06:00", "nadia", days=("sun",)))
    assert night.on(london("2026-11-22 23:00")) == night.on(london("2026-11-23 05:59")) == ("nadia",)
    assert night.on(london("2026-11-23 06:00")) == night.on(london("2026-11-22 05:00")) == ()


def test_without_a_rota_everybody_is_always_on_and_nobody_in_particular() -> None:
    nobody = rota()
    now = london("2026-11-21 03:00")
    assert nobody.rings(now)
    assert (nobody.on(now), nobody.next_turn(now)) == ((), None)
    assert nobody.waited(now, now + timedelta(hours=3)) == timedelta(hours=3)


def test_next_turn_is_found_over_a_weekend() -> None:
    found = STAFF.next_turn(london("2026-11-20 18:00"))
    assert found is not None
    assert (found.start, found.people) == (london("2026-11-23 09:00"), ("mara", "tom"))


def test_waiting_counts_only_while_somebody_is_on_and_overlaps_count_once() -> None:
    both = rota(shift("09:00", "12:00", days=OFFICE), shift("11:00", "17:00", "tom", days=OFFICE))
    assert both.waited(london("2026-11-20 16:00"), london("2026-11-23 10:00")) == timedelta(hours=2)
    assert both.waited(london("2026-11-20 10:30"), london("2026-11-20 12:30")) == timedelta(hours=2)


# ── the two nights ───────────────────────────────────────────────────────────────────────────────────────────────────

SPRING, AUTUMN = "2026-03-29", "2026-10-25"
"""On the first 01:00 to 02:00 does not come in London; on the second it comes twice."""


@pytest.mark.parametrize(("night", "hours"), [(SPRING, 7), (AUTUMN, 9), ("2026-11-21", 8)])
def test_night_shift_lasts_as_long_as_the_night(night: str, hours: int) -> None:
    [turn] = rota(shift("22:00", "06:00")).turns_at(london(f"{night} 04:00"))
    assert turn.end - turn.start == timedelta(hours=hours)


@pytest.mark.parametrize("night", [SPRING, AUTUMN])
@pytest.mark.parametrize("change", ["00:30", "01:00", "01:30", "02:00", "02:30"])
def test_shifts_that_follow_each_other_leave_no_moment_to_nobody_when_the_clocks_change(
    night: str, change: str
) -> None:
    whole = rota(shift(change, "12:00", "nadia"), shift("12:00", change, "sofia"))
    midnight = london(f"{night} 00:00")
    assert all(whole.on(midnight + timedelta(minutes=minute)) for minute in range(5 * 60))
    assert whole.waited(midnight, midnight + timedelta(hours=5)) == timedelta(hours=5)


def test_hour_that_comes_twice_belongs_to_the_shift_that_holds_it() -> None:
    early = rota(shift("01:00", "02:00", "nadia"))
    [turn] = early.turns(london(f"{AUTUMN} 00:00"), london(f"{AUTUMN} 04:00"))
    assert turn.end - turn.start == timedelta(hours=2)
    assert early.waited(london(f"{SPRING} 00:00"), london(f"{SPRING} 04:00")) == timedelta()


@given(
    cuts=st.lists(st.integers(0, 7 * 24 * 4 - 1), min_size=1, max_size=8, unique=True),
    minute=st.integers(0, 370 * 24 * 60),
    zone=st.sampled_from(["Europe/London", "UTC", "America/St_Johns", "Australia/Lord_Howe"]),
)
def test_week_that_is_cut_into_shifts_leaves_no_moment_of_the_year_to_nobody(
    cuts: list[int], minute: int, zone: str
) -> None:
    shifts = []
    for day in range(7):
        inside = sorted({0, *(cut % 96 for cut in cuts if cut // 96 == day)})
        for start, end in zip(inside, [*inside[1:], 0], strict=True):
            shifts.append(shift(clock(start), clock(end), days=(WEEKDAYS[day],)))
    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
    whole = rota(*shifts, zone=zone)
    assert whole.rings(now)
    assert whole.waited(now, now + timedelta(days=1)) == timedelta(days=1)


def clock(quarter: int) -> str:
    return f"{time(quarter // 4, quarter % 4 * 15):%H:%M}"
