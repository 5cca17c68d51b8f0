"""What the office may publish: counts and ages by quarter, and no number from which a small one could be worked out.

A quarter is the only period, so that none is part of another. A count under ten is `null`. A later stage is `null` too
where, over all time until then, it differs from the one before it by fewer than ten; and outcomes are told only where
each that occurred did so ten times. Nothing in it names anybody, a post, or a clause.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime
from statistics import median
from typing import TYPE_CHECKING

from bot.store.compliance import KindOfReferral

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bot.store.compliance import Referral

LEAST = 10
_QUARTER = re.compile(r"(20\d\d)-Q([1-4])")


def bounds(quarter: str) -> tuple[datetime, datetime]:
    """The first moment of a quarter such as `2026-Q4`, and the first after it, in UTC. Raises ValueError."""
    found = _QUARTER.fullmatch(quarter)
    if found is None:
        raise ValueError("Write the quarter like 2026-Q4.")
    year, number = int(found[1]), int(found[2])
    end = (year, number * 3 + 1) if number < len("QQQQ") else (year + 1, 1)
    return datetime(year, number * 3 - 2, 1, tzinfo=UTC), datetime(*end, 1, tzinfo=UTC)


def figures(referrals: Iterable[Referral], quarter: str, *, now: datetime) -> dict[str, object]:
    """The figures of a quarter that is over; of what was referred alone. Raises ValueError."""
    start, end = bounds(quarter)
    if now < end:
        raise ValueError(f"{quarter} is not over yet.")
    known = [each for each in referrals if each.kind is KindOfReferral.REFERRAL]
    received = _stage(known, start, end, lambda each: each.received_at)
    acknowledged = _stage(known, start, end, lambda each: each.acknowledged_at)
    concluded = _stage(known, start, end, lambda each: each.outcome_at)
    apart = _far_apart(known, end, lambda each: each.received_at, lambda each: each.acknowledged_at)
    ended = apart and _far_apart(known, end, lambda each: each.acknowledged_at, lambda each: each.outcome_at)
    outcomes = Counter(str(each.outcome) for each in concluded)
    return {
        "quarter": quarter,
        "least": LEAST,
        "received": _told(received),
        "acknowledged": _told(acknowledged) if apart else None,
        "concluded": _told(concluded) if ended else None,
        "outcomes": dict(sorted(outcomes.items())) if ended and min(outcomes.values(), default=0) >= LEAST else None,
        "median_days_to_acknowledgement": _age(acknowledged, lambda each: each.acknowledged_at),
        "median_days_to_outcome": _age(concluded, lambda each: each.outcome_at),
    }


def _stage(
    known: Iterable[Referral], start: datetime, end: datetime, when: Callable[[Referral], datetime | None]
) -> list[Referral]:
    return [each for each in known if (at := when(each)) is not None and start <= at < end]


def _far_apart(
    known: Iterable[Referral],
    end: datetime,
    first: Callable[[Referral], datetime | None],
    then: Callable[[Referral], datetime | None],
) -> bool:
    """Whether what is still between two stages at the end of the quarter is none, or not few."""
    between = sum((at := first(each)) is not None and at < end for each in known)
    between -= sum((at := then(each)) is not None and at < end for each in known)
    return between == 0 or between >= LEAST


def _told(found: list[Referral]) -> int | None:
    return len(found) if len(found) >= LEAST else None


def _age(found: list[Referral], until: Callable[[Referral], datetime | None]) -> int | None:
    days = [(at - each.received_at).days for each in found if (at := until(each)) is not None]
    return round(median(days)) if len(days) >= LEAST else None
