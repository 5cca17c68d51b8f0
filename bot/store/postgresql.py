"""PostgreSQL: several processes on one database, each transaction as if it were alone.

The password is no part of the address: libpq takes it from PGPASSWORD or from a password file.
"""

from __future__ import annotations

from contextlib import suppress
from secrets import token_hex
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import psycopg
from sqlalchemy import create_engine, event
from sqlalchemy.pool import QueuePool

from bot.store.errors import InUseError, StoreError
from bot.store.upgrade import bring_up, differences, revision_of

if TYPE_CHECKING:
    from collections.abc import Collection
    from contextlib import AbstractContextManager
    from pathlib import Path

    from sqlalchemy import URL, Connection, Engine

    from bot.store.upgrade import Lineage

_CONNECT_SECONDS = 5
_TURN_MS = 30_000
"""How long a transaction waits for its turn to write."""
_IDLE_MS = 15_000
"""After so long without a word in the middle of a transaction, as from a machine that is gone, its turn is over."""
_WRITING, _DESK, _AT_WORK = 1_853_321_069, 1_853_321_070, 1_853_321_071
"""The advisory locks: of whoever writes, of the one desk, and, with its name, of each process at work.

Numbers that no other program should use.
"""
_WHO = """
SELECT objid::bigint FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2 AND classid = %(class)s
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
_WORDS = {
    "08": "The database cannot be reached, or does not let us in. Check that it runs, the address, and PGPASSWORD.",
    "53": "The server of the database has no room, memory or connections left. Make room; nothing was half-written.",
    "57": "The database was stopped or is starting. It is tried again.",
    "55": "Others kept the database busy, and this was not written. It is tried again.",
    "25": "The database may not be written: it is a copy, or was set to reading only.",
    "42501": "The user may not do this. Give them the rights on the schema of the database.",
    "23": "The database refused a change that would break a promise; nothing was written."
    " This is a fault of the program: please report it.",
    "XX": "The database is damaged. Stop the bot and restore a backup.",
}
_OTHERWISE = "The database did not do what was asked; nothing was written."


class PostgreSQL:
    """A database on a server."""

    readers = 4
    discreet = False

    def __init__(self, address: URL, *, exclusive: bool, helper: bool, lineage: Lineage) -> None:
        self._lineage = lineage
        if address.password:
            raise StoreError(
                "`database` holds a password. Leave it out of the address, and put it into the environment as"
                " PGPASSWORD, or into a password file."
            )
        if not address.database:
            raise StoreError("`database` names no database. Write it like postgresql://user@host/name.")
        self._address = address.set(drivername="postgresql+psycopg")
        self._name = address.render_as_string()
        self.owner = token_hex(4)
        self._exclusive = exclusive
        self._place = self._taken() if exclusive or helper else None
        if self._place is None and exclusive:
            raise InUseError(
                f"{self._name}: another bot is running on this database. Stop it first, or give this one a database of"
                " its own. To help it, start this one with --role watch or --role publish."
            )

    def exists(self) -> bool:
        """Whether our tables are there: a database without any is brought up at the first start."""
        engine = _engine(self._address, "READ COMMITTED", 1)
        try:
            with engine.connect() as connection:
                return revision_of(connection) is not None
        finally:
            engine.dispose()

    def at_work(self, connection: Connection) -> Collection[str]:
        """Whoever holds the lock that bears its name: it goes with the connection, however a process ends."""
        found = connection.exec_driver_sql(_WHO, {"class": _AT_WORK}).scalars()
        return [f"{number:08x}" for number in found]

    def stays(self) -> bool:
        """Whether the locks are held: they go with a restart of the server, and are taken again here."""
        if self._place is None:
            return True
        try:
            self._place.execute("SELECT 1")
        except psycopg.OperationalError:
            self._place.close()
        else:
            return True
        place = self._taken()
        self._place = place or self._place
        return place is not None

    def engines(self) -> tuple[Engine, Engine]:
        """For writing, alone among all processes, and for reading one unchanging view."""
        reading = _engine(self._address, "REPEATABLE READ", self.readers)
        writing = _engine(self._address, "READ COMMITTED", 1)
        event.listen(writing, "begin", _wait_for_our_turn)
        return writing, reading.execution_options(postgresql_readonly=True)

    def upgrading(self, writing: Engine) -> AbstractContextManager[Connection]:
        """As any writing: nobody else writes meanwhile."""
        return writing.begin()

    def words(self, error: Exception) -> str | None:
        """What an error of the server says to staff: its first line alone, for the others may quote a row."""
        if not isinstance(error, psycopg.Error):
            return None
        state = error.sqlstate or ("08" if isinstance(error, psycopg.OperationalError) else "")
        what = _WORDS.get(state) or _WORDS.get(state[:2]) or _OTHERWISE
        primary = error.diag.message_primary or str(error).partition("\n")[0]
        return f"{self._name}: {what} ({primary})"

    def check(self) -> list[str]:
        """A schema that was altered; the server looks after its own files."""
        engine = _engine(self._address, "READ COMMITTED", 2)
        try:
            with engine.connect() as connection:
                revision = revision_of(connection)
                if revision != self._lineage.head:
                    return [f"the database is at revision {revision}, not at {self._lineage.head}"]
                actual = {
                    name: text.replace("public.", "") for name, text in _schema(connection, "current_schema()").items()
                }
                return differences(_expected(connection, self._lineage), actual)
        finally:
            engine.dispose()

    def scrub(self) -> None:
        """Lets go of the old rows at once; the server's log keeps them for its own time, and a backup for ever."""
        engine = _engine(self._address, "AUTOCOMMIT", 1)
        try:
            with engine.connect() as connection:
                connection.exec_driver_sql(f"VACUUM {', '.join(self._lineage.blanked)}")
        finally:
            engine.dispose()

    def rewrite(self) -> None:
        """As `scrub`: what a server's files hold between the rows is the server's own."""
        self.scrub()

    def backup(self, path: Path) -> None:
        """Refused: the server has better tools of its own."""
        raise StoreError(f"{path}: {self._name} is backed up by PostgreSQL's own tools. Use pg_dump --format=custom.")

    def close(self) -> None:
        """Lets go of the locks, at once: the server would let go of them some time after the connection has ended."""
        if self._place:
            with suppress(psycopg.Error):  # It may be gone already, and the locks with it.
                self._place.execute("SELECT pg_advisory_unlock_all()")
            self._place.close()

    def _taken(self) -> psycopg.Connection | None:
        """A connection that holds this process's locks, and lets go of them however it ends; `None` if another has."""
        address = self._address.set(drivername="postgresql").render_as_string(hide_password=False)
        try:
            connection = psycopg.connect(address, autocommit=True, connect_timeout=_CONNECT_SECONDS)
        except psycopg.Error as error:
            raise StoreError(f"{self.words(error)}") from None
        if self._exclusive and connection.execute("SELECT pg_try_advisory_lock(%s)", [_DESK]).fetchone() != (True,):
            connection.close()
            return None
        name = int.from_bytes(bytes.fromhex(self.owner), signed=True)
        connection.execute("SELECT pg_advisory_lock_shared(%s, %s)", [_AT_WORK, name])
        return connection


