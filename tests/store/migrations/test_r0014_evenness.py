"""Totals only grow, and a second reading is another person's, one of a case, for good; by-passed or not."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.store import SecondReading
from tests.store.rows import refuse
from tests.store.scene import START

if TYPE_CHECKING:
    from tests.store.scene import Scene


AGAIN = """
INSERT INTO second_readings
SELECT 'another', case_id, decision_id, 'cat', at, abusive, policy, first_abusive, first_policy FROM second_readings
"""
BY_WHO_RULED = """
INSERT INTO second_readings SELECT 'new', case_id, id, 'ann', at, at <> at, NULL, at <> at, NULL FROM decisions
"""


async def read_again(scene: Scene) -> None:
    case = await scene.dismissed()
    reading = SecondReading(case_id=case.id, reviewer="ben", abusive=True, policy="racism")
    assert await scene.store.evenness.read_again(reading, 1.0, START - timedelta(days=1))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE side_counts SET n = n - 1",
        "UPDATE side_counts SET side = 'ours'",
        "UPDATE side_counts SET day = '2026-11-19'",
        "UPDATE side_counts SET noted = n + 1",
        "DELETE FROM side_counts",
        "INSERT INTO side_counts (day, side, what, n, noted) VALUES ('2026-11-19', 'green', 'abusive', 1, 0)",
    ],
)
async def test_a_total_only_grows(scene: Scene, statement: str) -> None:
    await scene.receive(scene.received("1", "ignore"))
    with scene.by_hand() as hand, refuse():
        hand.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE second_readings SET policy = 'sexism'",
        "UPDATE second_readings SET reviewer_id = 'cat'",
        "DELETE FROM second_readings",
        AGAIN,
    ],
)
async def test_a_second_reading_never_changes_and_stays_the_only_one(scene: Scene, statement: str) -> None:
    await read_again(scene)
    with scene.by_hand() as hand, refuse():
        hand.execute(statement)


async def test_whoever_ruled_cannot_be_the_second_reader(scene: Scene) -> None:
    await scene.dismissed()
    with scene.by_hand() as hand, refuse():
        hand.execute(BY_WHO_RULED)
