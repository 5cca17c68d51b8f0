"""What authors say of themselves is aimed at nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.rules.stance import Manner

if TYPE_CHECKING:
    from bot.rules.stance import Stance
    from tests.rules.stance.conftest import Place


def test_what_authors_say_of_themselves_is_not_aimed_at_anybody(stance: Stance, place: Place) -> None:
    assert stance.manner(Manner.OF_SELF, *place("i am such a git"), danger=False) == "i am such a"
    assert stance.manner(Manner.OF_SELF, *place("you know i am such a git"), danger=False) is None
