"""Says in one pass over a text which of many matchers can hold in it: few, and those that hold are among them."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache, reduce
from itertools import chain
from operator import or_
from typing import TYPE_CHECKING

import ahocorasick_rs
import msgspec
import regex

from bot.rules.anchors import weight
from bot.rules.syntax import APART, STOPS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.rules.anchors import Needed, Needs

MOST_WEIGHT = 500
"""What is heavier stands in so many texts that it tells nothing."""
MOST_TOLD = 3
"""Sets of anchors that are asked for besides the rarest."""
MOST_BITS = 4_096
"""Such sets that are remembered, each as a bit, so that asking for several costs as much as for one."""

MOST_UNSURE = 5
"""Candidates of a text as a whole, from which on its sentences are looked at one by one."""
MOST_SENTENCES = 12
"""More of them are not looked at one by one."""
MOST_KEPT = 32_768
"""Answers about groups of matchers that are remembered."""
SHORTEST = 2
"""Letters in which an anchor can stand."""

_WORDLIKE = regex.compile(r"\w")
_EDGE, _STOP = APART.encode(), b"\n"


def _simple(char: str) -> str:
    """What is no letter or digit, as APART, and all stops as one."""
    return "\n" if char in STOPS else char if _WORDLIKE.match(char) else APART


class _Simpler(dict[int, str]):
    """Characters made simple; for `str.translate`."""

    def __missing__(self, point: int) -> str:
        self[point] = simple = _simple(chr(point))
        return simple


_SIMPLE = "".join(map(_simple, map(chr, range(128)))).encode() + bytes(range(128, 256))
_SIMPLER = _Simpler()


def simple(text: str) -> str:
    """A folded text in which all that is no letter or digit is APART, but for stops, which are line breaks."""
    return text.translate(_SIMPLER)


class Sifting(msgspec.Struct, frozen=True, array_like=True):
    """What many matchers need, worked out once. It is plain content, and can be kept."""

    always: frozenset[int]
    """Matchers, by their places, that need nothing."""
    beyond: frozenset[int]
    """Those that may be spread over several sentences."""
    anchors: tuple[str, ...]
    triggered: tuple[tuple[int, ...], ...]
    """For each anchor, the groups of matchers that are looked at where it stands."""
    masks: tuple[bytes, ...]
    """Sets of bits, little-endian. A bit stands for a set of anchors of which one must be there."""
    shown: tuple[int, ...]
    """For each anchor, the mask of what its presence shows."""
    groups: tuple[tuple[tuple[int, tuple[int, ...]], ...], ...]
    """Matchers that are found by the same anchors, each time with the mask of what else they need."""


class Sieve:
    """Knows of each matcher, by its place, which anchors it needs."""

    def __init__(self, sifted: Sifting) -> None:
        self._always, self._beyond = sifted.always, sifted.beyond
        masks = [int.from_bytes(mask, "little") for mask in sifted.masks]
        self._groups = [[(masks[mask], places) for mask, places in group] for group in sifted.groups]
        self._asked = [reduce(or_, (mask for mask, _ in group)) for group in self._groups]
        """All bits that a group asks for."""
        self._of_group = lru_cache(maxsize=MOST_KEPT)(self._find_of_group)
        self._masks = [masks[mask] for mask in sifted.shown]
        self._triggered = sifted.triggered
        anchors = sifted.anchors
        self._signs = {anchor: place for place, anchor in enumerate(anchors) if not _WORDLIKE.search(anchor)}
        self._rows = [sign for sign in self._signs if len(sign) > 1]
        self._find = ahocorasick_rs.BytesAhoCorasick([anchor.encode() for anchor in anchors]).find_matches_as_indexes

    def candidates(self, text: str) -> frozenset[int] | set[int]:
        """The places of the matchers that can hold somewhere in the text."""
        signs = {row for row in self._rows if row in text}
        if text.isascii():
            scanned = text.encode().translate(_SIMPLE)
        else:
            scanned = simple(text).encode()
            signs |= self._signs.keys() & set(text)
        found = {hit[0] for hit in self._find(_EDGE + scanned.replace(_STOP, _EDGE) + _EDGE, overlapping=True)}
        through = self._let_through(found.union([self._signs[sign] for sign in signs]) if signs else found)
        if len(through) > MOST_UNSURE and 0 < scanned.count(_STOP) < MOST_SENTENCES and not signs:
            through &= self._beyond.union(*map(self._in_sentence, scanned.split(_STOP)))
        return through | self._always if self._always else through

    def _in_sentence(self, sentence: bytes) -> set[int]:
        if len(sentence) < SHORTEST:
            return set()
        return self._let_through({hit[0] for hit in self._find(_EDGE + sentence + _EDGE, overlapping=True)})

    def _let_through(self, found: set[int]) -> set[int]:
        """The matchers that need no more than these anchors."""
        groups = set(chain.from_iterable(map(self._triggered.__getitem__, found)))
        if not groups:
            return set()
        present = reduce(or_, map(self._masks.__getitem__, found))
        return set().union(*[self._of_group(group, self._asked[group] & present) for group in groups])

    def _find_of_group(self, group: int, present: int) -> tuple[int, ...]:
        """The matchers of a group that need no more than these bits. Kept: of what it asks for, texts have little."""
        return tuple(place for mask, places in self._groups[group] if mask & present == mask for place in places)


def sifting(needs: Iterable[Needs]) -> Sifting:
    """What these matchers need, each by its place among them."""
    needs = tuple(needs)
    bits = _bits(needs)
    groups: dict[Needed, dict[int, list[int]]] = {}
    for place, (branches, _) in enumerate(needs):
        for trigger, *others in branches:
            told = sorted(filter(bits.__contains__, set(others)), key=weight)[:MOST_TOLD]
            places = groups.setdefault(trigger, {}).setdefault(sum(bits[needed] for needed in told), [])
            if place not in places[-1:]:
                places.append(place)
    shown: dict[str, int] = {}
    triggered: dict[str, list[int]] = {}
    for needed, bit in bits.items():
        for anchor in needed:
            shown[anchor] = shown.get(anchor, 0) | bit
    for group, trigger in enumerate(groups):
        for anchor in trigger:
            triggered.setdefault(anchor, []).append(group)
    anchors = tuple(dict.fromkeys((*shown, *triggered)))
    masks: dict[int, int] = {}  # each by its place
    return Sifting(
        always=frozenset(place for place, (branches, _) in enumerate(needs) if not branches),
        beyond=frozenset(place for place, (_, beyond) in enumerate(needs) if beyond),
        anchors=anchors,
        triggered=tuple(tuple(triggered.get(anchor, ())) for anchor in anchors),
        shown=tuple(masks.setdefault(shown.get(anchor, 0), len(masks)) for anchor in anchors),
        groups=tuple(
            tuple((masks.setdefault(mask, len(masks)), tuple(places)) for mask, places in group.items())
            for group in groups.values()
        ),
        masks=tuple(mask.to_bytes(MOST_BITS // 8, "little").rstrip(b"\0") for mask in masks),
    )


def _bits(needs: Sequence[Needs]) -> dict[Needed, int]:
    """A bit for each set of anchors that is worth asking for besides the rarest."""
    asked = Counter(
        needed for branches, _ in needs for branch in branches for needed in branch[1:] if weight(needed) < MOST_WEIGHT
    )
    return {needed: 1 << place for place, (needed, _) in enumerate(asked.most_common(MOST_BITS))}
