"""What the office can tell of itself: counts and ages by quarter, none from which another in it could be worked out.

Beside the party's public report only the ages may stand (`bot.ages` says why): its counts and these would cross.

A quarter is the only period, and tells of what was received in it, as that stood when it ended: so no referral is in
two of them, and a quarter says the same whenever it is asked. It is a table of stages, and one of the outcomes of what
was concluded; what of them is told, `suppression` says. Nothing in it names anybody, a post, or a clause.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from statistics import median
from typing import TYPE_CHECKING

from bot.ages import QUARTER, Ages
from bot.store.compliance import KindOfReferral, Outcome
from bot.suppression import LEAST, tell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from bot.store.compliance import Referral


def bounds(quarter: str) -> tuple[datetime, datetime]:
    """The first moment of a quarter such as `2026-Q4`, and the first after it, in UTC. Raises ValueError."""
    found = QUARTER.fullmatch(quarter)
    if found is None:
        raise ValueError("Write the quarter like 2026-Q4.")
    year, number = int(found[1]), int(found[2])
    end = (year, number * 3 + 1) if number < len("QQQQ") else (year + 1, 1)
    return datetime(year, number * 3 - 2, 1, tzinfo=UTC), datetime(*end, 1, tzinfo=UTC)


def figures(referrals: Iterable[Referral], quarter: str, *, now: datetime) -> dict[str, object]:
    """The figures of a quarter that is over; of what was referred alone, `None` for what is not told.

    Raises ValueError.
    """
    known, end = _received(referrals, quarter, now)
    stages = Counter(_stage(each, end) for each in known)
    told = _told({stage: stages[stage] for stage in ("waiting", "acknowledged", "concluded")})
    ended = Counter(str(each.outcome) for each in known if _stage(each, end) == "concluded")
    outcomes = _told({outcome.value: ended[outcome.value] for outcome in Outcome}) if "concluded" in told else {}
    taken_on = told.keys() >= {"acknowledged", "concluded"}
    return {
        "quarter": quarter,
        "least": LEAST,
        "received": len(known) if len(known) >= LEAST else None,
        "at_its_end": {stage: told.get(stage) for stage in ("waiting", "acknowledged", "concluded")},
        "outcomes": {outcome.value: outcomes.get(outcome.value) for outcome in Outcome},
        "median_days_to_acknowledgement": _age(known, end, lambda each: each.acknowledged_at) if taken_on else None,
        "median_days_to_outcome": _age(known, end, lambda each: each.outcome_at) if "concluded" in told else None,
    }


def ages(referrals: Iterable[Referral], quarter: str, *, now: datetime) -> Ages:
    """What of a quarter that is over may be published beside the report. Raises ValueError.

    Each where there are enough of what it is the median of, and that alone decides: that nothing waits any longer must
    not keep a diligent office from telling it.
    """
    known, end = _received(referrals, quarter, now)
    taken_on = sum(1 for each in known if _stage(each, end) != "waiting")
    concluded = sum(1 for each in known if _stage(each, end) == "concluded")
    return Ages(
        quarter=quarter,
        acknowledgement=_age(known, end, lambda each: each.acknowledged_at) if taken_on >= LEAST else None,
        outcome=_age(known, end, lambda each: each.outcome_at) if concluded >= LEAST else None,
    )


def _received(referrals: Iterable[Referral], quarter: str, now: datetime) -> tuple[list[Referral], datetime]:
    """What was referred and received in a quarter, and the first moment after it. Raises ValueError."""
    start, end = bounds(quarter)
    if now < end:
        raise ValueError(f"{quarter} is not over yet.")
    known = [each for each in referrals if each.kind is KindOfReferral.REFERRAL and start <= each.received_at < end]
    return known, end


def _stage(each: Referral, end: datetime) -> str:
    """How far it was at the end of the quarter."""
    if each.outcome_at is not None and each.outcome_at < end:
        return "concluded"
    return "acknowledged" if each.acknowledged_at is not None and each.acknowledged_at < end else "waiting"


def _told(cells: Mapping[str, int]) -> Mapping[str, int]:
    """The rows that may be told beside their sum; none where that is not told itself."""
    found = tell(cells) if sum(cells.values()) >= LEAST else None
    return found.rows if found else {}


def _age(known: Iterable[Referral], end: datetime, until: Callable[[Referral], datetime | None]) -> int:
    """The median of so many days, of which there are enough."""
    return round(median((at - each.received_at).days for each in known if (at := until(each)) is not None and at < end))
