"""One door to what a match means."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.rules.stance import Aim, AimKind, Manner

if TYPE_CHECKING:
    from bot.rules.stance import Stance
    from tests.rules.stance.conftest import Place


@pytest.mark.parametrize("manner", list(Manner))
def test_a_language_without_phrases_shows_no_manner(silent: Stance, place: Place, manner: Manner) -> None:
    assert silent.manner(manner, *place('he said "i am not a git"'), danger=False) is None


def test_what_is_said_to_somebody_is_aimed_at_them(stance: Stance, place: Place) -> None:
    assert stance.aimed_at(*place("you git")) == Aim(AimKind.YOU, "you")
    assert stance.aimed_at(*place("a git")) is None
