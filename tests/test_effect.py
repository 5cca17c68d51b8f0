"""What an edit of the rules would change is seen before it is made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bot.effect import Change, PastText, comparing, effect
from bot.files import Files
from bot.model import Author, Mention
from tests.fakes.network import EVENING
from tests.fakes.office import write_files

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bot.effect import Effect

PACK = """
lang: en
lists: {pest: [gnat, wasp]}
rules:
  - id: called-a-pest
    policy: personal_abuse
    severity: 2
    phrases: ["you {pest}"]
    matches: [you gnat]
    ignores: [a tick]
  - id: called-a-turnip
    policy: personal_abuse
    severity: 2
    words: [turnip]
    matches: [you turnip]
    ignores: [a swede]
"""
TEXTS = ("You tick.", "You wasp!", "You turnip.", "Good evening.")


def past(text: str) -> PastText:
    author = Author(uri="", handle="")
    return PastText(
        mention=Mention(
            uri="1", platform="", account="party", native_id="", author=author, text=text, created_at=EVENING
        )
    )


def parts(folder: Path, pack: str) -> dict[str, Any]:
    folder.mkdir(exist_ok=True)
    config_file = write_files(folder)
    (folder / "packs" / "made-up.yaml").write_text(pack, encoding="utf-8")
    return Files.open(config_file).rulebook_parts


@pytest.fixture
def edited(tmp_path: Path) -> Callable[[str], Effect]:
    def compare(pack: str) -> Effect:
        build = comparing(parts(tmp_path / "old", PACK), parts(tmp_path / "new", pack))
        return build([past(text) for text in TEXTS])

    return compare


def test_a_word_that_is_added_to_a_list_shows_whom_it_would_flag(edited: Callable[[str], Effect]) -> None:
    found = edited(PACK.replace("[gnat, wasp]", "[gnat, wasp, tick]"))
    assert found.sound
    assert found.rules == ("called-a-pest",)
    assert (found.judged, found.counts) == (4, {Change.NEWLY: 1})
    (sample,) = found.samples
    assert sample.text.mention.text == "You tick."
    assert (sample.before, sample.after) == ("ignore", "respond")
    assert sample.matches[0].text == "You tick"


def test_a_word_that_is_taken_away_shows_what_would_be_let_through(edited: Callable[[str], Effect]) -> None:
    found = edited(PACK.replace("[gnat, wasp]", "[gnat]"))
    assert found.counts == {Change.NO_LONGER: 1}
    assert found.samples[0].matches[0].text == "You wasp"


def test_a_rule_that_is_turned_to_shadow_counts_as_touched(edited: Callable[[str], Effect]) -> None:
    found = edited(PACK.replace("id: called-a-turnip", "id: called-a-turnip\n    state: shadow"))
    assert found.rules == ("called-a-turnip",)
    assert found.counts == {Change.NO_LONGER: 1}


def test_an_example_that_would_fail_is_named_with_its_line(edited: Callable[[str], Effect]) -> None:
    found = edited(PACK.replace("[gnat, wasp]", "[wasp]"))
    assert not found.sound
    (failing,) = found.failing
    assert failing.startswith("made-up.yaml, line 9: rule “called-a-pest” should hold for its example 1 but does not")


def test_rules_that_cannot_be_read_say_why_and_nothing_else_is_looked_at(edited: Callable[[str], Effect]) -> None:
    found = edited(PACK.replace("{pest}", "{pests}"))
    assert not found.sound
    assert "there is no list “pests” in this language; did you mean “pest”?" in found.problems[0]
    assert (found.judged, found.samples) == (0, ())


def test_an_edit_that_changes_nothing_touches_no_rule(edited: Callable[[str], Effect]) -> None:
    found = edited(f"# a comment\n{PACK}")
    assert (found.rules, found.counts) == ((), {})
    assert found.sound


def test_what_bears_on_how_all_texts_are_read_is_tried_with_all_rules(edited: Callable[[str], Effect]) -> None:
    found = edited(PACK.replace("lang: en", "lang: en\nrespelt: {turnip: [neep]}"))
    assert found.rules == ()
    assert found.judged == 4


async def test_it_is_found_in_another_process(tmp_path: Path) -> None:
    old, new = parts(tmp_path / "old", PACK), parts(tmp_path / "new", PACK.replace("wasp]", "wasp, tick]"))
    found = await effect(old, new, [past("You tick.")])
    assert found.counts == {Change.NEWLY: 1}
