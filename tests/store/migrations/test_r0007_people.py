"""A session is never widened, lengthened or begun anew; a passkey keeps its owner and its counter."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.store import Passkey
from tests.store.rows import refuse
from tests.store.scene import START

if TYPE_CHECKING:
    from tests.store.scene import Scene


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE sessions SET reviewer_id = 'ben'",
        "UPDATE sessions SET roles = NULL",
        "UPDATE sessions SET until = '2027-01-01T00:00:00.000000+00:00'",
        "UPDATE sessions SET token_sha256 = 'x'",
        "UPDATE sessions SET ended_at = NULL",
        "INSERT INTO sessions SELECT * FROM sessions",
        "UPDATE sessions SET way = 'guess'",
    ],
)
async def test_session_can_only_be_seen_and_ended(scene: Scene, statement: str) -> None:
    session = await scene.store.people.begin(
        "a" * 64, reviewer="ann", way="link", roles=[], device="", at=START, until=START + timedelta(hours=10)
    )
    await scene.store.people.end(session.id, actor="ann", at=START)
    with scene.by_hand() as connection, refuse():
        connection.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE passkeys SET reviewer_id = 'ben'",
        "UPDATE passkeys SET public_key = 'x'",
        "UPDATE passkeys SET sign_count = 6",
        "INSERT INTO passkeys SELECT * FROM passkeys",
    ],
)
async def test_passkey_keeps_its_owner_and_its_counter_never_goes_back(scene: Scene, statement: str) -> None:
    passkey = Passkey(id="k1", reviewer="ann", public_key="AAAA", sign_count=7, name="My phone", added_at=START)
    await scene.store.people.add_passkey(passkey)
    with scene.by_hand() as connection, refuse():
        connection.execute(statement)
