"""What the compliance office tells of itself, taken into a report of ours: only what belongs there, and unchanged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.ages import NoAgesError, ages_from, read
from bot.report.periods import Length, NoSuchPeriodError, Period

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bot.ages import Ages

WORDS = {
    "acknowledgement": "From receipt until somebody took it on",
    "outcome": "From receipt to the outcome",
}
"""Each of the ages, by the name that it has."""


class NotTakenError(ValueError):
    """A file that cannot go into this report; the message names it and says what to do."""


def quarters(period: Period) -> Mapping[str, Period]:
    """The quarters that lie wholly within a period, by the name that the office gives them."""
    try:
        return {part.key.upper(): part for part in period.parts(Length.QUARTER)}
    except NoSuchPeriodError:
        return {}


def taken(files: Iterable[tuple[str, bytes]], period: Period) -> tuple[Ages, ...]:
    """What these files, by name and content, tell of the period, the first quarter first. Raises NotTakenError."""
    within = quarters(period)
    found: dict[str, tuple[str, Ages]] = {}
    for name, printed in files:
        try:
            ages = read(printed)
        except NoAgesError as error:
            raise NotTakenError(f"{name} {error}") from None
        if not within:
            raise NotTakenError(
                f"{name} tells of {ages.quarter}, and {period.name} holds no whole quarter. Leave it out here, and give"
                " it to the report of that quarter or of its year."
            )
        if ages.quarter not in within:
            raise NotTakenError(
                f"{name} tells of {ages.quarter}, which does not lie in {period.name}. Give files of"
                f" {', '.join(within)}, or leave it out."
            )
        if ages.quarter in found:
            raise NotTakenError(
                f"{name} and {found[ages.quarter][0]} tell of the same quarter, {ages.quarter}. Give one of them."
            )
        found[ages.quarter] = name, ages
    return tuple(ages for _, (_, ages) in sorted(found.items()))


def plain(ages: Sequence[Ages]) -> list[dict[str, object]]:
    """As the report and the event of its making have it: the digest of what was printed, and that word for word."""
    return [{"sha256": each.sha256, "figures": each.plain()} for each in ages]


def from_plain(noted: Iterable[Mapping[str, Any]]) -> tuple[Ages, ...]:
    """What `plain` wrote. Raises KeyError, TypeError and ValueError for anything else."""
    return tuple(ages_from(each["figures"]) for each in noted)
