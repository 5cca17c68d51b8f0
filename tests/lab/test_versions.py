from __future__ import annotations

import pickle
from typing import TYPE_CHECKING

import pytest

from bot.lab.versions import NoSuchVersionError, version
from bot.rules.pack_files import SHIPPED
from bot.yaml_file import BadFile
from tests.fakes.office import PACK, write_files

if TYPE_CHECKING:
    from pathlib import Path

MADE_UP = ["made-up-insult", "made-up-rudeness", "made-up-threat"]
ONE_RULE = PACK[: PACK.index("  - id: made-up-rudeness")]


def ids(named: str, config_file: Path) -> list[str]:
    return [rule.id for rule in version(named, config_file).rulebook.rules]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "older"
    made.mkdir()
    (made / "one.yaml").write_text(ONE_RULE, encoding="utf-8")
    return made


def test_live_is_what_the_configuration_says(config_file: Path) -> None:
    assert ids("live", config_file) == MADE_UP


def test_configuration_is_a_version_of_its_own(config_file: Path, tmp_path: Path) -> None:
    other = write_files(tmp_path / "other")
    (tmp_path / "other" / "packs" / "made-up.yaml").write_text(ONE_RULE, encoding="utf-8")
    assert ids(str(other), config_file) == ["made-up-insult"]


def test_folder_takes_the_place_of_the_configured_packs(config_file: Path, folder: Path) -> None:
    assert ids(str(folder), config_file) == ["made-up-insult"]


def test_folder_of_own_rules_stands_beside_the_shipped_ones(tmp_path: Path, folder: Path) -> None:
    found = version(str(folder), write_files(tmp_path, rules={"shipped": True}))
    names = [rule.id for rule in found.rulebook.rules]
    assert "made-up-insult" in names
    assert len(names) > 20
    assert "beside the shipped ones" in found.about


def test_folder_that_holds_shipped_rules_takes_their_place(tmp_path: Path) -> None:
    found = version(str(SHIPPED), write_files(tmp_path, rules={"shipped": True}))
    names = [rule.id for rule in found.rulebook.rules]
    assert len(names) == len(set(names)) > 20
    assert "in place of the shipped ones" in found.about


def test_states_of_rules_that_a_folder_does_not_have_are_passed_over(tmp_path: Path, folder: Path) -> None:
    states = {"made-up-threat": "shadow", "made-up-insult": "off"}
    config_file = write_files(tmp_path, rules={"states": states})
    [rule] = version(str(folder), config_file).rulebook.rules
    assert rule.state == "off"


@pytest.mark.parametrize("named", ["nowhere", "git:main", "5f3c2a1", "empty", "notes.txt"])
def test_what_is_no_version_is_refused_with_what_is_one(tmp_path: Path, config_file: Path, named: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "notes.txt").write_text("words", encoding="utf-8")
    inside = str(tmp_path / named) if (tmp_path / named).exists() else named
    with pytest.raises(NoSuchVersionError) as raised:
        version(inside, config_file)
    assert named in str(raised.value)
    assert "pack" in str(raised.value)


def test_broken_pack_is_named_with_its_line(config_file: Path, folder: Path) -> None:
    (folder / "broken.yaml").write_text("lang: en\nrules: [\n", encoding="utf-8")
    with pytest.raises(BadFile, match=r"broken\.yaml:3"):
        ids(str(folder), config_file)


def test_rules_stay_behind_on_the_way_to_another_process(config_file: Path, folder: Path) -> None:
    found = version(str(folder), config_file)
    empty = len(pickle.dumps(found))
    assert found.rulebook.rules
    assert len(pickle.dumps(found)) == empty
    arrived = pickle.loads(pickle.dumps(found))  # noqa: S301  our own
    assert arrived == found
    assert arrived.rulebook.rules == found.rulebook.rules
