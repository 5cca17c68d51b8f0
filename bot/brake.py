"""The brake on rules, as a pure question: was a rule edited, and does it hold far too often since?

A rule that nobody touched is never turned down, however often it holds: then the world has changed, not the rule.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from bot import config

PAST = timedelta(days=28)
"""How far back a rule's own history is looked at: whole days before the one on which it was edited."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Firing:
    """How often one rule has held; each mention counts once, as it was first seen."""

    edited_at: datetime | None
    """When the bot first judged with it as it now reads; `None` when it has not been edited, or an admin let it be."""
    authors: int
    """Different people since then in whose mentions it held: by posting a lot, nobody stops a rule that finds them."""
    judged: int
    """All mentions since then."""
    past_held: int
    """In the days before, live or in shadow."""
    past_judged: int
    """All mentions of those days on which the rule was there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BrakedRule:
    """A rule that ran away and that no admin has released since."""

    rule: str
    at: datetime
    because: str
    """What it did, for staff, without its name: `held for 6 different authors in 60 mentions ...`."""
    escalates: bool
    """It guards against danger, and so it was not turned down, only told of."""
    edited: bool
    """Whether it has been edited once more since."""

    @property
    def shadowed(self) -> bool:
        """Whether it judges as a shadow rule. A rule that escalates never does: a true alarm must ring."""
        return not self.escalates

    @property
    def sentence(self) -> str:
        """What staff are told."""
        if self.escalates:
            return (
                f"Rule {self.rule} {self.because}. It escalates, so it is not turned down: look at its cases now, and"
                " at the rule. This stands until an admin releases it."
            )
        edited = " It has been edited since, and is still in shadow." if self.edited else ""
        return (
            f"Rule {self.rule} is in shadow since {self.at:%H:%M UTC on %d %b}: it counts and opens no case. It"
            f" {self.because}. It stays so until an admin releases it.{edited}"
        )


def runs_away(firing: Firing, limits: config.Brake, now: datetime) -> str | None:
    """What the rule did to be turned down, to follow its name in a sentence; `None` when it may go on.

    It was edited, and since then it holds in more than its share of all mentions, or far more often than before. What
    one author says counts once. A rule's past is counted as one match in one mention more, so that a rule hardly known
    is not held to so little.
    """
    if firing.edited_at is None or now - firing.edited_at > timedelta(hours=limits.hours):
        return None
    if firing.authors < limits.least_matches:
        return None
    since = f"since it was edited ({firing.edited_at:%H:%M UTC on %d %b})"
    who = f"{firing.authors} different authors" if firing.authors > 1 else "one author"
    figures = f"held for {who} in {firing.judged} mentions {since}"
    if firing.authors > firing.judged * limits.share:
        return f"{figures}: more than {limits.share * 100:g} % of all"
    usual = (firing.past_held + 1) / (firing.past_judged + 1) * firing.judged
    if firing.authors > usual * limits.times_history:
        return f"{figures}: more than {limits.times_history:g} times as often as before"
    return None
