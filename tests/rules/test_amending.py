"""A file of the party's own changes shipped rules without editing them, and never in silence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.model import History
from bot.rules.written import Written
from bot.yaml_file import BadFile

if TYPE_CHECKING:
    from tests.rules.conftest import Book, Said

PACK = """
lang: en
rules:
  - id: called-a-turnip
    policy: personal_abuse
    severity: 2
    words: [turnip, swede]
    matches: [you turnip]
    ignores: [a leek]
  - id: threat-of-a-bite
    policy: threat
    severity: 4
    phrases: [i will bite you]
    matches: [I will bite you]
    ignores: [it will bite]
"""


def amends(rule: str, **changes: str) -> str:
    """A file that amends one rule; each change as YAML."""
    return "\n".join(["lang: en", "amended:", f"  {rule}:", *(f"    {key}: {value}" for key, value in changes.items())])


def flagged(book: Book, said: Said, text: str, *packs: str) -> bool:
    return book(PACK, *packs).judge(said(text), History()).abusive


def test_a_rule_is_turned_to_shadow_by_another_file(book: Book, said: Said) -> None:
    assert flagged(book, said, "You turnip.")
    assert not flagged(book, said, "You turnip.", amends("called-a-turnip", state="shadow"))


def test_words_of_a_rule_are_left_out_and_phrases_excuse_others(book: Book, said: Said) -> None:
    change = amends("called-a-turnip", without="[swede]", unless="[at the market]")
    assert flagged(book, said, "You turnip.", change)
    assert not flagged(book, said, "You swede.", change)
    assert not flagged(book, said, "You turnip, seen at the market.", change)


def test_a_near_miss_that_is_added_must_hold_and_is_named_with_the_line_where_it_stands(book: Book) -> None:
    with pytest.raises(BadFile) as bad:
        book(PACK, amends("called-a-turnip", ignores="[I like you turnip soup]"))
    (problem,) = bad.value.problems
    assert problem.file.endswith("1.yaml")
    assert (problem.line, problem.key) == (4, "amended.called-a-turnip.ignores[0]")
    assert "should not hold for its near miss 2 but does" in problem.message


def test_an_example_that_is_added_runs_though_the_pack_had_passed_before(book: Book) -> None:
    book(PACK)
    with pytest.raises(BadFile, match="should hold for its example 2"):
        book(PACK, amends("called-a-turnip", matches="[you parsnip]"))


@pytest.mark.parametrize(
    "change", [{"state": "shadow"}, {"unless": "[with kindness]"}, {"without": "[i will bite you]"}]
)
def test_a_rule_about_danger_is_not_turned_down_without_a_reason(book: Book, change: dict[str, str]) -> None:
    with pytest.raises(BadFile, match="guards people against danger: say why it is turned down"):
        book(PACK, amends("threat-of-a-bite", **change))


def test_a_rule_about_danger_is_turned_down_with_a_reason(book: Book) -> None:
    change = amends("threat-of-a-bite", state="shadow", why="It held for every post about dogs.")
    rule = Written(book(PACK, change)).rules["threat-of-a-bite"]
    assert rule.facts.state == "shadow"
    assert rule.amended is not None
    assert rule.amended.why == "It held for every post about dogs."


def test_the_state_in_the_configuration_stands_above_the_file(book: Book) -> None:
    written = Written(book(PACK, amends("called-a-turnip", state="shadow"), called_a_turnip="off"))
    assert written.rules["called-a-turnip"].facts.state == "off"


def test_a_rule_that_is_not_there_is_named_with_the_nearest(book: Book) -> None:
    with pytest.raises(BadFile, match="there is no such rule; did you mean “called-a-turnip”"):
        book(PACK, amends("called-a-turnips", state="off"))


def test_one_rule_is_amended_in_one_file(book: Book) -> None:
    change = amends("called-a-turnip", state="shadow")
    with pytest.raises(BadFile, match=r"is amended in .*1\.yaml:3 already; write it all there"):
        book(PACK, change, change)
