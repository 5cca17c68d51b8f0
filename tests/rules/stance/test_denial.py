"""What is denied, supposed or asked is not said."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.rules.stance import Manner

if TYPE_CHECKING:
    from bot.rules.stance import Stance
    from tests.rules.stance.conftest import English, Place


@pytest.mark.parametrize(
    ("manner", "text", "shown"),
    [
        (Manner.NEGATED, "you are not a git", "not a"),
        (Manner.NEGATED, "do not go, git", None),
        (Manner.NEGATED, "no? not a chance. git", None),
        (Manner.CONDITIONAL, "if someone said you are a git", "if someone said you are a"),
        (Manner.CONDITIONAL, "if someone said so, i would agree: git", None),
        (Manner.ASKED, "do you think she is a git?", "do you think she is a"),
        (Manner.ASKED, "do you think so, git?", None),
        (Manner.NEGATED, "a git? nope.", None),
        (Manner.NEGATED, "a git. nope.", "nope"),
        (Manner.NEGATED, "a git, nope and so on", None),
        (Manner.ASKED, "is she a git? nonsense!", "nonsense"),
        (Manner.ASKED, "is she a git? perhaps. nonsense!", None),
        (Manner.ASKED, "are you a git? nonsense!", None),
    ],
)
def test_words_right_before_or_after_turn_what_is_said(
    stance: Stance, place: Place, manner: Manner, text: str, shown: str | None
) -> None:
    assert stance.manner(manner, *place(text), danger=False) == shown


def test_a_language_without_phrases_denies_nothing(silent: Stance, place: Place) -> None:
    assert silent.manner(Manner.NEGATED, *place("you are not a git"), danger=False) is None


@pytest.mark.parametrize(
    "text",
    [
        "It is false that all Muslims are terrorists.",
        "This idea that all Muslims are terrorists has to go.",
        "Why do so many people think that Muslims are terrorists?",
        "Imagine still believing that women are inferior.",
        "All women are trash. Nope.",
        "Do not let anybody tell you that gay people are disgusting.",
    ],
)
def test_english_denies_supposes_and_asks(english: English, text: str) -> None:
    assert english(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "Is it not true? All Muslims are terrorists.",
        "Muslims are terrorists, no doubt about it.",
        "More often than not, women are inferior.",
        "Are you a complete scumbag? Really?",
    ],
)
def test_english_does_not_excuse_what_is_not_taken_back(english: English, text: str) -> None:
    assert english(text) is None
