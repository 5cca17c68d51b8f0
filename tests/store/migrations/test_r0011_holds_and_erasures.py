"""What the database refuses of holds and of the memory of erasures, with the program by-passed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.store.by_hand import REFUSALS

if TYPE_CHECKING:
    from tests.store.scene import Scene

AGAIN = (
    "INSERT INTO holds SELECT 'h2', case_id, author_uri, reason, reason_sha256, placed_by, placed_at, NULL, NULL"
    " FROM holds"
)


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("DELETE FROM holds", "never removed"),
        ("UPDATE holds SET placed_by = 'ben'", "nothing else of it changes"),
        ("UPDATE holds SET reason = 'another'", "nothing else of it changes"),
        ("UPDATE holds SET author_uri = 'https://other.example/u/bo'", "nothing else of it changes"),
        ("UPDATE holds SET reason = NULL", "(?i)check"),
        (AGAIN, "once for a case or an author"),
        ("DELETE FROM erasures", "not forgotten"),
        ("UPDATE erasures SET digests = '[]'", "not forgotten"),
    ],
)  # fmt: skip
async def test_it_is_refused(scene: Scene, statement: str, why: str) -> None:
    await scene.store.subjects.hold_author("https://other.example/u/al", "evidence", actor="cat")
    await scene.store.subjects.erase(["@bo@tide.example"], actor="ann", digest=str, remember=lambda _: None)
    with scene.by_hand() as hand, pytest.raises(REFUSALS, match=why):
        hand.execute(statement)


async def test_a_hold_that_was_lifted_stays_lifted(scene: Scene) -> None:
    hold = await scene.store.subjects.hold_author("https://other.example/u/al", "evidence", actor="cat")
    await scene.store.subjects.lift_hold(hold.id, actor="ann")
    with scene.by_hand() as hand, pytest.raises(REFUSALS):
        hand.execute("UPDATE holds SET lifted_at = NULL, lifted_by = NULL")
