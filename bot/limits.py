"""The brakes, as pure questions: may this mention be answered at all, and may this account post now?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.config import Limits, QuietHours
    from bot.model import History, Mention

DAY = timedelta(days=1)


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
    return None


def not_before(now: datetime, *, posted: Sequence[datetime], limits: Limits) -> datetime | None:
    """When an account may next post, in UTC; `None` when it may post now.

    `posted` holds the times of its own replies, oldest first.
    """
    today = [at for at in posted if now - at < DAY]
    if len(today) >= limits.replies_per_day:
        return today[-limits.replies_per_day] + DAY if limits.replies_per_day else now + DAY
    return _quiet_until(now, limits.quiet_hours) if limits.quiet_hours else None


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
