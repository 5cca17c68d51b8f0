"""Lines of a file in batches: whole ones, given out as soon as there are no more at hand."""

from __future__ import annotations

import select
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SIZE = 65_536
"""Bytes of a batch, if its lines are shorter than that."""
LONGEST = 1024 * 1024
"""Bytes of a line. What is longer is no mention, and is not held in memory."""
PATIENCE = 0.01
"""Seconds after which it is believed that nothing more is at hand. A program that writes to us is quicker."""


class Batch(NamedTuple):
    """Some lines of a file, one after the other."""

    first: int
    """The number of the first; an editor counts from 1."""
    lines: bytes
    """A line that is too long is cut so that it is one byte longer than may be."""


def batches(file: BinaryIO) -> Iterator[Batch | None]:
    """All lines of a file that is open for reading; `None` whenever one would have to wait for more of it."""
    first = 1
    whole: list[bytes] = []
    open_line: list[bytes] = []
    room = LONGEST + 1
    read: Callable[[int], bytes] = getattr(file, "read1", file.read)  # the former does not wait for all of it
    while chunk := read(SIZE):
        end = chunk.rfind(b"\n") + 1
        if end:
            its_end = chunk.index(b"\n")
            whole += [*open_line, chunk[: min(its_end, room)], chunk[its_end:end]]
            open_line, room = [], LONGEST + 1
        open_line.append(chunk[end : end + room])
        room -= len(open_line[-1])
        waits = not _at_hand(file)
        if whole and (waits or sum(map(len, whole)) >= SIZE):
            lines = b"".join(whole)
            yield Batch(first, lines)
            first, whole = first + lines.count(b"\n"), []
        if waits:
            yield None
    if lines := b"".join([*whole, *open_line]):
        yield Batch(first, lines)


def too_long(line: bytes) -> bool:
    """Whether a line is longer than may be, its end not counted."""
    return len(line) > LONGEST and len(line.removesuffix(b"\n")) > LONGEST


def _at_hand(file: BinaryIO) -> bool:
    """Whether reading on would not wait. A file at its end is at hand too."""
    try:
        return bool(select.select([file], [], [], PATIENCE)[0])
    except (OSError, ValueError):  # it lies in memory, or select does not know such files
        return True
