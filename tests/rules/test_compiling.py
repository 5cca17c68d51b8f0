"""What a rule says of its circumstances becomes conditions; what cannot is refused at its key."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.model import History, Parent
from bot.yaml_file import BadFile

if TYPE_CHECKING:
    from tests.rules.conftest import Book, Said

PACK = """lang: en
context: {second_person: [you], negating: [not a]}
rules:
  - id: plain
    policy: personal_abuse
    severity: 2
    words: [blaggard]
    %s
    matches: [%s]
    ignores: [haggard]
"""


@pytest.mark.parametrize(
    ("condition", "yes", "no"),
    [
        ("when: {sentence: [pirate]}", "a pirate, a blaggard", "a pirate. A blaggard"),
        ("when: {text: [pirate]}", "a pirate. A blaggard", "a sailor. A blaggard"),
        ("when: {not: {text: [pirate]}}", "blaggard", "blaggard and pirate"),
        ("when: {any: [{text: [pirate]}, {text: [sailor]}]}", "blaggard. Sailor", "blaggard. Cook"),
        ("when: {all: [{text: [pirate]}, {text: [sailor]}]}", "blaggard. Sailor, pirate", "blaggard. Sailor"),
        ("when: {text: [pirate], not: {text: [jest]}}", "blaggard, pirate", "blaggard, pirate, in jest"),
        ("when: {addressed: true}", "you blaggard", "the blaggard command"),
        ("when: {addressed: false}", "the blaggard command", "you blaggard"),
        ("when: {to_somebody: true}", "@ann@b.example blaggard", "blaggard"),
        ("when: {said: [negated]}\n    even_when: [negated]", "you are not a blaggard", "you are a blaggard"),
        ("even_when: [negated]", "you are not a blaggard", "haggard"),
        ("near: {words: [pirate], within: 2}", "pirate and blaggard", "pirate and cook and blaggard"),
        ("unless: [in jest]", "blaggard", "blaggard, in jest"),
    ],
)
def test_a_rule_holds_where_its_conditions_do(book: Book, said: Said, condition: str, yes: str, no: str) -> None:
    rulebook = book(PACK % (condition, f"'{yes}'"))
    assert rulebook.judge(said(yes), History()).abusive
    assert not rulebook.judge(said(no), History()).abusive


def test_a_condition_may_ask_what_is_answered(book: Book, said: Said) -> None:
    rulebook = book(PACK % ("when: {parent: [vote]}", "{text: blaggard, parent: My vote.}"))
    answer = Parent(uri="https://b.example/0", author="@ann@b.example", text="How I mean to VOTE")
    assert rulebook.judge(said("blaggard", parent=answer), History()).abusive
    assert not rulebook.judge(said("blaggard"), History()).abusive


def test_a_rule_may_look_into_one_field_alone(book: Book, said: Said) -> None:
    rulebook = book(PACK % ("fields: [text]", "blaggard"))
    assert rulebook.judge(said("blaggard"), History()).abusive
    assert not rulebook.judge(said("ahoy", content_warning="blaggard"), History()).abusive


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ("when: {}", "is empty; a condition needs at least one key"),
        ("when: {sentense: [pirate]}", "did you mean “sentence”?"),
        ("when: {said: [quotid]}", "did you mean “quoted”?"),
        ("when: {not: {text: ['{pirates}']}}", "there is no list “pirates”"),
        ("unless: ['not a', 'a {up to 9}b {up to 9}c {up to 9}d']", "the gaps of “a {up to 9}b {up to 9}c {up to 9}d”"),
        ("when: {authors: {at_least: 1, within_minutes: 5}}", "expected 2 or more"),
        ("concern: true", "its policy must be one that escalates"),
    ],
)
def test_a_condition_that_cannot_be_is_refused_at_its_key(book: Book, condition: str, message: str) -> None:
    with pytest.raises(BadFile) as bad:
        book(PACK % (condition, "blaggard"))
    (problem,) = bad.value.problems
    assert (problem.line, message in problem.message) == (8, True)
