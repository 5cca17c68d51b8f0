"""Somebody else's words are told from the author's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.rules.stance import Manner

if TYPE_CHECKING:
    from bot.rules.stance import Stance
    from tests.rules.stance.conftest import English, Place


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ('he said "you git" to us', "said"),
        ("he said 'you don't know, you git' to us", "said"),
        ('"you git" is a vile thing to say', "is a vile thing to say"),
        ("> you git\nhe said so", "said"),
        ("he said this:\n> you git", "said"),
        ("hugo:\n> the buses\n> you git", "hugo"),
        ("hugo:\nyou git", None),
        ('hugo: "you git"', None),
        ('as i said, "you git"', None),
        ('"you git"', None),
        ('she said so. "you" git', None),
        ('he said "you git" and he is right', None),
    ],
)
def test_words_in_quotation_marks_are_quoted_when_somebody_else_is_said_to_say_them(
    stance: Stance, place: Place, text: str, quoted: str | None
) -> None:
    assert stance.manner(Manner.QUOTED, *place(text), danger=False) == quoted


@pytest.mark.parametrize(
    ("text", "reported"),
    [
        ("they called her a complete git", "called her"),
        ("they called her and then after a while you git", None),
        ("he said: nobody here will ever vote for a git", "said"),
        ("he said nobody here will ever vote for a git", None),
        ("he said no, you git", None),
        ("he said, you git", "said"),
        ("i said git", None),
        ("you heard what he said, git.", None),
        ("they called her a git. amen", None),
        ("you git", None),
        ("he said so. you git", None),
    ],
)
def test_words_right_behind_a_reporting_phrase_are_reported(
    stance: Stance, place: Place, text: str, reported: str | None
) -> None:
    assert stance.manner(Manner.REPORTED, *place(text), danger=False) == reported


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ('he told me "git"', "told me"),
        ('he said "git"', None),
        ('"git" is a vile thing to say', None),
        ("hugo:\n> git", None),
    ],
)
def test_danger_is_reported_only_when_that_is_said_outright(
    stance: Stance, place: Place, text: str, quoted: str | None
) -> None:
    assert stance.manner(Manner.QUOTED, *place(text), danger=True) == quoted


@pytest.mark.parametrize("text", ["he told me and you git", 'he told me "git", so do i'])
def test_danger_is_not_reported_once_the_author_speaks_again(stance: Stance, place: Place, text: str) -> None:
    for manner in (Manner.QUOTED, Manner.REPORTED):
        assert stance.manner(manner, *place(text), danger=True) is None


def test_a_language_without_phrases_reports_nothing(silent: Stance, place: Place) -> None:
    for manner in (Manner.QUOTED, Manner.REPORTED):
        assert silent.manner(manner, *place('he said "you git"'), danger=False) is None


@pytest.mark.parametrize(
    "text",
    [
        "It is not wrong to say women are inferior.",
        "Says the scumbag who voted for it.",
        'My boss wrote "women are inferior" and he is right.',
        "Not my fault that you cannot read, scumbag.",
    ],
)
def test_english_does_not_excuse_what_the_author_makes_their_own(english: English, text: str) -> None:
    assert english(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "My aunt still gets called a scumbag at the market.",
        'A man at the bus stop says "women are inferior" every morning.',
        "A caller says women are inferior, and the host let it pass.",
    ],
)
def test_english_passes_on_what_others_said(english: English, text: str) -> None:
    assert english(text) is not None
