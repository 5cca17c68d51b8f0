"""Whose attention a case is due: by day, at night, over a weekend, and without any rota."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.model import Event, State
from tests.fakes.office import THREAT, Office

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.model import Case

WEEK = ["mon", "tue", "wed", "thu", "fri"]
SHIFTS: dict[str, Any] = {
    "staff": [
        {"days": WEEK, "start": "09:00", "end": "12:00", "people": ["mara", "tom"]},
        {"days": WEEK, "start": "12:00", "end": "17:00", "people": ["tom"]},
    ],
    "safety": [{"days": [*WEEK, "sat", "sun"], "start": "00:00", "end": "00:00", "people": ["nadia"]}],
}
FRIDAY = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.fixture
async def shifts(tmp_path: Path) -> AsyncIterator[Office]:
    office = await Office.open(tmp_path, shifts=SHIFTS, schedule={"expire_after_hours": 200})
    yield office
    await office.store.close()


def at(office: Office, hour: float, *, days: int = 0) -> None:
    office.clock.at = FRIDAY + timedelta(days=days, hours=hour)


async def nudged(office: Office) -> list[str]:
    office.sayings.clear()
    await office.pipeline.expire_and_remind()
    return list(office.sayings)


async def test_case_of_the_day_is_reminded_then_passed_on_to_the_next_who_is_on(shifts: Office) -> None:
    at(shifts, 9.5)
    case = await shifts.opened()
    at(shifts, 10.1)
    assert await nudged(shifts) == [f"Case {case.id} waits since 09:30 UTC on 20 Nov: Mara Bright, please."]
    at(shifts, 10.6)
    assert await nudged(shifts) == [f"Case {case.id} has waited 66 minutes: Tom Hallow, please."]
    assert await nudged(shifts) == []
    at(shifts, 12.2)
    assert await nudged(shifts) == [f"Case {case.id} has waited 162 minutes: Tom Hallow, please."]


async def test_case_of_the_night_waits_silently_and_is_reminded_once_the_shift_has_begun(shifts: Office) -> None:
    at(shifts, 18)
    case = await shifts.opened()
    for day, hour in ((0, 23), (1, 11), (2, 16), (3, 8.9), (3, 9.2)):
        at(shifts, hour, days=day)
        assert await nudged(shifts) == [], (day, hour)
    at(shifts, 9.6, days=3)
    assert await nudged(shifts) == [f"Case {case.id} waits since 18:00 UTC on 20 Nov: Mara Bright, please."]
    assert (await shifts.now(case)).passed_on == 0
    at(shifts, 10.1, days=3)
    assert len(await nudged(shifts)) == 1
    assert (await shifts.now(case)).passed_on == 1


async def test_threat_rings_at_every_hour_and_names_who_is_on(shifts: Office) -> None:
    at(shifts, 3, days=1)
    case = await shifts.opened(THREAT)
    every = shifts.files.config.schedule.ring_minutes
    ringing = f"Escalated and not yet acknowledged: case {case.id}, since 03:00 UTC on 21 Nov. On now: Nadia Sorrel."
    for _ in range(3):
        assert await nudged(shifts) == [ringing]
        assert await nudged(shifts) == []
        shifts.clock.pass_(minutes=every)


async def test_case_expires_by_the_clock_whether_or_not_anybody_was_on(shifts: Office) -> None:
    at(shifts, 18)
    case = await shifts.opened()
    shifts.clock.pass_(hours=201)
    await nudged(shifts)
    assert ((await shifts.now(case)).state, (await shifts.now(case)).outcome) == (State.CLOSED, "expired")


def moved(case: Case, **changes: Any) -> Case:
    return replace(case, **changes)


async def test_without_a_rota_reminders_come_at_any_hour_and_name_the_approvers_in_turn(office: Office) -> None:
    office.clock.at = FRIDAY + timedelta(hours=3)
    case = await office.opened()
    attention = office.pipeline.attention
    office.clock.pass_(minutes=31)
    assert attention.due(case) == (Event.REMINDED, f"Case {case.id} waits since 03:00 UTC on 20 Nov.")
    office.clock.pass_(minutes=30)
    asked = [attention.due(moved(case, passed_on=number)) for number in range(2)]
    assert asked[0] == (Event.PASSED_ON, f"Case {case.id} has waited 61 minutes: Mara Bright, please.")
    office.clock.pass_(minutes=60)
    assert attention.due(moved(case, passed_on=1))[1].endswith("121 minutes: Tom Hallow, please.")
