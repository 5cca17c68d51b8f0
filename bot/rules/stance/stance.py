"""How the words of a match are meant, to whom they are said and of whom: one language's answers, in one place."""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from bot.rules.stance.address import Address
from bot.rules.stance.aim import Aiming
from bot.rules.stance.countering import Countering
from bot.rules.stance.denial import Denial
from bot.rules.stance.own import Own
from bot.rules.stance.reporting import Reporting

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.rules.lexicon import Lexicon
    from bot.rules.stance.aim import Aim
    from bot.rules.stance.context import Context

MOST_KEPT = 32
"""Answers of each manner that are remembered: those of the last few texts."""


class Manner(StrEnum):
    """How words are meant, other than said outright."""

    QUOTED = "quoted"
    REPORTED = "reported"
    NEGATED = "negated"
    CONDITIONAL = "conditional"
    ASKED = "asked"
    COUNTERED = "countered"
    """The author opposes what the words say."""
    RECLAIMED = "reclaimed"
    """A group's word, used by one of them of themselves or their own."""
    OF_SELF = "of_self"


class Stance:
    """How one language speaks of abuse and to people, compiled from its packs' phrases.

    All is asked of a match in a folded reading: lower case, plain letters; `start` and `end` are its place there.
    """

    def __init__(self, context: Context, lexicon: Lexicon) -> None:
        """Raises BadPattern for a phrase with a list that is missing."""
        self._address = Address(context, lexicon)
        reporting, denial = Reporting(context, lexicon, self._address), Denial(context, lexicon, self._address)
        own, countering = Own(context, lexicon, self._address), Countering(context, lexicon, self._address)
        self._aiming = Aiming(context, lexicon, self._address)
        manners: dict[Manner, Callable[[str, int, int, bool], str | None]] = {
            Manner.QUOTED: reporting.quoted,
            Manner.REPORTED: reporting.reported,
            Manner.NEGATED: lambda text, start, end, _danger: denial.negated(text, start, end),
            Manner.CONDITIONAL: lambda text, start, _end, _danger: denial.supposed(text, start),
            Manner.ASKED: lambda text, start, end, _danger: denial.asked(text, start, end),
            Manner.COUNTERED: lambda text, start, end, _danger: countering.countered(text, start, end),
            Manner.RECLAIMED: lambda text, start, end, _danger: own.reclaimed(text, start, end),
            Manner.OF_SELF: lambda text, start, end, _danger: own.of_self(text, start, end),
        }
        self._manners = {manner: lru_cache(maxsize=MOST_KEPT)(shows) for manner, shows in manners.items()}
        """Several rules find the same words, and each asks how they are meant."""

    def manner(self, manner: Manner, text: str, start: int, end: int, *, danger: bool) -> str | None:
        """The words that show this manner, as somebody reads them out; `None` when nothing shows it.

        `danger` is for rules that escalate: then a report counts only when it is said outright.
        """
        return self._manners[manner](text, start, end, danger)

    def addressed(self, text: str, start: int, end: int) -> bool:
        """Whether the words are a form of address: they stand alone, or right after `you`."""
        return self._address.addressed(text, start, end)

    def speaks_to(self, text: str, start: int, end: int) -> bool:
        """Whether somebody is spoken to in these words or shortly before them, in the same sentence."""
        return self._address.speaks_to(text, start, end)

    def aimed_at(self, text: str, start: int, end: int) -> Aim | None:
        """What the clause says the words of; `None` when nothing shows it."""
        return self._aiming.aimed_at(text, start, end)
