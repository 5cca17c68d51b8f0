"""Says in one pass over a text which of many matchers can hold in it: few, and those that hold are among them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import ahocorasick_rs
import regex

from bot.rules.anchors import weight
from bot.rules.syntax import APART

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from bot.rules.anchors import Branch, Needed

MOST_WEIGHT = 700
"""What is heavier stands in so many texts that it tells nothing."""
MOST_TOLD = 3
"""Sets of anchors that are asked for besides the rarest."""
MOST_BITS = 4_096
"""Such sets that are remembered, each as a bit, so that asking for several costs as much as for one."""

_WORDLIKE = regex.compile(r"\w")
_ASCII = bytes(code if chr(code).isascii() and chr(code).isalnum() else ord(APART) for code in range(256))
_EDGE = APART.encode()


class _Apart(dict[int, int]):
    """Each character that is no letter or digit becomes APART; for `str.translate`."""

    def __missing__(self, point: int) -> int:
        self[point] = apart = point if _WORDLIKE.match(chr(point)) else ord(APART)
        return apart


_APART = _Apart()


class Sieve:
    """Knows of each matcher, by its place, which anchors it needs."""

    def __init__(self, needs: Sequence[tuple[Branch, ...]]) -> None:
        self._always = frozenset(place for place, branches in enumerate(needs) if not branches)
        bits = _bits(needs)
        groups: dict[Needed, set[tuple[int, int]]] = {}
        for place, branches in enumerate(needs):
            for trigger, *others in branches:
                told = sorted(filter(bits.__contains__, set(others)), key=weight)[:MOST_TOLD]
                groups.setdefault(trigger, set()).add((sum(bits[needed] for needed in told), place))
        self._groups = [tuple(group) for group in groups.values()]
        """Matchers that are found by the same anchors, each with the bits of what else it needs."""
        masks: dict[str, int] = {}
        triggered: dict[str, list[int]] = {}
        for needed, bit in bits.items():
            for anchor in needed:
                masks[anchor] = masks.get(anchor, 0) | bit
        for group, trigger in enumerate(groups):
            for anchor in trigger:
                triggered.setdefault(anchor, []).append(group)
        anchors = tuple(dict.fromkeys((*masks, *triggered)))
        self._tells = [(masks.get(anchor, 0), tuple(triggered.get(anchor, ()))) for anchor in anchors]
        self._signs = {anchor: place for place, anchor in enumerate(anchors) if not _WORDLIKE.search(anchor)}
        self._find = ahocorasick_rs.BytesAhoCorasick([anchor.encode() for anchor in anchors]).find_matches_as_indexes

    def candidates(self, text: str) -> frozenset[int] | set[int]:
        """The places of the matchers that can hold somewhere in the text."""
        if text.isascii():
            found = {hit[0] for hit in self._find(_EDGE + text.encode().translate(_ASCII) + _EDGE, overlapping=True)}
            return self._let_through(found) if found else self._always
        hits = self._find(_EDGE + text.translate(_APART).encode() + _EDGE, overlapping=True)
        return self._let_through({hit[0] for hit in hits}.union(self._signs_in(text)))

    def _let_through(self, found: Iterable[int]) -> frozenset[int] | set[int]:
        """The matchers that need no more than these anchors."""
        present = 0
        groups: set[int] = set()
        for place in found:
            mask, triggered = self._tells[place]
            present |= mask
            if triggered:
                groups.update(triggered)
        if not groups:
            return self._always
        through = {place for group in groups for mask, place in self._groups[group] if mask & present == mask}
        return through | self._always if self._always else through

    def _signs_in(self, text: str) -> Iterator[int]:
        return (self._signs[char] for char in self._signs.keys() & set(text))


def _bits(needs: Sequence[tuple[Branch, ...]]) -> dict[Needed, int]:
    """A bit for each set of anchors that is worth asking for besides the rarest."""
    asked = Counter(
        needed for branches in needs for branch in branches for needed in branch[1:] if weight(needed) < MOST_WEIGHT
    )
    return {needed: 1 << place for place, (needed, _) in enumerate(asked.most_common(MOST_BITS))}
