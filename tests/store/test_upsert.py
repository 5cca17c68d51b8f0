"""An insert that may meet its own row is written as each database writes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.store.scene import Scene


async def test_a_row_that_is_there_is_changed_and_not_doubled(scene: Scene) -> None:
    for text in ("first", "first, edited"):
        await scene.receive(scene.received("1", "ignore", said={"text": text}))
    (left,) = await scene.store.left_alone()
    assert left.text == "first, edited"
