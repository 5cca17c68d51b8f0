"""Words, phrases and patterns become matchers that hold where they should."""

from __future__ import annotations

from collections import Counter

import pytest

from bot.rules.disguise import Reading
from bot.rules.matchers import BadPattern, Lexicon, Search, compiled, pattern_matcher, vocabulary, word_matcher

LEXICON = Lexicon({"dim": ("moron", "half wit"), "rude": ("{dim}", "git"), "you_are": ("you are", "you're")}, ("not",))


def found(source: str, text: str, *, literal: bool = False) -> list[str]:
    matcher = pattern_matcher(0, LEXICON.pattern(source, {}, literal=literal))
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


def test_templates_fill_in_the_list_that_the_rule_names() -> None:
    assert LEXICON.pattern("all {group}", {"group": "dim"}) == "all (?:half wit|moron)"


def test_a_word_holds_only_when_it_is_complete() -> None:
    search = Search([word_matcher(3, "git")], Counter())
    text = "digital git's legitimate #git"
    assert [(each.rule, each.start) for each in search(Reading(text, text)).found] == [(3, 8), (3, 26)]


def test_a_pattern_without_a_literal_word_is_still_tried() -> None:
    assert found(r"\d{4}", "in 2026 and 1999") == ["2026", "1999"]


def test_a_search_for_one_rule_leaves_the_others_out() -> None:
    search = Search([word_matcher(0, "git"), word_matcher(1, "git"), pattern_matcher(2, "git+")], Counter())
    assert {each.rule for each in search(Reading("git", "git"), only=1).found} == {1}


def test_a_search_without_matchers_finds_nothing() -> None:
    assert Search([], Counter())(Reading("git", "git")).found == []


def test_the_first_and_the_last_places_of_a_long_text_are_searched() -> None:
    text = f"git now. {'git and ' * 9_000} git then."
    assert found("git (?:now|then)", text) == ["git now", "git then"]


@pytest.mark.parametrize("bad", ["{nothing}", "you {rude", "(git"])
def test_a_pattern_that_is_none_is_refused(bad: str) -> None:
    with pytest.raises(BadPattern):
        compiled(LEXICON.pattern(bad, {}))


def test_a_word_with_a_space_in_it_is_refused() -> None:
    with pytest.raises(BadPattern, match="phrases"):
        word_matcher(0, "half wit")


def test_the_words_of_a_pattern_are_known_without_its_syntax() -> None:
    assert vocabulary([r"\bkill(?:ed|ing)? \w+ you"]) == {"kill", "ed", "ing", "you"}
