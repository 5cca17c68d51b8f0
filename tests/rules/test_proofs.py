"""Examples run where something changed, and nowhere else; a memory that fails costs time alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.rules.proofs import Proofs, proof

if TYPE_CHECKING:
    from pathlib import Path


def test_what_was_proven_is_known_at_the_next_start(tmp_path: Path) -> None:
    Proofs(tmp_path / "new" / "folder").add(["a", "b"])
    assert "a" in Proofs(tmp_path / "new" / "folder")
    assert "c" not in Proofs(tmp_path / "new" / "folder")


def test_without_a_folder_nothing_is_remembered() -> None:
    proofs = Proofs(None)
    proofs.add(["a"])
    assert "a" not in proofs


def test_a_memory_that_cannot_be_read_or_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "examples").mkdir()
    Proofs(tmp_path).add(["a"])
    (tmp_path / "file").write_bytes(b"\xff\xfe")
    Proofs(tmp_path / "file").add(["a"])
    assert "a" not in Proofs(tmp_path / "file")


def test_a_proof_tells_its_parts_apart() -> None:
    assert proof("ab", "c") != proof("a", "bc")
    assert proof("a", b"b") == proof(b"a", "b")
