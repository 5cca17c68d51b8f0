"""How often signing in may fail: by address and by everybody together, counted in memory.

What is limited is what fails. A good link, like a good passkey, cannot be guessed, so nobody can lock reviewers out by
failing in their place; the limits keep the audit from being flooded and the guessing from being tried.
"""

from __future__ import annotations

import math
from collections import deque
from typing import TYPE_CHECKING

from bot.web.guard import LOOPBACK

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

WINDOW_SECONDS = 10 * 60
MOST_OF_ONE = 10
"""Failures from one address within the window."""
MOST_OF_ALL = 200
EVERYBODY = ""


class Attempts:
    """Failures of the last ten minutes. `clock` counts seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._failed: dict[str, deque[float]] = {}

    def wait(self, request: Request) -> int:
        """Whole minutes until this address may try again; 0 when it may now."""
        left = max(self._left(address_of(request), MOST_OF_ONE), self._left(EVERYBODY, MOST_OF_ALL))
        return math.ceil(left / 60)

    def failed(self, request: Request) -> None:
        """Count a failure."""
        now = self._clock()
        for address in (address_of(request), EVERYBODY):
            self._failed.setdefault(address, deque(maxlen=MOST_OF_ALL)).append(now)
        recent = now - WINDOW_SECONDS
        self._failed = {address: times for address, times in self._failed.items() if times[-1] > recent}

    def _left(self, address: str, most: int) -> float:
        times = self._failed.get(address)
        if times is None or len(times) < most:
            return 0.0
        return max(0.0, times[-most] + WINDOW_SECONDS - self._clock())


def address_of(request: Request) -> str:
    """Where a request comes from: through a proxy of the party's own, which speaks from here, what that says last."""
    host = request.client.host if request.client else ""
    forwarded = request.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
    return forwarded[:64] if forwarded and host in LOOPBACK else host
