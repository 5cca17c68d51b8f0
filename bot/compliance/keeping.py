"""Lets go of what need not be kept any more: by itself, at each start and every hour."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from bot.compliance.handing import copies
from bot.privacy.erasure import again

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from datetime import datetime
    from pathlib import Path

    from bot.privacy.memory import Memory
    from bot.store.compliance import ComplianceStore, Terms

LOG = structlog.get_logger()
EVERY = timedelta(hours=1)


class NotClearedError(Exception):
    """A copy could not be removed; the message says which, and what to do. It is tried again."""


@dataclass(kw_only=True)
class Keeping:
    """The clocks that begin with an outcome. `run` may be called as often as one likes."""

    store: ComplianceStore
    terms: Terms
    memory: Memory
    folder: Path | None
    """Where copies of what was handed over lie."""
    now: Callable[[], datetime]
    done_at: datetime | None = None
    """When `run` went through the last time."""

    async def run_when_due(self) -> None:
        """`run`, at the first call and then every hour. Raises as `run` does."""
        now = self.now()
        if self.done_at is None or now - self.done_at >= EVERY:
            await self.run()
            self.done_at = now

    async def run(self) -> None:
        """Blank what has had its time, and remove its copies. Raises StoreError, BadMemoryError and NotClearedError."""
        await self.erase_again()
        if purged := await self.store.purge(self.terms):
            LOG.info("retention.purged", referrals=len(purged))
        await self._clear_folder()

    async def erase_again(self) -> None:
        """Undo what a restored backup undid: holds are placed again, and whoever came back is erased again.

        Raises StoreError and BadMemoryError.
        """
        if people := await undo_restore(self.store, self.memory):
            LOG.warning("subjects.erased_again", people=people)

    async def _clear_folder(self) -> None:
        if self.folder is not None:
            found = await asyncio.to_thread(copies_in, self.folder)
            over = await self.store.copies_over(found, self.terms)
            await asyncio.to_thread(remove, [path for number in over for path in found[number]])


async def undo_restore(store: ComplianceStore, memory: Memory) -> int:
    """Place the holds again that a restored backup lost, then erase whoever came back with it; how many people.

    Raises StoreError and BadMemoryError.
    """
    await remember_holds(store, memory)
    return await again(store.subjects, memory)


async def remember_holds(store: ComplianceStore, memory: Memory) -> None:
    """Note the holds apart from the database, and place those that it lost. Raises StoreError and BadMemoryError."""
    for note in await store.holds_again(memory.holds(), digest=memory.digest):
        memory.remember_hold(note)


def remove(paths: Collection[Path]) -> None:
    """Removes copies of what was handed over. Raises NotClearedError."""
    for path in paths:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise NotClearedError(
                f"{path}: this copy of what was handed over is not to be kept any more, and cannot be removed"
                f" ({error.strerror}). Remove it, or let this office write in its folder."
            ) from error


def copies_in(folder: Path) -> dict[int, list[Path]]:
    """What lies in the folder of the hand-over, by referral. Raises NotClearedError where nobody can tell."""
    try:
        return copies(folder)
    except OSError as error:
        words = f"{folder}: nobody can see which copies are to go ({error.strerror}). Let this office read it."
        raise NotClearedError(words) from error
