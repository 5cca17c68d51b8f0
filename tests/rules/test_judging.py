"""Each place where a rule found its words is tried condition by condition, and what came of it is kept when asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.model import History

if TYPE_CHECKING:
    from bot.rules import Rulebook
    from tests.rules.conftest import Book, Said

PACK = """
lang: en
context: {second_person: [you]}
rules:
  - id: plain
    title: Calls somebody a pirate
    policy: POLICY
    severity: 2
    words: [blaggard]
    unless: [in jest]
    MORE
    matches: [you blaggard]
    ignores: [haggard]
"""


def test_the_first_place_that_holds_is_the_match_and_the_others_are_told(book: Book, said: Said) -> None:
    rulebook = book(PACK.replace("POLICY", "personal_abuse").replace("MORE", "addressed: true"))
    explanation = rulebook.explain(said("In jest: you blaggard. But you blaggard!"), History())
    assert [(tried.start, tried.holds) for tried in explanation.tried] == [(13, False), (31, True)]
    assert "“in jest” stands in the same sentence" in explanation.tried[0].outcomes[-1].told
    (match,) = explanation.verdict.matches
    assert (match.start, match.text) == (31, "blaggard")


def test_what_excuses_the_words_in_one_reading_excuses_them_in_the_others(book: Book, said: Said) -> None:
    rulebook = book(PACK.replace("POLICY", "personal_abuse").replace("MORE", "addressed: true"))
    assert rulebook.judge(said("You blaggard, in\njest."), History()).kind == "ignore"
    assert rulebook.judge(said("You blaggard, i\u0336n j e s t."), History()).kind == "ignore"
    (match,) = rulebook.judge(said("You blaggard, in\njest. But you blaggard!"), History()).matches
    assert match.start == 31


def test_a_rule_in_the_brake_counts_as_shadow(book: Book, said: Said) -> None:
    rulebook = book(PACK.replace("POLICY", "personal_abuse").replace("MORE", "state: live"))
    verdict = rulebook.judge(said("you blaggard"), History(), shadowed={"plain"})
    assert (verdict.abusive, [match.rule for match in verdict.shadow]) == (False, ["plain"])


def test_a_rule_that_escalates_cannot_be_braked(book: Book, said: Said) -> None:
    rulebook = book(PACK.replace("POLICY", "threat").replace("MORE", "state: live"))
    assert rulebook.judge(said("you blaggard"), History(), shadowed={"plain"}).abusive


def test_a_concern_escalates_and_is_no_abuse(book: Book, said: Said) -> None:
    rulebook = book(PACK.replace("POLICY", "threat").replace("MORE", "concern: true"))
    verdict = rulebook.judge(said("you blaggard"), History())
    assert (verdict.kind, verdict.abusive, verdict.matches[0].concern) == ("escalate", False, True)


def test_the_title_of_a_rule_is_the_reason(book: Book, said: Said) -> None:
    verdict = book(PACK.replace("POLICY", "personal_abuse").replace("MORE", "state: live")).judge(
        said("you blaggard"), History()
    )
    assert verdict.reasons[0] == "Calls somebody a pirate (plain, personal_abuse, severity 2): “blaggard” in the text."


def test_a_threat_that_begins_in_the_content_warning_is_found(shipped: Rulebook, said: Said) -> None:
    verdict = shipped.judge(said("kill you", content_warning="I will"), History())
    (match,) = verdict.matches
    assert (verdict.kind, match.field, match.text) == ("escalate", "text", "kill you")


def test_a_content_warning_and_a_fair_text_stay_apart(shipped: Rulebook, said: Said) -> None:
    for warning, text in (("politics", "you have to go"), ("death", "to the bill"), ("I will", "kill this bill")):
        assert shipped.judge(said(text, content_warning=warning), History()).kind == "ignore"
