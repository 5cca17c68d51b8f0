"""A search finds all that holds, however long the text, and tells what it had to leave out."""

from __future__ import annotations

import re
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from bot.rules.disguise import Reading
from bot.rules.matchers import Matcher, word_matcher
from bot.rules.search import MOST_DANGERS, MOST_SEARCHED, Search, Searched


def found(source: str, text: str) -> list[str]:
    search = Search([Matcher(0, source)], Counter())
    return [text[each.start : each.end] for each in search(Reading(text, text)).found]


def test_a_word_holds_only_when_it_is_complete() -> None:
    search = Search([word_matcher(3, "git")], Counter())
    text = "digital git's legitimate #git"
    assert [(each.rule, each.start) for each in search(Reading(text, text)).found] == [(3, 8), (3, 26)]


def test_a_pattern_without_a_literal_word_is_still_tried() -> None:
    assert found(r"\d{4}", "in 2026 and 1999") == ["2026", "1999"]


def test_a_search_for_one_rule_leaves_the_others_out() -> None:
    search = Search([word_matcher(0, "git"), word_matcher(1, "git"), Matcher(2, "git+")], Counter())
    assert {each.rule for each in search(Reading("git", "git"), only={1}).found} == {1}


def test_a_search_without_matchers_finds_nothing() -> None:
    assert Search([], Counter())(Reading("git", "git")).found == []


def searched(source: str, text: str, *, danger: bool) -> Searched:
    return Search([Matcher(0, source)], Counter(), danger=[0] if danger else [])(Reading(text, text))


def test_the_first_and_the_last_places_of_a_long_text_are_searched() -> None:
    text = f"git now. {'git and ' * 9_000} git then."
    assert found("git (?:now|then)", text) == ["git now", "git then"]


@given(
    places=st.lists(st.integers(0, 60_000), min_size=1, max_size=20), noise=st.sampled_from(["git and ", "x ", "git"])
)
def test_for_danger_the_whole_of_a_long_text_is_searched(places: list[int], noise: str) -> None:
    text = noise * (60_000 // len(noise))
    for place in places:
        text = f"{text[:place]} git now {text[place:]}"
    wanted = {match.span() for match in re.finditer(r"\bgit now\b", text)}
    done = searched("git now", text, danger=True)
    assert {(each.start, each.end) for each in done.found} == wanted
    assert done.unsearched == frozenset()


def test_a_word_is_not_cut_where_the_search_of_a_long_text_is() -> None:
    for length in range(1_700, 2_300):
        text = f"git {'x ' * length}gitlike"
        assert [each.start for each in searched("git", text, danger=True).found] == [0]


def test_what_is_left_of_a_text_is_told_for_danger_alone() -> None:
    text = "git now " * (MOST_DANGERS + 1)
    assert searched("git now", text, danger=True).unsearched == {0}
    assert searched("git now", text, danger=False).unsearched == frozenset()


def test_danger_is_looked_for_first_and_in_the_order_of_the_rules() -> None:
    text = "git so a " * 7_000
    patterns = [Matcher(rule, "git (?:a|b)") for rule in reversed(range(3 * MOST_SEARCHED // len(text)))]
    dangerous = {matcher.rule for matcher in patterns if matcher.rule % 2}
    done = Search(patterns, Counter(), danger=dangerous)(Reading(text, text))
    assert done.unsearched < dangerous
    assert min(done.unsearched, default=0) > max(dangerous - done.unsearched)


def test_a_reading_for_danger_is_seen_by_rules_about_danger_alone() -> None:
    reading = Reading("git", "git")
    reading.for_danger = True
    search = Search([word_matcher(0, "git"), Matcher(1, "git+"), word_matcher(2, "git")], Counter(), danger=[1, 2])
    assert {each.rule for each in search(reading).found} == {1, 2}
