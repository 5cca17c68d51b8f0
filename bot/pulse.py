"""Takes the bot's pulse: gathers how it is from its loops and its database, and says so when that does not answer."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.store import StoreError
from bot.web.vitals import Vitals

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from datetime import datetime

    from bot.loops import Loops
    from bot.store import Store

STALE_POLLS = 4
"""After so many polls without success an account counts as not being read, but never before a minute is over."""
LATELY = timedelta(days=28)
"""So far back it is counted how long escalations waited."""
ANSWER_SECONDS = 3.0
"""How long the database may take: one that does not answer by then is not well."""


@dataclass(frozen=True, kw_only=True)
class Pulse:
    """What is looked at."""

    store: Store
    loops: Loops
    now: Callable[[], datetime]
    started_at: datetime
    poll_seconds: int
    accounts: Collection[str]
    """Ids of those that are read."""

    async def take(self, *, answer_within: float = ANSWER_SECONDS, figures: bool = True) -> Vitals:
        """How the bot is now. Never fails: a database that does not answer is one of the things that it tells.

        Without `figures` nothing is counted, which takes the longer the more cases there ever were.
        """
        found = Vitals(
            now=self.now(),
            started_at=self.started_at,
            polled=dict(self.loops.polled),
            fresh_for=max(timedelta(seconds=self.poll_seconds) * STALE_POLLS, timedelta(minutes=1)),
            troubles=dict(self.loops.troubles.now),
            faults=dict(self.loops.troubles.faults),
        )
        try:
            return await asyncio.wait_for(self._stored(found, figures=figures), answer_within)
        except TimeoutError:
            return replace(found, store="it did not answer in time")
        except StoreError as error:
            return replace(found, store=str(error))
        except Exception as error:  # noqa: BLE001  whatever is wrong there, everything else must still be told
            return replace(found, store=type(error).__name__)

    async def _stored(self, found: Vitals, *, figures: bool) -> Vitals:
        totals = await self.store.totals() if figures else None
        read_until = await self.store.read_until()
        # Whoever has read it: where several processes share the work, it need not have been this one.
        found = replace(found, polled={account: read_until.get(account) for account in self.accounts})
        if totals is None:
            return found
        return replace(
            found,
            paused=tuple(await self.store.paused()),
            cases=totals.cases,
            oldest=totals.oldest,
            oldest_of_staff=totals.oldest_of_staff,
            incidents=totals.incidents,
            totals={"judged": totals.judged, "posted": totals.posted, "refused": totals.refused},
            acknowledged=await self.store.safety.acknowledged(found.now - LATELY, found.now),
        )
