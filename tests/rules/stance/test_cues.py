"""Phrases of a language are found as whole words, and shown in one line."""

from __future__ import annotations

import pytest

from bot.rules.lexicon import BadPattern, Lexicon
from bot.rules.stance.cues import MOST_SHOWN, Cue, shown

LEXICON = Lexicon({"verbs": ("say", "shout")}, ())


@pytest.mark.parametrize(
    ("text", "found"), [("they shout at us", True), ("they shouted", False), ("hearsay", False), ("say\u093e", False)]
)
def test_a_phrase_is_found_as_whole_words(text: str, found: bool) -> None:  # noqa: FBT001  a column of the table
    cue = Cue(["{verbs}"], LEXICON)
    assert (cue.search(text) is not None) is found
    assert bool(list(cue.all(text))) is found


def test_without_phrases_nothing_is_found() -> None:
    cue = Cue([], LEXICON)
    assert cue.search("say") is None
    assert cue.match("say") is None
    assert list(cue.all("say")) == []


def test_a_list_that_is_missing_is_told_at_once() -> None:
    with pytest.raises(BadPattern, match="no list “nouns”"):
        Cue(["{nouns}"], LEXICON)


def test_words_are_shown_in_one_line_and_cut() -> None:
    assert shown(' "he said\n  so": ') == "he said so"
    assert len(shown("a " * 100)) <= MOST_SHOWN + 2
