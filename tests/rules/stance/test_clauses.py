"""Where the sentence of a match begins and ends."""

from __future__ import annotations

from bot.rules.stance import sentence
from bot.rules.stance.clauses import before, clause_span


def test_a_sentence_ends_where_its_neighbours_begin() -> None:
    assert sentence("One. Two git three! Four.", 9, 12).strip() == "Two git three"


def test_a_clause_ends_at_a_comma_or_a_dash() -> None:
    text = "One. Two, three git four - five. Six"
    start, end = clause_span(text, text.index("git"), text.index("git") + 3)
    assert text[start:end] == " three git four"


def test_what_stands_before_a_match_is_of_the_same_sentence_and_near() -> None:
    assert before("One. Two git", 9) == " Two "
    assert before("a" * 500 + " git", 501) == "a" * 79 + " "
