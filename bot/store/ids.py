"""Makes the store's own identifiers: short, URL-safe, and in the order in which they were made."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_LENGTH = 16
_RANDOM_BITS = 38


class Ids:
    """Gives out identifiers of 16 letters and digits; later ones sort after earlier ones of the same process.

    42 bits of milliseconds, then 38 at random, so that two processes with one clock do not meet.
    """

    def __init__(self) -> None:
        self._last = 0

    def new(self, now: datetime) -> str:
        """An identifier that has not been given before, even when the clock stands still or steps back."""
        drawn = int(now.timestamp() * 1000) << _RANDOM_BITS | secrets.randbits(_RANDOM_BITS)
        self._last = max(drawn, self._last + 1)
        return "".join(_ALPHABET[self._last >> shift & 31] for shift in range(5 * (_LENGTH - 1), -1, -5))
