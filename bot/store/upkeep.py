"""Looking after the file: a backup while the bot runs, a check of the whole, a clean write-ahead log."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from sqlalchemy import StaticPool, create_engine

from bot.store.errors import StoreError
from bot.store.upgrade import BOT, bring_up, differences

if TYPE_CHECKING:
    from pathlib import Path

    from bot.store.upgrade import Lineage


def backup(connection: sqlite3.Connection, path: Path) -> None:
    """Copies the database to a new file, readable by its owner alone, while others go on writing.

    Raises StoreError when there is a file already. What stands there at the end is whole.
    """
    part = path.with_name(path.name + ".part")
    try:
        if path.exists():
            raise StoreError(f"{path}: there is a file of that name already. Name another for the backup.")
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
        with closing(sqlite3.connect(part)) as copy:
            connection.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
        part.rename(path)
    except OSError as error:
        raise StoreError(
            f"{path}: the backup cannot be written: {error.strerror}. Check the folder and its rights."
        ) from error
    finally:
        part.unlink(missing_ok=True)


def check(connection: sqlite3.Connection, lineage: Lineage = BOT) -> list[str]:
    """What is wrong with the file, each in a sentence: damage, rows that point nowhere, a schema that was altered."""
    found = [f"damage: {row[0]}" for row in connection.execute("PRAGMA integrity_check") if row[0] != "ok"]
    for table, row, parent, _ in connection.execute("PRAGMA foreign_key_check"):
        found.append(f"row {row} of {table} points to nothing in {parent}")
    (revision,) = connection.execute("SELECT version_num FROM alembic_version").fetchone() or (None,)
    if revision != lineage.head:
        return [*found, f"the database is at revision {revision}, not at {lineage.head}"]
    return found + differences(_expected(lineage), _schema(connection))


def scrub(connection: sqlite3.Connection) -> None:
    """Empties the write-ahead log, which still holds what was blanked; another's reading may put it off."""
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def rewrite(connection: sqlite3.Connection) -> None:
    """Writes the whole file anew, and empties the write-ahead log: nothing is left between the rows."""
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute("VACUUM")
    scrub(connection)


def _expected(lineage: Lineage) -> dict[str, str]:
    """The schema that a new database would have."""
    engine = create_engine("sqlite://", poolclass=StaticPool)
    try:
        with engine.begin() as connection:
            bring_up(connection, lineage)
            bare = connection.connection.driver_connection
            if not isinstance(bare, sqlite3.Connection):
                raise TypeError("SQLite is expected here.")
            return _schema(bare)
    finally:
        engine.dispose()


def _schema(connection: sqlite3.Connection) -> dict[str, str]:
    query = "SELECT name, type, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_stat%'"
    return {f"{kind} {name}": sql for name, kind, sql in connection.execute(query)}
