"""How the bot is, in numbers and names of ours: what the health page and the metrics are made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Vitals:
    """How the bot is, without a word about any person. To have them at all, the store must have answered."""

    now: datetime
    started_at: datetime
    polled: Mapping[str, datetime | None]
    """When each account was last read with success; `None` when it never was."""
    fresh_for: timedelta
    """How old that may be."""
    paused: tuple[str, ...] = ()
    """Scopes that are paused; being paused is not being ill."""
    troubles: tuple[str, ...] = ()
    """What failed the last time and is tried again: `poll:leader`, `publish`."""
    cases: Mapping[str, int] = field(default_factory=dict)
    """How many are in each state, *closed* left out."""
    oldest: datetime | None = None
    """Since when the oldest case waits for a person; `None` when none does."""
    totals: Mapping[str, int] = field(default_factory=dict)
    """Since the database was made: `judged`, `posted`, `refused`."""

    def unread_for(self, account: str) -> timedelta:
        """How long ago the account was read to the end; since the start, if it was not."""
        return self.now - (self.polled[account] or self.started_at)

    def reasons(self) -> Iterable[str]:
        """Why the bot cannot do its work, each in a few words; nothing when it can."""
        for account, at in self.polled.items():
            seconds = int(self.unread_for(account).total_seconds())
            if self.unread_for(account) > self.fresh_for:
                yield f"account {account}: not read for {seconds} seconds" + (
                    "" if at else ", not once since the start"
                )
        yield from (f"{what}: it fails, and is tried again" for what in self.troubles)
