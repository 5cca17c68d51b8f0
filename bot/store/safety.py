"""What the store keeps for the safety team: a part of its door of its own, as coroutines.

Each writing method is one transaction with its audit event; every method may raise StoreError.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.store import steps

if TYPE_CHECKING:
    from collections.abc import Collection

    from bot.store.engine import Database
    from bot.store.records import Tick


class Safety:
    """Ticked steps of checklists."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def tick(self, case_id: str, step: str, *, actor: str, done: bool) -> bool:
        """Notes that a step of an escalation's checklist is done, or is not after all.

        False when that is known already, or when the actor does not have the escalation in hand.
        """
        return await self._db.write(steps.tick, case_id, step, actor=actor, done=done)

    async def ticked(self, case_ids: Collection[str]) -> dict[str, dict[str, Tick]]:
        """The steps that are done, by case and by step; cases without any are left out."""
        return await self._db.read(steps.ticked, case_ids)
