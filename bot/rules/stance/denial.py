"""Words right before others that deny them, only suppose them, or ask whether somebody holds them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.rules.stance.clauses import before
from bot.rules.stance.cues import Cue, shown

if TYPE_CHECKING:
    from bot.rules.lexicon import Lexicon
    from bot.rules.stance.context import Context

_REACHES = r"\W{0,3}$"
"""What may stand between such words and those they turn."""


class Denial:
    """How one language takes back what it says."""

    def __init__(self, context: Context, lexicon: Lexicon) -> None:
        """Raises BadPattern for a list that is missing."""
        self._negating = Cue(context.negating, lexicon, after=_REACHES)
        self._supposing = Cue(context.supposing, lexicon, after=_REACHES)
        self._asking = Cue(context.asking, lexicon, after=_REACHES)

    def negated(self, text: str, start: int) -> str | None:
        """The words right before that deny; `None` when there are none."""
        return _last(self._negating, text, start)

    def supposed(self, text: str, start: int) -> str | None:
        """The words right before that only suppose."""
        return _last(self._supposing, text, start)

    def asked(self, text: str, start: int) -> str | None:
        """The words right before that ask whether somebody holds it."""
        return _last(self._asking, text, start)


def _last(cue: Cue, text: str, start: int) -> str | None:
    found = cue.search(before(text, start))
    return None if found is None else shown(found[0])
