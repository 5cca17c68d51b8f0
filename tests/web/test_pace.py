"""So many within ten minutes and then no more, for each name apart, and never more names than there is room for."""

from __future__ import annotations

import pytest

from bot.web.pace import MOST_NAMES, WINDOW_SECONDS, Pace, network_of


def test_name_waits_when_it_has_done_it_so_often_and_goes_on_as_time_passes() -> None:
    now = [0.0]
    pace = Pace(lambda: now[0], most=2)
    for second in (0, 60):
        now[0] = second
        assert pace.wait("a") == 0
        pace.count("a")
    assert (pace.wait("a"), pace.wait("b")) == (9, 0)
    now[0] = WINDOW_SECONDS - 1
    assert pace.wait("a") == 1
    now[0] = WINDOW_SECONDS
    assert pace.wait("a") == 0
    pace.count("a")
    assert pace.wait("a") == 1


def test_however_many_names_come_no_more_than_so_many_are_remembered() -> None:
    pace = Pace(lambda: 0.0, most=1)
    for number in range(MOST_NAMES + 5):
        pace.count(str(number))
    assert pace.wait("0") == 0
    assert pace.wait(str(MOST_NAMES + 4)) == 10
    assert pace.wait("5") == 10


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::"),
        ("::ffff:203.0.113.7", "::ffff:203.0.113.7"),
        ("no address", "no address"),
        ("", ""),
    ],
)
def test_household_is_one_stranger(address: str, counted: str) -> None:
    assert network_of(address) == counted
