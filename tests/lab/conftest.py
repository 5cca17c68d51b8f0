"""Files with invented texts, and a configuration whose made-up rules know one word of each kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import pytest

from tests.fakes.office import write_files

if TYPE_CHECKING:
    from pathlib import Path


class Wrote(Protocol):
    """Writes a file and gives its path."""

    def __call__(self, name: str, content: str | bytes) -> Path: ...


@pytest.fixture
def wrote(tmp_path: Path) -> Wrote:
    def write(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


@pytest.fixture
def config_file(tmp_path: Path) -> Path:
    return write_files(tmp_path)
