"""A bot whose loops have nothing to tell, for desks that stand on a store alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bot.pulse import Pulse

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.review.room import TakesVitals
    from bot.store import Store


@dataclass
class QuietTroubles:
    now: dict[str, str] = field(default_factory=dict)
    faults: dict[str, int] = field(default_factory=dict)


@dataclass
class QuietLoops:
    polled: dict[str, datetime | None] = field(default_factory=dict)
    troubles: QuietTroubles = field(default_factory=QuietTroubles)


def quiet(store: Store, now: Callable[[], datetime], loops: Any = None) -> TakesVitals:
    """How such a bot is; `loops` may have something to tell after all."""
    told: Any = loops or QuietLoops()
    return Pulse(store=store, loops=told, now=now, started_at=now(), poll_seconds=15, accounts=()).take
