"""Whether somebody is spoken to, and whether words are a form of address."""

from __future__ import annotations

from typing import TYPE_CHECKING

import regex

from bot.rules.matchers import spaced
from bot.rules.stance.clauses import NEARBY, before, since
from bot.rules.stance.cues import Cue

if TYPE_CHECKING:
    from bot.rules.lexicon import Lexicon
    from bot.rules.stance.context import Context

_ALONE_BEFORE = r"(?:^|[.!?\n,;:-]|\s{3,}|[^\w\s'\"])\s*"
_ALONE_AFTER = regex.compile(r"[^\w\n]*(?:$|[\n.!?,;]|\s{3,})|\s*[^\w\s'\"(-]")
_CLOSE = 4
"""Words before a form of address among which `you` may stand: “you complete …”."""


class Address:
    """How one language speaks to people."""

    def __init__(self, context: Context, lexicon: Lexicon) -> None:
        """Raises BadPattern for a list that is missing."""
        self.second_person = Cue(context.second_person, lexicon)
        openers = "|".join(spaced(lexicon.pattern(source, {})) for source in context.openers)
        self._alone = regex.compile(rf"{_ALONE_BEFORE}(?:(?:{openers})\W+){{0,2}}$")

    def speaks_to(self, text: str, start: int, end: int) -> bool:
        """Whether somebody is spoken to in these words or shortly before them, in the same sentence."""
        return self.second_person.search(text, since(text, start), end) is not None

    def addressed(self, text: str, start: int, end: int) -> bool:
        """Whether the words are a form of address: they stand alone, or right after `you`."""
        if self._alone.search(text[max(0, start - NEARBY) : start]) and _ALONE_AFTER.match(text, end):
            return True
        words = before(text, start).replace(",", " , ").split()[-_CLOSE:]
        return self.second_person.search(" ".join(words)) is not None
