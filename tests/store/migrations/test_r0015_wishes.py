"""What the database refuses of protected people's wishes, with the program by-passed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.store.by_hand import REFUSALS
from tests.store.scene import aimed

if TYPE_CHECKING:
    from tests.store.scene import Scene


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE answers_of_protected SET yes = NOT yes",
        "DELETE FROM answers_of_protected",
        "UPDATE wishes SET reply = 'always'",
        "UPDATE wishes SET given_at = '2026-11-20', withdrawn_at = '2026-11-20'",
        "UPDATE wishes SET link_until = NULL",
    ],
)
async def test_it_is_refused(scene: Scene, statement: str) -> None:
    case = await scene.opened(pile_on=aimed())
    await scene.store.protected.make_link("@imogen@fernwick.example", actor="cat")
    [person] = await scene.store.protected.wishes()
    [asked] = await scene.store.protected.asked(person)
    assert await scene.store.protected.answer(person, case.id, yes=True, words=asked.words)
    with scene.by_hand() as hand, pytest.raises(REFUSALS):
        hand.execute(statement)
