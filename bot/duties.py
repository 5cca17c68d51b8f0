"""What a process of the bot is there for, and which of them each tick calls."""

from __future__ import annotations

from enum import StrEnum


class Duty(StrEnum):
    """What a process of the bot is there for; one process may have all duties."""

    WATCH = "watch"
    PUBLISH = "publish"
    DESK = "desk"


DUTY_OF = {
    "poll": Duty.WATCH,
    "look": Duty.WATCH,
    "after": Duty.WATCH,
    "capture": Duty.WATCH,
    "publish": Duty.PUBLISH,
    "report": Duty.PUBLISH,
    "desk": Duty.DESK,
    "nudge": Duty.DESK,
    "purge": Duty.DESK,
    "digest": Duty.DESK,
    "weekly": Duty.DESK,
}
"""Whose each tick is, by the first word of its name."""


def duty_of(tick: str) -> Duty:
    """The duty that a tick calls. Raises KeyError for a name that nobody gave."""
    return DUTY_OF[tick.partition(":")[0]]
