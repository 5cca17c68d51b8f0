"""A seeded store in a folder of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.store.rows import incident_of
from tests.store.scene import Scene, scene_in

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.store.rows import Insert


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    scene = await scene_in(tmp_path)
    yield scene
    await scene.store.close()


@pytest.fixture
async def template(tmp_path: Path) -> str:
    """A seeded database that nobody has open, to be copied."""
    scene = await scene_in(tmp_path)
    await scene.store.close()
    return scene.address


@pytest.fixture(params=[True, False], ids=["with foreign keys", "foreign keys forgotten"])
def put(scene: Scene, request: pytest.FixtureRequest) -> Insert:
    """Inserts a row by hand: whoever by-passes the program may also forget to ask for foreign keys."""

    def insert(table: str, *, replacing: bool = False, **row: object) -> None:
        verb = "INSERT OR REPLACE" if replacing else "INSERT"
        if table == "publications":
            row.setdefault("incident_id", incident_of(scene, str(row["case_id"])))
        statement = f"{verb} INTO {table} ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})"
        with scene.by_hand(foreign_keys=request.param) as connection:
            connection.execute(statement, list(row.values()))

    return insert
