"""Each tick calls one duty."""

from __future__ import annotations

import pytest

from bot.duties import Duty, duty_of


@pytest.mark.parametrize(
    ("tick", "duty"),
    [
        ("poll:party", Duty.WATCH),
        ("capture:party", Duty.WATCH),
        ("publish", Duty.PUBLISH),
        ("publish:party", Duty.PUBLISH),
        ("report:party", Duty.PUBLISH),
        ("desk:console", Duty.DESK),
        ("digest", Duty.DESK),
    ],
)
def test_a_tick_calls_the_duty_of_its_first_word(tick: str, duty: Duty) -> None:
    assert duty_of(tick) is duty


def test_a_tick_that_nobody_gave_calls_nobody() -> None:
    with pytest.raises(KeyError):
        duty_of("party:publish")
