"""An explanation reads from top to bottom: what was read, what was found, what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.files import Files
from bot.judge import explain_text
from bot.lab.explain import told
from tests.fakes.office import ABUSE, FAIR, write_files

if TYPE_CHECKING:
    from pathlib import Path

OURS = "@party@fernwick.example"
PACK = """
lang: en
lists: {office: [mayor, clerk]}
rules:
  - id: said-to-somebody
    title: Calls somebody a clown
    policy: personal_abuse
    severity: 2
    words: [clown]
    unless: [at the circus]
    when: {to_somebody: true}
    matches: ["@sam@fernwick.example clown"]
    ignores: [clown]
  - id: said-of-an-office
    title: Calls an office a clown
    policy: personal_abuse
    severity: 2
    words: [clown]
    when: {text: ["{office}"]}
    matches: [the mayor is a clown]
    ignores: [clown]
"""


@pytest.fixture
def made(tmp_path: Path) -> Files:
    """Two rules with conditions, and one in shadow."""
    config_file = write_files(tmp_path, rules={"states": {"made-up-insult": "shadow"}})
    (tmp_path / "packs" / "clown.yaml").write_text(PACK, encoding="utf-8")
    return Files.open(config_file)


def lines(files: Files, text: str) -> list[str]:
    return list(told(explain_text(text, files.rulebook, account="party"), rules=3, ours=OURS))


def test_abuse_is_told_from_the_reading_to_the_verdict(files: Files) -> None:
    found = lines(files, ABUSE)
    assert found[0].startswith("The text, as it was read: “")
    assert "Rules that found their words: 1 of 3" in found
    assert any(line.startswith("✓") and "made-up-insult: personal_abuse, severity 2" in line for line in found)
    assert "    found “florp” in the text" in found
    assert "    so it holds" in found
    assert found[-1] == "Verdict: respond. It is abuse, and a reply may be proposed; a named person decides."


def test_what_is_fair_is_told_as_briefly(files: Files) -> None:
    found = lines(files, FAIR)
    assert "None of the 3 rules found its words: nothing in it stands on any of their lists." in found
    assert found[-1] == "Verdict: ignore. It is no abuse by these rules."


def test_a_rule_in_shadow_says_what_it_would_do(made: Files) -> None:
    found = lines(made, ABUSE)
    assert found[-2] == "Verdict: ignore. It is no abuse by these rules."
    assert (
        found[-1]
        == "made-up-insult holds, but is in shadow: it only counts. Were it live, its verdict would be respond."
    )


def test_it_is_said_that_a_text_was_judged_as_said_to_nobody_and_how_to_try_it_otherwise(made: Files) -> None:
    alone = lines(made, "What a clown.")
    assert "    but the post answers nobody and names nobody" in alone
    assert f"This was judged as a post that answers nobody. To see it said to you, write {OURS} before it." in alone
    said = lines(made, f"{OURS} What a clown.")
    assert not [line for line in said if "answers nobody" in line]
    assert said[:2] == [
        "The text, as it was read: “… what a clown.”",
        "  … stands for a handle, an address or a flag: nobody is judged by a name.",
    ]


def test_each_rule_is_told_once_for_each_reason_and_what_holds_comes_first(made: Files) -> None:
    found = lines(made, f"{OURS} you are no clown. You clown, and you there: clown!")
    assert [line[:2] for line in found if line.startswith(("✓", "✗"))] == ["✓ ", "✗ "]


def test_conditions_are_told_without_the_way_they_are_written(made: Files) -> None:
    found = lines(made, "He is a clown, or he was a clown at the circus.")
    assert "    but no entry of the list {office} stands in the post" in found
    assert "    but “at the circus” stands in the same sentence" in found


def test_a_long_text_is_cut(files: Files) -> None:
    assert max(map(len, lines(files, "well " * 1_000))) < 400
