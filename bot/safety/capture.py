"""Captures what stands around a post that has a case, before it can vanish, and again where an attempt fell short."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.model import ExhibitKind, Found
from bot.ports import PlatformError
from bot.store import Capture

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.ports import Watcher
    from bot.store import Wanting
    from bot.store.evidence import Evidence

AT_ONCE = 4
"""Posts at a time: each asks for five things and more, and a server is not to be flooded."""
_FAILED = "Asking for it failed in a way that nobody foresaw; the bot's log says how."


async def capture(evidence: Evidence, watcher: Watcher, account_id: str) -> None:
    """Captures all that is wanting for an account; what its server does not let us ask for now is wanting still.

    An error with one post is noted as an attempt that had nothing, and raised once all the others were tried.
    """
    tried: set[tuple[str, int]] = set()
    wrong: list[BaseException] = []
    while wanted := [one for one in await evidence.wanting(account_id) if one.key not in tried]:
        part = wanted[:AT_ONCE]
        tried |= {one.key for one in part}
        done = await asyncio.gather(*(_one(evidence, watcher, one) for one in part), return_exceptions=True)
        wrong += [error for error in done if error is not None and not _not_now(error)]
        if any(_not_now(error) for error in done):
            break  # What is read from the server matters more, and this comes again by itself.
    if wrong:
        raise wrong[0]


async def _one(evidence: Evidence, watcher: Watcher, wanted: Wanting) -> None:
    try:
        found = await watcher.surroundings(wanted.mention, wanted.kinds)
    except Exception as error:
        # A post that nobody can deal with would be the first to be tried for a day, and hold up all after it.
        if not _not_now(error):
            nothing = [Found(kind=kind, missing=_FAILED, again=True) for kind in ExhibitKind if kind in wanted.kinds]
            await _store(evidence, wanted, nothing)
        raise
    await _store(evidence, wanted, found)


async def _store(evidence: Evidence, wanted: Wanting, found: Sequence[Found]) -> None:
    await evidence.capture(
        Capture(
            mention_id=wanted.mention_id,
            mention_version=wanted.mention_version,
            account_id=wanted.mention.account,
            kind="surroundings",
            found=found,
        )
    )


def _not_now(error: BaseException | None) -> bool:
    return isinstance(error, PlatformError) and error.code == "rate_limited"
