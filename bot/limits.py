"""The brakes, as pure questions: may this mention be answered at all, and may this account post now?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.config import Limits, QuietHours
    from bot.model import History, Mention

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
INSTEAD = "Dismiss it instead, with a reason."
"""What a person is told to do with a case to which no reply will ever be due."""


def never_because(
    mention: Mention, history: History, *, replies_in_thread: int, limits: Limits, now: datetime
) -> str | None:
    """Why no reply to this mention is due however long one waits, as a sentence; `None` when one may be due."""
    if now - mention.created_at > timedelta(hours=limits.answer_within_hours):
        return f"It is more than {limits.answer_within_hours} hours old: too late to set a tone."
    if replies_in_thread >= limits.replies_per_thread:
        return "This thread has had its reply."
    cooldown = timedelta(days=limits.author_cooldown_days)
    if history.answered_at is not None and now - history.answered_at < cooldown:
        return f"We answered this author less than {limits.author_cooldown_days} days ago."
    followers = mention.author.followers
    if followers is not None and followers < limits.least_reach:
        fewer = f"{followers} of the {limits.least_reach} followers from which on we answer"
        return f"Its author has {fewer}: a reply would only make it known."
    return None


@dataclass(frozen=True, slots=True)
class Wait:
    """Until when, in UTC, an account has to wait, and why, as a sentence."""

    until: datetime
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Foresight:
    """What would become of a reply that is approved now."""

    never: str | None
    """Why none is due however long one waits, as a sentence."""
    wait: Wait | None
    """What its account would have to wait for, as far as that is known now; its undo window apart."""
    undo_seconds: int


def not_before(now: datetime, *, posted: Sequence[datetime], limits: Limits) -> Wait | None:
    """What an account has to wait for before it may post, the longest of it; `None` when it may post now.

    `posted` holds the times of its own replies, oldest first.
    """
    waits = [
        _full(now, posted, limits.replies_per_hour, HOUR, "an hour"),
        _full(now, posted, limits.replies_per_day, DAY, "a day"),
        _quiet(now, limits.quiet_hours) if limits.quiet_hours else None,
    ]
    return max((wait for wait in waits if wait), key=lambda wait: wait.until, default=None)


def _full(now: datetime, posted: Sequence[datetime], most: int, window: timedelta, words: str) -> Wait | None:
    """Waits until the oldest reply that fills the window is out of it; of a limit of none, a whole window."""
    counted = [at for at in posted if now - at < window]
    if len(counted) < most:
        return None
    until = counted[-most] + window if most else now + window
    return Wait(until, f"This account posts no more than {most} replies within {words}.")


def _quiet(now: datetime, quiet: QuietHours) -> Wait | None:
    until = _quiet_until(now, quiet)
    hours = f"{quiet.start:%H:%M} to {quiet.end:%H:%M}, {quiet.time_zone}"
    return Wait(until, f"These are quiet hours ({hours}).") if until else None


def _quiet_until(now: datetime, quiet: QuietHours) -> datetime | None:
    local = now.astimezone(ZoneInfo(quiet.time_zone))
    clock = local.timetz().replace(tzinfo=None)
    overnight = quiet.end <= quiet.start
    inside = (clock >= quiet.start or clock < quiet.end) if overnight else quiet.start <= clock < quiet.end
    if not inside:
        return None
    end = local.replace(hour=quiet.end.hour, minute=quiet.end.minute, second=quiet.end.second, microsecond=0)
    if overnight and clock >= quiet.start:
        end += DAY
    return end.astimezone(UTC)
