"""An empty database gets the newest schema, a newer one is refused, and migrations and tables say the same."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, create_engine

from bot.store import Store, StoreError
from bot.store import upgrade as subject
from bot.store.tables import HEAD, metadata
from tests.fakes.databases import ON_POSTGRESQL
from tests.store.by_hand import columns_of
from tests.store.older import back_to
from tests.store.scene import PARTY, PEOPLE, Clock

if TYPE_CHECKING:
    from tests.store.scene import Scene


def test_the_migrations_make_the_tables_that_the_queries_speak_of(tmp_path: Path) -> None:
    engine = create_engine(URL.create("sqlite", database=str(tmp_path / "bot.db")))
    with engine.begin() as connection:
        subject.bring_up(connection)
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_the_head_that_the_program_names_is_the_newest_revision(tmp_path: Path) -> None:
    config = Config()
    folder = str(Path(subject.__file__).parent / "migrations")
    config.set_main_option("script_location", folder)
    config.set_main_option("version_locations", folder)
    config.set_main_option("path_separator", "newline")
    assert ScriptDirectory.from_config(config).get_current_head() == HEAD


async def test_opening_again_changes_nothing(scene: Scene) -> None:
    case = await scene.opened()
    again = Store.open(scene.address, now=scene.clock)
    assert await again.case(case.id) == case
    await again.close()


async def test_a_newer_database_is_refused_and_left_as_it_is(scene: Scene) -> None:
    await scene.store.close()
    with scene.by_hand() as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0999'")
    with pytest.raises(StoreError, match=r"at revision 0999.*made by a newer version.*restore a backup"):
        Store.open(scene.address, now=scene.clock)
    with scene.by_hand() as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == ("0999",)


def test_another_programs_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE recipes (id)")
    with pytest.raises(StoreError, match="tables that are not ours"):
        Store.open(f"sqlite:///{path}", now=Clock())


async def test_a_folder_may_be_called_anything(tmp_path: Path) -> None:
    folder = tmp_path / "100 % ours; [really]"
    folder.mkdir()
    store = Store.open(f"sqlite:///{folder / 'bot.db'}", now=Clock(), exclusive=True)
    await store.seed([PARTY], PEOPLE)
    assert await store.check() == []
    await store.close()


async def test_an_upgrade_that_breaks_off_leaves_the_older_database_whole_and_is_begun_anew(scene: Scene) -> None:
    case = await scene.published()
    await scene.store.close()
    with scene.by_hand() as connection:
        back_to(connection, "0002")
        in_the_way = (
            "CREATE FUNCTION publications_stand_alone() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'"
            if ON_POSTGRESQL
            else "CREATE TRIGGER publications_stand_alone BEFORE INSERT ON publications BEGIN SELECT 1; END"
        )
        connection.execute(in_the_way)
    with pytest.raises(StoreError, match="could not be brought from revision 0002"):
        Store.open(scene.address, now=scene.clock)
    with scene.by_hand() as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == ("0002",)
        assert "asked_at" not in columns_of(connection, "cases")
        kind = "FUNCTION" if ON_POSTGRESQL else "TRIGGER"
        connection.execute(f"DROP {kind} publications_stand_alone")
    store = Store.open(scene.address, now=scene.clock)
    assert await store.case(case.id) == case
    assert [await store.check(), await store.verify()] == [[], []]
    await store.close()
