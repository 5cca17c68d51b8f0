"""Faults on demand: what goes wrong with the next requests that match, and the code that makes it go wrong."""

from __future__ import annotations

import asyncio
import itertools
import re
from dataclasses import dataclass, field
from enum import StrEnum


class Trouble(StrEnum):
    """What can go wrong with a request."""

    STATUS = "status"
    """Answer with an error of the given status: 429 as JSON with a reset, 5xx as the HTML page of a proxy."""
    HTML = "html"
    """Answer 200 with a web page where JSON was expected."""
    MALFORMED = "malformed"
    """Answer 200 with JSON that breaks off."""
    CUT = "cut"
    """Cut the connection without an answer."""
    TORN = "torn"
    """Begin the answer, and cut the connection in the middle of its body."""
    HANG = "hang"
    """Never answer, until the fault is cleared; then cut."""
    HOLD = "hold"
    """Keep the request until the fault is cleared, and only then act on it: a late arrival."""
    SLOW = "slow"
    """Wait the given seconds, then act and answer."""


@dataclass(slots=True, kw_only=True, eq=False)
class Fault:
    """One trouble, for the next `times` requests that match, or for all until it is cleared."""

    number: int
    trouble: Trouble
    method: str = ""
    """Empty: any."""
    path: re.Pattern[str] = field(default_factory=lambda: re.compile(""))
    """Searched for in the path."""
    times: int | None = None
    acts: bool = False
    """Whether the request takes effect before things go wrong with the answer."""
    status: int = 503
    reset_after: float = 60.0
    """Seconds until a 429 says that it ends."""
    seconds: float = 1.0
    met: int = 0
    """How many requests it has struck."""
    heard: bytes = b""
    """The body of the last request that it struck."""
    cleared: asyncio.Event = field(default_factory=asyncio.Event)
    struck: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when it has struck at least once: what a test waits for."""
    done: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when a request that it struck is over on the server's side, as when a late arrival has arrived."""

    def matches(self, method: str, path: str) -> bool:
        """Whether it strikes a request of that method to that path."""
        spent = self.times is not None and self.met >= self.times
        return not spent and self.method in {"", method} and self.path.search(path) is not None


class Faults:
    """The troubles that one server is in. Refusing connections is not among them: that is its door's."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self._planned: list[Fault] = []

    def add(  # noqa: PLR0913  # each is one property of a fault, given by name
        self,
        trouble: Trouble | str,
        *,
        method: str = "",
        path: str = "^/(api|oauth)/",
        times: int | None = 1,
        acts: bool = False,
        status: int = 503,
        reset_after: float = 60.0,
        seconds: float = 1.0,
    ) -> Fault:
        """Plan a trouble for the next `times` requests (`None`: until cleared) whose path holds the pattern `path`."""
        fault = Fault(
            number=next(self._numbers),
            trouble=Trouble(trouble),
            method=method.upper(),
            path=re.compile(path),
            times=times,
            acts=acts,
            status=status,
            reset_after=reset_after,
            seconds=seconds,
        )
        self._planned.append(fault)
        return fault

    def clear(self, number: int | None = None) -> int:
        """End one fault, or all; whatever hangs on it is let go. Returns how many ended."""
        ended = [fault for fault in self._planned if number in {None, fault.number}]
        self._planned = [fault for fault in self._planned if fault not in ended]
        for fault in ended:
            fault.cleared.set()
        return len(ended)

    def strike(self, method: str, path: str) -> Fault | None:
        """The oldest planned fault that this request meets, counted; `None` when all is well."""
        for fault in self._planned:
            if fault.matches(method, path):
                fault.met += 1
                fault.struck.set()
                return fault
        return None

    def planned(self) -> tuple[Fault, ...]:
        """Every fault that was added and not cleared, spent ones too."""
        return tuple(self._planned)
