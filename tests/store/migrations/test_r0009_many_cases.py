"""The lists of a large database are read off an index, and not searched for among all cases."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fakes.databases import only_sqlite

if TYPE_CHECKING:
    from tests.store.scene import Scene


@only_sqlite
@pytest.mark.parametrize(
    ("query", "index"),
    [
        ("SELECT id FROM cases WHERE state NOT IN ('open') ORDER BY changed_at DESC LIMIT 9", "cases_by_change"),
        ("SELECT id FROM cases WHERE asked_at IS NOT NULL", "cases_asked"),
    ],
)
async def test_index_is_used_by_what_it_is_for(scene: Scene, query: str, index: str) -> None:
    with scene.by_hand() as hand:
        plan = hand.execute(f"EXPLAIN QUERY PLAN {query}").fetchall()
    assert any(index in str(step) for step in plan)
