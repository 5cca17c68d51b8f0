"""A hand-over note is kept as it was written; it can be blanked when its time is over, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.store.rows import refuse

if TYPE_CHECKING:
    from tests.store.scene import Scene


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE handovers SET text = 'other words'",
        "UPDATE handovers SET reviewer_id = 'ben'",
        "UPDATE handovers SET text_sha256 = 'x'",
        "DELETE FROM handovers",
        "INSERT INTO handovers SELECT * FROM handovers",
        "INSERT INTO handovers SELECT 'x', at, reviewer_id, safety, NULL, 'x' FROM handovers",
    ],
)
async def test_note_is_never_changed_replaced_or_removed(scene: Scene, statement: str) -> None:
    await scene.store.hand_over("Look at the thread of the mayor.", actor="ann", safety=False)
    with scene.by_hand() as connection, refuse():
        connection.execute(statement)
