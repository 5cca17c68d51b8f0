"""A capture is kept as it was written; an exhibit can be encrypted anew or blanked, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.store.rows import refuse
from tests.store.test_captures import captured

if TYPE_CHECKING:
    from tests.store.scene import Scene

WITHOUT_BYTES = (
    "INSERT INTO exhibits SELECT 'x', capture_id, 2, kind, url, media_type, headers, received_at, server_time, exact,"
    " missing, size, sha256, facts_sha256, NULL FROM exhibits"
)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE captures SET said = 'other words'",
        "UPDATE captures SET complete = complete",
        "DELETE FROM captures",
        "INSERT INTO captures SELECT * FROM captures",
        "UPDATE exhibits SET sha256 = 'x'",
        "UPDATE exhibits SET facts_sha256 = 'x'",
        "UPDATE exhibits SET url = 'https://elsewhere.example'",
        "UPDATE exhibits SET headers = '[1]'",
        "UPDATE exhibits SET received_at = '2026-11-20'",
        "UPDATE exhibits SET missing = 'not there'",
        "UPDATE exhibits SET kind = 'media'",
        "DELETE FROM exhibits",
        "INSERT INTO exhibits SELECT * FROM exhibits",
        WITHOUT_BYTES,
    ],
)
async def test_evidence_is_never_changed_replaced_or_removed(scene: Scene, statement: str) -> None:
    await captured(scene)
    with scene.by_hand() as connection, refuse():
        connection.execute(statement)


async def test_the_bytes_can_be_encrypted_anew_and_blanked_but_not_brought_back(scene: Scene) -> None:
    await captured(scene)
    with scene.by_hand() as connection:
        connection.execute("UPDATE exhibits SET body = ?", [b"Eanew"])
        connection.execute("UPDATE exhibits SET url = NULL, headers = NULL, body = NULL")
    with scene.by_hand() as connection, refuse():
        connection.execute("UPDATE exhibits SET body = ?", [b"Pback"])
