"""What could not be read: counted in full, and told in part, so that one bad file does not hide the next."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.yaml_file import Problem

MOST = 5
"""Problems of one file that are told one by one."""


@dataclass(slots=True)
class Unreadable:
    """Lines, rows and files that could not be read."""

    counts: Counter[str] = field(default_factory=Counter)
    """By file."""
    first: list[Problem] = field(default_factory=list)
    """The first of each file, in order."""

    @property
    def total(self) -> int:
        """How many there were."""
        return self.counts.total()

    def add(self, problem: Problem) -> None:
        """Count one."""
        self.counts[problem.file] += 1
        if self.counts[problem.file] <= MOST:
            self.first.append(problem)

    def take(self, other: Unreadable) -> None:
        """Count what came after."""
        told = Counter(problem.file for problem in self.first)
        for problem in other.first:
            told[problem.file] += 1
            if told[problem.file] <= MOST:
                self.first.append(problem)
        self.counts.update(other.counts)

    def told(self) -> Iterator[str]:
        """A line for each of the first, and one for the rest of a file."""
        yield from map(str, self.first)
        for file, count in self.counts.items():
            if count > MOST:
                yield f"{file}: {count - MOST:,} more that could not be read"
