"""Says quickly where a pattern cannot hold, so that it need not be compiled: that takes as long as judging fifty texts.

Most patterns that a text brings up have all their words in it, but in another order or far apart. What a glance cannot
tell counts as possible, so a pattern that it rules out never holds.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from bot.rules.sieve import simple
from bot.rules.syntax import APART, Choice, Repeat, Sequence, Strings, read

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.rules.syntax import Node

    Step = Callable[[str, frozenset[int]], frozenset[int]]
    """From places in a seen text to the places where what follows them ends. A place is never just before APART."""

_Alike = dict[tuple[int, bool, bool], set[str]]
"""Words by their length, and whether APART must stand before and after them."""

_REPEATS = 4
"""Times that a repeat is followed; after more, it may end anywhere."""


def seen(text: str) -> str:
    """A text in the form in which it is glanced at: its words, with APART around each."""
    return f"{APART}{APART.join(simple(text).split())}{APART}"


class Glance:
    """What one pattern looks like."""

    def __init__(self, pattern: str) -> None:
        """Takes an expanded pattern. Raises ValueError when a bracket is not closed."""
        self._step = _step(read(pattern)[0])
        self.characters = 0
        """Of texts at which it was held, for whoever wants to count them."""

    def may_hold(self, text: str) -> bool:
        """Whether the pattern may hold in this seen text."""
        starts = frozenset(place + 1 for place, char in enumerate(text) if char == APART)
        return any(text[end - 1] == APART for end in self._step(text, starts))


def _step(node: Node) -> Step:
    if isinstance(node, Strings):
        return _strings(node.each)
    if isinstance(node, Sequence):
        return _one_after_the_other([_step(item) for item in node.items])
    if isinstance(node, Choice):
        branches = [_step(branch) for branch in node.branches]
        return lambda text, places: frozenset().union(*(branch(text, places) for branch in branches))
    return _repeat(node) if isinstance(node, Repeat) else _anything


def _anything(text: str, places: frozenset[int]) -> frozenset[int]:
    """Every later place, for nothing is known of what stands there."""
    first = min(places, default=len(text) + 1)
    return frozenset(place for place in range(first, len(text) + 1) if text[place : place + 1] != APART)


def _one_after_the_other(steps: list[Step]) -> Step:
    def step(text: str, places: frozenset[int]) -> frozenset[int]:
        for each in steps:
            if not places:
                break
            places = each(text, places)
        return places

    return step


def _repeat(node: Repeat) -> Step:
    item = _step(node.item)

    def step(text: str, places: frozenset[int]) -> frozenset[int]:
        found = places if node.least == 0 else frozenset[int]()
        for count in range(1, (_REPEATS if node.most is None else node.most) + 1):
            if count > _REPEATS or not places:
                break
            places = item(text, places)
            if count >= node.least:
                found |= places
        return found if node.most is not None and node.most <= _REPEATS else found | _anything(text, places)

    return step


@lru_cache(maxsize=4_096)
def _strings(strings: frozenset[str]) -> Step:
    """One of these strings; many patterns share a list of them."""
    cores: dict[str, _Alike] = {}
    for each in strings:
        plain = simple(each)
        core = APART.join(plain.split())
        key = len(core), plain[:1].isspace(), plain[-1:].isspace()
        cores.setdefault(core[:1], {}).setdefault(key, set()).add(core)
    empty = cores.pop("", {})
    table = {
        first: [(*key, frozenset(same)) for key, same in (alike | empty).items()] for first, alike in cores.items()
    }
    without = [(*key, frozenset(same)) for key, same in empty.items()]

    def step(text: str, places: frozenset[int]) -> frozenset[int]:
        found = set()
        for place in places:
            for length, apart_before, apart_after, same in table.get(text[place : place + 1], without):
                if text[place : place + length] in same and (not apart_before or text[place - 1] == APART):
                    end = place + length + (text[place + length : place + length + 1] == APART)
                    if not apart_after or text[end - 1] == APART:
                        found.add(end)
        return frozenset(found)

    return step


def _listed(alike: _Alike) -> list[tuple[int, bool, bool, frozenset[str]]]:
    return [(*key, frozenset(same)) for key, same in alike.items()]
