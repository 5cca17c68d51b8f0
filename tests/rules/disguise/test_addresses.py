"""Addresses are found, and nothing else is taken for one."""

from __future__ import annotations

import pytest

from bot.rules.disguise.addresses import hidden_in, without_sites


@pytest.mark.parametrize(
    ("text", "blanked"),
    [
        ("see https://a.example/x y", ["https://a.example/x"]),
        ("hi @ann@b.example there", ["@ann@b.example"]),
        ("hi @ann and WWW.a.example", ["@ann", "WWW.a.example"]),
        ("🇬🇧 here", ["🇬🇧"]),
        ("café with @ann 🇬🇧", ["@ann", "🇬🇧"]),
        ("in r/rooms", ["r/rooms"]),
    ],
)
def test_an_address_is_found(text: str, blanked: list[str]) -> None:
    hidden = hidden_in(text)
    assert hidden is not None
    assert [found.group() for found in hidden.finditer(text)] == blanked


@pytest.mark.parametrize(
    "text",
    [
        "ah@ha, re+@rd",
        "t\u0336@rd, t\u0336\u0338@rd",
        "no address, l8r!",
        "café",
        "Awww...I mean",
        "EWWW.No",
        "www...so",
    ],
)
def test_nothing_else_is_taken_for_one(text: str) -> None:
    hidden = hidden_in(text)
    assert hidden is None or hidden.search(text) is None


def test_a_site_is_blanked_to_the_end_of_its_path_and_keeps_its_length() -> None:
    assert without_sites("see moron.co.uk/kill, yes") == "see                 , yes"


def test_a_stop_without_a_space_is_no_site() -> None:
    assert without_sites("what a moron.You go") == "what a moron.You go"
