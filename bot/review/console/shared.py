"""What many open pages show alike, put together once for as long as nothing has changed."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Hashable
    from datetime import datetime

    from bot.store import Store

T = TypeVar("T")

KEPT_SECONDS = 5
"""How long something is shown that the passing of time alone would change: an age in minutes, an hour that begins."""


class Shared:
    """Fifty open pages ask for the same at the same moment: the first asks the store, and the others are given that.

    Every change of a case, a pause or a rule is an audit event in the same transaction, so that their number says
    whether anything has changed, whichever process changed it. Nothing older is ever given.
    """

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now
        self._mark: tuple[int, int] = (-1, -1)
        self._kept: dict[Hashable, asyncio.Task[Any]] = {}

    async def get(self, key: Hashable, make: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """What `make` gives for that key; asked once for each state of the store."""
        mark = (await self._store.height(), int(self._now().timestamp()) // KEPT_SECONDS)
        if mark != self._mark and mark[0] >= self._mark[0]:
            self._mark, self._kept = mark, {}
        asked = self._kept.get(key)
        if asked is None or (asked.done() and (asked.cancelled() or asked.exception() is not None)):
            asked = self._kept[key] = asyncio.create_task(make())
        # Whoever asked first may go away, and the others still wait for it.
        found: T = await asyncio.shield(asked)
        return found
