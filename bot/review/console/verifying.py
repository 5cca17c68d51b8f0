"""Recomputing the audit from the console: in the background, once at a time, and its last result to be read."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.store import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.store import AuditFault, ChainHead, Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What was found."""

    at: datetime
    by: str
    """Id of the reviewer."""
    heads: tuple[ChainHead, ...]
    """Where the chains ended when it began; all before was checked."""
    faults: tuple[AuditFault, ...] = ()
    failed: str = ""
    """Why nothing was found out, in words; empty when something was."""


@dataclass(kw_only=True)
class Verifying:
    """One at a time: whoever presses while it goes on waits for the same result."""

    store: Store
    now: Callable[[], datetime]
    changed: Callable[[], None]
    """Wakes the open pages when it is done."""
    last: Verified | None = None
    task: asyncio.Task[None] | None = field(default=None, init=False)

    @property
    def under_way(self) -> bool:
        """Whether it goes on now."""
        return self.task is not None and not self.task.done()

    def begin(self, by: str) -> None:
        """Begin, unless it goes on already."""
        if not self.under_way:
            self.task = asyncio.create_task(self._verify(by))

    async def _verify(self, by: str) -> None:
        at = self.now()
        try:
            heads = tuple(await self.store.chain_heads())
            faults = tuple(await self.store.verify())
            self.last = Verified(at=at, by=by, heads=heads, faults=faults)
            await self.store.note("audit.verified", actor=by, detail={"faults": len(faults)})
        except StoreError as error:
            self.last = Verified(at=at, by=by, heads=(), failed=str(error))
        self.changed()
