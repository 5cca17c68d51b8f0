"""Words that deny others, only suppose them, or ask whether somebody holds them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import regex

from bot.rules.stance.clauses import NEARBY, before
from bot.rules.stance.cues import Cue, shown

if TYPE_CHECKING:
    from bot.rules.lexicon import Lexicon
    from bot.rules.stance.address import Address
    from bot.rules.stance.context import Context

_REACHES = r"\W{0,3}$"
"""What may stand between such words and those they turn."""
_REACHES_NO_COMMA = r"[^\w,;]{0,3}$"
"""“Not” before a comma denies what was said earlier: “more often than not, …”."""
_QUESTION = regex.compile(r"[^\n.!?]{0,20}\?[\s?!\"']{0,5}")
"""The rest of a question after the words, with its mark."""


class Denial:
    """How one language takes back what it says."""

    def __init__(self, context: Context, lexicon: Lexicon, address: Address) -> None:
        """Raises BadPattern for a list that is missing."""
        self._address = address
        self._negating = Cue(context.negating, lexicon, after=_REACHES_NO_COMMA)
        self._negating_after = Cue(context.negating_after, lexicon)
        self._supposing = Cue(context.supposing, lexicon, after=_REACHES)
        self._asking = Cue(context.asking, lexicon, after=_REACHES)
        self._scorning = Cue(context.scorning, lexicon)

    def negated(self, text: str, start: int, end: int) -> str | None:
        """The words right before or after that deny; `None` when there are none."""
        return self._negating.reaching(before(text, start)) or self._negating_after.following(text, end)

    def supposed(self, text: str, start: int) -> str | None:
        """The words right before that only suppose."""
        return self._supposing.reaching(before(text, start))

    def asked(self, text: str, start: int, end: int) -> str | None:
        """The words that ask whether somebody holds it, or that scorn it in answer to one's own question."""
        return self._asking.reaching(before(text, start)) or self._scorned(text, start, end)

    def _scorned(self, text: str, start: int, end: int) -> str | None:
        """“Women are weak? Nonsense.” A question to somebody is no scorn, however rude what follows."""
        question = _QUESTION.match(text, end)
        if question is None or self._address.speaks_to(text, start, end):
            return None
        scorn = self._scorning.match(text[question.end() : question.end() + NEARBY])
        return None if scorn is None else shown(scorn[0])
