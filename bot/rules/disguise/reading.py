"""One way to read a text, which knows the way back to the characters of the original."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, NamedTuple

from bot.rules.disguise.folding import FOLDING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class Piece(NamedTuple):
    """A stretch of a reading, and the words that are read there instead."""

    start: int
    end: int
    words: str


class Reading:
    """One way to read a text; `text` is in plain lower-case letters."""

    __slots__ = ("_offsets", "_order", "_pieces", "_shown", "for_danger", "text", "whole")

    def __init__(self, text: str, shown: str, order: Sequence[int] | None = None) -> None:
        self.text = text
        self.for_danger = False
        """Whether it guesses so boldly that only rules that escalate may see it."""
        self.whole = True
        """Whether all disguises in the text were looked at."""
        self._shown = shown
        self._order = order
        self._offsets: list[int] | None = None
        self._pieces: list[tuple[int, int, int, int]] = []

    def repaired(self, pieces: Sequence[Piece]) -> Reading:
        """This reading with stretches of it, in order, replaced by other words."""
        built, ends, last, length = [], [], 0, 0
        for start, end, word in pieces:
            built += [self.text[last:start], word]
            length += start - last
            ends.append((length, length + len(word), start, end))
            length, last = length + len(word), end
        built.append(self.text[last:])
        repaired = Reading("".join(built), self._shown, self._order)
        repaired._offsets = self._positions() if self._lossy else None
        repaired._pieces = ends
        return repaired

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where these characters of the reading stand in the original; end exclusive, never empty."""
        if self._pieces:
            start, end = self._unrepair(start, last=False), self._unrepair(end - 1, last=True) + 1
        if not self._lossy:
            return start, end
        places = self._positions()[start:end]
        return min(places), max(places) + 1

    def found(self, start: int, end: int) -> tuple[int, int]:
        """Where these characters of the original stand in this reading, which must be one that was not repaired."""
        if not self._lossy:
            return start, end
        places = self._positions()
        return bisect_left(places, start), bisect_left(places, end)

    @property
    def _lossy(self) -> bool:
        return self._order is not None or not self._shown.isascii() or len(self._shown) != len(self.text)

    def _positions(self) -> list[int]:
        """For each character of the unrepaired reading, where it stands in the original."""
        if self._offsets is None:
            order = self._order if self._order is not None else range(len(self._shown))
            shown = self._shown
            self._offsets = [place for place in order for _ in FOLDING[ord(shown[place])]]
        return self._offsets

    def _unrepair(self, place: int, *, last: bool) -> int:
        """The place in the reading before its repair; inside a replaced stretch, the stretch's first or last."""
        index = bisect_right(self._pieces, (place, float("inf"))) - 1
        if index < 0:
            return place
        _, end, was_start, was_end = self._pieces[index]
        if place < end:
            return was_end - 1 if last else was_start
        return place - end + was_end


def apart(pieces: Iterable[Piece]) -> list[Piece]:
    """The pieces without those that begin inside the one before."""
    kept: list[Piece] = []
    for piece in pieces:
        if not kept or kept[-1].end <= piece.start:
            kept.append(piece)
    return kept
