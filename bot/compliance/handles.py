"""Handles of suspended members: read from a file line by line, and compared exactly. Pure.

Two handles are the same when they name the same account of the same server: `@Ann@Fernwick.Example` is
`ann@fernwick.example`, and the address of a profile is its handle. Nothing that only looks alike is ever the same, nor
is another account of the same person.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST = 1_500
"""Handles in one file: so many fit into the form by which they are saved."""
_HANDLE = re.compile(r"@?([A-Za-z0-9_][A-Za-z0-9_.-]*)@([^\s@/]+)")
_ADDRESS = re.compile(r"https?://([^\s@/]+)/@([A-Za-z0-9_][A-Za-z0-9_.-]*)/?")
_NAMES = frozenset({"handle", "handles", "account", "username"})
"""What may stand over the column."""
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a file of handles says."""

    handles: tuple[str, ...]
    """As they compare, each once, in order."""
    wrong: tuple[tuple[int, str], ...]
    """Lines that name no handle: their number, and what stands there."""
    too_many: bool = False


def normal(text: str) -> str | None:
    """The handle as it compares, `@name@server` in small letters; `None` for what is none."""
    text = text.strip()
    if found := _ADDRESS.fullmatch(text):
        host, name = found.groups()
    elif found := _HANDLE.fullmatch(text):
        name, host = found.groups()
    else:
        return None
    try:
        host = host.lower() if host.isascii() else host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return None
    return f"@{name.lower()}@{host}" if _HOST.fullmatch(host) else None


def _rows(rows: Iterator[list[str]], wrong: list[tuple[int, str]]) -> Iterator[list[str]]:
    """The rows up to where the file stops being one of rows."""
    try:
        yield from rows
    except csv.Error as error:
        wrong.append((0, f"the rest cannot be read: {error}"))


def read(text: str) -> Reading:
    """The handles of a CSV file, from its first column; empty lines and a heading are passed over."""
    handles: dict[str, None] = {}
    wrong: list[tuple[int, str]] = []
    rows = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    for row in _rows(rows, wrong):
        cell = next(iter(row), "").strip()
        if not cell or (rows.line_num == 1 and cell.lower() in _NAMES):
            continue
        handle = normal(cell)
        if handle is None:
            wrong.append((rows.line_num, cell[:80]))
        else:
            handles[handle] = None
    return Reading(handles=tuple(handles)[:MOST], wrong=tuple(wrong), too_many=len(handles) > MOST)
