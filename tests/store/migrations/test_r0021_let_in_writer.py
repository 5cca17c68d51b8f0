"""Who let the writer of a text in stands as long as the text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.store import Store, TextKind, Written
from tests.store.older import back_to
from tests.store.rows import refuse

if TYPE_CHECKING:
    from bot.store import Revision
    from tests.store.scene import Scene


async def drafted(scene: Scene) -> Revision:
    """Ann's draft, written in a session that Ben had let her into."""
    written = Written(
        kind=TextKind.RULES, name="own.yaml", text="lang: en", by="ann", why="New.", let_in_by=frozenset({"ben"})
    )
    return await scene.store.revisions.draft(written, seen=None)


async def test_who_let_its_writer_in_is_never_forgotten(scene: Scene) -> None:
    draft = await drafted(scene)
    assert draft.let_in_by == {"ben"}
    assert await scene.store.revisions.get(draft.id) == draft
    with scene.by_hand() as connection, refuse("who let the writer"):
        connection.execute("UPDATE revisions SET let_in_by = '[]', state = 'withdrawn', ended_at = written_at")


async def test_of_older_texts_nobody_but_their_writer_is_known(scene: Scene) -> None:
    draft = await drafted(scene)
    await scene.store.close()
    with scene.by_hand() as hand:
        back_to(hand, "0020")
    store = Store.open(scene.address, now=scene.clock)
    older = await store.revisions.get(draft.id)
    assert older is not None
    assert older.let_in_by == frozenset()
    assert [await store.check(), await store.verify()] == [[], []]
    await store.close()
