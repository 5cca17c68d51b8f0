"""A judgement in words: the same facts for a terminal and for a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.model import History
from bot.rules.telling import tell

if TYPE_CHECKING:
    from bot.rules.telling import Telling
    from tests.rules.conftest import Book, Said

PACK = """
lang: en
rules:
  - id: called-a-clown
    title: Calls somebody a clown
    policy: personal_abuse
    severity: 2
    state: shadow
    words: [clown]
    unless: [at the circus]
    when: {to_somebody: true}
    matches: ["@sam@fernwick.example clown"]
    ignores: [clown]
"""


def told(book: Book, said: Said, text: str) -> Telling:
    rulebook = book(PACK)
    return tell(rulebook.explain(said(text), History()), rules=len(rulebook.rules))


def test_a_rule_that_holds_is_told_with_each_of_its_conditions(book: Book, said: Said) -> None:
    telling = told(book, said, "@sam@fernwick.example you clown")
    (attempt,) = telling.attempts
    assert (attempt.rule, attempt.words, attempt.field, attempt.holds) == ("called-a-clown", "clown", "text", True)
    assert all(step.holds for step in attempt.steps)
    assert "the post names" in attempt.steps[1].told
    assert telling.shadows == (
        "called-a-clown holds, but is in shadow: it only counts. Were it live, its verdict would be respond.",
    )


def test_the_last_condition_says_why_a_rule_does_not_hold(book: Book, said: Said) -> None:
    telling = told(book, said, "A clown.")
    (attempt,) = telling.attempts
    assert not attempt.holds
    assert not attempt.steps[-1].holds
    assert telling.to_nobody
    assert telling.outcome[-1].startswith("Verdict: ignore.")


def test_a_second_reading_of_the_same_piece_is_marked_as_one_with_disguises_undone(book: Book, said: Said) -> None:
    readings = told(book, said, "c.l.o.w.n").readings
    assert [reading.undone for reading in readings] == [False, True][: len(readings)]
    assert {reading.field for reading in readings} == {"text"}


def test_what_was_left_out_of_a_reading_is_said(book: Book, said: Said) -> None:
    assert told(book, said, "@sam@fernwick.example hello").left_out
    assert not told(book, said, "hello").left_out
