"""Phrases of a language, made into one pattern that is looked for around a match."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

import regex

from bot.rules.matchers import spaced

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.rules.lexicon import Lexicon

    Found = re.Match[str] | regex.Match[str]

_AFTER = regex.compile(r"[^\w\n?]{0,4}")
"""What may stand between a match and words right after it: after a question, they answer."""
MOST_SHOWN = 60
"""Characters of the words that are shown to a reviewer."""


class Cue:
    """Any of some phrases, as whole words. Without phrases it is never found."""

    def __init__(self, sources: Iterable[str], lexicon: Lexicon, *, after: str = r"(?!\w)") -> None:
        """`after` is a pattern that must hold behind the phrase. Raises BadPattern for a list that is missing."""
        inner = "|".join(spaced(lexicon.pattern(source, {})) for source in sources)
        self._source = rf"(?<!\w)(?:{inner}){after}" if inner else ""

    def _pattern(self, text: str) -> re.Pattern[str] | regex.Pattern[str] | None:
        """What looks for it in this text, compiled when first asked for: that is slow, and most texts ask for none.

        Where the standard library can, it finds such alternatives in a third of the time. What it takes for a letter
        beyond English is not what the rules' own patterns take for one.
        """
        if not self._source:
            return None
        return self._quick if text.isascii() else self._thorough

    @cached_property
    def _quick(self) -> re.Pattern[str] | regex.Pattern[str]:
        try:
            return re.compile(self._source)
        except re.error:
            return self._thorough

    @cached_property
    def _thorough(self) -> regex.Pattern[str]:
        return regex.compile(self._source)

    def search(self, text: str, start: int = 0, end: int | None = None) -> Found | None:
        """Where it first stands between these places."""
        pattern = self._pattern(text)
        return None if pattern is None else pattern.search(text, start, len(text) if end is None else end)

    def match(self, text: str, start: int = 0) -> Found | None:
        """Whether the text begins with it, or has it at this place."""
        pattern = self._pattern(text)
        return None if pattern is None else pattern.match(text, start)

    def all(self, text: str) -> Iterator[Found]:
        """Every place where it stands, in order."""
        pattern = self._pattern(text)
        return iter(()) if pattern is None else pattern.finditer(text)

    def reaching(self, ahead: str) -> str | None:
        """The phrase with which these words, that stand ahead of a match, end, for a reviewer."""
        found = self.search(ahead)
        return None if found is None else shown(found[0])

    def following(self, text: str, end: int) -> str | None:
        """The phrase that stands right after a match, for a reviewer."""
        gap = _AFTER.match(text, end)
        found = None if gap is None else self.match(text, gap.end())
        return None if found is None else shown(found[0])


def shown(words: str) -> str:
    """The words that show a manner, for a reviewer: in one line, and not too long."""
    line = " ".join(words.split()).strip(" ,:;-\"'")
    return line if len(line) <= MOST_SHOWN else f"{line[:MOST_SHOWN].rstrip()} …"
