"""Who let somebody in stands as long as their session, or the passkey that they added in it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.store import Passkey, Store
from tests.store.older import back_to
from tests.store.rows import refuse
from tests.store.scene import START

if TYPE_CHECKING:
    from bot.store import Session
    from tests.store.scene import Scene


async def let_in(scene: Scene) -> tuple[Session, Passkey]:
    """Ann's session and passkey, to both of which Ben had the key."""
    session = await scene.store.people.begin(
        "a" * 64,
        reviewer="ann",
        way="link",
        roles=None,
        device="",
        at=START,
        until=START + timedelta(hours=10),
        let_in_by=["ben"],
    )
    passkey = Passkey(
        id="k1", reviewer="ann", public_key="AAAA", sign_count=7, name="x", added_at=START, let_in_by=session.let_in_by
    )
    await scene.store.people.add_passkey(passkey)
    return session, passkey


@pytest.mark.parametrize("table", ["sessions", "passkeys"])
async def test_who_let_somebody_in_is_never_forgotten(scene: Scene, table: str) -> None:
    session, passkey = await let_in(scene)
    assert session.let_in_by == {"ben"}
    assert await scene.store.people.session("a" * 64) == session
    assert await scene.store.people.passkey("k1") == passkey
    with scene.by_hand() as connection, refuse("who let"):
        connection.execute(f"UPDATE {table} SET let_in_by = '[]'")  # noqa: S608  the tests' own words


async def test_of_older_sessions_and_passkeys_nobody_but_their_owner_is_known(scene: Scene) -> None:
    await let_in(scene)
    await scene.store.close()
    with scene.by_hand() as hand:
        back_to(hand, "0019")
    store = Store.open(scene.address, now=scene.clock)
    session, passkey = await store.people.session("a" * 64), await store.people.passkey("k1")
    assert session is not None
    assert passkey is not None
    assert [session.let_in_by, passkey.let_in_by] == [frozenset(), frozenset()]
    assert [await store.check(), await store.verify()] == [[], []]
    await store.close()
