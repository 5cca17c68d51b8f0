"""A post as an example holds nobody's name."""

from __future__ import annotations

import pytest

from bot.review.near_miss import LONGEST_EXAMPLE, anonymous


@pytest.mark.parametrize(
    ("text", "example"),
    [
        ("@jo@b.example you florp", "@somebody@example.org you florp"),
        ("Thanks @jo, you florp", "Thanks @somebody@example.org, you florp"),
        ("see https://b.example/@jo/1 or www.b.example", "see https://example.org or https://example.org"),
        ("write to jo.moss+a@b.example now", "write to somebody now"),
        ("call 020 7946 0123, florp", "call 0, florp"),
        ("as Mary Ann Jones says, florp", "as somebody says, florp"),
        ("The Greens lost in 2019", "The Greens lost in 2019"),
        ("two\n  lines", "two lines"),
    ],
)
def test_handles_addresses_links_numbers_and_names_go(text: str, example: str) -> None:
    assert anonymous(text) == example


def test_names_that_are_known_go_however_they_are_written() -> None:
    assert anonymous("sam brook is a florp. SAM BROOK! Samson", ["Sam Brook", ""]) == (
        "somebody is a florp. somebody! Samson"
    )


def test_an_example_is_short() -> None:
    assert len(anonymous("florp " * 1_000)) <= LONGEST_EXAMPLE
