from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.demo.clock import Clock

START = datetime(2026, 11, 19, 18, 29, tzinfo=UTC)


async def test_clock_stands_until_it_is_set_going() -> None:
    clock = Clock(START, 10**6)
    assert clock.now() == clock.now() == START
    clock.begin()
    assert clock.now() > START


async def test_time_of_the_play_has_come_when_the_wait_for_it_is_over() -> None:
    clock = Clock(START, 3600)
    clock.begin()
    moment = START + timedelta(minutes=3)
    await clock.until(moment)
    assert clock.now() >= moment - timedelta(seconds=60)


async def test_wait_for_what_is_past_is_none() -> None:
    clock = Clock(START, 1)
    clock.begin()
    await clock.until(START - timedelta(days=1))


async def test_time_never_goes_back() -> None:
    clock = Clock(START, 600)
    clock.begin()
    times = [clock.now() for _ in range(1000)]
    assert times == sorted(times)
