"""The safety team's part of the store's door: the same database as the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.model import Event

if TYPE_CHECKING:
    from tests.store.scene import Scene


async def test_nothing_is_ticked_where_there_is_nothing(scene: Scene) -> None:
    assert await scene.store.safety.ticked([]) == {}


async def test_tick_of_an_unknown_case_writes_nothing(scene: Scene) -> None:
    case = await scene.change(await scene.opened(kind="escalate"), Event.ACKNOWLEDGED, "cat")
    before = await scene.store.height()
    assert not await scene.store.safety.tick("nowhere", "life", actor="cat", done=True)
    assert await scene.store.height() == before
    assert await scene.store.safety.tick(case.id, "life", actor="cat", done=True)
    assert await scene.store.height() == before + 1
