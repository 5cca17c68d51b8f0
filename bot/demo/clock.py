"""A clock that runs faster than the wall's."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass
class Clock:
    """Stands at `start` until it is set going, and then passes `speed` seconds for each of the wall's."""

    start: datetime
    speed: float
    _began: float | None = None

    def begin(self) -> None:
        """Set it going."""
        self._began = time.monotonic()

    def now(self) -> datetime:
        """The time of the play, in UTC."""
        passed = 0.0 if self._began is None else time.monotonic() - self._began
        return self.start + timedelta(seconds=passed * self.speed)

    async def until(self, moment: datetime) -> None:
        """Wait for that time of the play; return at once when it is past."""
        seconds = (moment - self.now()).total_seconds() / self.speed
        if seconds > 0:
            await asyncio.sleep(seconds)
