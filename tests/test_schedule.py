from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot import config
from bot.duties import Duty
from bot.schedule import Schedule

RARELY = config.Schedule(poll_seconds=86_400, look_seconds=86_400, publish_seconds=86_400, ring_minutes=10_080)
NAMES = [
    "poll:party",
    "look:party",
    "poll:leader",
    "look:leader",
    "publish",
    "desk:console",
    "desk:telegram",
    "nudge",
    "purge",
]


def now() -> datetime:
    return datetime.now(UTC)


def schedule(every: config.Schedule = RARELY, *, speed: float = 1.0) -> Schedule:
    return Schedule(every, ["party", "leader"], now=now, speed=speed)


async def ticks(made: Schedule, name: str, times: int = 1) -> None:
    """Wait for so many ticks; the test's own time-out ends a wait in vain."""
    async with asyncio.timeout(30):
        for _ in range(times):
            await made.tick(name)


async def is_quiet(made: Schedule, name: str) -> bool:
    """Whether no tick is waiting to be taken."""
    waiting = asyncio.create_task(made.tick(name))
    done, _ = await asyncio.wait({waiting}, timeout=0)
    waiting.cancel()
    return not done


@pytest.mark.parametrize("name", NAMES)
async def test_first_tick_comes_at_once_and_the_next_does_not(name: str) -> None:
    made = schedule()
    await ticks(made, name)
    assert await is_quiet(made, name)


@pytest.mark.parametrize("name", NAMES)
async def test_ticks_come_again_and_again(name: str) -> None:
    made = schedule(speed=10**9)
    made.start()
    await ticks(made, name, 3)
    made.stop()


async def test_two_wakes_are_one_tick() -> None:
    made = schedule()
    await ticks(made, "publish")
    made.wake("publish")
    made.wake("publish")
    await ticks(made, "publish")
    assert await is_quiet(made, "publish")


async def test_wake_for_a_time_that_is_past_comes_now() -> None:
    made = schedule()
    await ticks(made, "publish")
    made.wake_at("publish", now() - timedelta(days=1))
    await ticks(made, "publish")


async def test_wake_at_a_time_comes_once_then() -> None:
    made = schedule(speed=60)
    made.start()
    await ticks(made, "publish")
    made.wake_at("publish", now() + timedelta(seconds=6))
    assert await is_quiet(made, "publish")
    await ticks(made, "publish")
    assert await is_quiet(made, "publish")
    made.stop()


async def test_later_wake_replaces_the_one_before_it() -> None:
    made = schedule()
    made.start()
    await ticks(made, "publish")
    made.wake_at("publish", now() + timedelta(days=1))
    made.wake_at("publish", now() + timedelta(milliseconds=50))
    await ticks(made, "publish")
    made.stop()


async def test_one_name_wakes_no_other() -> None:
    made = schedule()
    for name in NAMES:
        await ticks(made, name)
    made.wake("poll:party")
    for name in NAMES:
        assert await is_quiet(made, name) == (name != "poll:party")


async def test_unknown_name_is_a_mistake_that_shows() -> None:
    with pytest.raises(KeyError):
        schedule().wake("poll:nobody")


async def test_stopping_twice_or_before_the_start_does_no_harm() -> None:
    made = schedule()
    made.stop()
    made.start()
    made.stop()
    made.stop()


async def test_stop_in_the_moment_of_a_tick_is_no_error_and_lets_it_not_through(
    caplog: pytest.LogCaptureFixture,
) -> None:
    handed: list[str] = []
    made = Schedule(RARELY, ["party"], now=now, duties={Duty.PUBLISH}, hand=handed.append)
    handed.clear()
    soon = now() + timedelta(milliseconds=20)
    made.wake_at("publish:party", soon)
    while now() <= soon:
        pass
    made.start()
    made.stop()
    for _ in range(10):
        await asyncio.sleep(0)
    assert (handed, caplog.records) == ([], [])


async def test_ticks_of_other_duties_are_not_set_here() -> None:
    made = Schedule(RARELY, ["party"], now=now, duties={Duty.PUBLISH})
    assert "publish" in made
    assert "publish:party" in made
    assert "poll:party" not in made
    assert "desk:console" not in made


async def test_tick_that_is_handed_on_is_taken_only_when_it_comes_back() -> None:
    handed: list[str] = []
    made = Schedule(RARELY, ["party"], now=now, duties={Duty.PUBLISH}, hand=handed.append)
    assert handed == ["publish"]
    made.wake("desk:console")
    made.wake("publish:party")
    assert handed == ["publish", "desk:console", "publish:party"]
    assert await is_quiet(made, "publish:party")
    working = asyncio.create_task(made.work("publish:party"))
    await ticks(made, "publish:party")
    assert not working.done()
    made.done("publish:party")
    await asyncio.wait_for(working, 30)


async def test_nobody_waits_for_work_that_a_stop_has_broken_off() -> None:
    made = schedule()
    working = asyncio.create_task(made.work("publish"))
    await ticks(made, "publish")
    made.stop()
    await asyncio.wait_for(working, 30)
    await asyncio.wait_for(made.work("publish"), 30)


async def test_digest_comes_by_the_clock_of_the_party_and_not_before() -> None:
    zone = ZoneInfo("Asia/Kathmandu")
    soon = datetime.now(zone) + timedelta(seconds=2)
    every = config.Schedule(digest_at=soon.time().replace(microsecond=0))
    ticking = Schedule(every, [], now=now, time_zone="Asia/Kathmandu")
    ticking.start()
    await asyncio.wait_for(ticking.tick("digest"), 30)
    assert datetime.now(zone) >= soon.replace(microsecond=0)
    ticking.stop()


async def test_digest_never_comes_by_itself_where_none_is_wanted() -> None:
    ticking = Schedule(config.Schedule(), [], now=now)
    ticking.wake("digest")
    await ticking.tick("digest")
    ticking.stop()
