"""What the store can say of one person of the public, and do for them: the third part of its door, as coroutines.

Each writing method is one transaction with its audit event; every method may raise StoreError.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.store import erasing, holdings, holds, tracing

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from sqlalchemy import Connection

    from bot.store.engine import Database
    from bot.store.erasing import Receipt, Remembered
    from bot.store.holdings import Holdings
    from bot.store.holds import Hold
    from bot.store.tracing import Trace


class Subjects:
    """People whom the database tells of: found, held, erased."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def trace(self, known: Iterable[str], names: Iterable[str] = ()) -> Trace:
        """Everything that is held on whoever bears these handles or addresses; `names` are looked for in notes too."""

        def look(connection: Connection) -> Trace:
            return tracing.trace(connection, tracing.person_of(connection, known, names), self._db.vault)

        return await self._db.read(look)

    async def holdings(self, found: Trace, *, safety: bool) -> Holdings:
        """What is held on the person of a trace, as it stands; without `safety` no case of the safety desk's."""
        return await self._db.read(holdings.holdings, found, safety=safety)

    async def erase(
        self,
        known: Iterable[str],
        names: Iterable[str] = (),
        *,
        actor: str,
        digest: Callable[[str], str],
        remember: Callable[[Remembered], None],
    ) -> Receipt:
        """Erases them; `remember` is called with what recognises them before anything is changed.

        Raises NotErasedError, and then nothing was changed.
        """
        receipt = await self._db.write(
            erasing.erase, list(known), list(names), actor=actor, digest=digest, remember=remember
        )
        await self.scrub()
        return receipt

    async def again(self, remembered: Collection[Remembered], *, digest: Callable[[str], str]) -> list[Receipt]:
        """Erases once more whoever came back with a restored backup, or could not go wholly before."""
        receipts = await self._db.write(erasing.again, remembered, digest=digest)
        if any(not receipt.trace.empty for receipt in receipts):
            await self.scrub()
        return receipts

    async def remembered(self) -> list[Remembered]:
        """Every erasure that the database knows of, the first first."""
        return await self._db.read(erasing.remembered)

    async def scrub(self) -> None:
        """Clears what was blanked from wherever the database still holds it, as far as it can."""
        await self._db.apart(self._db.backend.scrub)

    async def rewrite(self) -> None:
        """Writes the whole file anew, where the database is one: the last resort against a trace that stayed."""
        await self._db.apart(self._db.backend.rewrite)

    async def hold_case(self, case_id: str, reason: str, *, actor: str) -> Hold:
        """Keeps a case, with its mention, from every clock and every erasure. Raises NoSuchCase."""
        return await self._db.write(holds.place, case_id=case_id, author_uri=None, reason=reason, actor=actor)

    async def hold_author(self, author_uri: str, reason: str, *, actor: str) -> Hold:
        """Keeps all that an author wrote, and will write, until the hold is lifted."""
        return await self._db.write(holds.place, case_id=None, author_uri=author_uri, reason=reason, actor=actor)

    async def lift_hold(self, hold_id: str, *, actor: str) -> bool:
        """Lets the clocks go on; False when no hold of that id stands."""
        return await self._db.write(holds.lift, hold_id, actor=actor)

    async def holds(self) -> list[Hold]:
        """Every hold that stands, the first placed first."""
        return await self._db.read(holds.standing)

    async def holds_on(self, case_id: str) -> list[Hold]:
        """The holds by which this case is kept."""
        return await self._db.read(holds.on_case, case_id)
