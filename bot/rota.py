"""Who is on shift, and for how long something has waited while somebody was: a weekly rota on the party's wall clock.

Pure: the moment is an argument. Times that come twice in autumn mean the first of the two; those that are left out in
spring mean what the clock would have shown. Shifts that follow each other on the wall clock do so then as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.config import WEEKDAYS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.config import Shift

DAY = timedelta(days=1)
WEEK = timedelta(days=8)
"""Within so much time every shift begins at least once, also when the clocks change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One shift on one day, in UTC."""

    start: datetime
    end: datetime
    people: tuple[str, ...]
    """Ids of reviewers; the first is asked first."""


@dataclass(frozen=True, slots=True)
class Rota:
    """Shifts that come back each week. Without any, everybody is always on."""

    shifts: Sequence[Shift]
    zone: str
    """The name of the time zone whose clock counts."""

    def turns(self, since: datetime, until: datetime) -> list[Turn]:
        """Every turn that has a part between the two moments, the first to begin first."""
        zone = ZoneInfo(self.zone)
        day, last = since.astimezone(zone).date() - DAY, until.astimezone(zone).date()
        found = []
        while day <= last:
            for shift in self.shifts:
                if WEEKDAYS[day.weekday()] in shift.days:
                    ends = day if shift.end > shift.start else day + DAY
                    start = datetime.combine(day, shift.start, zone).astimezone(UTC)
                    end = datetime.combine(ends, shift.end, zone).astimezone(UTC)
                    found.append(Turn(start=start, end=end, people=shift.people))
            day += DAY
        return sorted((turn for turn in found if turn.start < until and turn.end > since), key=lambda turn: turn.start)

    def turns_at(self, now: datetime) -> list[Turn]:
        """The turns of this moment."""
        return [turn for turn in self.turns(now, now + timedelta(seconds=1)) if turn.start <= now < turn.end]

    def on(self, now: datetime) -> tuple[str, ...]:
        """Who is on, each once, those first who came first; nobody in particular when there is no rota."""
        return tuple(dict.fromkeys(person for turn in self.turns_at(now) for person in turn.people))

    def rings(self, now: datetime) -> bool:
        """Whether anybody may be reminded now: somebody is on, or there is no rota."""
        return not self.shifts or bool(self.turns_at(now))

    def next_turn(self, now: datetime) -> Turn | None:
        """The next turn to begin; `None` when there is no rota."""
        return next((turn for turn in self.turns(now, now + WEEK) if turn.start > now), None)

    def waited(self, since: datetime, until: datetime) -> timedelta:
        """For how long somebody was on between the two moments: all the time when there is no rota."""
        if not self.shifts:
            return until - since
        total, reached = timedelta(), since
        for turn in self.turns(since, until):
            start, end = max(turn.start, reached), min(turn.end, until)
            total += max(end - start, timedelta())
            reached = max(reached, end)
        return total
