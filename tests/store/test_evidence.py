"""Evidence is kept encrypted when there is a key, and handed out plain."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.store import Store
from bot.vault import CannotOpenError, Vault, new_key
from tests.store.test_captures import BODY, captured

if TYPE_CHECKING:
    from tests.store.scene import Scene


async def test_with_a_key_nothing_readable_lies_in_the_database_and_without_it_nothing_is_read(scene: Scene) -> None:
    await scene.store.close()
    key = new_key()
    scene.store = Store.open(scene.address, now=scene.clock, vault=Vault([key]))
    case_id = await captured(scene)
    with scene.by_hand() as connection:
        kept = bytes(connection.execute("SELECT body FROM exhibits").fetchone()[0])
    assert b"vermin" not in kept
    assert (await scene.store.evidence.exhibits(case_id))[0].body == BODY
    await scene.store.close()
    scene.store = Store.open(scene.address, now=scene.clock)
    with pytest.raises(CannotOpenError, match="no key"):
        await scene.store.evidence.exhibits(case_id)


async def test_a_case_without_captures_has_no_exhibits(scene: Scene) -> None:
    case = await scene.opened()
    assert await scene.store.evidence.exhibits(case.id) == []
