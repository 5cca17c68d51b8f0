"""Who is on for the safety team, and who stays on because nobody has relieved them yet.

A shift that ends with escalations that are not finished hands them over: whoever is on now says “I have it”. Until then
those before them stay on as well, so that nothing falls between two people who each think of the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.rota import Rota
    from bot.store import Store, Unfinished


LONGEST = timedelta(days=8)
"""Who was on longer ago is not kept on: within a week every shift has come back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """Who is called now, by their ids."""

    on: tuple[str, ...]
    """By the rota, then those who stay; nobody in particular where there is no rota."""
    staying: tuple[str, ...] = ()
    """Those whose shift is over, and whom nobody has relieved."""
    began: datetime | None = None
    """When the shift began that has not taken over yet; `None` when there is nothing to be taken over."""
    left: tuple[str, ...] = ()
    """Ids of the cases that are to be taken over, the oldest first."""

    @property
    def relieving(self) -> tuple[str, ...]:
        """Those who are on by the rota."""
        return tuple(person for person in self.on if person not in self.staying)

    def may_take(self, person: str) -> bool:
        """Whether it is for them to say that they have it: they are on, and do not merely stay."""
        return self.began is not None and person in self.relieving


def watch(rota: Rota, now: datetime, unfinished: Sequence[Unfinished], taken: datetime | None) -> Watch:
    """Who is on at that moment, given what is not finished and up to which shift everything was taken over. Pure."""
    on, turns = rota.on(now), rota.turns(now - LONGEST, now + timedelta(seconds=1))
    # Somebody comes or goes: a shift that ends beside another, which goes on, hands over as well.
    began = max((at for turn in turns for at in (turn.start, turn.end) if at <= now), default=now)
    left = [each for each in unfinished if each.since < began]
    if not on or not left or (taken is not None and taken >= began):
        return Watch(on=on)
    since = max(left[0].since, taken or left[0].since)
    earlier = (person for turn in turns if turn.start < began and turn.end > since for person in turn.people)
    staying = tuple(person for person in dict.fromkeys(earlier) if person not in on)
    if not staying:
        return Watch(on=on)
    return Watch(on=(*on, *staying), staying=staying, began=began, left=tuple(each.case_id for each in left))


async def watch_now(store: Store, rota: Rota, now: datetime) -> Watch:
    """The same, of what the store holds."""
    if not rota.shifts:
        return Watch(on=())
    return watch(rota, now, await store.safety.unfinished(), await store.safety.taken())
