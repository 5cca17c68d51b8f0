"""Which file has which name; and a file is replaced whole, with its permissions, or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.config import load
from bot.store import TextKind
from bot.texts.folders import Folders, write
from tests.fakes.office import write_files

if TYPE_CHECKING:
    from pathlib import Path

RESPONSE, RULES = TextKind.RESPONSE, TextKind.RULES


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    config = tmp_path / "party"
    config.mkdir()
    rules = {"shipped": False, "packs": ["packs", str(elsewhere)]}
    return Folders(load(write_files(config, rules=rules)))


def test_response_is_called_as_its_file_and_a_pack_by_its_way_from_the_configuration(
    folders: Folders, tmp_path: Path
) -> None:
    for name, path in (
        ((RESPONSE, "calm.yaml"), tmp_path / "party" / "responses" / "calm.yaml"),
        ((RULES, "packs/own/words.yml"), tmp_path / "party" / "packs" / "own" / "words.yml"),
        ((RULES, f"{tmp_path}/elsewhere/words.yaml"), tmp_path / "elsewhere" / "words.yaml"),
    ):
        assert folders.path(*name) == path
        assert folders.name(path) == name
        assert folders.named({path: "text"}) == {name: "text"}
        assert folders.placed({name: "text"}) == {path: "text"}


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (RESPONSE, "../config.yaml"),
        (RESPONSE, "own/calm.yaml"),
        (RESPONSE, "calm.txt"),
        (RESPONSE, "/etc/calm.yaml"),
        (RULES, "packs/../config.yaml"),
        (RULES, "config.yaml"),
        (RULES, "responses/calm.yaml"),
        (RULES, "/etc/words.yaml"),
    ],
)
def test_name_that_leads_elsewhere_has_no_file(folders: Folders, kind: TextKind, name: str) -> None:
    assert folders.path(kind, name) is None
    assert folders.placed({(kind, name): "text"}) == {}


def test_what_lies_elsewhere_has_no_name(folders: Folders, tmp_path: Path) -> None:
    assert folders.name(tmp_path / "party" / "config.yaml") is None
    assert folders.named({tmp_path / "else.yaml": "text"}) == {}


def test_file_is_replaced_with_its_permissions_and_a_new_one_can_be_read(tmp_path: Path) -> None:
    old, new = tmp_path / "old.yaml", tmp_path / "new.yaml"
    old.write_text("before", encoding="utf-8")
    old.chmod(0o640)
    write(old, "after\r\n")
    write(new, "new\n")
    assert (old.read_bytes(), old.stat().st_mode & 0o777) == (b"after\r\n", 0o640)
    assert (new.read_bytes(), new.stat().st_mode & 0o777) == (b"new\n", 0o644)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["new.yaml", "old.yaml"]


def test_file_behind_a_link_is_replaced_and_the_link_stays(tmp_path: Path) -> None:
    real, link = tmp_path / "real.yaml", tmp_path / "link.yaml"
    real.write_text("before", encoding="utf-8")
    link.symlink_to(real)
    write(link, "after")
    assert link.is_symlink()
    assert real.read_text(encoding="utf-8") == "after"


def test_what_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    taken = tmp_path / "taken.yaml"
    taken.mkdir()
    with pytest.raises(OSError, match="directory"):
        write(taken, "text")
    assert [path.name for path in tmp_path.iterdir()] == ["taken.yaml"]
