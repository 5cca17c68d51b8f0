"""The clock of a referral: received, acknowledged, outcome, and how long it is kept after that. Pure.

How many days lie between, and what is overdue.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from bot.compliance.settings import Clock
    from bot.store.compliance import Referral, Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Where a referral's clock stands. Days are whole ones, of 24 hours."""

    waits: int
    """Days since its receipt, or from that to its outcome."""
    acknowledged: int | None
    """Days from its receipt to its acknowledgement; `None` while nobody has acknowledged it."""
    outcome: int | None
    """Days from its receipt to its outcome; `None` while it has none."""
    overdue: str
    """By how much, and with what, in words; empty when it is not."""


def read_clock(referral: Referral, days: Clock, *, now: datetime) -> Reading:
    """Where the clock of a referral stands at that moment."""
    acknowledged = _days(referral.received_at, referral.acknowledged_at)
    outcome = _days(referral.received_at, referral.outcome_at)
    waits = _days(referral.received_at, referral.outcome_at or now) or 0
    overdue = ""
    if outcome is None and waits >= days.outcome:
        overdue = f"No outcome after {waits} days; {days.outcome} are allowed."
    elif acknowledged is None and waits >= days.acknowledge:
        overdue = f"Not acknowledged after {waits} days; {days.acknowledge} are allowed."
    return Reading(waits=waits, acknowledged=acknowledged, outcome=outcome, overdue=overdue)


def kept_until(referral: Referral, terms: Terms) -> datetime | None:
    """When what was passed is blanked; `None` where nobody can say, or it was. A legal hold is not looked at here."""
    if referral.content is None or referral.outcome_at is None:
        return None
    return terms.over_at(referral.kind, referral.outcome_at)


def _days(since: datetime, until: datetime | None) -> int | None:
    return None if until is None else max(0, (until - since).days)
