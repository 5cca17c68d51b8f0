"""Calendar periods: a report is of whole months, quarters or years, in UTC, and of nothing in between.

Fixed periods are what keeps two reports from being subtracted from each other: there are no two that overlap in part.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Length(StrEnum):
    """How long a period is."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"

    @property
    def months(self) -> int:
        """In months."""
        return {Length.MONTH: 1, Length.QUARTER: 3, Length.YEAR: 12}[self]


MONTHS_IN = 12
ORDINALS = ("first", "second", "third", "fourth")


class NoSuchPeriodError(ValueError):
    """Two days that bound no whole month, quarter or year; the message says which would."""


@dataclass(frozen=True, slots=True)
class Period:
    """A whole month, quarter or year; the last day is part of it."""

    first: date
    length: Length

    @property
    def last(self) -> date:
        """Its last day."""
        month = self.first.month + self.length.months - 1
        return date(self.first.year, month, calendar.monthrange(self.first.year, month)[1])

    @property
    def name(self) -> str:
        """As one says it: `November 2026`, `the fourth quarter of 2026`, `2026`."""
        if self.length is Length.MONTH:
            return f"{calendar.month_name[self.first.month]} {self.first.year}"
        if self.length is Length.QUARTER:
            return f"the {ORDINALS[self.first.month // Length.QUARTER.months]} quarter of {self.first.year}"
        return str(self.first.year)

    @property
    def key(self) -> str:
        """Short and sortable: `2026-11`, `2026-q4`, `2026`."""
        if self.length is Length.MONTH:
            return f"{self.first:%Y-%m}"
        if self.length is Length.QUARTER:
            return f"{self.first.year}-q{self.first.month // Length.QUARTER.months + 1}"
        return str(self.first.year)

    def parts(self, base: Length) -> tuple[Period, ...]:
        """The periods of that length that it is made of. Raises NoSuchPeriodError when it is shorter than one."""
        if base.months > self.length.months:
            raise NoSuchPeriodError(
                f"This party's figures are published by the {base} and nothing shorter (report.base), or small numbers"
                f" could be worked out by subtracting. {self.name[0].upper()}{self.name[1:]} is a {self.length}."
            )
        step = base.months
        return tuple(
            Period(date(self.first.year, self.first.month + months, 1), base)
            for months in range(0, self.length.months, step)
        )

    def months(self) -> tuple[str, ...]:
        """Its months as `2026-11`."""
        return tuple(part.key for part in self.parts(Length.MONTH))


def period_of(first: date, last: date) -> Period:
    """The period from one day to another, both included. Raises NoSuchPeriodError."""
    for length in Length:
        period = Period(first, length)
        begins = first.day == 1 and (first.month - 1) % length.months == 0
        if begins and period.last == last:
            return period
    month = Period(first.replace(day=1), Length.MONTH)
    raise NoSuchPeriodError(
        f"From {first} to {last} is no whole calendar month, quarter or year. The month would be --from {month.first}"
        f" --to {month.last}. Other periods are not reported: two that overlap could be subtracted from each other."
    )
