from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.store.rows import refuse
from tests.store.scene import Clock, Scene

if TYPE_CHECKING:
    from tests.store.compliance.conftest import Behind

HOLD = "INSERT INTO holds SELECT 'h2', {number}, 'why', 'x', '{by}', '2026', NULL, NULL"


async def held(behind: Behind) -> Scene:
    """A database in which one of two referrals is held."""
    await behind.store.hold(await behind.number(), "A court asked.", actor="greta")
    await behind.number("b2")
    return Scene(store=None, clock=Clock(), address=behind.address)  # type: ignore[arg-type]  # only its hand is asked for


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM holds",
        "UPDATE holds SET reason = 'another'",
        "UPDATE holds SET referral = 2",
        "UPDATE holds SET lifted_by = 'ines', lifted_at = '2026', reason = NULL",
        HOLD.format(number=1, by="greta"),
        HOLD.format(number=2, by="ines"),
        HOLD.format(number=3, by="greta"),
        "UPDATE referrals SET content = NULL, version = version + 1 WHERE number = 1",
        "UPDATE referrals SET author = NULL, version = version + 1 WHERE number = 1",
    ],
)
async def test_hold_is_the_teams_and_keeps_what_it_is_on(behind: Behind, statement: str) -> None:
    hand = await held(behind)
    with hand.by_hand() as connection, refuse():
        connection.execute(statement)


async def test_what_was_erased_is_not_forgotten(behind: Behind) -> None:
    hand = await held(behind)
    with hand.by_hand() as connection:
        connection.execute("INSERT INTO erasures VALUES ('e1', '2026', 'greta', '[]')")
        for statement in ("DELETE FROM erasures", "UPDATE erasures SET digests = '[1]'"):
            with refuse():
                connection.execute(statement)
