"""What authors say of themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.rules.stance.clauses import before
from bot.rules.stance.cues import Cue, shown

if TYPE_CHECKING:
    from bot.rules.lexicon import Lexicon
    from bot.rules.stance.address import Address
    from bot.rules.stance.context import Context


class Own:
    """How one language speaks of oneself."""

    def __init__(self, context: Context, lexicon: Lexicon, address: Address) -> None:
        """Raises BadPattern for a list that is missing."""
        self._address = address
        self._about_self = Cue(context.about_self, lexicon, after=r"\W{0,3}$")

    def of_self(self, text: str, start: int, end: int) -> str | None:
        """The words that show authors to say it of themselves, and to nobody; `None` when there are none."""
        found = self._about_self.search(before(text, start))
        return None if found is None or self._address.speaks_to(text, start, end) else shown(found[0])
