"""The connections: one thread that writes, two that read, and every error of the database in plain words.

A transaction runs wholly in its thread, so that cancelling the task that waits for it cannot cut it in half.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from filelock import FileLock, Timeout
from sqlalchemy import URL, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.pool import QueuePool

from bot.store.errors import StoreError
from bot.store.ids import Ids
from bot.store.upgrade import bring_up

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy import Connection, Engine

P = ParamSpec("P")
T = TypeVar("T")

_READERS = 2
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


@dataclass(frozen=True, slots=True)
class Transaction:
    """A write transaction: all that a writing function is given."""

    connection: Connection
    now: datetime
    """One moment for all that the transaction writes."""
    ids: Ids

    def new_id(self) -> str:
        """A new identifier."""
        return self.ids.new(self.now)


class Database:
    """One SQLite file, opened."""

    def __init__(self, url: str, *, now: Callable[[], datetime], exclusive: bool) -> None:
        self.path = _path(url)
        self.now = now
        self._ids = Ids()
        self._lock = _lock(self.path) if exclusive else None
        self._writing = _engine(self.path, begin="BEGIN IMMEDIATE", threads=1)
        self._reading = _engine(self.path, begin="BEGIN", threads=_READERS)
        try:
            _create_private(self.path)
            self._run(self._writing, bring_up)
        except BaseException:
            self._writing.dispose()
            if self._lock:
                self._lock.release()
            raise
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="store-write")
        self._readers = ThreadPoolExecutor(_READERS, thread_name_prefix="store-read")

    async def write(self, work: Callable[Concatenate[Transaction, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Runs the work in a write transaction of its own: all of it is stored, or nothing."""

        def job(connection: Connection) -> T:
            return work(Transaction(connection, self.now(), self._ids), *args, **kwargs)

        return await self._in(self._writer, partial(self._run, self._writing, job))

    async def read(self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Runs the work on one unchanging view of the database."""

        def job(connection: Connection) -> T:
            return work(connection, *args, **kwargs)

        return await self._in(self._readers, partial(self._run, self._reading, job))

    async def apart(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Runs the work on a bare connection, outside any transaction: for a backup, a check, a checkpoint."""

        def job() -> T:
            with self._plainly():
                connection = sqlite3.connect(self.path, timeout=_BUSY_MS / 1000)
                try:
                    return work(connection)
                finally:
                    connection.close()

        return await self._in(self._readers, job)

    async def close(self) -> None:
        """Waits for what is under way, then lets go of the file and of the lock."""
        await asyncio.get_running_loop().run_in_executor(None, self.close_now)

    def close_now(self) -> None:
        """As `close`, for callers outside the event loop."""
        for threads in (self._writer, self._readers):
            threads.shutdown(wait=True)
        for engine in (self._reading, self._writing):
            engine.dispose()
        if self._lock:
            self._lock.release()

    async def _in(self, threads: ThreadPoolExecutor, job: Callable[[], T]) -> T:
        try:
            future = asyncio.get_running_loop().run_in_executor(threads, job)
        except RuntimeError as error:
            raise StoreError("The store is closed.") from error
        return await future

    def _run(self, engine: Engine, job: Callable[[Connection], T]) -> T:
        with self._plainly(), engine.begin() as connection:
            return job(connection)

    def _plainly(self) -> _Plainly:
        return _Plainly(self.path)


class _Plainly:
    """Turns errors of the database into StoreError, in words that staff can act on."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, DBAPIError) and isinstance(error.orig, sqlite3.Error):
            raise StoreError(_words(self._path, error.orig)) from error
        if isinstance(error, sqlite3.Error):
            raise StoreError(_words(self._path, error)) from error


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


def _path(url: str) -> Path:
    try:
        address = make_url(url)
    except ArgumentError as error:
        raise StoreError("`database` is not an address of a database. Write it like sqlite:///bot.db.") from error
    if address.get_backend_name() != "sqlite":
        raise StoreError(
            f"`database` names {address.get_backend_name()}, which is not supported. Write it like sqlite:///bot.db."
        )
    if not address.database or address.database == ":memory:" or address.database.startswith("file:"):
        raise StoreError("`database` must name a file, like sqlite:///bot.db: what is in memory is lost with the bot.")
    return Path(address.database).resolve()  # So that the lock is the file's, by whatever link it is named.


def _lock(path: Path) -> FileLock:
    """An operating system's lock, which ends with the process however that ends."""
    lock = FileLock(path.with_name(path.name + ".lock"), blocking=False, thread_local=False, fallback_to_soft=False)
    try:
        lock.acquire()
    except Timeout as error:
        raise StoreError(
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


def _engine(path: Path, *, begin: str, threads: int) -> Engine:
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
        connection.exec_driver_sql(begin)

    return engine
