"""Files with invented texts, and a configuration whose made-up rules know one word of each kind."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

import pytest

from bot.lab.archive import Piece
from bot.lab.backtest import build
from bot.lab.backtest_tables import Report
from bot.lab.versions import version
from tests.fakes.office import ABUSE, FAIR, PACK, RUDE, write_files

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


@pytest.fixture
def report(tmp_path: Path, config_file: Path) -> Report:
    """Five mentions and a line of nonsense, under rules that lost one, changed one, and have a new one in shadow."""
    newer = tmp_path / "newer"
    newer.mkdir()
    insult, rest = PACK.index("  - id: made-up-insult"), PACK.index("  - id: made-up-rudeness")
    novelty = (
        PACK[insult:rest]
        .replace("insult", "novelty")
        .replace("florp", "quib")
        .replace("severity", "state: shadow\n    severity")
    )
    kept = PACK[rest:].replace("severity: 1", "severity: 2")
    (newer / "made-up.yaml").write_text(PACK[:insult] + novelty + kept, encoding="utf-8")
    old, new = version("live", config_file), version(str(newer), config_file)
    texts = (ABUSE, FAIR, RUDE, ABUSE, "You quib.")
    lines = [(number, json.dumps({"text": text}).encode()) for number, text in enumerate(texts, 1)]
    tally = build(old, new, samples=5, seed=0)(Piece("a.jsonl", [*lines, (6, b"oops")], [], 0))
    return Report(old, new, ("a.jsonl",), datetime(2026, 11, 20, tzinfo=UTC), 1.5, tally)
