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

    from bot.rules.anchors import Needed

_DIGEST = 16
"""Bytes of one, which the file begins with: a memory that was damaged must not silence a rule."""


class _Kept(msgspec.Struct, array_like=True):
    """What the file holds. Patterns need the same few sets of anchors again and again, so each is kept once."""

    sets: tuple[frozenset[str], ...] = ()
    needs: dict[bytes, tuple[tuple[tuple[int, ...], ...], bool]] = {}
    """By the digest of a pattern: its branches, each set by its place above; and whether it goes beyond a sentence."""


_DECODER = msgspec.msgpack.Decoder(_Kept)


class Remembered:
    """The needs of patterns, kept in one file of this folder for one version of the program; `None` keeps nothing."""

    def __init__(self, folder: Path | None) -> None:
        self._file = folder / f"needs-{proof()[:16]}" if folder is not None else None
        self._known: dict[bytes, Needs] = {}
        self._used: dict[bytes, Needs] = {}
        if self._file is not None:
            with contextlib.suppress(OSError, msgspec.DecodeError, IndexError):
                self._known = _unpacked(self._file.read_bytes())

    def needs(self, expanded: str) -> Needs:
        """What must stand in a text for this pattern to match. Raises ValueError when a bracket is not closed."""
        key = _digest(expanded.encode("utf-8", "surrogatepass"))
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
            fresh.write_bytes(_packed(self._used))
            fresh.replace(self._file)


def _packed(used: dict[bytes, Needs]) -> bytes:
    places: dict[Needed, int] = {}
    numbered = {
        key: (
            tuple(tuple(places.setdefault(needed, len(places)) for needed in branch) for branch in each.branches),
            each.beyond,
        )
        for key, each in used.items()
    }
    packed = msgspec.msgpack.encode(_Kept(tuple(places), numbered))
    return _digest(packed) + packed


def _unpacked(raw: bytes) -> dict[bytes, Needs]:
    """What was packed; nothing when it was damaged. Raises DecodeError and IndexError for what is no such file."""
    packed = memoryview(raw)[_DIGEST:]
    if raw[:_DIGEST] != _digest(packed):
        return {}
    kept = _DECODER.decode(packed)
    return {
        key: Needs(tuple(tuple(map(kept.sets.__getitem__, branch)) for branch in branches), beyond)
        for key, (branches, beyond) in kept.needs.items()
    }


def _digest(raw: bytes | memoryview) -> bytes:
    return hashlib.blake2b(raw, digest_size=_DIGEST).digest()
