"""Lists fill in words, phrases and patterns, in all forms that a word asks for."""

from __future__ import annotations

import pytest

from bot.rules.lexicon import BadPattern, Ending, Lexicon

NOUN = (Ending(ending="y", forms=("y", "ies")), Ending(ending="", forms=("", "s")))
LEXICON = Lexicon(
    {"dim": ("moron~noun", "half wit"), "rude": ("{dim}", "git"), "one": ("{two}",), "two": ("{one}", "git")},
    ("not",),
    {"noun": NOUN},
)


def test_a_list_takes_in_another_in_order_and_each_entry_once() -> None:
    assert LEXICON.words(("{rude}", "git", "Moron")) == ("moron", "morons", "half wit", "git")


def test_the_first_ending_that_fits_gives_the_forms() -> None:
    assert LEXICON.words(("ninny~noun", "git~noun")) == ("ninny", "ninnies", "git", "gits")


def test_templates_fill_in_the_list_that_the_rule_names() -> None:
    assert LEXICON.pattern("all {group}", {"group": "dim"}) == "all (?:half wit|morons|moron)"


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("{one}", "takes in itself: one takes in two takes in one"),
        ("{dims}", "there is no list “dims” in this language; did you mean “dim”?"),
        ("git~nuon", "there is no inflection “nuon” in this language; did you mean “noun”?"),
    ],
)
def test_a_list_that_cannot_be_filled_in_is_refused(entry: str, message: str) -> None:
    with pytest.raises(BadPattern) as bad:
        LEXICON.words((entry,))
    assert message in str(bad.value)


def test_a_list_that_grows_without_measure_is_refused() -> None:
    lists = {"all": tuple(f"word{number}" for number in range(20_001))}
    with pytest.raises(BadPattern, match="more than 20,000 entries"):
        Lexicon(lists).words(("{all}",))


def test_a_brace_that_is_no_list_is_refused() -> None:
    with pytest.raises(BadPattern, match="a brace"):
        LEXICON.pattern("all {Dim}", {})


def test_a_phrase_whose_gaps_can_be_filled_in_too_many_ways_is_refused() -> None:
    for fits in ("you {up to 9}dim {up to 9}lot", "a {up to 4}b {up to 4}c {up to 4}d", "a {up to 1}" * 7):
        assert LEXICON.pattern(fits, {}, literal=True)
    with pytest.raises(BadPattern, match=r"in 1,000 ways, .* write smaller numbers, or shorter phrases"):
        LEXICON.pattern("a {up to 9}b {up to 9}c {up to 9}d", {}, literal=True)


def test_a_word_in_a_phrase_may_ask_for_its_forms() -> None:
    assert LEXICON.pattern("you ninny~noun there", {}, literal=True) == "you (?:ninnies|ninny) there"
    assert LEXICON.pattern("(?:a|the) git~noun", {}) == "(?:a|the) (?:gits|git)"
    with pytest.raises(BadPattern, match="there is no inflection"):
        LEXICON.pattern("you git~", {}, literal=True)


@pytest.mark.parametrize("source", ["you ~noun", "{dim}~noun", "~"])
def test_forms_are_asked_for_right_behind_a_word(source: str) -> None:
    with pytest.raises(BadPattern, match="right behind a word, such as idiot~noun"):
        LEXICON.pattern(source, {}, literal=True)
