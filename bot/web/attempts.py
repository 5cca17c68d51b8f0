"""How often signing in may fail: by address and by everybody together, counted in memory.

What is limited is what fails. A good link, like a good passkey, cannot be guessed, so nobody can lock reviewers out by
failing in their place; the limits keep the audit from being flooded and the guessing from being tried.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.web.guard import LOOPBACK
from bot.web.pace import Pace, network_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

MOST_OF_ONE = 10
"""Failures from one address within the window."""
MOST_OF_ALL = 200
EVERYBODY = ""


class Attempts:
    """Failures of the last ten minutes. `clock` counts seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._of_one = Pace(clock, most=MOST_OF_ONE)
        self._of_all = Pace(clock, most=MOST_OF_ALL)

    def wait(self, request: Request) -> int:
        """Whole minutes until this address may try again; 0 when it may now."""
        return max(self._of_one.wait(stranger_of(request)), self._of_all.wait(EVERYBODY))

    def failed(self, request: Request) -> None:
        """Count a failure."""
        self._of_one.count(stranger_of(request))
        self._of_all.count(EVERYBODY)


def address_of(request: Request) -> str:
    """Where a request comes from: through a proxy of the party's own, which speaks from here, what that says last.

    Some proxies add their word to the line that came in, others a line of their own after it.
    """
    host = request.client.host if request.client else ""
    forwarded = ",".join(request.headers.getlist("x-forwarded-for")).rpartition(",")[2].strip()
    return forwarded[:64] if forwarded and host in LOOPBACK else host


def stranger_of(request: Request) -> str:
    """What a request is counted by: its address, of IPv6 the network that one household is given."""
    return network_of(address_of(request))
