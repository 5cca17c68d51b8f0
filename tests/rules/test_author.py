"""Conditions about the author and the crowd hold for what is known, and never for what is not."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.model import EarlierAbuse, History
from tests.rules.conftest import NOON

if TYPE_CHECKING:
    from bot.rules import Rulebook
    from tests.rules.conftest import Book, Said

PACK = """
lang: en
rules:
  - id: plain
    policy: personal_abuse
    severity: 2
    words: [blaggard]
    when: {{{condition}}}
    matches: [{{text: blaggard, {example}}}]
    ignores: [blaggard]
"""
CROWD = tuple(EarlierAbuse(author=f"https://c.example/{n}", at=NOON - timedelta(minutes=n)) for n in range(1, 9))


def holds(rulebook: Rulebook, said: Said, history: History, profile: dict[str, Any]) -> bool:
    return rulebook.judge(said("blaggard", profile=profile), history).abusive


@pytest.mark.parametrize(
    ("condition", "example", "profile", "history", "expected"),
    [
        ("author: {younger_than_days: 3}", "account_days: 2", {"created_at": NOON - timedelta(days=2)}, {}, True),
        ("author: {younger_than_days: 3}", "account_days: 2", {"created_at": NOON - timedelta(days=3)}, {}, False),
        ("author: {younger_than_days: 3}", "account_days: 2", {}, {}, False),
        ("author: {followers_below: 10}", "followers: 9", {"followers": 9}, {}, True),
        ("author: {followers_below: 10}", "followers: 9", {"followers": 10}, {}, False),
        ("author: {strikes_at_least: 2}", "strikes: 2", {}, {"strikes": 2}, True),
        ("author: {strikes_at_least: 2}", "strikes: 2", {}, {"strikes": 1}, False),
        ("author: {claims: [member]}", "bio: FG member", {"bio": "proud FG member"}, {}, True),
        ("author: {claims: [member]}", "bio: FG member", {"bio": "gardener"}, {}, False),
        ("author: {renamed: true}", "renamed: true", {}, {"names": ("@old@b.example",)}, True),
        ("author: {renamed: true}", "renamed: true", {}, {}, False),
        ("authors: {at_least: 5, within_minutes: 4}", "authors: 5", {}, {"crowd": CROWD}, True),
        ("authors: {at_least: 6, within_minutes: 4}", "authors: 6", {}, {"crowd": CROWD}, False),
        ("authors: {at_least: 5, within_minutes: 60}", "authors: 5", {}, {"crowd": CROWD[:1] * 9}, False),
    ],
)
def test_what_is_known_of_the_author_decides(  # noqa: PLR0913  a row of a table
    book: Book,
    said: Said,
    condition: str,
    example: str,
    profile: dict[str, Any],
    history: dict[str, Any],
    *,
    expected: bool,
) -> None:
    rulebook = book(PACK.format(condition=condition, example=example))
    assert holds(rulebook, said, History(**history), profile) is expected
