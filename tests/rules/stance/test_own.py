"""What authors say of themselves is aimed at nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.rules.stance import Manner

if TYPE_CHECKING:
    from bot.rules.stance import Stance
    from tests.rules.stance.conftest import English, Place


def test_what_authors_say_of_themselves_is_not_aimed_at_anybody(stance: Stance, place: Place) -> None:
    assert stance.manner(Manner.OF_SELF, *place("i am such a git"), danger=False) == "i am such a"
    assert stance.manner(Manner.OF_SELF, *place("you know i am such a git"), danger=False) is None


def test_a_turn_to_others_is_no_word_of_oneself(stance: Stance, place: Place) -> None:
    assert stance.manner(Manner.OF_SELF, *place("i am sorry they git"), danger=False) is None


@pytest.mark.parametrize(
    ("text", "shown"), [("a git like me", "like me"), ("git and proud", "and proud"), ("git. and so on", None)]
)
def test_those_like_the_author_may_use_their_own_word(
    stance: Stance, place: Place, text: str, shown: str | None
) -> None:
    assert stance.manner(Manner.RECLAIMED, *place(text), danger=False) == shown


@pytest.mark.parametrize(
    "text",
    [
        "I am trying not to be such a scumbag about the bins.",
        "We all have to stop acting like a bunch of dickheads in the chamber.",
        "Gay women like me are disgusting? That is news to my wife.",
        "Sluts and proud, says our banner.",
    ],
)
def test_english_speaks_of_oneself_and_of_ones_own(english: English, text: str) -> None:
    assert english(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "I am sorry but you are all scumbags.",
        "I'm tired, and that minister is a complete dickhead.",
        "As for me, I would not trust you scumbags with the bins.",
    ],
)
def test_english_does_not_excuse_what_turns_to_others(english: English, text: str) -> None:
    assert english(text) is None
