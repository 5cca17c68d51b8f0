"""What is kept is read again as it was; a memory that fails, or is of something else, costs time alone."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from bot.rules.kept import MOST_KEPT, Kept
from bot.rules.stance import Context

if TYPE_CHECKING:
    from pathlib import Path

VALUE: dict[str, tuple[int, ...]] = {"git": (1, 2)}


def kept(folder: Path | None, *made_of: str) -> Kept[dict[str, tuple[int, ...]]]:
    return Kept(folder, "things", dict[str, tuple[int, ...]], *made_of)


def only_file(folder: Path) -> Path:
    (file,) = folder.iterdir()
    return file


def test_what_is_kept_is_there_at_the_next_start(tmp_path: Path) -> None:
    assert kept(tmp_path / "new").read() is None
    kept(tmp_path / "new").write(VALUE)
    assert kept(tmp_path / "new").read() == VALUE


def test_what_is_made_of_something_else_is_another(tmp_path: Path) -> None:
    kept(tmp_path, "one", "two").write(VALUE)
    assert kept(tmp_path, "one").read() is None
    assert kept(tmp_path, "onetwo").read() is None
    assert kept(tmp_path, "one", "two").read() == VALUE


def test_a_model_is_kept_as_its_content(tmp_path: Path) -> None:
    context = Context(openers=("hey",), ideas=("idea", "plan"))
    Kept(tmp_path, "context", Context).write(context)
    assert Kept(tmp_path, "context", Context).read() == context


@pytest.mark.parametrize("broken", [b"", b"\xff\x00nonsense", b"\x81\xc4\x01a\x01"])
def test_what_cannot_be_read_is_not_there(tmp_path: Path, broken: bytes) -> None:
    kept(tmp_path).write(VALUE)
    only_file(tmp_path).write_bytes(broken)
    assert kept(tmp_path).read() is None


def test_what_was_damaged_is_not_there(tmp_path: Path) -> None:
    kept(tmp_path).write(VALUE)
    file = only_file(tmp_path)
    file.write_bytes(file.read_bytes().replace(b"git", b"gat"))
    assert kept(tmp_path).read() is None


def test_what_has_another_shape_is_not_there(tmp_path: Path) -> None:
    Kept(tmp_path, "things", list[str]).write(["git"])
    assert kept(tmp_path).read() is None


def test_without_a_folder_nothing_is_kept() -> None:
    kept(None).write(VALUE)
    assert kept(None).read() is None


def test_a_folder_that_cannot_be_written_loses_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    kept(tmp_path / "file").write(VALUE)
    assert kept(tmp_path / "file").read() is None


def test_what_is_no_text_is_not_kept(tmp_path: Path) -> None:
    kept(tmp_path).write({os.fsdecode(b"\xff"): (1,)})
    assert kept(tmp_path).read() is None


def test_the_oldest_are_deleted_and_those_of_another_name_stay(tmp_path: Path) -> None:
    Kept(tmp_path, "other", list[str]).write(["git"])
    for number in range(MOST_KEPT + 2):
        kept(tmp_path, str(number)).write(VALUE)
        for file in tmp_path.iterdir():
            os.utime(file, (file.stat().st_atime, file.stat().st_mtime - 60))
    found = [number for number in range(MOST_KEPT + 2) if kept(tmp_path, str(number)).read()]
    assert found == list(range(2, MOST_KEPT + 2))
    assert Kept(tmp_path, "other", list[str]).read() == ["git"]
