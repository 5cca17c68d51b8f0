"""Counter-speech: the author opposes what the words say, or whoever says or does such things."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.rules.stance.clauses import before
from bot.rules.stance.cues import Cue, shown

if TYPE_CHECKING:
    from bot.rules.lexicon import Lexicon
    from bot.rules.stance.address import Address
    from bot.rules.stance.context import Context


class Countering:
    """How one language speaks against abuse.

    A slur at whoever is spoken to stays one, whatever they did: what is opposed is what was said, or those, not named,
    who do such things.
    """

    def __init__(self, context: Context, lexicon: Lexicon, address: Address) -> None:
        """Raises BadPattern for a list that is missing."""
        self._address = address
        self._opposing = Cue(context.opposing, lexicon, after=r"\W{0,3}$")
        self._after = Cue(context.opposing_after, lexicon)
        self._wrongdoers = Cue(context.wrongdoers, lexicon)

    def countered(self, text: str, start: int, end: int) -> str | None:
        """The words that show the author to be against it; `None` when nothing does."""
        return (
            self._opposing.reaching(before(text, start))
            or self._after.following(text, end)
            or self._said_of_wrongdoers(text, start, end)
        )

    def _said_of_wrongdoers(self, text: str, start: int, end: int) -> str | None:
        found = self._wrongdoers.search(before(text, start))
        return None if found is None or self._address.speaks_to(text, start, end) else shown(found[0])
