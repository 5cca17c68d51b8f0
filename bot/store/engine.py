"""The connections: threads that write, threads that read, each transaction whole, and every error in plain words.

A transaction runs wholly in its thread, so that cancelling the task that waits for it cannot cut it in half.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Concatenate, ParamSpec, Protocol, TypeVar

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from bot.store.errors import StoreError
from bot.store.ids import Ids
from bot.store.moving import move
from bot.store.upgrade import BOT, bring_up
from bot.vault import Vault

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from contextlib import AbstractContextManager
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy import Connection, Engine

    from bot.store.upgrade import Lineage

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Transaction:
    """A write transaction: all that a writing function is given."""

    connection: Connection
    now: datetime
    """One moment for all that the transaction writes."""
    ids: Ids
    vault: Vault

    def new_id(self) -> str:
        """A new identifier."""
        return self.ids.new(self.now)


class Backend(Protocol):
    """What SQLite and PostgreSQL do each in its own way."""

    owner: str
    """The name under which this process makes claims."""
    readers: int
    discreet: bool
    """Whether its errors never quote a row."""

    def exists(self) -> bool:
        """Whether there is a database of ours already. Raises StoreError when that cannot be told."""

    def at_work(self, connection: Connection) -> Collection[str]:
        """The processes that make claims on the database now, by the names under which they claim."""

    def stays(self) -> bool:
        """Whether this process still holds its place; False when another has taken it. Raises StoreError."""

    def engines(self) -> tuple[Engine, Engine]:
        """For writing and for reading, made ready. Raises StoreError."""

    def upgrading(self, writing: Engine) -> AbstractContextManager[Connection]:
        """A transaction in which no other process changes the schema."""

    def words(self, error: Exception) -> str | None:
        """What an error of the database says to staff, without a row's content; `None` when it is another's error."""

    def check(self) -> list[str]:
        """What is wrong with the database, each in a sentence."""

    def scrub(self) -> None:
        """Clears what was blanked from wherever the database still holds it, as far as it can."""

    def rewrite(self) -> None:
        """Writes everything anew, so that nothing is left between the rows, where the database is a file of ours."""

    def backup(self, path: Path) -> None:
        """Copies everything to a new file. Raises StoreError."""

    def close(self) -> None:
        """Lets go of what is held outside the connections."""


def backend_of(url: str, *, exclusive: bool = False, helper: bool = False, lineage: Lineage = BOT) -> Backend:
    """The backend of an address. Raises StoreError. `exclusive` and `helper` are as `Store.open` has them."""
    try:
        address = make_url(url)
    except ArgumentError as error:
        raise StoreError("`database` is not an address of a database. Write it like sqlite:///bot.db.") from error
    match address.get_backend_name():
        case "sqlite":
            from bot.store.sqlite import SQLite  # noqa: PLC0415 - each backend has a driver that the other does not need

            return SQLite(address, exclusive=exclusive, helper=helper, lineage=lineage)
        case "postgresql":
            from bot.store.postgresql import PostgreSQL  # noqa: PLC0415 - as above

            return PostgreSQL(address, exclusive=exclusive, helper=helper, lineage=lineage)
        case other:
            raise StoreError(
                f"`database` names {other}, which is not supported. Write it like sqlite:///bot.db, or like"
                " postgresql://user@host/name."
            )


def exists(url: str) -> bool:
    """Whether there is a database of ours at the address already. Raises StoreError when that cannot be told."""
    backend = backend_of(url)
    with _Plainly(backend):
        return backend.exists()


class Database:
    """One database, opened, and brought to the newest revision unless it is to be left as it is."""

    def __init__(  # noqa: PLR0913  each is a fact of its own, given by keyword
        self,
        url: str,
        *,
        now: Callable[[], datetime],
        exclusive: bool = False,
        helper: bool = False,
        as_it_is: bool = False,
        vault: Vault | None = None,
        lineage: Lineage = BOT,
    ) -> None:
        self.vault = vault or Vault()
        self.backend = backend_of(url, exclusive=exclusive, helper=helper, lineage=lineage)
        self.now = now
        self._ids = Ids()
        engines: tuple[Engine, ...] = ()
        try:
            engines = self._writing, self._reading = self.backend.engines()
            if not as_it_is:
                with _Plainly(self.backend), self.backend.upgrading(self._writing) as connection:
                    bring_up(connection, lineage)
        except BaseException:
            for engine in engines:
                engine.dispose()
            self.backend.close()
            raise
        self._writers = ThreadPoolExecutor(1, thread_name_prefix="store-write")
        self._readers = ThreadPoolExecutor(self.backend.readers, thread_name_prefix="store-read")

    async def write(self, work: Callable[Concatenate[Transaction, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Runs the work in a transaction of its own, while nobody else writes: all of it is stored, or nothing."""

        def job(connection: Connection) -> T:
            return work(Transaction(connection, self.now(), self._ids, self.vault), *args, **kwargs)

        return await self._in(self._writers, partial(self._run, self._writing, job))

    async def read(self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Runs the work on one unchanging view of the database."""

        def job(connection: Connection) -> T:
            return work(connection, *args, **kwargs)

        return await self._in(self._readers, partial(self._run, self._reading, job))

    async def apart(self, work: Callable[[], T]) -> T:
        """Runs upkeep of the backend, outside any transaction of ours."""

        def job() -> T:
            with _Plainly(self.backend):
                return work()

        return await self._in(self._readers, job)

    async def move_to(self, url: str) -> Mapping[str, int]:
        """Copies everything into a new database at that address, in one transaction there."""

        def job(source: Connection) -> Mapping[str, int]:
            target = Database(url, now=self.now)
            try:
                return target._run(target._writing, partial(move, source))
            finally:
                target.close_now()

        return await self._in(self._readers, partial(self._run, self._reading, job))

    async def close(self) -> None:
        """Waits for what is under way, then lets go of the database and of its lock."""
        await asyncio.get_running_loop().run_in_executor(None, self.close_now)

    def close_now(self) -> None:
        """As `close`, for callers outside the event loop."""
        for threads in (self._writers, self._readers):
            threads.shutdown(wait=True)
        for engine in (self._reading, self._writing):
            engine.dispose()
        self.backend.close()

    async def _in(self, threads: ThreadPoolExecutor, job: Callable[[], T]) -> T:
        try:
            future = asyncio.get_running_loop().run_in_executor(threads, job)
        except RuntimeError as error:
            raise StoreError("The store is closed.") from error
        return await future

    def _run(self, engine: Engine, job: Callable[[Connection], T]) -> T:
        with _Plainly(self.backend), engine.begin() as connection:
            return job(connection)


class _Plainly:
    """Turns errors of the database into StoreError, in words that staff can act on."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if not isinstance(error, Exception):
            return
        cause = error.orig if isinstance(error, DBAPIError) else error
        if cause is not None and (words := self._backend.words(cause)) is not None:
            raise StoreError(words) from (error if self._backend.discreet else None)
