"""Phrases of which one is looked for in the few words around a match."""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import regex

from bot.rules.anchors import needs
from bot.rules.sieve import simple
from bot.rules.standard import alike, standard
from bot.rules.syntax import APART

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.rules.standard import Match, Pattern


class Alternatives:
    """Any of some phrases, as whole words. Without phrases it is never found."""

    def __init__(self, inner: str, *, after: str = r"(?!\w)") -> None:
        """`inner` is a regular expression for any of the phrases, and `after` what must hold behind it."""
        self._inner = inner
        self._source = rf"(?<!\w)(?:{inner}){after}"

    @cached_property
    def _telling(self) -> frozenset[str]:
        """Words of which one is in each of them, so that most texts need not be searched; empty if there are none."""
        anchors = frozenset().union(*(branch[0] for branch in needs(self._inner).branches))
        words = frozenset(anchor.strip(APART) for anchor in anchors)
        return words if anchors == {f"{APART}{word}{APART}" for word in words} else frozenset()

    @cached_property
    def _thorough(self) -> regex.Pattern[str]:
        return regex.compile(self._source)

    def _pattern(self, text: str) -> Pattern:
        """What looks for them in this text, compiled when it is first asked for, which is slow."""
        return (standard(self._source) if alike(text) else None) or self._thorough

    def search(self, text: str, start: int = 0, end: int | None = None) -> Match | None:
        """Where one first stands between these places."""
        return next(self.all(text, start, end), None)

    def match(self, text: str, start: int = 0) -> Match | None:
        """Whether the text begins with one, or has it at this place."""
        return self._pattern(text).match(text, start) if self._inner else None

    def all(self, text: str, start: int = 0, end: int | None = None) -> Iterator[Match]:
        """Every place between these where one stands, in order."""
        end = len(text) if end is None else end
        if not self._inner or (self._telling and self._telling.isdisjoint(_words(text[start:end]))):
            return iter(())
        return self._pattern(text).finditer(text, start, end)


@lru_cache(maxsize=64)
def _words(text: str) -> frozenset[str]:
    """The words in a text; kept for a while, because much is looked for in the same few."""
    return frozenset(simple(text).split())
