"""How old referrals grow, as the compliance office tells it of a quarter: written behind the wall, read by the report.

No count is in it, and that is what makes it fit to stand beside the public report. A count of what the office received
would cross the report's own tables: less what the report tells as referred by staff, it is what the safety team
referred, and less both, what was referred in that quarter of cases that had opened in another. Such a rest is small,
and whoever subtracts would have it. A median is none of these. That it is told at all says only that at least
`LEAST` referrals were taken on, or concluded, and that it is not, that they were fewer. Against what the report tells,
or hides, of referrals by staff and by the safety team, so low a bound leaves every small number as open as before; and
how many were of cases that had opened in another quarter nobody tells.

It is printed in one way only, so that its figures give its bytes again, and with them the digest that the office has
noted: nobody on the way can change the one and keep the other.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.suppression import LEAST

if TYPE_CHECKING:
    from collections.abc import Mapping

QUARTER = re.compile(r"(20\d\d)-Q([1-4])")
LARGEST = 4096
"""Bytes; what is larger is something else."""


class NoAgesError(ValueError):
    """What was given is not what the office prints; the message goes on after a file's name, and says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ages:
    """The ages of what was received in a quarter, as that stood when it ended."""

    quarter: str
    """Such as `2026-Q4`."""
    acknowledgement: int | None
    """Days until half of those that were taken on had been; `None` where they were too few."""
    outcome: int | None
    """The same until the outcome."""

    def plain(self) -> dict[str, object]:
        """As JSON."""
        return {
            "quarter": self.quarter,
            "least": LEAST,
            "median_days_to_acknowledgement": self.acknowledgement,
            "median_days_to_outcome": self.outcome,
        }

    def printed(self) -> str:
        """The one way in which they are printed."""
        return f"{json.dumps(self.plain(), indent=1)}\n"

    @property
    def sha256(self) -> str:
        """Of their bytes as they are printed."""
        return sha256(self.printed())


def sha256(printed: str) -> str:
    """The digest of what was printed, in hexadecimal."""
    return hashlib.sha256(printed.encode()).hexdigest()


def ages_from(plain: Mapping[str, object]) -> Ages:
    """The ages among other figures of a quarter. Raises KeyError, TypeError and ValueError where they are not there."""
    quarter = plain["quarter"]
    days = [plain["median_days_to_acknowledgement"], plain["median_days_to_outcome"]]
    if not isinstance(quarter, str) or QUARTER.fullmatch(quarter) is None:
        raise ValueError("a quarter")
    acknowledgement, outcome = [_days(each) for each in days]
    return Ages(quarter=quarter, acknowledgement=acknowledgement, outcome=outcome)


def read(printed: bytes) -> Ages:
    """The ages that were printed as these bytes, and as no others. Raises NoAgesError."""
    try:
        found = json.loads(printed[: LARGEST + 1])
        ages = ages_from(found)
        counts = "received" in found
    except (ValueError, KeyError, TypeError, RecursionError):
        raise NoAgesError(
            "is not what `compliance figures` prints. Ask the compliance office for a file made with"
            " `not-in-our-name compliance figures --quarter 2026-Q4 > FILE`, of the quarter that you report."
        ) from None
    if counts:
        raise NoAgesError(
            "has counts in it, and beside the report's own these would give small numbers away. Ask the compliance"
            " office to print it again without --counts."
        )
    if ages.printed().encode() != printed:
        raise NoAgesError(
            "was changed after it was printed, or printed by another version. Ask the compliance office to print it"
            " again, and take it as it is."
        )
    return ages


def _days(found: object) -> int | None:
    if found is not None and (isinstance(found, bool) or not isinstance(found, int) or found < 0):
        raise TypeError("days")
    return found
