"""Whose attention a case that waits is due, and when: reminded, passed on to the next person on shift, then expired.

Asks only, and changes nothing. Outside the staff's shifts nothing of theirs rings; an escalation rings at every hour.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.model import Event
from bot.rights import account_of, may_speak
from bot.rota import Rota
from bot.safety.kinds import for_safeguarding

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from bot.files import Files
    from bot.model import Case

MINUTE = timedelta(minutes=1)
RINGS = "Escalated and not yet acknowledged"
"""How the sentence about an escalation begins that nobody has taken on; untrue once somebody has."""


@dataclass(frozen=True, kw_only=True)
class Attention:
    """The rotas of both desks, and the terms after which somebody is asked again."""

    files: Files = field(repr=False)
    now: Callable[[], datetime]

    @property
    def staff(self) -> Rota:
        """The rota of the staff desk."""
        return Rota(self.files.config.shifts.staff, self.files.config.time_zone)

    @property
    def safety(self) -> Rota:
        """The rota of the safety desk."""
        return Rota(self.files.config.shifts.safety, self.files.config.time_zone)

    def due(self, case: Case) -> tuple[Event | None, str]:
        """What is to happen to an open case now, if anything, and the sentence that staff are told; empty for none.

        A reminder and a passing on count the time in which somebody was on; expiry counts every hour, because an answer
        that comes too late is none.
        """
        schedule, now = self.files.config.schedule, self.now()
        waits = now - case.opened_at
        # An apology that is owed is not too late; somebody decides, however long it takes.
        if not case.correction and waits > timedelta(hours=schedule.expire_after_hours):
            return Event.EXPIRED, ""
        if not self.staff.rings(now):
            return None, ""
        worked = self.staff.waited(case.opened_at, now)
        if worked > timedelta(minutes=schedule.pass_on_after_minutes) * (case.passed_on + 1):
            who = self._next(case, case.passed_on + bool(self.staff.shifts))
            return Event.PASSED_ON, f"Case {case.id} has waited {waits // MINUTE} minutes: {who}, please."
        if case.called_at is None and worked > timedelta(minutes=schedule.remind_after_minutes):
            who = f": {self._next(case, 0)}, please" if self.staff.shifts else ""
            return Event.REMINDED, f"Case {case.id} waits since {_since(case)}{who}."
        return None, ""

    def rings(self, case: Case, on: Sequence[str]) -> str:
        """What the safety desk is told of an escalation now; empty when it is not time to ring, or somebody has it.

        `on` are the people who are called; where there is a child in it, the safeguarding lead is at first.
        """
        every = timedelta(minutes=self.files.config.schedule.ring_minutes)
        if case.acknowledged_by is not None or called_within(every, case, self.now()):
            return ""
        lead = self.files.config.safety.safeguarding_lead
        if lead and case.called_at is None and for_safeguarding(case):
            called = f" For {self.names([lead])} first, who leads on safeguarding."
        else:
            called = f" On now: {self.names(on)}." if on else ""
        return f"{RINGS}: case {case.id}, since {_since(case)}.{called}"

    def names(self, people: Sequence[str]) -> str:
        """Their names, joined by commas; empty for nobody."""
        return ", ".join(self.files.reviewers[person].name for person in people if person in self.files.reviewers)

    def _next(self, case: Case, turn: int) -> str:
        """Who is asked: those on shift who may speak for the account, one after another; else its approvers."""
        account = account_of(case, self.files.accounts)
        on = self.staff.on(self.now())
        able = [person for person in on if may_speak(self.files.reviewers.get(person), account)]
        asked = able or on or sorted(account.approvers)
        return self.names([asked[turn % len(asked)]]) if asked else "someone"


def called_within(term: timedelta, case: Case, now: datetime) -> bool:
    """Whether somebody was called so short a time ago; a call by a clock that was ahead of ours is none."""
    return case.called_at is not None and timedelta() <= now - case.called_at < term


def _since(case: Case) -> str:
    """When it was opened, with its day: an escalation may wait longer than one."""
    at = case.opened_at
    return f"{at:%H:%M} UTC on {at.day} {at:%b}"
