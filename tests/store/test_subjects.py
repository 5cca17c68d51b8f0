"""The door to what is held on a person: what it promises besides the work behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.fakes.databases import only_sqlite

if TYPE_CHECKING:
    from tests.store.scene import Scene


@only_sqlite
async def test_a_file_that_is_written_anew_is_the_same_database(scene: Scene) -> None:
    case = await scene.published()
    await scene.store.subjects.rewrite()
    assert await scene.case(case) == case
    assert (await scene.store.check(), await scene.store.verify()) == ([], [])


async def test_nobody_is_remembered_before_the_first_erasure(scene: Scene) -> None:
    assert await scene.store.subjects.remembered() == []
    assert await scene.store.subjects.again([], digest=str) == []
