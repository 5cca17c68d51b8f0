"""What became of a reply that was to be posted, where posting it ended in an error or did not end at all."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.model import Event
from bot.ports import Fault, PlatformError
from bot.store import Stale

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from bot.model import ApprovedReply, Case, Receipt, Visibility
    from bot.ports import Publisher
    from bot.steps import Steps
    from bot.store import Store

CLAIM = timedelta(seconds=120)
"""How long one publication may take before it counts as stalled: longer than all time-outs on its way together."""
SECOND_LOOK = timedelta(seconds=60)
"""Longer than a publisher's request: what was on its way at the first look has arrived by the second, or never left."""
FIRST_LOOKS = frozenset({0, 2})
"""How many looks were made before the first of two: none, or the two before it was sent again."""
LOOKED_FOR = timedelta(minutes=30)
"""For how long after the intent a look that failed is made again, before a person is asked."""
KEYS_KEPT = timedelta(minutes=45)
"""For how long after the intent a server that keeps keys still knows ours: Mastodon forgets them after an hour."""
BACK_OFF = timedelta(seconds=30)
"""Before another attempt, when nothing was posted; doubled each time."""
ATTEMPTS = 5


@dataclass(frozen=True, kw_only=True)
class Reconciling:
    """Brings what the store says of a reply and what stands on the platform together. Raises Stale, as `Steps` does."""

    store: Store
    publishers: Mapping[str, Publisher]
    """By account id, for the accounts that are *live*."""
    now: Callable[[], datetime]
    owner: str
    """This process, in the claims that it makes."""
    steps: Steps
    post: Callable[[Case, Publisher, Visibility], Awaitable[Receipt]]
    """Writes the intent, and only then posts."""
    still_due: Callable[[Case], Awaitable[bool]]
    """Whether a reply that may be out would be posted now, had it not been tried."""

    async def not_posted(self, case: Case, error: PlatformError) -> None:
        """An attempt ended in an error: later, never, or not known; in the last case the reply is looked for."""
        attempts = case.publication.attempts if case.publication else 0
        if error.fault is Fault.UNKNOWN:
            await self.settle(case, note=str(error))
        elif error.fault is Fault.PERMANENT or attempts + 1 >= ATTEMPTS:
            await self.steps.take(case, Event.FAILED, note=str(error))
        else:
            due_at = max(error.retry_at or self.now(), self.now() + BACK_OFF * 2**attempts)
            await self.steps.take(case, Event.POSTPONED, due_at=due_at, note=str(error))

    async def settle(self, case: Case, *, note: str = "Interrupted while posting.") -> None:
        """Find out what became of a claim that did not end: look twice, a time-out apart, then a person settles it.

        Only a server that keeps keys is sent the same once more before that, and is then looked at twice anew: it posts
        nothing that it posted before. For half an hour a look that failed is no look.
        """
        reply = await self.store.reply_of(case.id)
        if reply is None:
            await self.steps.take(case, Event.POSTPONED, due_at=self.now(), note="Nothing was sent.")
            return
        receipt: Receipt | None = None
        publisher = self.publishers.get(reply.account)
        looks = case.publication.looks if case.publication else 0
        failed = again = False
        try:
            receipt = await publisher.find(reply) if publisher else None
            again = bool(publisher) and receipt is None and looks == 1 and await self._may_send_again(case, reply)
        except PlatformError as error:
            note = f"{note} Looking for it failed: {error}"
            failed = self.now() - reply.intended_at < LOOKED_FOR
        if receipt is not None:
            await self.steps.take(case, Event.PUBLISHED, receipt=receipt, note="Found on the platform.")
        elif again:
            await self._send_again(case, reply)
        elif failed or looks in FIRST_LOOKS:
            until = self.now() + SECOND_LOOK
            await self.steps.take(
                case, Event.AWAITED, owner=self.owner, claimed_until=until, looked=not failed, note=note
            )
        else:
            await self.steps.take(case, Event.UNCONFIRMED, looked=True, note=note)
            text = f"It is not known whether the reply of case {case.id} was posted. A person must look: {note}"
            self.steps.tell(text)

    async def _may_send_again(self, case: Case, reply: ApprovedReply) -> bool:
        """Whether the same, sent once more under its own key, cannot post it twice, and is still wanted."""
        publisher = self.publishers[reply.account]
        paused = await self.store.paused()
        configured_at = await self.store.configured_at()
        key_is_known = timedelta() <= self.now() - reply.intended_at <= KEYS_KEPT
        # Whoever changed the accounts since may have given this one another server, which does not know the key.
        elsewhere = configured_at is not None and configured_at > reply.intended_at
        if not key_is_known or elsewhere or paused.keys() & {"all", case.account}:
            return False
        if not await self.still_due(case) or not await publisher.keeps_keys():
            return False
        sighting = await publisher.look(case.mention)
        current = sighting.mention is not None and sighting.mention.digest == case.mention.digest
        return current and not sighting.answered

    async def _send_again(self, case: Case, reply: ApprovedReply) -> None:
        """Send the reply once more; where its outcome is not known either, look for it again."""
        until = self.now() + CLAIM
        case = await self.steps.take(case, Event.AWAITED, owner=self.owner, claimed_until=until, looked=True)
        try:
            receipt = await self.post(case, self.publishers[reply.account], reply.visibility)
        except (PlatformError, Stale) as error:
            await self.settle(case, note=str(error))
        else:
            note = "Sent again under the same key, which this server keeps."
            await asyncio.shield(self.steps.take(case, Event.PUBLISHED, receipt=receipt, note=note))
