"""Everything arrives in the new database, or nothing does; the old one stays as it is."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import psycopg
import pytest
from sqlalchemy import create_engine, make_url, select

from bot.store import Store, StoreError
from bot.store.tables import metadata
from tests.fakes.databases import needs_postgresql, server
from tests.store.scene import Clock, Scene
from tests.store.test_support import WORDS, welcoming
from tests.store.test_verify import evening
from tests.store.test_weekly import wish
from tests.store.test_wishes import HER

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

pytestmark = needs_postgresql


def everything(address: str) -> Mapping[str, Sequence[object]]:
    """Every row of every table, as the program reads it."""
    url = make_url(address)
    engine = create_engine(url if url.get_backend_name() == "sqlite" else url.set(drivername="postgresql+psycopg"))
    with closing(engine.connect()) as connection:
        tables = metadata.sorted_tables
        found = {each.name: sorted(map(repr, connection.execute(select(each)).all())) for each in tables}
    engine.dispose()
    return found


async def test_every_row_arrives_and_the_bot_goes_on_there(scene: Scene) -> None:
    await evening(scene)
    target = server().new_database()
    moved = await scene.store.move_to(target)
    assert everything(target) == everything(scene.address)
    assert moved["cases"] == len(everything(target)["cases"]) > 0
    there = Scene(store=Store.open(target, now=scene.clock), clock=scene.clock, address=target)
    await there.published("after the move")
    await there.store.note_configuration({"a": "new one"})
    assert (await there.store.check(), await there.store.verify()) == ([], [])
    await there.store.close()


async def test_nothing_is_copied_into_a_database_that_holds_something(scene: Scene) -> None:
    await evening(scene)
    target = server().new_database()
    await scene.store.move_to(target)
    before = everything(target)
    with pytest.raises(StoreError, match="not empty"):
        await scene.store.move_to(target)
    assert everything(target) == before


async def test_a_database_that_was_altered_is_not_moved(scene: Scene) -> None:
    await scene.opened()
    scene.tamper("UPDATE drafts SET text = text || '!'")
    target = server().new_database()
    with pytest.raises(StoreError, match="not whole"):
        await scene.store.move_to(target)
    assert not any(everything(target).values())


async def test_the_refusals_of_the_new_database_stand_after_the_move(scene: Scene) -> None:
    await scene.published()
    target = server().new_database()
    await scene.store.move_to(target)
    with (
        closing(psycopg.connect(target, autocommit=True)) as connection,
        pytest.raises(psycopg.IntegrityError, match="never removed"),
    ):
        connection.execute("DELETE FROM audit_events")
    store = Store.open(target, now=Clock())
    assert await store.check() == []
    await store.close()


async def test_what_a_protected_person_alone_is_told_moves_with_the_rest(scene: Scene) -> None:
    await welcoming(scene)
    await scene.store.protected.support(HER, WORDS, actor="ann")
    await wish(scene)
    target = server().new_database()
    moved = await scene.store.move_to(target)
    assert (moved["support_messages"], moved["weekly_mails"]) == (1, 1)
    assert everything(target) == everything(scene.address)
