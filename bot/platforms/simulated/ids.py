"""Identifiers that are local to one server: numbers that grow with time as Mastodon's do, or ULIDs."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from datetime import datetime

IdStyle = Literal["snowflake", "ulid"]

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_ULID_LENGTH = 26
_SERVERS = 64
"""How many servers of one world have ids that cannot coincide."""
_FIRST_NOTICE = 97
"""Mastodon numbers notifications from one upwards; starting here, who compares them as text soon meets 100 after 99."""


class LocalIds:
    """Makes the ids of one server: none twice, a later one sorting after an earlier one of the same kind.

    `salt` keeps the ids of different servers apart, so that an id carried from one to the other finds nothing.
    """

    def __init__(self, style: IdStyle = "snowflake", salt: int = 0) -> None:
        self.style = style
        self._salt = salt % _SERVERS
        self._made: Counter[int] = Counter()
        self._taken: set[str] = set()
        self._notices = _FIRST_NOTICE - 1

    def at(self, moment: datetime) -> str:
        """An id for a post or an account that came into being at that moment."""
        milliseconds = int(moment.timestamp() * 1000)
        while True:
            sequence = self._made[milliseconds] * _SERVERS + self._salt
            self._made[milliseconds] += 1
            made = str((milliseconds << 16) + sequence) if self.style == "snowflake" else _ulid(milliseconds, sequence)
            if made not in self._taken:
                self._taken.add(made)
                return made

    def notice(self, moment: datetime) -> str:
        """An id for a notification: a plain row number on a server like Mastodon, which no clock has a part in."""
        if self.style == "ulid":
            return self.at(moment)
        self._notices += 1
        return str(self._notices)

    def order(self, local_id: str) -> tuple[int, str]:
        """What the server sorts and compares by; a cursor that is no id of this style comes before everything."""
        if self.style == "ulid":
            return (0, local_id)
        return (int(local_id), "") if local_id.isdecimal() else (0, "")


def _ulid(milliseconds: int, sequence: int) -> str:
    tail = int.from_bytes(hashlib.sha256(f"{milliseconds}:{sequence}".encode()).digest()[:7])
    number = (milliseconds << 80) | (sequence << 56) | tail
    return "".join(_CROCKFORD[(number >> shift) & 31] for shift in range((_ULID_LENGTH - 1) * 5, -1, -5))
