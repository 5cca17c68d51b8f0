"""SQLite: one file, private to its owner, with one writer, and locked for the one bot that runs on it."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout
from sqlalchemy import URL, create_engine, event
from sqlalchemy.pool import QueuePool

from bot.store import upkeep
from bot.store.errors import InUseError, StoreError

if TYPE_CHECKING:
    from collections.abc import Collection
    from contextlib import AbstractContextManager

    from sqlalchemy import Connection, Engine

    from bot.store.upgrade import Lineage

_BUSY_MS = 10_000
_PRAGMAS = (
    f"PRAGMA busy_timeout = {_BUSY_MS}",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA recursive_triggers = ON",
    "PRAGMA secure_delete = ON",
    "PRAGMA trusted_schema = OFF",
)


class SQLite:
    """A database in a file."""

    readers = 2
    discreet = True

    def __init__(self, address: URL, *, exclusive: bool, helper: bool, lineage: Lineage) -> None:
        self._lineage = lineage
        self.path = _path(address)
        if helper:
            raise StoreError(
                f"{self.path}: --role needs a database on PostgreSQL, because one process alone can work on a file."
                " Leave --role out, or move with `db move` and set `database` to postgresql://user@host/name."
            )
        self.owner = token_hex(4)
        self._lock = _lock(self.path) if exclusive else None

    def exists(self) -> bool:
        """Whether the file is there."""
        return self.path.exists()

    def at_work(self, connection: Connection) -> Collection[str]:  # noqa: ARG002 - as PostgreSQL has it
        """This process alone: nobody else makes claims on a file."""
        return [self.owner]

    def stays(self) -> bool:
        """Always: the lock on a file lasts as long as the process."""
        return True

    def engines(self) -> tuple[Engine, Engine]:
        """For writing, one at a time, and for reading. Raises StoreError when the file cannot be made."""
        _create_private(self.path)
        opened = _identity(self.path)
        return (
            _engine(self.path, opened, begin="BEGIN IMMEDIATE", threads=1),
            _engine(self.path, opened, begin="BEGIN", threads=self.readers),
        )

    def upgrading(self, writing: Engine) -> AbstractContextManager[Connection]:
        """As any writing: BEGIN IMMEDIATE lets nobody else write."""
        return writing.begin()

    def words(self, error: Exception) -> str | None:
        """What an error of the file says to staff."""
        return _words(self.path, error) if isinstance(error, sqlite3.Error) else None

    def check(self) -> list[str]:
        """Damage, rows that point nowhere, a schema that was altered."""
        with self._bare() as connection:
            return upkeep.check(connection, self._lineage)

    def scrub(self) -> None:
        """Empties the write-ahead log."""
        with self._bare() as connection:
            upkeep.scrub(connection)

    def rewrite(self) -> None:
        """Writes the whole file anew, which needs as much room again."""
        with self._bare() as connection:
            upkeep.rewrite(connection)

    def backup(self, path: Path) -> None:
        """Copies the file while others go on writing."""
        with self._bare() as connection:
            upkeep.backup(connection, path)

    def close(self) -> None:
        """Lets go of the lock."""
        if self._lock:
            self._lock.release()

    def _bare(self) -> closing[sqlite3.Connection]:
        return closing(sqlite3.connect(self.path, timeout=_BUSY_MS / 1000))


def _words(path: Path, error: sqlite3.Error) -> str:
    code = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
    what = {
        sqlite3.SQLITE_FULL: "The disk, or the space allowed to the database, is full. Make room;"
        " nothing was half-written.",
        sqlite3.SQLITE_READONLY: "The database may not be written. Check the rights of the file and of its folder.",
        sqlite3.SQLITE_BUSY: "The database is locked by another program. Close what else has it open and try again.",
        sqlite3.SQLITE_LOCKED: "The database is locked by another program. Close what else has it open and try again.",
        sqlite3.SQLITE_CORRUPT: "The database is damaged. Stop the bot, keep the file, and restore a backup.",
        sqlite3.SQLITE_NOTADB: "The file is not a database. Name another under `database` in the configuration.",
        sqlite3.SQLITE_IOERR: "The disk failed while the database was read or written. Check the disk.",
        sqlite3.SQLITE_CANTOPEN: "The database cannot be opened. Check that its folder exists and may be written.",
        sqlite3.SQLITE_CONSTRAINT: "The database refused a change that would break a promise; nothing was written."
        " This is a fault of the program: please report it.",
    }.get(code, "The database did not do what was asked; nothing was written.")
    return f"{path}: {what} ({error})"


def _path(address: URL) -> Path:
    if not address.database or address.database == ":memory:" or address.database.startswith("file:"):
        raise StoreError("`database` must name a file, like sqlite:///bot.db: what is in memory is lost with the bot.")
    return Path(address.database).resolve()  # So that the lock is the file's, by whatever link it is named.


def _lock(path: Path) -> FileLock:
    """An operating system's lock, which ends with the process however that ends."""
    lock = FileLock(path.with_name(path.name + ".lock"), blocking=False, thread_local=False, fallback_to_soft=False)
    try:
        lock.acquire()
    except Timeout as error:
        raise InUseError(
            f"{path}: another bot is running on this database. Stop it first, or give this one a database of its own."
        ) from error
    except OSError as error:
        raise StoreError(
            f"{path}: the database cannot be locked: {error.strerror}. Check that its folder exists."
        ) from error
    return lock


def _create_private(path: Path) -> None:
    """The file holds people's politics: made so that its owner alone can read it."""
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise StoreError(
            f"{path}: the database cannot be opened: {error.strerror}. Check its folder and its rights."
        ) from error


def _identity(path: Path) -> tuple[int, int] | None:
    """Which file stands there; `None` when none does."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _engine(path: Path, opened: tuple[int, int] | None, *, begin: str, threads: int) -> Engine:
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        poolclass=QueuePool,
        pool_size=threads,
        max_overflow=0,
        hide_parameters=True,
        connect_args={"check_same_thread": False, "timeout": _BUSY_MS / 1000},
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own type, which SQLAlchemy hides
        connection.isolation_level = None
        for pragma in _PRAGMAS:
            connection.execute(pragma)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if _identity(path) != opened:  # An open file can be deleted: what is written to it then is lost with the bot.
            raise StoreError(
                f"{path}: the database is gone, or another file stands in its place. Stop the bot, put it back, or"
                " restore a backup, and start again."
            )
        connection.exec_driver_sql(begin)

    return engine
