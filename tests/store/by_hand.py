"""The database without the program: what somebody does who opens it with a tool of their own."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any, Protocol

import psycopg

from bot.store.tables import metadata

if TYPE_CHECKING:
    from collections.abc import Sequence

REFUSALS = (sqlite3.IntegrityError, psycopg.IntegrityError)
IMPOSSIBLE = (*REFUSALS, psycopg.DataError)
"""What the table itself refuses, and, on PostgreSQL, what its column cannot hold."""
_FOREIGN = (("INSERT OR REPLACE", "INSERT"), ("INSERT OR IGNORE", "INSERT"), ("?", "%s"))


class Hand(Protocol):
    """A connection on which each statement stands by itself."""

    def execute(self, statement: str, values: Sequence[Any] = (), /) -> Any:
        """Runs a statement as SQLite reads it, with `?` where the values go."""

    def close(self) -> None:
        """Lets go of the database."""


class PostgreSQLHand:
    """SQLite's statements in PostgreSQL's words; INSERT OR REPLACE, which it does not know, as a plain INSERT."""

    def __init__(self, address: str) -> None:
        self._connection = psycopg.connect(address, autocommit=True)

    def execute(self, statement: str, values: Sequence[Any] = (), /) -> Any:
        for ours, theirs in _FOREIGN:
            statement = statement.replace(ours, theirs)
        return self._connection.execute(statement, values or None)

    def close(self) -> None:
        self._connection.close()


def sqlite_hand(path: str, *, foreign_keys: bool) -> Hand:
    """A file, opened by somebody who asked for foreign keys, or forgot them."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute(f"PRAGMA foreign_keys = {'ON' if foreign_keys else 'OFF'}")
    return connection


def columns_of(hand: Hand, table: str) -> list[str]:
    """The names of a table's columns, in order."""
    return [column[0] for column in hand.execute(f"SELECT * FROM {table} LIMIT 0").description]  # noqa: S608  the tests' own words


def another(hand: Hand, table: str, column: str) -> object:
    """A value that the column can hold and does not."""
    (value,) = hand.execute(f"SELECT {column} FROM {table}").fetchone()  # noqa: S608  the tests' own words
    if isinstance(value, bool):
        return not value
    return value + 90 if isinstance(value, int) else "another"


def keys(table: str) -> list[str]:
    """The columns by which a row is told from the others."""
    return [column.name for column in metadata.tables[table].primary_key]
