"""A few texts out of many: the same few whenever the same texts are looked at, in whatever order or pieces."""

from __future__ import annotations

import hashlib
import heapq
import re
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")
_INNER = re.compile(r"(?<=\w)\w")
_BLANK = re.compile(r"\s+")
SHOWN = 120


def key(text: str, seed: int) -> int:
    """A number that is as good as random, and always the same for the same text and seed."""
    salt = seed.to_bytes(8, "big", signed=True)
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8, salt=salt)
    return int.from_bytes(digest.digest(), "big")


@dataclass(slots=True)
class Kept(Generic[T]):
    """A text in the sample: the first thing that was said in these words, and how often they were said."""

    what: T
    times: int = 1


@dataclass(slots=True)
class Sample(Generic[T]):
    """At most `most` different texts, with how often each came: the highest ranks, evenly chosen among equals.

    The texts with the smallest keys stay. Which those are depends on neither order nor pieces, so samples of pieces can
    be put together; and whoever stays in the end was never dropped before, so its count is whole.
    """

    most: int
    seed: int = 0
    kept: dict[int, Kept[T]] = field(default_factory=dict)
    _highest: list[int] = field(default_factory=list)
    """The kept keys, negated, as a heap: the first is the next to go."""

    def add(self, text: str, what: T, *, rank: int = 0) -> None:
        """Put in one text, with whatever is to be known of it. A rank of 0 or more is the same for the same text."""
        self._put(key(text, self.seed) - (rank << 64), what, 1)

    def take(self, other: Sample[T]) -> None:
        """Put in all that another sample of the same seed has kept; what came first stays first."""
        for number, kept in other.kept.items():
            self._put(number, kept.what, kept.times)

    def all(self) -> list[Kept[T]]:
        """What is kept, the highest rank first."""
        return [self.kept[number] for number in sorted(self.kept)]

    def _put(self, number: int, what: T, times: int) -> None:
        known = self.kept.get(number)
        if known is not None:
            known.times += times
            return
        if len(self.kept) >= self.most:
            if not self.kept or number > -self._highest[0]:
                return
            del self.kept[-heapq.heappop(self._highest)]
        self.kept[number] = Kept(what, times)
        heapq.heappush(self._highest, -number)


def masked(text: str) -> str:
    """The text with only the first letter of each word, for eyes that did not ask to read it."""
    return _INNER.sub("•", text)


def line(text: str, *, most: int = SHOWN) -> str:
    """The text on one line, cut after so many characters."""
    flat = _BLANK.sub(" ", text).strip()
    return flat if len(flat) <= most else flat[: most - 1] + "…"
