"""What was said before the revision is there after it, and is as safe from a hand as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.model import RejoinderKind, Ruling
from bot.store import Store, Taken
from tests.store.by_hand import REFUSALS
from tests.store.older import back_to
from tests.store.test_rejoinders import LINK, answered

if TYPE_CHECKING:
    from tests.store.scene import Scene


async def test_older_database_keeps_what_was_said_and_what_is_refused_of_it(scene: Scene) -> None:
    case = await answered(scene)
    for kind in (RejoinderKind.NOT_ME, RejoinderKind.SORRY):
        await scene.store.take_rejoinder(LINK, kind, "", safety=False)
    ruled, waiting = await scene.store.rejoinders_to(case.id)
    await scene.store.rule(ruled.id, Ruling.STANDS, by="ann")
    before = await scene.store.rejoinders_to(case.id)
    await scene.store.close()
    with scene.by_hand() as hand:
        back_to(hand, "0016")
    store = Store.open(scene.address, now=scene.clock)
    assert await store.rejoinders_to(case.id) == before
    assert await store.take_rejoinder(LINK, waiting.kind, "", safety=False) is Taken.KNOWN
    assert await store.take_rejoinder(LINK, ruled.kind, "", safety=False) is Taken.NEW
    assert [await store.check(), await store.verify()] == [[], []]
    await store.close()
    for statement in ("DELETE FROM rejoinders", "UPDATE rejoinders SET words = 'I am guilty'"):
        with scene.by_hand() as hand, pytest.raises(REFUSALS):
            hand.execute(statement)
