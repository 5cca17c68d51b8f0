from __future__ import annotations

from typing import TYPE_CHECKING

from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, create_engine

from bot.store.compliance.tables import BEHIND_THE_WALL, metadata
from bot.store.upgrade import bring_up

if TYPE_CHECKING:
    from pathlib import Path


def test_migrations_make_the_tables_that_the_queries_speak_of(tmp_path: Path) -> None:
    engine = create_engine(URL.create("sqlite", database=str(tmp_path / "behind.db")))
    with engine.begin() as connection:
        bring_up(connection, BEHIND_THE_WALL)
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_head_that_the_program_names_is_the_newest_revision() -> None:
    config = Config()
    config.set_main_option("script_location", str(BEHIND_THE_WALL.scripts))
    config.set_main_option("version_locations", str(BEHIND_THE_WALL.scripts))
    config.set_main_option("path_separator", "newline")
    assert ScriptDirectory.from_config(config).get_current_head() == BEHIND_THE_WALL.head
