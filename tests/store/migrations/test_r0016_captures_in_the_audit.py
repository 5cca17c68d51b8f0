"""The audit event of a capture is found without going through the whole chain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.fakes.databases import only_sqlite

if TYPE_CHECKING:
    from tests.store.scene import Scene


@only_sqlite
async def test_index_is_used_by_what_it_is_for(scene: Scene) -> None:
    query = "SELECT seq FROM audit_events WHERE kind = 'evidence.captured' AND at IN ('2026')"
    with scene.by_hand() as hand:
        plan = hand.execute(f"EXPLAIN QUERY PLAN {query}").fetchall()
    assert any("audit_of_captures" in str(step) for step in plan)
