"""What the database itself refuses behind the wall, with the program by-passed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.store.compliance import Outcome
from tests.store.rows import refuse
from tests.store.scene import Clock, Scene

if TYPE_CHECKING:
    from tests.store.compliance.conftest import Behind


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM referrals",
        "DELETE FROM boxes",
        "DELETE FROM audit_events",
        "DELETE FROM audit_heads",
        "UPDATE audit_events SET actor = 'hugo'",
        "UPDATE boxes SET received_at = '2020'",
        "UPDATE referrals SET content = 'another', version = version + 1",
        "UPDATE referrals SET author = '@else@x', version = version + 1",
        "UPDATE referrals SET content_sha256 = 'x', version = version + 1",
        "UPDATE referrals SET received_at = '2020', version = version + 1",
        "UPDATE referrals SET acknowledged_at = '2020', version = version + 1",
        "UPDATE referrals SET outcome = 'warning', outcome_at = '2020', version = version + 1",
        "UPDATE referrals SET policy = 'sexism', version = version + 1",
        "UPDATE referrals SET number = 9, version = version + 1",
        "UPDATE referrals SET outcome = NULL, outcome_at = NULL, outcome_by = NULL, version = version + 1",
        "UPDATE referrals SET content = NULL",
    ],
)
async def test_nothing_is_altered_or_removed(behind: Behind, statement: str) -> None:
    number = await behind.number()
    await behind.store.conclude(number, version=1, actor="hugo", outcome=Outcome.ADVICE)
    hand = Scene(store=None, clock=Clock(), address=behind.address)  # type: ignore[arg-type]  # only its hand is asked for
    with hand.by_hand() as connection, refuse():
        connection.execute(statement)


async def test_content_can_be_blanked_and_stays_so(behind: Behind) -> None:
    await behind.number()
    hand = Scene(store=None, clock=Clock(), address=behind.address)  # type: ignore[arg-type]  # only its hand is asked for
    with hand.by_hand() as connection:
        connection.execute("UPDATE referrals SET content = NULL, author = NULL, version = version + 1")
        with refuse():
            connection.execute("UPDATE referrals SET content = 'back', version = version + 1")
