"""What the store keeps for the safety team: a part of its door of its own, as coroutines.

Each writing method is one transaction with its audit event; every method may raise StoreError.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.store import acknowledging, relief, steps

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from bot.store.engine import Database
    from bot.store.records import Acknowledged, Tick, Unfinished


class Safety:
    """Ticked steps of checklists, and what one shift leaves the next."""

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

    async def unfinished(self) -> list[Unfinished]:
        """The escalations that are not closed, the oldest first."""
        return await self._db.read(relief.unfinished)

    async def taken(self) -> datetime | None:
        """Up to the beginning of which shift somebody has said that they have it; `None` before the first time."""
        return await self._db.read(relief.taken)

    async def take_over(self, began: datetime, *, actor: str, relieved: Collection[str]) -> list[str] | None:
        """Notes that the actor has what was left to the shift that began then; the ids of the cases now in their hands.

        Those are what the people who are relieved had acknowledged. `None` when somebody has taken it already.
        """
        return await self._db.write(relief.take_over, began, actor=actor, relieved=relieved)

    async def acknowledged(self, since: datetime, until: datetime) -> Acknowledged:
        """How long the escalations that began between two moments waited until somebody had them."""
        return await self._db.read(acknowledging.acknowledged, since, until)
