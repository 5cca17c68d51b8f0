"""What is denied, supposed or asked is not said."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.rules.stance import Manner

if TYPE_CHECKING:
    from bot.rules.stance import Stance
    from tests.rules.stance.conftest import Place


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
    ],
)
def test_words_right_before_turn_what_is_said(
    stance: Stance, place: Place, manner: Manner, text: str, shown: str | None
) -> None:
    assert stance.manner(manner, *place(text), danger=False) == shown


def test_a_language_without_phrases_denies_nothing(silent: Stance, place: Place) -> None:
    assert silent.manner(Manner.NEGATED, *place("you are not a git"), danger=False) is None
