"""Rules as they are written, in sentences that somebody can read who has never seen the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.rules.written import Written

if TYPE_CHECKING:
    from bot.rules import Rulebook
    from bot.rules.written import Clause
    from tests.rules.conftest import Book

PACK = """
lang: en
lists:
  pest: [gnat, wasp]
  any_pest: ["{pest}", tick]
  unused: [moth]
templates:
  said_of: ["you {kind}"]
rules:
  - id: called-a-pest
    title: Calls somebody an insect
    policy: personal_abuse
    severity: 2
    words: [midge]
    templates: [said_of]
    where: {kind: any_pest}
    unless: [in jest]
    near: {words: [you], within: 4}
    even_when: [asked]
    when:
      any:
        - author: {younger_than_days: 3, followers_below: 10}
        - authors: {at_least: 5, within_minutes: 60}
      not: {text: [holiday]}
    matches: [{text: you midge, authors: 6}]
    ignores: [a midge]
  - id: threat-of-a-bite
    policy: threat
    severity: 4
    phrases: ["the {pest} will bite you"]
    unless: [at the zoo, in the film]
    matches: [the wasp will bite you]
    ignores: [a wasp]
"""


def told(clauses: tuple[Clause, ...]) -> list[str]:
    return [clause.told for clause in clauses]


def test_a_rule_says_in_sentences_what_it_looks_for_and_what_it_asks(book: Book) -> None:
    rule = Written(book(PACK)).rules["called-a-pest"]
    assert told(rule.looks_for) == [
        "This word, complete and in any form of disguise",
        "This phrase that rules share under the name said_of; in it {kind} stands for the list {any_pest}",
    ]
    asked = told(rule.asks)
    assert asked[:3] == [
        "This word stands within 4 words of them.",
        "This phrase does not stand in the same sentence.",
        "One of these is so:",
    ]
    assert told(rule.asks[2].inner) == [
        "All of these are so:",
        "At least 5 people abused the same account within 60 minutes.",
    ]
    assert told(rule.asks[3].inner) == ["This phrase stands anywhere in the post."]
    assert "asked" not in asked[-2]
    assert asked[-1] == "It holds even where they are asked."


def test_a_rule_that_escalates_is_excused_by_little_and_says_so(book: Book) -> None:
    rule = Written(book(PACK)).rules["threat-of-a-bite"]
    assert told(rule.asks) == ["None of 2 phrases stands in the same clause.", "They are not quoted or reported."]


def test_a_list_knows_the_rules_that_use_it_also_through_another_list(book: Book) -> None:
    written = Written(book(PACK))
    assert written.users["en", "any_pest"] == ("called-a-pest",)
    assert written.users["en", "pest"] == ("called-a-pest", "threat-of-a-bite")
    assert ("en", "unused") not in written.users
    assert written.lists["en", "any_pest"].takes_in == ("pest",)


def test_every_shipped_rule_can_be_read_and_knows_its_file_and_line(shipped: Rulebook) -> None:
    written = Written(shipped)
    assert list(written.rules) == [rule.id for rule in shipped.rules]
    for rule in written.rules.values():
        assert rule.looks_for, rule.facts.id
        assert rule.shipped
        assert all((rule.facts.lang, name) in written.lists for name in rule.lists), rule.facts.id
    assert all(each.line for each in written.lists.values())