def _wait_for_our_turn(connection: Connection) -> None:
    """Lets one transaction of all processes write at a time, as on a file.

    PostgreSQL's own way, SERIALIZABLE, breaks off what met another and leaves it to be begun anew; on tables as small
    as these nearly all meet, and under load some never came through. A turn takes milliseconds.
    """
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITING})")


def _engine(address: URL, isolation: str, threads: int) -> Engine:
    return create_engine(
        address,
        poolclass=QueuePool,
        pool_size=threads,
        max_overflow=0,
        pool_pre_ping=True,
        isolation_level=isolation,
        hide_parameters=True,
        connect_args={
            "connect_timeout": _CONNECT_SECONDS,
            "application_name": "not-in-our-name",
            "options": f"-c lock_timeout={_TURN_MS} -c idle_in_transaction_session_timeout={_IDLE_MS}",
        },
    )


def _expected(connection: Connection, lineage: Lineage) -> dict[str, str]:
    """The schema that a new database would have, made beside the real one and thrown away."""
    aside = f"aside_{uuid4().hex}"
    with connection.engine.connect() as other, other.begin() as making:
        other.exec_driver_sql(f"CREATE SCHEMA {aside}")
        other.exec_driver_sql(f"SET LOCAL search_path TO {aside}")
        bring_up(other, lineage)
        found = _schema(other, f"'{aside}'")
        making.rollback()
    return {name: text.replace(f"{aside}.", "") for name, text in found.items()}


_OURS = """
SELECT 'table ' || c.relname, string_agg(a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
  || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END, ', ' ORDER BY a.attnum)
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  WHERE c.relkind = 'r' AND c.relnamespace = {schema}::regnamespace GROUP BY c.relname
UNION ALL SELECT 'index ' || c.relname, pg_get_indexdef(c.oid) FROM pg_class c
  WHERE c.relkind = 'i' AND c.relnamespace = {schema}::regnamespace
UNION ALL SELECT 'constraint ' || conname || ' of ' || conrelid::regclass::text, pg_get_constraintdef(oid)
  FROM pg_constraint WHERE connamespace = {schema}::regnamespace
UNION ALL SELECT 'function ' || proname, pg_get_functiondef(oid) FROM pg_proc
  WHERE pronamespace = {schema}::regnamespace
UNION ALL SELECT 'trigger ' || t.tgname, t.tgenabled::text || ' ' || pg_get_triggerdef(t.oid)
  FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
  WHERE NOT t.tgisinternal AND c.relnamespace = {schema}::regnamespace
"""


def _schema(connection: Connection, schema: str) -> dict[str, str]:
    rows: Any = connection.exec_driver_sql(_OURS.format(schema=schema))
    return {str(name): str(text) for name, text in rows}
