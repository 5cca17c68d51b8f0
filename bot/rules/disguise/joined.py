"""Cuts words that were run together, hashtags above all, into the words that a reader sees in them."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from bot.rules.disguise.frequency import common, rarities

if TYPE_CHECKING:
    from collections.abc import Iterable

SHORTEST = 7
LONGEST = 40
LONGEST_WORD = 16
_SMALL = frozenset(re.findall(r"\w+", "a i u am an as at be by do go he if in is it me my no of on or so to up us we"))
LONGEST_SMALL = 2
"""The only words of one or two letters that may be parts of a joined word."""
_ENDINGS = frozenset(re.findall(r"\w+", "ness ism ist ish ing ers est ion ful ment dom ess ery ian ate ted ies"))
"""Listed as words, but rather what words end in."""
MOST_A_LETTER = 118
"""How rare the words may be together, for each of their letters: more is chance."""
RAREST = 600
"""A word of a rule counts as no rarer than that when the likeliest words are looked for."""
LOSS = 320
"""What one more word costs, so that few long words are preferred to many short ones."""
_HUMP = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_HUMPED = re.compile(r"[A-Z](?:(?<=[a-z].)|(?=[A-Z][a-z]))")
_CAMEL = re.compile(r"(?<![^\W_])[^\W_]{0,60}?(?:[a-z][A-Z]|[A-Z]{2}[a-z])[^\W_]{0,60}")


class Joined:
    """Words run together, of which at least one is known to the rules."""

    def __init__(self, vocabulary: Iterable[str], lang: str) -> None:
        self._lang = lang
        self._words = frozenset(filter(_may_be_part, vocabulary))

    @cached_property
    def _known(self) -> frozenset[str]:
        """The words that can be parts."""
        return self._words.union(filter(_may_be_part, common(self._lang)))

    def cut(self, letters: str) -> str | None:
        """The words in a row of letters, with spaces between; `None` when it makes no words, or people write it as one.

        What is written as one is a word or a name, or a hashtag so common that a rule can have it.
        """
        if not SHORTEST <= len(letters) <= LONGEST or letters in self._known:
            return None
        if letters in rarities(self._lang):
            return None
        words = self._best(letters)
        if not words or self._words.isdisjoint(words):
            return None
        together = sum(map(self._rarity, words))
        return " ".join(words) if together <= MOST_A_LETTER * len(letters) else None

    def _rarity(self, word: str) -> int:
        rarity = common(self._lang).get(word)
        return rarities(self._lang)(word) if rarity is None else rarity

    def _best(self, letters: str) -> list[str] | None:
        """The likeliest words, by how common each is."""
        costs: list[float] = [0.0] + [float("inf")] * len(letters)
        came = [0] * (len(letters) + 1)
        for end in range(1, len(letters) + 1):
            for start in range(max(0, end - LONGEST_WORD), end):
                if costs[start] < costs[end] and letters[start:end] in self._known:
                    cost = costs[start] + LOSS + min(self._rarity(letters[start:end]), RAREST)
                    if cost < costs[end]:
                        costs[end], came[end] = cost, start
        if costs[-1] == float("inf"):
            return None
        words, end = [], len(letters)
        while end:
            words.append(letters[came[end] : end])
            end = came[end]
        return words[::-1]


def _may_be_part(word: str) -> bool:
    return word in _SMALL if len(word) <= LONGEST_SMALL else word not in _ENDINGS


def humps(shown: str) -> list[tuple[int, int, str]]:
    """Where words in CamelCase stand, and the words in lower case: `SendThemBack` is three, `MoRoN` is one."""
    found: list[tuple[int, int, str]] = []
    if _HUMPED.search(shown) is None:
        return found
    for camel in _CAMEL.finditer(shown):
        words = [hump.lower() for hump in _HUMP.findall(camel.group())]
        if sum(len(word) == 1 for word in words) <= ("i" in words or "a" in words):
            found.append((camel.start(), camel.end(), " ".join(words)))
    return found
