"""Small words: times with their day, ages in one unit, names that never fail."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from bot.model import Incident, Reviewer, Role
from bot.review.words import (
    acknowledged_words,
    age_of,
    case_count,
    day_words,
    listed,
    moment,
    name_of,
    on_its_way,
    pile_on_words,
    policy_words,
    span_words,
)
from bot.store import Acknowledged

NOW = datetime(2026, 11, 20, 21, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (NOW, "21:04 UTC"),
        (datetime(2026, 11, 20, 22, 30, tzinfo=timezone(timedelta(hours=1))), "21:30 UTC"),
        (NOW - timedelta(days=1), "19 Nov, 21:04 UTC"),
        (NOW - timedelta(days=400), "16 Oct 2025, 21:04 UTC"),
    ],
)
def test_moment_names_the_day_only_when_it_is_not_today(at: datetime, words: str) -> None:
    assert moment(at, NOW) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-5, "just now"),
        (59, "just now"),
        (720, "12 min"),
        (3599, "59 min"),
        (3600, "1 h"),
        (7199, "1 h 59 min"),
        (7200, "2 h"),
        (200_000, "2 days"),
    ],
)
def test_age_is_given_in_one_unit(seconds: int, words: str) -> None:
    assert age_of(NOW - timedelta(seconds=seconds), NOW) == words


def test_someone_who_has_left_is_named_by_their_id() -> None:
    people = {"asha": Reviewer(id="asha", name="Asha Verma", roles=frozenset({Role.APPROVER}))}
    assert name_of("asha", people) == "Asha Verma"
    assert name_of("gone", people) == "gone"
    assert name_of(None, people) == name_of("bot", people) == "the bot"


def test_policy_and_lists_read_as_words() -> None:
    assert policy_words("personal_abuse") == "Personal abuse"
    assert policy_words("homophobia_transphobia") == "Homophobia and transphobia"
    assert policy_words(None) == "No rule matched"
    assert listed(["A"]) == "A"
    assert listed(["A", "B"]) == "A and B"
    assert listed(["A", "B", "C"]) == "A, B and C"


def test_a_pause_names_what_it_came_too_late_for() -> None:
    assert on_its_way(()) == ""
    assert on_its_way(("a1", "b2")) == " Too late for what is being posted now: case a1, case b2."


@pytest.mark.parametrize(
    ("posts", "people", "minutes", "words"),
    [
        (17, 15, 12, "17 posts by 15 people in 12 minutes"),
        (3, 1, 0, "3 posts by 1 person within a minute"),
        (1_200, 900, 300, "1,200 posts by 900 people in 5 hours"),
        (4, 0, 3, "4 posts in 3 minutes"),
    ],
)
def test_a_pile_on_is_told_in_numbers(posts: int, people: int, minutes: int, words: str) -> None:
    last_at = NOW + timedelta(minutes=minutes)
    assert pile_on_words(Incident(id="i", posts=posts, people=people, first_at=NOW, last_at=last_at)) == words


def test_day_is_named_without_its_year() -> None:
    assert day_words("2026-11-02") == "2 Nov"


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, "0 s"), (59.9, "59 s"), (90, "1 min"), (7200, "2 h"), (9e6, "104 days")]
)
def test_span_is_told_in_one_unit(seconds: float, words: str) -> None:
    assert span_words(timedelta(seconds=seconds)) == words


def test_how_long_escalations_waited_is_a_sentence_where_there_were_any() -> None:
    none = Acknowledged(number=0, median=None, worst=None, waiting=2, oldest=NOW)
    assert acknowledged_words(none) == ""
    one = replace(none, number=1, median=timedelta(seconds=40), worst=timedelta(seconds=40))
    assert acknowledged_words(one) == "The one escalation was acknowledged within 40 s."
    many = replace(one, number=1_200, worst=timedelta(minutes=14))
    assert acknowledged_words(many) == "Of 1,200 escalations half were acknowledged within 40 s, each within 14 min."


def test_cases_are_counted_in_words() -> None:
    assert [case_count(number) for number in (1, 2, 1_000)] == ["1 case", "2 cases", "1,000 cases"]
