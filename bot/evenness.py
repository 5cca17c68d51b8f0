"""Two measures of even-handedness: an interval for a share, and how far two readers agree beyond chance."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from statistics import NormalDist
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

SURE = 0.95
_Z = NormalDist().inv_cdf((1 + SURE) / 2)


@dataclass(frozen=True, slots=True)
class Share:
    """A share of a whole, between 0 and 1, with the bounds within which it lies in 95 of 100 such samples."""

    part: int
    whole: int
    rate: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Rates:
    """Shares side by side, with what they are of."""

    title: str
    rate: str
    """What the share is, in words."""
    sides: tuple[tuple[str, Share | None], ...]
    """In words; `None` where there are too few to speak of."""
    overlap: bool
    """Whether each two intervals overlap, so that no difference is shown."""


def overlap(shares: Sequence[Share]) -> bool:
    """Whether each two intervals overlap."""
    return all(one.low <= other.high and other.low <= one.high for one, other in combinations(shares, 2))


def share(part: int, whole: int) -> Share:
    """The share with Wilson's interval, which is right for small numbers and for shares near 0 and 1.

    Raises ValueError unless 0 ≤ part ≤ whole and the whole is more than nothing.
    """
    if not 0 <= part <= whole or whole == 0:
        raise ValueError(f"{part} of {whole} is no share")
    rate, square = part / whole, _Z**2 / whole
    middle = (rate + square / 2) / (1 + square)
    half = _Z / (1 + square) * (rate * (1 - rate) / whole + square / (4 * whole)) ** 0.5
    return Share(part=part, whole=whole, rate=rate, low=max(0.0, middle - half), high=min(1.0, middle + half))


def kappa(both: int, first: int, second: int, neither: int) -> float | None:
    """Cohen's kappa of two readers who say yes or no: 1 when they always agree, 0 when no more than by chance.

    How often both said yes, the first alone, the second alone, neither. `None` where nothing was read, or where both
    always said the same one word, so that chance alone explains everything.
    """
    n = both + first + second + neither
    if n == 0:
        return None
    seen = (both + neither) / n
    by_chance = ((both + first) * (both + second) + (neither + first) * (neither + second)) / n**2
    return None if by_chance == 1 else (seen - by_chance) / (1 - by_chance)
