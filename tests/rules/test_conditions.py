"""Each condition of a rule sets its words aside, with its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.model import History

if TYPE_CHECKING:
    from tests.rules.conftest import Book, Said

PACK = """
lang: en
context:
  second_person: [you]
  reporting: [said]
  reporting_danger: [said]
  negating: [not a]
  about_self: [i am a]
rules:
  - id: plain
    policy: POLICY
    severity: 2
    words: [blaggard]
    CONDITION
    matches: ["you blaggard, pirate"]
    ignores: [haggard]
"""


@pytest.mark.parametrize(
    ("condition", "text", "reason"),
    [
        ("near: {words: [pirate], within: 2}", "you blaggard of the seven seas and pirate", "within 2 words"),
        ("addressed: true", "the blaggard command", "no form of address"),
        ("unless: [in jest]", "you blaggard, said in jest", "stands in the same sentence"),
        ("unless: [never]", 'he said "you blaggard"', "quoted"),
        ("unless: [never]", "you are not a blaggard", "denied"),
        ("unless: [never]", "i am a blaggard", "of themselves"),
    ],
)
def test_a_condition_that_is_not_met_is_told(book: Book, said: Said, condition: str, text: str, reason: str) -> None:
    rulebook = book(PACK.replace("CONDITION", condition).replace("POLICY", "personal_abuse"))
    verdict = rulebook.judge(said(text), History())
    assert not verdict.abusive
    assert any(reason in each for each in verdict.reasons)


@pytest.mark.parametrize("text", ["you are not a blaggard", "i am a blaggard"])
def test_a_rule_that_escalates_is_not_talked_out_of_it(book: Book, said: Said, text: str) -> None:
    rulebook = book(PACK.replace("CONDITION", "state: live").replace("POLICY", "threat"))
    assert rulebook.judge(said(text), History()).abusive


@pytest.mark.parametrize(
    ("text", "excused"),
    [
        ("you blaggard in jest", True),
        ("you blaggard, in jest", True),
        ("blaggard, you spoke, in jest", False),
        ("in jest you spoke, you blaggard", False),
    ],
)
def test_a_rule_that_escalates_is_excused_within_its_clause_alone(
    book: Book, said: Said, text: str, *, excused: bool
) -> None:
    unless = "unless: [in jest, 'blaggard in jest']"
    rulebook = book(PACK.replace("CONDITION", unless).replace("POLICY", "threat"))
    assert rulebook.judge(said(text), History()).abusive is not excused


def test_disguised_words_are_found_anywhere_in_the_post(book: Book, said: Said) -> None:
    rulebook = book(PACK.replace("CONDITION", "when: {text: [pirate]}").replace("POLICY", "personal_abuse"))
    assert rulebook.judge(said("A \u202eetarip\u202c! You blaggard."), History()).abusive
    assert not rulebook.judge(said("A prelate! You blaggard."), History()).abusive


def test_what_must_be_near_may_stand_on_either_side(book: Book, said: Said) -> None:
    rulebook = book(PACK.replace("CONDITION", "near: {words: [pirate], within: 2}").replace("POLICY", "personal_abuse"))
    for text in ("pirate and blaggard", "blaggard and pirate"):
        assert rulebook.judge(said(text), History()).abusive
