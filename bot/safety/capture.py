"""Captures what stands around a post that has a case, before it can vanish, and again where an attempt fell short."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.ports import PlatformError
from bot.store import Capture

if TYPE_CHECKING:
    from bot.ports import Watcher
    from bot.store import Wanting
    from bot.store.evidence import Evidence

AT_ONCE = 4
"""Posts at a time: each asks for five things and more, and a server is not to be flooded."""


async def capture(evidence: Evidence, watcher: Watcher, account_id: str) -> None:
    """Captures all that is wanting for an account; what its server does not let us ask for now is wanting still."""
    tried: set[tuple[str, int]] = set()
    while wanted := [one for one in await evidence.wanting(account_id) if one.key not in tried]:
        for start in range(0, len(wanted), AT_ONCE):
            part = wanted[start : start + AT_ONCE]
            tried |= {one.key for one in part}
            done = await asyncio.gather(*(_one(evidence, watcher, one) for one in part), return_exceptions=True)
            for error in done:
                if isinstance(error, PlatformError) and error.code == "rate_limited":
                    return  # What is read from the server matters more, and this comes again by itself.
                if error is not None:
                    raise error


async def _one(evidence: Evidence, watcher: Watcher, wanted: Wanting) -> None:
    found = await watcher.surroundings(wanted.mention, wanted.kinds)
    await evidence.capture(
        Capture(
            mention_id=wanted.mention_id,
            mention_version=wanted.mention_version,
            account_id=wanted.mention.account,
            kind="surroundings",
            found=found,
        )
    )
