"""The evidence that the store keeps: its own door, beside that of cases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.store import captures

if TYPE_CHECKING:
    from bot.store.engine import Database
    from bot.store.records import Exhibit


class Evidence:
    """What was captured. Whatever reads bytes raises CannotOpenError where their key is missing."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def exhibits(self, case_id: str) -> list[Exhibit]:
        """Every exhibit of a case, in the order of capture, with its plain bytes."""
        return await self._db.read(captures.of_case, case_id, self._db.vault)
