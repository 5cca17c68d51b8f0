"""Who speaks against abuse is not taken for an abuser; who abuses an abuser is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.rules.stance import Manner

if TYPE_CHECKING:
    from bot.rules.stance import Stance
    from tests.rules.stance.conftest import English, Place


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("sick of hearing git", "sick of hearing"),
        ("i am sick of hearing it. git", None),
        ("git is a slur", "is a slur"),
        ("git he is a slur", None),
        ("anyone who hurts a cat is a git", "anyone who hurts"),
        ("people who really bully others? a git", None),
        ("anyone who hurts a cat, as you do, is a git", None),
    ],
)
def test_the_author_is_against_the_words_or_against_wrongdoers(
    stance: Stance, place: Place, text: str, shown: str | None
) -> None:
    assert stance.manner(Manner.COUNTERED, *place(text), danger=False) == shown


@pytest.mark.parametrize(
    "text",
    [
        "Sick and tired of hearing that women are useless.",
        "Paki is a racist slur, and the council should know.",
        "Anyone who hurts animals is an absolute scumbag.",
        "I will not allow anyone to call my friend a tranny.",
    ],
)
def test_english_speaks_against_abuse(english: English, text: str) -> None:
    assert english(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "You racist scumbag.",
        "I am against abuse. You are an absolute scumbag.",
        "You hurt animals, you scumbag.",
        "Stop the abuse, you dickhead",
        "Somebody has to beat this absolute scumbag.",
    ],
)
def test_english_does_not_excuse_abuse_of_whoever_did_wrong(english: English, text: str) -> None:
    assert english(text) is None
