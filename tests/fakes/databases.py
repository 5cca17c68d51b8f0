"""A database of its own for each test: a file, or with `TEST_DATABASE=postgresql` one on a server that the run starts.

The server is a real one, of the PostgreSQL that is installed, in a folder of its own, in memory where that has room; it
ends with the run. What it writes is not kept from a power cut, and nobody vacuums: only the speed differs by that.
"""

from __future__ import annotations

import asyncio
import atexit
import os
import shutil
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import make_url

from bot.store import Store
from tests.fakes.memory import folder_in_memory

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator

    from bot.store.compliance import ComplianceStore

T = TypeVar("T")
ON_POSTGRESQL = os.environ.get("TEST_DATABASE") == "postgresql"
only_sqlite = pytest.mark.skipif(ON_POSTGRESQL, reason="about the file that SQLite writes")
once = pytest.mark.skipif(ON_POSTGRESQL, reason="slow, and the same on either database: `make test` runs it")


def _tools() -> Path | None:
    """The folder of PostgreSQL's own tools: the newest of those Debian installs side by side, or the one on PATH."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    found = installed[-1] if installed else shutil.which("initdb")
    return Path(found).parent if found else None


TOOLS = _tools()
needs_postgresql = pytest.mark.skipif(TOOLS is None, reason="PostgreSQL is not installed: apt-get install postgresql")


def empty_in(folder: Path) -> str:
    """The address of a new database without a table; on SQLite its file is `bot.db` in the folder."""
    return server().new_database() if ON_POSTGRESQL else f"sqlite:///{folder / 'bot.db'}"


def address_in(folder: Path, store: type[Store | ComplianceStore] = Store) -> str:
    """The address of a new database as the store lays it out, at once; on SQLite its file is `bot.db` in the folder."""
    if ON_POSTGRESQL:
        return copy(_laid_out(store.open))
    address = empty_in(folder)
    shutil.copyfile(_path(_laid_out(store.open)), _path(address))
    return address


def lay_out(address: str) -> None:
    """Makes the bot's database in a file where there is none, sooner than the store would that opens it.

    In a run on PostgreSQL nothing: there is no file to be copied, and the store makes its own.
    """
    if not ON_POSTGRESQL and address.startswith("sqlite:") and not _path(address).exists():
        shutil.copyfile(_path(_laid_out(Store.open)), _path(address))


def copy(address: str, folder: Path | None = None) -> str:
    """The address of a copy of a database that nobody has open; a file is copied into the folder, or beside itself."""
    if ON_POSTGRESQL:
        return server().new_database(like=make_url(address).database)
    path = _path(address)
    return f"sqlite:///{shutil.copyfile(path, (folder or path.parent) / f'{uuid4().hex}.db')}"


def once_for_all(make: Callable[[Path], Coroutine[Any, Any, T]]) -> T:
    """What a coroutine makes in a folder that stays until the run ends; what databases it makes stay as long.

    It runs on an event loop of its own, so that tests whose loop is running can ask for it too.
    """
    folder = Path(tempfile.mkdtemp(prefix="once-for-all-", dir=folder_in_memory()))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    before = len(server().made) if ON_POSTGRESQL else 0
    with ThreadPoolExecutor(1) as thread:
        made = thread.submit(asyncio.run, make(folder)).result()
    if ON_POSTGRESQL:
        del server().made[before:]
    return made


@cache
def _laid_out(opens: Callable[..., Store | ComplianceStore]) -> str:
    """The address of a database that was just made by what opens it; to be copied, which takes a tenth of the time."""

    async def make(folder: Path) -> str:
        address = empty_in(folder)
        await opens(address, now=lambda: datetime(2026, 11, 1, tzinfo=UTC)).close()
        return address

    return once_for_all(make)


@contextmanager
def dropped_afterwards() -> Iterator[None]:
    """Drops whatever databases are made meanwhile on the server of this run: thousands of them would fill a disk."""
    if not ON_POSTGRESQL:
        yield
        return
    before = len(server().made)
    yield
    server().drop_back_to(before)


def _path(address: str) -> Path:
    return Path(address.removeprefix("sqlite:///"))


class Server:
    """A PostgreSQL server in a temporary folder, reached by a socket there."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="postgresql-", dir=folder_in_memory()))
        self.made: list[str] = []
        """The names of the databases that are to be dropped, the last to be made last."""
        if TOOLS is None:
            raise RuntimeError("PostgreSQL is not installed: apt-get install postgresql, or your system's own way.")
        self._tools = TOOLS
        if os.geteuid() == 0:  # Which PostgreSQL refuses to run as.
            shutil.chown(self.folder, "postgres", "postgres")
        self.run(
            "initdb", "--pgdata", str(self.data), "--auth=trust", "--no-sync", "--username=bot", "--locale=C.UTF-8"
        )
        self.start()

    @property
    def data(self) -> Path:
        """Where the server keeps its files."""
        return self.folder / "data"

    def start(self) -> None:
        """Starts the server, and returns when it answers."""
        options = f"-k {self.folder} -c listen_addresses='' -c fsync=off -c autovacuum=off -c max_connections=500"
        log = str(self.folder / "log")
        self.run("pg_ctl", "start", "--wait", "--pgdata", str(self.data), "--log", log, "--options", options)

    def stop(self, how: str = "immediate") -> None:
        """Stops the server: `immediate` is a crash, `fast` breaks off what is under way."""
        self.run("pg_ctl", "stop", "--pgdata", str(self.data), "--mode", how)

    def remove(self) -> None:
        """Stops the server and removes its folder."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def new_database(self, *, like: str | None = None) -> str:
        """The address of a new database: empty, or a copy of one that nobody has open."""
        name = f"db_{uuid4().hex}"
        template = like or "template0"
        with psycopg.connect(host=str(self.folder), user="bot", dbname="postgres", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        self.made.append(name)
        return f"postgresql://bot@/{name}?host={self.folder}"

    def drop_back_to(self, number: int) -> None:
        """Drops the databases but for so many that were made first, whoever still has them open."""
        if len(self.made) == number:
            return
        with psycopg.connect(host=str(self.folder), user="bot", dbname="postgres", autocommit=True) as connection:
            while len(self.made) > number:
                connection.execute(f"DROP DATABASE {self.made.pop()} WITH (FORCE)")

    def run(self, tool: str, *arguments: str) -> None:
        """Runs one of PostgreSQL's tools; as its own user where we are root."""
        command = [str(self._tools / tool), *arguments]
        if os.geteuid() == 0:
            command = ["runuser", "-u", "postgres", "--", *command]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=self.folder)  # noqa: S603  our own words


@cache
def server() -> Server:
    """The server of this run, started when it is first asked for."""
    started = Server()
    atexit.register(started.remove)
    return started
