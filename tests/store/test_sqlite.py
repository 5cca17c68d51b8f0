"""The file, its lock, its thread, and its errors in plain words."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest

from bot.store import Store, StoreError
from bot.store.engine import Database
from tests.fakes.databases import only_sqlite
from tests.store.scene import PARTY, PEOPLE, Clock, Scene, scene_in

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.store.engine import Transaction

pytestmark = only_sqlite


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'bot.db'}", now=Clock(), exclusive=False)
    await Store(database).seed([PARTY], PEOPLE)
    yield database
    await database.close()


@pytest.fixture
def scene(database: Database, tmp_path: Path) -> Scene:
    return Scene(store=Store(database), clock=Clock(), address=f"sqlite:///{tmp_path / 'bot.db'}")


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear all, " * 500)
    with pytest.raises(StoreError, match="not a database"):
        Store.open(f"sqlite:///{path}", now=Clock())
    assert path.read_text() == "Dear all, " * 500


async def test_only_its_owner_can_read_the_file(scene: Scene) -> None:
    await scene.opened()
    for file in scene.path.parent.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file.name


async def test_a_second_bot_on_the_same_database_is_refused(tmp_path: Path) -> None:
    scene = await scene_in(tmp_path, exclusive=True)
    url = scene.address
    with pytest.raises(StoreError, match="another bot is running on this database"):
        Store.open(url, now=scene.clock, exclusive=True)
    beside = Store.open(url, now=scene.clock)
    assert await beside.paused() == {}
    await beside.close()
    await scene.store.close()
    again = Store.open(url, now=scene.clock, exclusive=True)
    await again.close()


async def test_a_second_bot_is_refused_by_whatever_link_it_names_the_file(tmp_path: Path) -> None:
    scene = await scene_in(tmp_path, exclusive=True)
    (tmp_path / "elsewhere").mkdir()
    link = tmp_path / "elsewhere" / "other.db"
    link.symlink_to(scene.path)
    with pytest.raises(StoreError, match="another bot is running on this database"):
        Store.open(f"sqlite:///{link}", now=scene.clock, exclusive=True)
    await scene.store.close()


async def test_a_lock_that_was_not_used_is_let_go(tmp_path: Path) -> None:
    path = tmp_path / "bot.db"
    path.write_bytes(b"no database at all" * 100)
    with pytest.raises(StoreError):
        Store.open(f"sqlite:///{path}", now=Clock(), exclusive=True)
    path.unlink()
    await Store.open(f"sqlite:///{path}", now=Clock(), exclusive=True).close()


async def test_each_transaction_is_durable_and_checked(database: Database) -> None:
    def pragmas(tx: Transaction) -> list[object]:
        names = ("journal_mode", "synchronous", "foreign_keys", "recursive_triggers", "secure_delete")
        return [tx.connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names]

    assert await database.write(pragmas) == ["wal", 2, 1, 1, 1]


async def test_a_full_disk_is_said_plainly_and_leaves_nothing_half_written(database: Database, scene: Scene) -> None:
    await scene.opened("first")

    def fill(tx: Transaction) -> None:
        pages = tx.connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        tx.connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    await database.write(fill)
    page = [scene.received(str(number), said={"text": "long " * 1000}) for number in range(50)]
    with pytest.raises(StoreError, match=r"bot\.db: The disk.*is full\. Make room; nothing was half-written"):
        await scene.receive(*page, cursor="50")
    assert await scene.store.cursor("party") is None
    assert list(await scene.store.known(item.mention.uri for item in page)) == []
    await database.write(lambda tx: tx.connection.exec_driver_sql("PRAGMA max_page_count = 100000").close())
    assert len(await scene.receive(*page, cursor="50")) == 50
    assert await scene.store.verify() == []
    assert await scene.store.check() == []


async def test_a_file_that_may_not_be_written_is_said_plainly(database: Database, scene: Scene) -> None:
    await database.write(lambda tx: tx.connection.exec_driver_sql("PRAGMA query_only = ON").close())
    with pytest.raises(StoreError, match="may not be written"):
        await scene.opened()


async def test_a_file_that_another_program_holds_is_said_plainly(database: Database, scene: Scene) -> None:
    await database.write(lambda tx: tx.connection.exec_driver_sql("PRAGMA busy_timeout = 0").close())
    with scene.by_hand() as connection:
        connection.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="locked by another program"):
            await scene.opened()
        connection.execute("ROLLBACK")
    await scene.opened()


async def test_a_damaged_file_is_said_plainly(scene: Scene) -> None:
    await scene.opened()
    await scene.store.close()
    raw = bytearray(scene.path.read_bytes())
    raw[200:] = b"\xff" * (len(raw) - 200)
    scene.path.write_bytes(raw)
    with pytest.raises(StoreError, match=r"damaged|could not be|not a database"):
        Store.open(scene.address, now=scene.clock)


async def test_a_helper_is_refused_on_a_file_and_told_what_it_needs(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="--role needs a database on PostgreSQL"):
        Store.open(f"sqlite:///{tmp_path / 'bot.db'}", now=Clock(), helper=True)


async def test_a_file_that_is_taken_away_is_noticed_before_anything_is_written_to_it(scene: Scene) -> None:
    case = await scene.opened()
    aside = scene.path.rename(scene.path.with_name("aside.db"))
    with pytest.raises(StoreError, match="the database is gone"):
        await scene.store.case(case.id)
    with pytest.raises(StoreError, match="the database is gone"):
        await scene.store.pause("all", actor="ann")
    scene.path.write_bytes(b"")
    with pytest.raises(StoreError, match="another file stands in its place"):
        await scene.store.paused()
    aside.rename(scene.path)
    assert await scene.store.paused() == {}
