"""What patterns need of a text, as it was worked out at an earlier start: that takes longer than all else there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from bot.rules.anchors import Needs, needs
from bot.rules.kept import Kept, digest

if TYPE_CHECKING:
    from pathlib import Path

    from bot.rules.anchors import Needed


class _Needs(msgspec.Struct, array_like=True):
    """What is kept. Patterns need the same few sets of anchors again and again, so each is kept once."""

    sets: tuple[frozenset[str], ...] = ()
    needs: dict[bytes, tuple[tuple[tuple[int, ...], ...], bool]] = {}
    """By the digest of a pattern: its branches, each set by its place above; and whether it goes beyond a sentence."""


class Remembered:
    """The needs of patterns, kept in this folder for one version of the program; `None` keeps nothing."""

    def __init__(self, folder: Path | None) -> None:
        self._kept = Kept(folder, "needs", _Needs)
        self._known: dict[bytes, Needs] = {}
        self._used: dict[bytes, Needs] = {}
        kept = self._kept.read() or _Needs()
        for key, (branches, beyond) in kept.needs.items():
            self._known[key] = Needs(tuple(tuple(map(kept.sets.__getitem__, branch)) for branch in branches), beyond)

    def needs(self, expanded: str) -> Needs:
        """What must stand in a text for this pattern to match. Raises ValueError when a bracket is not closed."""
        key = digest(expanded.encode("utf-8", "surrogatepass"))
        found = self._known.get(key)
        self._used[key] = found = needs(expanded) if found is None else found
        return found

    def keep(self) -> None:
        """Keep what was asked for, if it is not what was read."""
        if self._used.keys() <= self._known.keys():
            return
        places: dict[Needed, int] = {}
        numbered = {
            key: (
                tuple(tuple(places.setdefault(needed, len(places)) for needed in branch) for branch in each.branches),
                each.beyond,
            )
            for key, each in self._used.items()
        }
        self._kept.write(_Needs(tuple(places), numbered))
