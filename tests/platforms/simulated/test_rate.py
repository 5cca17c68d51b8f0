from __future__ import annotations

from datetime import UTC, datetime

from bot.platforms.simulated.rate import RateWindows


def test_calls_are_counted_by_caller_until_the_window_ends() -> None:
    time = [1000.0]
    windows = RateWindows(2, wall=lambda: time[0])
    taken = [windows.take("a"), windows.take("a"), windows.take("a"), windows.take("b")]
    assert [(one.remaining, one.exceeded) for one in taken if one] == [(1, False), (0, False), (0, True), (1, False)]
    assert taken[0] is not None
    assert taken[0].reset_at == datetime.fromtimestamp(1200, UTC)
    time[0] = 1200.0
    again = windows.take("a")
    assert again is not None
    assert not again.exceeded


def test_without_a_limit_nothing_is_counted() -> None:
    assert RateWindows(None).take("a") is None
