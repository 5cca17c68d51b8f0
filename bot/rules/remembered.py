"""What patterns need of a text, as it was worked out at an earlier start: that takes longer than all else there.

Loss of it costs a second at the next start; a folder that cannot be written costs that second each time.
"""

from __future__ import annotations

import contextlib
import hashlib
from typing import TYPE_CHECKING

import msgspec

from bot.rules.anchors import Needs, needs
from bot.rules.proofs import proof

if TYPE_CHECKING:
    from pathlib import Path

_DECODER = msgspec.msgpack.Decoder(dict[bytes, Needs])


class Remembered:
    """The needs of patterns, kept in one file of this folder for one version of the program; `None` keeps nothing."""

    def __init__(self, folder: Path | None) -> None:
        self._file = folder / f"needs-{proof()[:16]}" if folder is not None else None
        self._known: dict[bytes, Needs] = {}
        self._used: dict[bytes, Needs] = {}
        if self._file is not None:
            with contextlib.suppress(OSError, msgspec.DecodeError):
                self._known = _DECODER.decode(self._file.read_bytes())

    def needs(self, expanded: str) -> Needs:
        """What must stand in a text for this pattern to match. Raises ValueError when a bracket is not closed."""
        key = hashlib.blake2b(expanded.encode("utf-8", "surrogatepass"), digest_size=16).digest()
        found = self._known.get(key)
        self._used[key] = found = needs(expanded) if found is None else found
        return found

    def keep(self) -> None:
        """Write what was asked for, if it is not what was read. What cannot be written is forgotten."""
        if self._file is None or self._used.keys() <= self._known.keys():
            return
        fresh = self._file.with_suffix(".new")
        with contextlib.suppress(OSError):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            for old in self._file.parent.glob("needs-*"):
                old.unlink(missing_ok=True)
            fresh.write_bytes(msgspec.msgpack.encode(self._used))
            fresh.replace(self._file)
