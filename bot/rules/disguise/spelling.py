"""Finds the word that was meant behind a slip, made or faked: a letter left out, doubled, or two changed round."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from bot.rules.disguise.frequency import UNLISTED, common, foreign, rarities

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SHORTEST = 3
SHORTEST_KNOWN = 4
SHORTEST_SWAPPED = 4
SHORTEST_BONES = 4
LONGEST = 20
RARER = 300
"""A word that is listed is a slip only when what was meant is a thousand times as common."""
EVERYDAY = 580
"""A word that is written more often than this is no slip."""
_VOWELS = frozenset("aeiou")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


class Spelling:
    """The words of one language that rules know, however they are misspelt. Real words and names are left alone."""

    def __init__(self, vocabulary: Iterable[str], lang: str) -> None:
        self._lang = lang
        self._words = frozenset(
            word for word in vocabulary if SHORTEST_KNOWN <= len(word) <= LONGEST and word.isascii() and word.isalpha()
        )

    @cached_property
    def _short(self) -> dict[str, list[str]]:
        """The words by what they are with one of their letters left out."""
        return _grouped((slip, word) for word in sorted(self._words) for slip in set(_left_out(word)))

    @cached_property
    def _boned(self) -> dict[str, list[str]]:
        """The words by what they are with their vowels left out, but for a vowel at the beginning."""
        boned = ((_bones(word), word) for word in sorted(self._words))
        return _grouped((bones, word) for bones, word in boned if len(bones) >= SHORTEST_BONES and bones != word)

    def meant(self, word: str) -> str | None:
        """The known word that this one was meant to be; `None` when it is a word itself, or nobody can tell."""
        if not SHORTEST <= len(word) <= LONGEST or word in self._words:
            return None
        candidates = self._candidates(word)
        if not candidates or word in common(self._lang):
            return None
        rarity = rarities(self._lang)
        best = min(sorted(candidates), key=rarity)
        own, likely = rarity.get(word), rarity(best)
        if own is not None and (own < EVERYDAY or own - likely < RARER):
            return None
        known = common(self._lang)
        if any(known.get(other, UNLISTED) < likely for other in _neighbours(word)):
            return None  # most likely another word was meant
        return None if word in foreign(self._lang) else best

    def _candidates(self, word: str) -> set[str]:
        known = self._words
        found = set(self._short.get(word, ()))
        found.update(each for each in _undoubled(word) if each in known)
        if len(word) >= SHORTEST_SWAPPED:
            found.update(each for each in _swapped(word) if each in known)
        if not found and _VOWELS.isdisjoint(word[1:]):
            found.update(self._boned.get(word, ()))
        return found


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for key, word in pairs:
        found.setdefault(key, []).append(word)
    return found


def _left_out(word: str) -> Iterator[str]:
    """The word without one of its letters, though never the first; of a short word, only without a vowel."""
    for place in range(1, len(word)):
        if len(word) > SHORTEST_KNOWN or word[place] in _VOWELS:
            yield word[:place] + word[place + 1 :]


def _undoubled(word: str) -> Iterator[str]:
    """The word with one of two equal neighbours left out."""
    for place in range(1, len(word)):
        if word[place] == word[place - 1]:
            yield word[:place] + word[place + 1 :]


def _swapped(word: str) -> Iterator[str]:
    """The word with two neighbours changed back."""
    for place in range(1, len(word) - 1):
        first, second = word[place], word[place + 1]
        if first != second:
            yield word[:place] + second + first + word[place + 2 :]


def _neighbours(word: str) -> Iterator[str]:
    """Whatever else the slip may have been."""
    yield from _undoubled(word)
    yield from _swapped(word)
    for place in range(1, len(word) + 1):
        for letter in _LETTERS:
            yield word[:place] + letter + word[place:]


def _bones(word: str) -> str:
    return word[0] + "".join(letter for letter in word[1:] if letter not in _VOWELS)
