"""Reads archives of mentions, however large, as pieces of JSON lines: the one form in which they are judged.

JSON lines stay as they are; rows of CSV and Parquet become such lines. A piece is what one process judges in one go.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from bot.judge import AuthorLine, Line, ParentLine
from bot.lab import csv_rows
from bot.lab.opening import DAMAGES, STDIN, Opened, damage, opened, size
from bot.lines import LONGEST
from bot.yaml_file import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

JSON_LINES = frozenset({".jsonl", ".ndjson", ".json"})
ACCEPTED = "JSON lines (.jsonl, .ndjson, .json), CSV (.csv), each also as .gz, .bz2 or .xz, and Parquet (.parquet)"
MOST_LINES = 1_000
MOST_BYTES = 4 * 1024 * 1024
"""A piece ends with whichever of the two is reached first."""
LIST_COLUMNS = frozenset({"mentions"})
_NESTED = {
    f"{outer}{mark}{inner}": (outer, inner)
    for outer, shape in (("author", AuthorLine), ("in_reply_to", ParentLine))
    for inner in shape.__struct_fields__
    for mark in "._"
}
"""Columns of a flat table that belong together: `author_handle` or `author.handle` is the handle of the author."""
_COLUMNS = (*Line.__struct_fields__, *_NESTED)


class Archived(Line, kw_only=True):
    """A line of an archive: as for `judge`, but the id may be missing, and numbers may stand in quotation marks."""

    id: str | int = ""


_DECODER = msgspec.json.Decoder(Archived, strict=False)
_ENCODER = msgspec.json.Encoder(enc_hook=str)
decode = _DECODER.decode
"""The line in these bytes. Raises one of `bot.misread.UNREADABLE`."""


class Piece(NamedTuple):
    """Some lines of one file, in order."""

    name: str
    lines: list[tuple[int, bytes]]
    """Each with its number: of its line, or of its row where the file is Parquet."""
    problems: list[Problem]
    """What could not be read among and right before these lines."""
    read: int
    """Bytes of the file that were read for it."""


class _Read(NamedTuple):
    number: int
    line: bytes
    position: int


def pieces(paths: Iterable[Path]) -> Iterator[Piece]:
    """Every archive in order. What cannot be read is a problem in its place, and the rest goes on."""
    for path in paths:
        yield from _together(str(path), _lines(path), size(path))


def total(paths: Iterable[Path]) -> int:
    """Bytes of all archives on disk, so far as that can be known."""
    return sum(map(size, paths))


def _together(name: str, lines: Iterable[_Read | Problem], end: int) -> Iterator[Piece]:
    held: list[tuple[int, bytes]] = []
    problems: list[Problem] = []
    weight = before = position = 0
    for each in lines:
        if isinstance(each, Problem):
            problems.append(each)
        else:
            held.append((each.number, each.line))
            weight, position = weight + len(each.line), each.position
        if len(held) + len(problems) >= MOST_LINES or weight >= MOST_BYTES:
            yield Piece(name, held, problems, position - before)
            held, problems, weight, before = [], [], 0, position
    yield Piece(name, held, problems, max(0, end - before))


def _lines(path: Path) -> Iterator[_Read | Problem]:
    """The lines of one archive, by what its name says it is."""
    try:
        if path.suffix.lower() == ".parquet":
            yield from _parquet(path)
            return
        with opened(path) as file:
            if path == STDIN or file.suffix in JSON_LINES:
                yield from _json_lines(file)
            elif file.suffix == ".csv":
                yield from _csv(file)
            else:
                yield Problem(str(path), None, "", f"not an archive by its name; read are {ACCEPTED}")
    except OSError as error:
        yield damage(str(path), None, error)


def _json_lines(file: Opened) -> Iterator[_Read | Problem]:
    number = 0
    while True:
        try:
            line = file.stream.readline(LONGEST)
            number += 1
            long = len(line) == LONGEST and not line.endswith(b"\n")
            while long and (rest := file.stream.readline(LONGEST)) and not rest.endswith(b"\n"):
                pass
        except DAMAGES as error:
            yield damage(file.name, number + 1, error)
            return
        if not line:
            return
        if long:
            yield Problem(file.name, number, "", "a line of more than 1 MB; not a mention")
        elif line.strip():
            yield _Read(number, line, file.position)


def _csv(file: Opened) -> Iterator[_Read | Problem]:
    for row in csv_rows.rows(file, ("text",)):
        if isinstance(row, Problem):
            yield row
        else:
            cells = {column: cell for column, cell in row.cells.items() if cell or column == "text"}
            yield _Read(row.line, _as_line(cells), file.position)


def _parquet(path: Path) -> Iterator[_Read | Problem]:
    from bot.lab import parquet  # noqa: PLC0415  a database engine, which most archives do not need

    whole = path.stat().st_size
    for row in parquet.rows(path, _COLUMNS, "text"):
        if isinstance(row, Problem):
            yield row
        else:
            yield _Read(row.number, _as_line(row.cells), whole * row.number // row.of)


def _as_line(cells: Mapping[str, Any]) -> bytes:
    """A row as the JSON line that says the same; columns that no mention has are left out."""
    line: dict[str, Any] = {}
    for column, cell in cells.items():
        outer, inner = _NESTED.get(column, (column, ""))
        if inner:
            line.setdefault(outer, {})[inner] = cell
        elif column == "author" and isinstance(cell, str):
            line.setdefault("author", {})["handle"] = cell
        elif column in LIST_COLUMNS and isinstance(cell, str):
            line[column] = cell.replace(",", " ").replace(";", " ").split()
        elif column in _COLUMNS:
            line[column] = _filled(cell)
    return _ENCODER.encode(line)


def _filled(cell: Any) -> Any:  # noqa: ANN401  whatever a column may hold
    """The cell without what is empty in it."""
    return {key: each for key, each in cell.items() if each is not None} if isinstance(cell, dict) else cell
