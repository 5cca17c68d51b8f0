"""Rows of a Parquet file through DuckDB, a few at a time; the one place that knows it."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any, NamedTuple

import duckdb

from bot.yaml_file import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

TOGETHER = 1_000
"""Rows that are fetched at a time."""
_SETTINGS: dict[str, Any] = {
    "threads": 1,  # the other processors judge
    "autoinstall_known_extensions": False,  # nothing is fetched from a network
    "autoload_known_extensions": False,
}


class ParquetRow(NamedTuple):
    """One row, counted from 1, with those of its cells that hold something."""

    number: int
    of: int
    """Rows in the file."""
    cells: dict[str, Any]


def rows(path: Path, known: Sequence[str], needed: str) -> Iterator[ParquetRow | Problem]:
    """The known columns of each row in order, or what is wrong; a damaged group of rows is passed over as one."""
    try:
        with closing(duckdb.connect(config=_SETTINGS)) as connection:
            there = _columns(connection, path)
            if needed not in there:
                named = ", ".join(list(there)[:12])
                yield Problem(str(path), None, "", f"there is no column {needed}; there are: {named}")
                return
            columns = {column: there[column] for column in known if column in there}
            groups = _groups(connection, path)
            of, start = sum(groups), 0
            for count in groups:
                yield from _group(connection, path, columns, range(start, start + count), of)
                start += count
    except duckdb.Error as error:
        yield Problem(str(path), None, "", f"not a whole Parquet file: {_words(error)}")


def _columns(connection: duckdb.DuckDBPyConnection, path: Path) -> dict[str, str]:
    """The type of each column."""
    connection.execute("SET TimeZone = 'UTC'")
    found = connection.execute("DESCRIBE SELECT * FROM read_parquet(?)", [_literally(path)]).fetchall()
    return {str(name): str(kind) for name, kind, *_ in found}


def _groups(connection: duckdb.DuckDBPyConnection, path: Path) -> list[int]:
    """Rows in each group, in order."""
    query = "SELECT DISTINCT row_group_id, row_group_num_rows FROM parquet_metadata(?) ORDER BY row_group_id"
    return [int(count) for _, count in connection.execute(query, [_literally(path)]).fetchall()]


def _group(
    connection: duckdb.DuckDBPyConnection, path: Path, columns: Mapping[str, str], numbers: range, of: int
) -> Iterator[ParquetRow | Problem]:
    """One group by itself: its damage is its own, and no more than a group is ever held."""
    chosen = ", ".join(f'CAST("{column}" AS {_plain(kind)})' for column, kind in columns.items())
    query = (
        f"SELECT {chosen} FROM read_parquet(?, file_row_number = true) "  # noqa: S608  known names, DuckDB's types
        "WHERE file_row_number >= ? AND file_row_number < ?"
    )
    number = numbers.start
    try:
        connection.execute(query, [_literally(path), numbers.start, numbers.stop])
        while batch := connection.fetchmany(TOGETHER):
            for cells in batch:
                number += 1
                held = {key: cell for key, cell in zip(columns, cells, strict=True) if cell is not None}
                yield ParquetRow(number, of, held)
    except duckdb.Error as error:
        message = f"damaged: rows {number + 1} to {numbers.stop} could not be read: {_words(error)}"
        yield Problem(str(path), number + 1, "", message)


def _plain(kind: str) -> str:
    """The type with its times in UTC and without a zone: DuckDB hands on zones only where pytz is installed."""
    return kind.replace("TIMESTAMP WITH TIME ZONE", "TIMESTAMP")


def _words(error: duckdb.Error) -> str:
    return str(error).partition("\n")[0]


def _literally(path: Path) -> str:
    """The path as DuckDB wants it: characters that would stand for others in a pattern stand for themselves."""
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in str(path))
