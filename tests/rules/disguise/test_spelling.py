"""A slip is read as the word that was meant; words, names and other people's slips are left alone."""

from __future__ import annotations

import pytest

from bot.rules.disguise.spelling import Spelling

SPELLING = Spelling(
    [
        "moron",
        "bastard",
        "bitch",
        "immigrants",
        "muslims",
        "women",
        "woman",
        "kill",
        "people",
        "fucking",
        "whore",
        "cock",
    ],
    "en",
)


@pytest.mark.parametrize(
    ("slip", "meant"),
    [
        ("immgrants", "immigrants"),
        ("immigrrants", "immigrants"),
        ("imigrants", "immigrants"),
        ("mulsims", "muslims"),
        ("klil", "kill"),
        ("wmoen", "women"),
        ("bsatard", "bastard"),
        ("bastrd", "bastard"),
        ("bstrd", "bastard"),
        ("fcking", "fucking"),
        ("fckng", "fucking"),
        ("btch", "bitch"),
        ("mslms", "muslims"),
    ],
)
def test_a_slip_is_read_as_the_word_that_was_meant(slip: str, meant: str) -> None:
    assert SPELLING.meant(slip) == meant


@pytest.mark.parametrize(
    "word",
    ["batch", "where", "were", "woken", "kiln", "bastardy", "people", "mill", "coco", "killa", "tronos", "idioot"],
)
def test_a_real_word_is_left_alone(word: str) -> None:
    assert SPELLING.meant(word) is None


@pytest.mark.parametrize("slip", ["cok", "hwere", "wher", "ktch"])
def test_a_slip_that_is_likelier_another_word_is_left_alone(slip: str) -> None:
    assert SPELLING.meant(slip) is None


@pytest.mark.parametrize("word", ["", "a", "bt", "x" * 500, "é", "123"])
def test_what_is_too_short_too_long_or_no_word_is_left_alone(word: str) -> None:
    assert SPELLING.meant(word) is None
