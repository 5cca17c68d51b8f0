"""What patterns need is worked out once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.rules.anchors import needs
from bot.rules.remembered import Remembered

if TYPE_CHECKING:
    from pathlib import Path

PATTERNS = ("you (?:git|twit)", "(?:one|two) {0,3}three", "a.b", "🐀 like you")


def test_the_next_start_has_the_same_needs(tmp_path: Path) -> None:
    first = Remembered(tmp_path / "new")
    worked_out = [first.needs(pattern) for pattern in PATTERNS]
    first.keep()
    second = Remembered(tmp_path / "new")
    assert [second.needs(pattern) for pattern in PATTERNS] == worked_out == [needs(pattern) for pattern in PATTERNS]


def test_only_what_is_still_asked_for_is_kept(tmp_path: Path) -> None:
    first = Remembered(tmp_path)
    first.needs("you git")
    first.keep()
    second = Remembered(tmp_path)
    second.needs("you twit")
    second.keep()
    (kept,) = tmp_path.glob("needs-*")
    assert b"twit" in kept.read_bytes()
    assert b"git" not in kept.read_bytes()


def test_without_a_folder_nothing_is_kept(tmp_path: Path) -> None:
    remembered = Remembered(None)
    assert remembered.needs("you git") == needs("you git")
    remembered.keep()
    assert list(tmp_path.iterdir()) == []
