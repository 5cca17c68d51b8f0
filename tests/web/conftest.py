"""A store with people in it, for what stands behind a door."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.store.scene import Scene, scene_in

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    scene = await scene_in(tmp_path)
    yield scene
    await scene.store.close()
