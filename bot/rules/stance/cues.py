"""Phrases of a language, made into one pattern that is looked for around a match."""

from __future__ import annotations

from typing import TYPE_CHECKING

import regex

from bot.rules.alternatives import Alternatives
from bot.rules.matchers import spaced

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.rules.lexicon import Lexicon

_AFTER = regex.compile(r"[^\w\n?]{0,4}")
"""What may stand between a match and words right after it: after a question, they answer."""
MOST_SHOWN = 60
"""Characters of the words that are shown to a reviewer."""


class Cue(Alternatives):
    """Any of some phrases of a language."""

    def __init__(self, sources: Iterable[str], lexicon: Lexicon, *, after: str = r"(?!\w)") -> None:
        """`after` is a pattern that must hold behind the phrase. Raises BadPattern for a list that is missing."""
        super().__init__("|".join(spaced(lexicon.pattern(source, {})) for source in sources), after=after)

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
