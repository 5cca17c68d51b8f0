"""Rows of a CSV file, each with its line; a row that cannot be read is a problem in its place, and the rest goes on."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING, NamedTuple

from bot.lab.opening import DAMAGES, damage
from bot.yaml_file import Problem, listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from bot.lab.opening import Opened

_UNDECODED = re.compile("[\udc80-\udcff]")
"""What `surrogateescape` makes of bytes that are not UTF-8; nothing else in a decoded text looks like it."""


class Row(NamedTuple):
    """One row: the line it begins on, and its cells by column. Cells that are missing at its end are absent."""

    line: int
    cells: dict[str, str]


def rows(file: Opened, needed: Sequence[str]) -> Iterator[Row | Problem]:
    """Each row in order, or what is wrong with it. A file without the needed columns has one problem and no rows."""
    text = io.TextIOWrapper(file.stream, encoding="utf-8-sig", errors="surrogateescape", newline="")
    try:
        read = _read(text, file.name)
        header = next(read, None)
        wrong = _wrong_header(header, file.name, needed)
        if wrong is not None:
            yield wrong
            return
        columns = [name.strip() for name in header[1]] if isinstance(header, tuple) else []
        for found in read:
            yield found if isinstance(found, Problem) else _row(found, columns, file.name)
    finally:
        text.detach()  # whoever opened the file closes it


def _read(lines: Iterable[str], name: str) -> Iterator[tuple[int, list[str]] | Problem]:
    """Cells of each row that holds any, with the line it begins on."""
    reader = csv.reader(lines, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Problem(name, line, "", _words(error))
            continue
        except DAMAGES as error:
            yield damage(name, line, error)
            return
        if not cells:
            continue
        if any(map(_UNDECODED.search, cells)):
            yield Problem(name, line, "", "not in UTF-8; save the file with that encoding")
            continue
        yield line, cells


def _wrong_header(header: tuple[int, list[str]] | Problem | None, name: str, needed: Sequence[str]) -> Problem | None:
    if header is None:
        return Problem(name, None, "", "the file is empty")
    if isinstance(header, Problem):
        return header
    line, cells = header
    names = [cell.strip() for cell in cells]
    if any("\0" in cell for cell in names):
        return Problem(name, line, "", "not in UTF-8 (perhaps UTF-16); save the file with that encoding")
    missing = [column for column in needed if column not in names]
    if not missing:
        return None
    there = ", ".join(cell[:40] for cell in names[:12])
    return Problem(name, line, "", f"there is no column {listed(missing)}; the first line names: {there}")


def _row(found: tuple[int, list[str]], columns: Sequence[str], name: str) -> Row | Problem:
    line, cells = found
    if len(cells) > len(columns):
        message = f"{len(cells)} cells where the first line names {len(columns)}; a text with a comma needs quotes"
        return Problem(name, line, "", message)
    return Row(line, dict(zip(columns, cells, strict=False)))


def _words(error: csv.Error) -> str:
    message = str(error)
    if "unexpected end of data" in message:
        return "the file ends inside a quoted cell that begins here"
    if "field limit" in message:
        return "a cell of more than 131,072 characters; perhaps a quotation mark is missing"
    if "expected after" in message:
        return "a quoted cell goes on after its closing quotation mark; a quotation mark inside it is written twice"
    return f"not readable as CSV: {message}"
