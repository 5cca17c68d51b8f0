"""Both sides of the wall."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fakes.wall import Wall, a_wall

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture
async def wall(tmp_path: Path) -> AsyncIterator[Wall]:
    async with a_wall(tmp_path) as wall:
        yield wall
