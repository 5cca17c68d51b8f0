from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pytest

from bot.lab.parquet import ParquetRow, rows
from bot.yaml_file import Problem

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def made(tmp_path: Path) -> Callable[[str, str], Path]:
    """Writes a Parquet file of two groups from a query."""

    def make(name: str, query: str) -> Path:
        path = tmp_path / "made.parquet"
        with duckdb.connect() as connection:
            connection.execute(f"COPY ({query}) TO '{path}' (FORMAT parquet, ROW_GROUP_SIZE 2048)")
        return path.rename(tmp_path / name)

    return make


@pytest.mark.parametrize("name", ["a.parquet", "a[1]*?.parquet", "it's.parquet"])
def test_rows_come_in_order_with_what_they_hold(made: Callable[[str, str], Path], name: str) -> None:
    query = """SELECT 'text ' || i AS text, i AS id, {'handle': '@a', 'followers': NULL::INT} AS author,
        ['@p'] AS mentions, TIMESTAMP '2026-11-20 10:00:00' AS created_at, NULL::VARCHAR AS lang, 1 AS likes
        FROM range(5000) t(i)"""
    found = list(
        rows(made(name, query), ["id", "text", "author", "mentions", "created_at", "lang", "platform"], "text")
    )
    assert [row.number for row in found if isinstance(row, ParquetRow)] == list(range(1, 5001))
    assert found[4_000] == ParquetRow(
        number=4_001,
        of=5_000,
        cells={
            "id": 4_000,
            "text": "text 4000",
            "author": {"handle": "@a", "followers": None},
            "mentions": ["@p"],
            "created_at": datetime(2026, 11, 20, 10),  # noqa: DTZ001  as the file has it
        },
    )


def test_times_with_a_zone_come_in_utc_wherever_they_stand(made: Callable[[str, str], Path]) -> None:
    at = "TIMESTAMPTZ '2026-11-20 12:00:00+02'"
    path = made("a.parquet", f"SELECT 'words' AS text, {at} AS created_at, {{'created_at': {at}}} AS author")
    [row] = rows(path, ["created_at", "author"], "text")
    assert isinstance(row, ParquetRow)
    ten = datetime(2026, 11, 20, 10)  # noqa: DTZ001  as it comes
    assert row.cells == {"created_at": ten, "author": {"created_at": ten}}


def test_file_without_a_text_is_one_problem(made: Callable[[str, str], Path]) -> None:
    path = made("a.parquet", "SELECT 1 AS id, {'text': 'inner'} AS in_reply_to")
    [problem] = rows(path, ["text", "id"], "text")
    assert str(problem) == f"{path}: there is no column text; there are: id, in_reply_to"


@pytest.mark.parametrize("keep", [0, 3, 400])
def test_part_of_a_file_is_one_problem(made: Callable[[str, str], Path], keep: int) -> None:
    path = made("a.parquet", "SELECT md5(i::VARCHAR) AS text FROM range(5000) t(i)")
    path.write_bytes(path.read_bytes()[:keep])
    [problem] = rows(path, ["text"], "text")
    assert isinstance(problem, Problem)
    assert problem.message.startswith("not a whole Parquet file")


def test_damaged_group_is_passed_over_and_the_rest_goes_on(made: Callable[[str, str], Path]) -> None:
    path = made("a.parquet", "SELECT md5(i::VARCHAR) AS text FROM range(10000) t(i)")
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 300] = b"\xff" * 300
    path.write_bytes(content)
    found = list(rows(path, ["text"], "text"))
    [problem] = [each for each in found if isinstance(each, Problem)]
    numbers = [each.number for each in found if isinstance(each, ParquetRow)]
    assert "damaged: rows " in problem.message
    assert (numbers[0], numbers[-1], len(numbers) > 6_000) == (1, 10_000, True)


def test_file_that_is_not_there_is_one_problem() -> None:
    [problem] = rows(Path("nowhere.parquet"), ["text"], "text")
    assert "nowhere.parquet" in str(problem)
