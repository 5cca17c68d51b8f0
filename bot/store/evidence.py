"""The evidence that the store keeps: its own door, beside that of cases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.store import captures, dossiers, wanted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.store.captures import Capture
    from bot.store.dossiers import Dossier
    from bot.store.engine import Database
    from bot.store.records import Exhibit
    from bot.store.wanted import Wanting


class Evidence:
    """What was captured. Whatever reads bytes raises CannotOpenError where their key is missing."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def exhibits(self, case_id: str) -> list[Exhibit]:
        """Every exhibit of a case, in the order of capture, with its plain bytes."""
        return await self._db.read(captures.of_case, case_id, self._db.vault)

    async def listed(self, case_id: str) -> list[Exhibit]:
        """As `exhibits`, without the bytes, and so without a key."""
        return await self._db.read(captures.of_case, case_id, None)

    async def exhibit(self, case_id: str, exhibit_id: str) -> Exhibit | None:
        """One exhibit of a case, with its plain bytes; `None` when the case has none of that id."""
        found = await self._db.read(captures.of_case, case_id, self._db.vault, only=exhibit_id)
        return found[0] if found else None

    async def wanting(self, account_id: str, limit: int = 20) -> list[Wanting]:
        """The mentions with a case, seen through that account, around which something is still to be captured.

        Those of escalations first, then the oldest; nothing older than a day, and with longer and longer pauses.
        """
        return await self._db.read(wanted.wanting, account_id, now=self._db.now(), vault=self._db.vault, limit=limit)

    async def capture(self, capture: Capture) -> None:
        """Stores a capture with its exhibits and its audit event."""
        await self._db.write(captures.add, [capture])

    async def saw(self, account_id: str, presences: Mapping[str, str]) -> None:
        """Notes how posts with a case, by `uri`, stood when looked at: where that is news, or every six hours."""
        # Read first: nearly all looks are no news, and whoever writes makes others wait.
        if presences and (news := await self._db.read(wanted.news, account_id, presences, self._db.now())):
            await self._db.write(captures.add, news)

    async def dossier(self, case_id: str) -> Dossier | None:
        """A case with all that was captured of its post, in plain bytes; `None` when there is no such case.

        What cannot be opened is there without its bytes. Raises NoKeyError.
        """
        return await self._db.read(dossiers.of_case, case_id, self._db.vault)

    async def cases_of_author(self, case_id: str) -> list[str]:
        """Every case of the author of this one, the first first; the case alone once its author was blanked."""
        return await self._db.read(dossiers.cases_of_author, case_id)

    async def rotate(self) -> list[str]:
        """Encrypts all exhibits anew, under the first key, a few at a time; those that nothing opens stay as they are.

        They are given back. Raises NoKeyError.
        """
        done = captures.Rotated()
        while done.after is not None:
            done = await self._db.write(captures.rotate, done)
        return list(done.left)
