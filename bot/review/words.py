"""Small words that every presentation shares: moments, ages, names, policies."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from bot.naming import policy_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.model import Incident, Reviewer
    from bot.store import Acknowledged

MINUTE, HOUR, DAY = 60, 3600, 86400
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def moment(at: datetime, now: datetime) -> str:
    """A time in UTC, with its day when that is not today's: `21:04 UTC`, `20 Nov, 21:04 UTC`."""
    at, now = at.astimezone(UTC), now.astimezone(UTC)
    if at.date() == now.date():
        return f"{at:%H:%M} UTC"
    year = "" if at.year == now.year else f" {at.year}"
    return f"{at.day} {at:%b}{year}, {at:%H:%M} UTC"


def day_words(day: str) -> str:
    """A day as short as a chart needs it: `2026-11-20` is `20 Nov`."""
    at = date.fromisoformat(day)
    return f"{at.day} {at:%b}"


def span_words(span: timedelta) -> str:
    """How long something took, in the largest unit that says enough: `40 s`, `12 min`, `3 h`, `2 days`."""
    seconds = span.total_seconds()
    return f"{int(seconds)} s" if seconds < MINUTE else age_of(_EPOCH - span, _EPOCH)


def age_of(since: datetime, now: datetime) -> str:
    """How long ago, in the largest unit that says enough: `just now`, `12 min`, `1 h 48 min`, `3 h`, `2 days`."""
    seconds = (now - since).total_seconds()
    if seconds < MINUTE:
        return "just now"
    if seconds < HOUR:
        return f"{int(seconds // MINUTE)} min"
    if seconds < 2 * HOUR:
        minutes = int(seconds % HOUR // MINUTE)
        return f"1 h {minutes} min" if minutes else "1 h"
    if seconds < 2 * DAY:
        return f"{int(seconds // HOUR)} h"
    return f"{int(seconds // DAY)} days"


def name_of(reviewer_id: str | None, reviewers: Mapping[str, Reviewer]) -> str:
    """The name of the person, `the bot` for nobody, and the bare id for someone who has left the configuration."""
    if reviewer_id is None or reviewer_id == "bot":
        return "the bot"
    return reviewers[reviewer_id].name if reviewer_id in reviewers else reviewer_id


def policy_words(policy: str | None) -> str:
    """A policy's id as a title: `personal_abuse` is `Personal abuse`."""
    name = policy_name(policy or "no rule matched")
    return name[0].upper() + name[1:]


def pile_on_words(incident: Incident) -> str:
    """How large a pile-on is, and how fast it came: `17 posts by 15 people in 12 minutes`."""
    posts = f"{incident.posts:,} post{'' if incident.posts == 1 else 's'}"
    by = f" by {incident.people:,} {'person' if incident.people == 1 else 'people'}" if incident.people else ""
    minutes = round((incident.last_at - incident.first_at).total_seconds() / MINUTE)
    if minutes < 2 * HOUR / MINUTE:
        return f"{posts}{by} " + (f"in {minutes} minutes" if minutes > 1 else "within a minute")
    return f"{posts}{by} in {round(minutes * MINUTE / HOUR)} hours"


def listed(names: list[str]) -> str:
    """Names joined as one writes them: `Asha Verma and Tom Reed`."""
    return " and ".join(names) if len(names) < 3 else f"{', '.join(names[:-1])} and {names[-1]}"  # noqa: PLR2004 - two names need no comma


def on_its_way(case_ids: Sequence[str]) -> str:
    """What a pause came too late for, as a sentence to be added; empty when nothing was being posted."""
    if not case_ids:
        return ""
    return f" Too late for what is being posted now: {', '.join(f'case {each}' for each in case_ids)}."


def case_count(number: int) -> str:
    """So many cases, in words: `1 case`, `12 cases`."""
    return f"{number:,} case{'' if number == 1 else 's'}"


def acknowledged_words(found: Acknowledged) -> str:
    """How long escalations waited for somebody, as a sentence; empty when there were none."""
    if found.median is None or found.worst is None:
        return ""
    half, worst = span_words(found.median), span_words(found.worst)
    if found.number == 1:
        return f"The one escalation was acknowledged within {worst}."
    return f"Of {found.number:,} escalations half were acknowledged within {half}, each within {worst}."
