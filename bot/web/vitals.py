"""How the bot is, in numbers and names of ours: what the health page and the metrics are made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from bot.store import Acknowledged


@dataclass(frozen=True, slots=True, kw_only=True)
class Vitals:
    """How the bot is, without a word about any person."""

    now: datetime
    started_at: datetime
    polled: Mapping[str, datetime | None] = field(default_factory=dict)
    """Up to when each account has been read to its end; `None` when it never was."""
    fresh_for: timedelta = timedelta(minutes=1)
    """How old that may be."""
    safe_mode: tuple[str, ...] = ()
    """Why the bot could not start, each with file, line and key where there are; empty when it did."""
    store: str = ""
    """What is wrong with the database, in words for staff; then what comes from there is empty."""
    paused: tuple[str, ...] = ()
    """Scopes that are paused; being paused is not being ill."""
    troubles: Mapping[str, str] = field(default_factory=dict)
    """What failed the last time and is tried again, `poll:leader` or `publish`, with words for staff."""
    faults: Mapping[str, int] = field(default_factory=dict)
    """How often each of them has failed since the start."""
    cases: Mapping[str, int] = field(default_factory=dict)
    """How many are in each state, *closed* left out."""
    oldest: datetime | None = None
    """Since when the oldest case waits for a person; `None` when none does."""
    oldest_of_staff: datetime | None = None
    """The same of those that are not the safety desk's."""
    incidents: int = 0
    """Pile-ons of which a post waits for a decision."""
    totals: Mapping[str, int] = field(default_factory=dict)
    """Since the database was made: `judged`, `posted`, `refused`."""
    acknowledged: Acknowledged | None = None
    """How long the escalations of the last 28 days waited until somebody had them; `None` where nothing is counted."""

    @property
    def awake(self) -> bool:
        """Whether the bot has started and its database answers."""
        return not (self.safe_mode or self.store)

    def unread_for(self, account: str) -> timedelta:
        """How long ago the account was read to the end; since the start, if it was not."""
        return self.now - (self.polled[account] or self.started_at)

    def reasons(self) -> Iterable[str]:
        """Why the bot cannot do its work, each in a few words; nothing when it can."""
        yield from (f"safe mode: {why}" for why in self.safe_mode)
        if self.store:
            yield f"store: {self.store}"
        for account, at in self.polled.items():
            seconds = int(self.unread_for(account).total_seconds())
            if at is None or self.unread_for(account) > self.fresh_for:
                yield f"account {account}: not read for {seconds} seconds" + (
                    "" if at else ", not once since the start"
                )
        yield from (f"{what}: it fails, and is tried again" for what in self.troubles)
