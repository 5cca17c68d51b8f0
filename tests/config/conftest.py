from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    Edit = tuple[str, str]
    Edited = Callable[..., Path]

SHIPPED = Path(__file__).parents[2] / "config.yaml"


@pytest.fixture
def edited(tmp_path: Path) -> Edited:
    """Writes the shipped configuration with some words replaced, each wherever it stands first."""

    def write(*edits: Edit) -> Path:
        text = SHIPPED.read_text(encoding="utf-8")
        for old, new in edits:
            assert old in text, f"the shipped configuration has no “{old}”"
            text = text.replace(old, new, 1)
        path = tmp_path / "config.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture
def shipped() -> Path:
    return SHIPPED
