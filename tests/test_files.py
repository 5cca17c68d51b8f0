from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from bot.files import Files
from bot.model import Mode
from bot.yaml_file import BadFile
from tests.fakes.office import ROOT, write_files

if TYPE_CHECKING:
    from pathlib import Path


def test_everything_that_people_write_is_read_together(files: Files) -> None:
    assert files.config.party.name == "The Fernwick Party"
    assert [rule.id for rule in files.rulebook.rules] == ["made-up-insult", "made-up-rudeness", "made-up-threat"]
    assert files.responses.all
    assert list(files.accounts) == ["party", "leader", "deputy"]
    assert files.reviewers["mara"].name == "Mara Bright"


def test_example_in_the_repository_is_right_as_it_stands() -> None:
    files = Files.read(ROOT / "config.yaml")
    assert {account.mode for account in files.accounts.values()} == {Mode.DRY_RUN}
    assert {policy for rule in files.rulebook.rules for policy in [rule.policy]} >= {"threat", "sexism", "racism"}


def test_rule_reads_otherwise_when_its_words_a_list_or_its_state_change_and_no_other_does(tmp_path: Path) -> None:
    path, pack = write_files(tmp_path), tmp_path / "packs" / "made-up.yaml"
    written = pack.read_text(encoding="utf-8").replace("lang: en\n", "lang: en\nlists: {rude: [blimp]}\n")
    written = written.replace("words: [blimp]", 'words: ["{rude}"]')
    pack.write_text(written, encoding="utf-8")
    before = {rule.id: rule.digest for rule in Files.read(path).rule_texts()}
    for old, new, edited in (
        ("lang: en\n", "# A note about the words.\nlang: en\n", set()),
        ("[florp]", "[florp, flarp]", {"made-up-insult"}),
        ("{rude: [blimp]}", "{rude: [blimp, blomp]}", {"made-up-rudeness"}),
        ("id: made-up-threat", "id: made-up-threat\n    state: shadow", {"made-up-threat"}),
    ):
        pack.write_text(written.replace(old, new), encoding="utf-8")
        after = {rule.id: rule.digest for rule in Files.read(path).rule_texts()}
        assert {rule for rule in after if after[rule] != before[rule]} == edited


def test_rules_of_the_program_are_told_from_the_partys_own_and_escalations_from_the_rest(files: Files) -> None:
    assert {(rule.id, rule.escalates, rule.shipped) for rule in files.rule_texts()} == {
        ("made-up-insult", False, False),
        ("made-up-rudeness", False, False),
        ("made-up-threat", True, False),
    }
    assert all(rule.shipped for rule in Files.read(ROOT / "config.yaml").rule_texts())


MANY_SIDED = """
  - id: many-sided
    policy: personal_abuse
    severity: 2
    words: [flimp]
    fields: [text, content_warning, display_name]
    when: {any: [{aimed_at: [you, account, protected, person, group]}, {author: {claims: [supporter, member]}}]}
    matches: [you flimp]
    ignores: [you flip]
"""


def test_rules_read_the_same_at_every_start(tmp_path: Path) -> None:
    path = write_files(tmp_path)
    with (tmp_path / "packs" / "made-up.yaml").open("a", encoding="utf-8") as pack:
        pack.write(MANY_SIDED)
    program = (
        "import pathlib, sys; from bot.files import Files; print(Files.read(pathlib.Path(sys.argv[1])).rule_texts())"
    )
    found = {
        subprocess.run(  # noqa: S603  our own program
            [sys.executable, "-c", program, str(path)],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(found) == 1


def test_dry_run_turns_every_live_account_to_it_and_leaves_the_others(tmp_path: Path, files: Files) -> None:
    path = write_files(tmp_path)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("mode: live", "mode: watch", 1), encoding="utf-8")
    assert {account.mode for account in files.accounts.values()} == {Mode.LIVE}
    modes = [account.mode for account in Files.read(path, dry_run=True).accounts.values()]
    assert modes == [Mode.WATCH, Mode.DRY_RUN, Mode.DRY_RUN]


def test_mistakes_in_rules_and_in_responses_are_named_at_once(tmp_path: Path) -> None:
    path = write_files(tmp_path)
    pack = tmp_path / "packs" / "made-up.yaml"
    pack.write_text(pack.read_text(encoding="utf-8").replace("you florp", "you flurp"), encoding="utf-8")
    response = tmp_path / "responses" / "racism-space.yaml"
    response.write_text(response.read_text(encoding="utf-8").replace("title:", "tittle:"), encoding="utf-8")
    with pytest.raises(BadFile) as bad:
        Files.read(path)
    files = {problem.file.rpartition("/")[2] for problem in bad.value.problems}
    assert files == {"made-up.yaml", "racism-space.yaml"}
    assert all(problem.line for problem in bad.value.problems)
    assert "made-up-insult" in str(bad.value)


def test_mistake_in_the_configuration_comes_before_what_is_read_against_it(tmp_path: Path) -> None:
    path = write_files(tmp_path)
    path.write_text(path.read_text(encoding="utf-8").replace("mode: live", "mode: alive", 1), encoding="utf-8")
    (tmp_path / "responses" / "racism-space.yaml").write_text("nonsense", encoding="utf-8")
    with pytest.raises(BadFile) as bad:
        Files.read(path)
    assert {problem.file for problem in bad.value.problems} == {str(path)}


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadFile) as bad:
        Files.read(tmp_path / "nowhere.yaml")
    assert str(tmp_path / "nowhere.yaml") in str(bad.value)


def test_broken_rule_does_not_hinder_what_needs_no_rules(tmp_path: Path) -> None:
    path = write_files(tmp_path)
    (tmp_path / "packs" / "made-up.yaml").write_text("lang: en\nrules: nonsense\n", encoding="utf-8")
    files = Files.open(path)
    assert files.config.party.name
    assert files.responses.all
    with pytest.raises(BadFile):
        _ = files.rulebook
