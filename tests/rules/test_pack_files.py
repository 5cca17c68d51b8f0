"""Files of rules are read as they stand, and every file that cannot be read is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.rules.pack_files import SHIPPED, PackFiles
from bot.yaml_file import BadFile

if TYPE_CHECKING:
    from pathlib import Path

RULE = "  - {{id: {name}, policy: personal_abuse, severity: 2, words: [git, twit], matches: [git], ignores: [digit]}}\n"
FIRST = "lang: en\nrules:\n" + RULE.format(name="first") + RULE.format(name="second")
SECOND = "lang: en\namended: {second: {without: [twit], matches: [the git]}}\nrules:\n" + RULE.format(name="third")


def test_the_shipped_files_come_first(tmp_path: Path) -> None:
    (tmp_path / "ours.yaml").write_text(FIRST)
    paths = list(PackFiles.read([tmp_path], shipped=True).texts)
    assert paths[-1] == tmp_path / "ours.yaml"
    assert paths[:-1] == sorted(SHIPPED.rglob("*.yaml"))


def test_rules_are_numbered_through_all_files_and_read_as_they_are_amended(tmp_path: Path) -> None:
    (tmp_path / "1.yaml").write_text(FIRST)
    (tmp_path / "2.yaml").write_text(SECOND)
    rules = PackFiles.read([tmp_path], shipped=False).rules
    assert [(rule.place, rule.section.id, rule.index, rule.pack.path.name) for rule in rules] == [
        (0, "first", 0, "1.yaml"), (1, "second", 1, "1.yaml"), (2, "third", 0, "2.yaml"),
    ]  # fmt: skip
    assert [rule.section.words for rule in rules] == [("git", "twit"), ("git",), ("git", "twit")]
    assert [rule.amended and rule.amended.path.name for rule in rules] == [None, "2.yaml", None]


def test_a_file_is_as_it_was_when_it_was_read(tmp_path: Path) -> None:
    (tmp_path / "1.yaml").write_text(FIRST)
    files = PackFiles.read([tmp_path], shipped=False)
    (tmp_path / "1.yaml").unlink()
    assert len(files.rules) == 2


def test_texts_stand_in_for_the_disk(tmp_path: Path) -> None:
    (tmp_path / "1.yaml").write_text(FIRST)
    files = PackFiles.read([tmp_path], {tmp_path / "2.yaml": SECOND, tmp_path.parent / "3.yaml": FIRST}, shipped=False)
    assert list(files.texts) == [tmp_path / "2.yaml"]


def test_everything_that_cannot_be_read_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "1.yaml").write_bytes(b"lang: \xff")
    (tmp_path / "2.yaml").write_text("lang: en\ncolour: red\n")
    with pytest.raises(BadFile) as bad:
        _ = PackFiles.read([tmp_path, tmp_path / "nowhere"], shipped=False).packs
    told = {problem.file.removeprefix(str(tmp_path)): problem.message for problem in bad.value.problems}
    assert list(told) == ["/1.yaml", "/2.yaml", "/nowhere"]
    assert "not in UTF-8" in told["/1.yaml"]
    assert "is not known here" in told["/2.yaml"]
    assert "no such folder" in told["/nowhere"]
