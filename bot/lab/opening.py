"""Opens the files that people keep texts in, compressed or not, and knows how much of each has been read."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import sys
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, BinaryIO, cast

from bot.yaml_file import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

STDIN = Path("-")
_OPENERS: dict[str, Callable[[BinaryIO], IO[bytes]]] = {
    ".gz": lambda raw: cast("IO[bytes]", gzip.GzipFile(fileobj=raw)),
    ".bz2": bz2.BZ2File,
    ".xz": lzma.LZMAFile,
}
DAMAGES = (EOFError, OSError, zlib.error, lzma.LZMAError)
"""What reading a compressed file raises where it was cut or damaged; `OSError` is also what a broken disk raises."""


@dataclass(slots=True)
class Opened:
    """A file being read."""

    name: str
    suffix: str
    """Of what is inside, in lower case: `.csv` for `a.CSV.gz`; empty for standard input."""
    stream: BinaryIO
    _raw: BinaryIO

    @property
    def position(self) -> int:
        """Bytes of the file itself, before decompression, that have been read; 0 where nobody can tell."""
        return self._raw.tell() if self._raw.seekable() else 0


@contextmanager
def opened(path: Path) -> Iterator[Opened]:
    """The content of a file, decompressed where its name ends in .gz, .bz2 or .xz; `-` is standard input.

    Raises OSError.
    """
    if path == STDIN:
        yield Opened("standard input", "", sys.stdin.buffer, sys.stdin.buffer)
        return
    with path.open("rb") as raw:
        opener = _OPENERS.get(path.suffix.lower())
        if opener is None:
            yield Opened(str(path), path.suffix.lower(), raw, raw)
            return
        with io.BufferedReader(cast("io.RawIOBase", opener(raw))) as stream:
            yield Opened(str(path), path.with_suffix("").suffix.lower(), stream, raw)


def size(path: Path) -> int:
    """Bytes of the file on disk; 0 for standard input, and for what is not there."""
    try:
        return path.stat().st_size if path != STDIN else 0
    except OSError:
        return 0


def damage(name: str, line: int | None, error: Exception) -> Problem:
    """The problem of a file whose reading broke off after this line, in words."""
    if isinstance(error, OSError) and error.errno is not None:
        return Problem(name, line, "", f"cannot be read: {error.strerror}")
    return Problem(name, line, "", "the file ends or is damaged here; what comes after could not be read")
