"""How right a yes-or-no judgement is: counts, the shares that follow from them, and how sure one may be of a share."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

Z = 1.96
"""Standard deviations on either side of the mean that hold 95 % of a normal distribution."""


class Interval(NamedTuple):
    """Between these two a share lies, 19 times in 20."""

    low: float
    high: float


def wilson(held: int, of: int) -> Interval:
    """The 95 % score interval of a share. Of nothing it is from 0 to 0, as there is no share.

    E. B. Wilson, “Probable inference, the law of succession, and statistical inference”, Journal of the American
    Statistical Association 22 (1927). Unlike the usual formula it stays right for few texts and shares near 0 or 1.
    """
    if of == 0:
        return Interval(0.0, 0.0)
    share, square = held / of, Z * Z
    middle = share + square / (2 * of)
    half = Z * math.sqrt((share * (1 - share) + square / (4 * of)) / of)
    whole = 1 + square / of
    return Interval(max(0.0, (middle - half) / whole), min(1.0, (middle + half) / whole))


def share(held: int, of: int) -> float:
    """`held / of`; 0 of nothing."""
    return held / of if of else 0.0


@dataclass(slots=True)
class Figures:
    """Texts counted by what people say of them and what the rules say. A share of nothing is 0."""

    tp: int = 0
    """Abusive, and found."""
    fp: int = 0
    """Not abusive, and flagged."""
    tn: int = 0
    fn: int = 0

    def add(self, *, label: bool, flagged: bool) -> None:
        """Count one text."""
        if flagged:
            self.tp, self.fp = self.tp + label, self.fp + (not label)
        else:
            self.fn, self.tn = self.fn + label, self.tn + (not label)

    def take(self, other: Figures) -> None:
        """Count what another has counted."""
        self.tp, self.fp = self.tp + other.tp, self.fp + other.fp
        self.tn, self.fn = self.tn + other.tn, self.fn + other.fn

    @property
    def n(self) -> int:
        """Texts."""
        return self.tp + self.fp + self.tn + self.fn

    @property
    def abusive(self) -> int:
        """Texts that people call abusive."""
        return self.tp + self.fn

    @property
    def fair(self) -> int:
        """Texts that people do not call abusive."""
        return self.fp + self.tn

    @property
    def flagged(self) -> int:
        """Texts that the rules call abusive."""
        return self.tp + self.fp

    @property
    def accuracy(self) -> float:
        """Share judged rightly."""
        return share(self.tp + self.tn, self.n)

    @property
    def precision(self) -> float:
        """Of what was flagged, the share that is abusive."""
        return share(self.tp, self.flagged)

    @property
    def recall(self) -> float:
        """Of what is abusive, the share that was flagged."""
        return share(self.tp, self.abusive)

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        return share(2 * self.tp, 2 * self.tp + self.fp + self.fn)

    @property
    def fpr(self) -> float:
        """Of what is not abusive, the share that was flagged."""
        return share(self.fp, self.fair)

    def as_dict(self) -> dict[str, float]:
        """The figures by the names that scripts rely on."""
        names = ("n", "tp", "fp", "tn", "fn", "accuracy", "precision", "recall", "f1", "fpr")
        return {name: getattr(self, name) for name in names}

    def intervals(self) -> dict[str, Interval]:
        """The 95 % interval of each share that has one."""
        return {
            "accuracy": wilson(self.tp + self.tn, self.n),
            "precision": wilson(self.tp, self.flagged),
            "recall": wilson(self.tp, self.abusive),
            "fpr": wilson(self.fp, self.fair),
        }
