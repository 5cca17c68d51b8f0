"""Keeps what was worked out at one start for the next: in files of a folder of which nothing need be there.

Loss of one costs some seconds at the next start; a folder that cannot be written costs them each time.
"""

from __future__ import annotations

import contextlib
import hashlib
from typing import TYPE_CHECKING, Generic, TypeVar

import msgspec

from bot.rules.proofs import proof, put

if TYPE_CHECKING:
    from pathlib import Path

    from pydantic import BaseModel

T = TypeVar("T")

MOST_KEPT = 4
"""Files of one name, each for another configuration; the oldest are deleted."""
DIGEST = 16
"""Bytes of one, which a file begins with: a memory that was damaged must not silence a rule."""


class Kept(Generic[T]):
    """One value, kept in a folder for as long as what it is made of stays the same; `None` keeps nothing.

    It is plain content, so that reading it runs nothing that somebody may have put there.
    """

    def __init__(self, folder: Path | None, name: str, shape: type[T], *made_of: str) -> None:
        """`made_of` is, besides the program itself, all that decides what the value is."""
        self._file = folder / f"{name}-{proof(*made_of)[:16]}" if folder is not None else None
        self._others = f"{name}-*"
        self._shape = shape

    def read(self) -> T | None:
        """What was kept; `None` when nothing was, or it was damaged."""
        if self._file is None:
            return None
        with contextlib.suppress(OSError, msgspec.DecodeError, ValueError):
            raw = self._file.read_bytes()
            packed = memoryview(raw)[DIGEST:]
            if raw[:DIGEST] == digest(packed):
                return msgspec.msgpack.decode(packed, type=self._shape, dec_hook=_model)
        return None

    def write(self, value: T) -> None:
        """Keep this from now on. What cannot be written is forgotten, such as the name of a file that is no text."""
        if self._file is None:
            return
        with contextlib.suppress(OSError, UnicodeEncodeError):
            packed = msgspec.msgpack.encode(value, enc_hook=_content)
            put(self._file, digest(packed) + packed)
            for old in sorted(self._file.parent.glob(self._others), key=_written)[:-MOST_KEPT]:
                old.unlink(missing_ok=True)


def _written(file: Path) -> float:
    return file.stat().st_mtime


def digest(raw: bytes | memoryview) -> bytes:
    """What tells these bytes from any others."""
    return hashlib.blake2b(raw, digest_size=DIGEST).digest()


def _content(model: BaseModel) -> dict[str, object]:
    """What a model is kept as; all else that is kept, msgspec knows."""
    return model.model_dump()


def _model(shape: type[BaseModel], content: object) -> BaseModel:
    """The model that was kept. Raises ValueError where this is no such content."""
    return shape.model_validate(content)
