"""Words, phrases and patterns become matchers that hold where they should."""

from __future__ import annotations

from collections import Counter

import pytest

from bot.rules.disguise import Reading
from bot.rules.lexicon import BadPattern, Lexicon
from bot.rules.matchers import (
    Matcher,
    compiled,
    vocabulary,
    word_matcher,
)
from bot.rules.search import Search

LEXICON = Lexicon({"dim": ("moron", "half wit"), "rude": ("{dim}", "git"), "you_are": ("you are", "you're")}, ("not",))


def found(source: str, text: str, *, literal: bool = False) -> list[str]:
    matcher = Matcher(0, LEXICON.pattern(source, {}, literal=literal))
    return [text[each.start : each.end] for each in Search([matcher], Counter())(Reading(text, text)).found]


@pytest.mark.parametrize(
    ("source", "text", "held"),
    [
        ("you {dim}", "oh you moron", ["you moron"]),
        ("you {dim}", "oh you, moron", ["you, moron"]),
        ("you {dim}", "oh you. moron", []),
        ("you {dim}", "oh you half-wit", ["you half-wit"]),
        ("{you_are} {up to 2}{rude}", "you're such a git", ["you're such a git"]),
        ("{you_are} {up to 2}{rude}", "youre such a git", ["youre such a git"]),
        ("{you_are} {up to 2}{rude}", "you are not a git", []),
        ("{you_are} {up to 2}{rude}", "you are one of a git", []),
        ("{you_are} {up to 2}{rude}", "you are, a git", ["you are, a git"]),
        ("gits?", "the gits and digits", ["gits"]),
        ("a[ b]c", "a c", ["a c"]),
    ],
)
def test_a_pattern_holds_for_whole_words_in_one_sentence(source: str, text: str, held: list[str]) -> None:
    assert found(source, text) == held


def test_a_phrase_is_taken_literally() -> None:
    assert found("what (a) git?", "what (a) git?", literal=True) == ["what (a) git?"]
    assert found("what (a) git?", "what a gi", literal=True) == []


@pytest.mark.parametrize("bad", ["{nothing}", "you {rude", "(git"])
def test_a_pattern_that_is_none_is_refused(bad: str) -> None:
    with pytest.raises(BadPattern):
        compiled(LEXICON.pattern(bad, {}))


def test_a_word_with_a_space_in_it_is_refused() -> None:
    with pytest.raises(BadPattern, match="phrases"):
        word_matcher(0, "half wit")


def test_the_words_of_a_pattern_are_known_without_its_syntax() -> None:
    assert vocabulary([r"\bkill(?:ed|ing)? \w+ you"]) == {"kill", "ed", "ing", "you"}
