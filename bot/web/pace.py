"""How often strangers may do something: counted in memory by whatever names them, and forgotten with the process."""

from __future__ import annotations

import math
from collections import deque
from ipaddress import IPv6Address, ip_address
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

WINDOW_SECONDS = 10 * 60
MOST_NAMES = 10_000
"""So many are remembered; of more, the one that was counted longest ago is forgotten first."""
_OF_ONE_HOUSEHOLD = 64
"""Bits of an IPv6 address that its owner does not choose."""


class Pace:
    """At most so many within ten minutes, for each name. `clock` counts seconds."""

    def __init__(self, clock: Callable[[], float], *, most: int) -> None:
        self._clock = clock
        self._most = most
        self._counted: dict[str, deque[float]] = {}

    def wait(self, name: str) -> int:
        """Whole minutes until this one may do it again; 0 when it may now."""
        times = self._counted.get(name)
        if times is None or len(times) < self._most:
            return 0
        return max(0, math.ceil((times[0] + WINDOW_SECONDS - self._clock()) / 60))

    def count(self, name: str) -> None:
        """Count that it was done once more."""
        times = self._counted.pop(name, None) or deque(maxlen=self._most)
        times.append(self._clock())
        self._counted[name] = times
        if len(self._counted) > MOST_NAMES:
            del self._counted[next(iter(self._counted))]


def network_of(address: str) -> str:
    """What is counted as one stranger: an address, of IPv6 the network that one household is given."""
    try:
        known = ip_address(address)
    except ValueError:
        return address
    if isinstance(known, IPv6Address) and known.ipv4_mapped is None:
        return str(IPv6Address(int(known) >> _OF_ONE_HOUSEHOLD << _OF_ONE_HOUSEHOLD))
    return address
