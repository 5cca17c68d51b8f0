"""What authors say of themselves and of those like them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.rules.lexicon import Lexicon
from bot.rules.stance.clauses import before
from bot.rules.stance.cues import Cue, shown

if TYPE_CHECKING:
    from bot.rules.stance.address import Address
    from bot.rules.stance.context import Context


class Own:
    """How one language speaks of oneself."""

    def __init__(self, context: Context, lexicon: Lexicon, address: Address) -> None:
        """Raises BadPattern for a list that is missing."""
        self._address = address
        # “I am sorry but they are …” turns to others, so here no word that turns is skipped.
        steady = Lexicon(lexicon.lists, context.unskipped)
        self._about_self = Cue(context.about_self, steady, after=r"\W{0,3}$")
        self._like_self = Cue(context.like_self, steady)

    def of_self(self, text: str, start: int, end: int) -> str | None:
        """The words that show authors to say it of themselves, and to nobody; `None` when there are none."""
        found = self._about_self.reaching(before(text, start))
        return None if found is None or self._address.speaks_to(text, start, end) else found

    def reclaimed(self, text: str, start: int, end: int) -> str | None:
        """The words that show authors to be one of those whom the words name: “… like me”, “… and proud”."""
        within = self._like_self.search(text, start, end)
        return self._like_self.following(text, end) if within is None else shown(within[0])
