"""The door to what protected people wish; what it promises of each wish is in test_wishes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.fakes.databases import only_sqlite
from tests.store.test_wishes import HER, found_for_her, page_of

if TYPE_CHECKING:
    from tests.store.scene import Scene


@only_sqlite
async def test_with_the_consent_goes_every_byte_of_it(scene: Scene) -> None:
    await page_of(scene)
    await found_for_her(scene, "unheard-of")
    await scene.store.protected.withdraw(HER)
    for file in scene.path.parent.iterdir():
        assert b"unheard-of" not in file.read_bytes(), file.name
