"""The page that the suite and the programs it starts both read: one fast clock for all, and where to die next."""

from __future__ import annotations

import mmap
import struct
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_CLOCK = struct.Struct("<ddd")
_JUMP, _POINT = struct.Struct("<d"), struct.Struct("<q")
_JUMP_AT = _CLOCK.size
_POINT_AT = _JUMP_AT + _JUMP.size
_SIZE = _POINT_AT + _POINT.size


class Page:
    """A few numbers in a file that every process maps: what one writes, the others see at once."""

    def __init__(self, path: Path) -> None:
        with path.open("r+b") as file:
            self._map = mmap.mmap(file.fileno(), _SIZE)
        start, self._began, self.speed = _CLOCK.unpack_from(self._map)
        self._start = datetime.fromtimestamp(start, UTC)

    @classmethod
    def make(cls, path: Path, *, speed: float) -> Page:
        """A new page, whose clock shows this moment and runs so many times as fast as the wall's."""
        path.write_bytes(_CLOCK.pack(time.time(), time.monotonic(), speed).ljust(_SIZE, b"\0"))
        return cls(path)

    def true_time(self) -> datetime:
        """What the clock of the servers shows, in UTC."""
        return self._start + timedelta(seconds=(time.monotonic() - self._began) * self.speed)

    def now(self) -> datetime:
        """What the clock of the bot's machine shows, in UTC: it may have jumped."""
        return self.true_time() + timedelta(seconds=_JUMP.unpack_from(self._map, _JUMP_AT)[0])

    def jump(self, by: timedelta) -> None:
        """Let the clock of the bot's machine be so far ahead of the true time, or behind it."""
        _JUMP.pack_into(self._map, _JUMP_AT, by.total_seconds())

    @property
    def point(self) -> int:
        """The number of the point at which the program is to die; 0 for none."""
        return int(_POINT.unpack_from(self._map, _POINT_AT)[0])

    @point.setter
    def point(self, number: int) -> None:
        _POINT.pack_into(self._map, _POINT_AT, number)
