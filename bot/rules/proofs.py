"""Remembers between starts which packs passed their own examples, so that these run only where something changed.

Loss of the memory costs a second at the next start; a folder that cannot be written costs that second each time.
"""

from __future__ import annotations

import contextlib
import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_MOST_KEPT = 500
"""Digests, newest last."""
_BESIDE = ("model.py", "yaml_file.py", "config/shape.py")


class Proofs:
    """The digests of packs that passed, in one file of this folder; with `None` nothing is remembered."""

    def __init__(self, folder: Path | None) -> None:
        self._file = folder / "examples" if folder is not None else None
        self._known: dict[str, None] = {}
        if self._file is not None:
            with contextlib.suppress(OSError, UnicodeDecodeError):
                self._known = dict.fromkeys(self._file.read_text("ascii").split())

    def __contains__(self, digest: str) -> bool:
        return digest in self._known

    def add(self, digests: Iterable[str]) -> None:
        """Remember these as well. What cannot be written is forgotten."""
        new = [digest for digest in digests if digest not in self._known]
        if self._file is None or not new:
            return
        self._known.update(dict.fromkeys(new))
        with contextlib.suppress(OSError):
            put(self._file, "\n".join(list(self._known)[-_MOST_KEPT:]).encode("ascii"))


def put(file: Path, content: bytes) -> None:
    """Make this the content of a file, whose folder need not be there; a reader sees all of it or none.

    Raises OSError.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_suffix(".new")
    fresh.write_bytes(content)
    fresh.replace(file)


def proof(*parts: bytes | str) -> str:
    """The digest of everything that decides how the examples of a pack are judged: these parts, and the code."""
    digest = hashlib.sha256(_code())
    for part in parts:
        raw = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        digest.update(len(raw).to_bytes(8, "big"))
        digest.update(raw)
    return digest.hexdigest()


@cache
def _code() -> bytes:
    """A digest of the program that judges, and of what it reads rules and configuration with."""
    rules = Path(__file__).parent
    digest = hashlib.sha256()
    for path in (*sorted(rules.rglob("*.py")), *(rules.parent / each for each in _BESIDE)):
        digest.update(path.read_bytes())
    return digest.digest()
