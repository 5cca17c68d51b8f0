"""The rate limit of a simulated server: so many calls in a window of five minutes, as Mastodon counts them."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_WINDOW_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left of a window after a call."""

    limit: int
    remaining: int
    reset_at: datetime
    exceeded: bool


class RateWindows:
    """Counts calls by who makes them. It goes by the wall clock, however fast the world's own clock may run."""

    def __init__(self, limit: int | None, *, wall: Callable[[], float] = time.time) -> None:
        self._limit = limit
        self._wall = wall
        self._window = 0
        self._calls: dict[str, int] = {}

    def take(self, caller: str) -> Allowance | None:
        """Count one call; `None` when there is no limit."""
        if self._limit is None:
            return None
        window = int(self._wall()) // _WINDOW_SECONDS
        if window != self._window:
            self._window, self._calls = window, {}
        calls = self._calls[caller] = self._calls.get(caller, 0) + 1
        reset_at = datetime.fromtimestamp((window + 1) * _WINDOW_SECONDS, UTC)
        return Allowance(self._limit, max(0, self._limit - calls), reset_at, calls > self._limit)
