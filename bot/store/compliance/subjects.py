"""What the office's store can say of one person of the public, and do for them: the second part of its door.

Each writing method is one transaction with its audit events; every method may raise StoreError.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import select

from bot.store import erasing as erasures
from bot.store.audit import Entry, append
from bot.store.compliance import conduct, erasing, handovers, referrals, tracing
from bot.store.compliance.tables import STREAM, suspended

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.store.compliance.erasing import Receipt
    from bot.store.compliance.records import Conduct, HandedOver, Referral
    from bot.store.compliance.tracing import Presence, Reader
    from bot.store.engine import Database, Transaction
    from bot.store.erasing import Remembered


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What is held on somebody, read for them to see."""

    written: tuple[tuple[Referral, Conduct | None, HandedOver | None], ...]
    """Each referral of what they wrote, the match with the list that stands there, and how it was handed over."""
    naming: tuple[Referral, ...]
    """Referrals of what others wrote that names them."""
    listed: tuple[datetime, ...]
    """Since when they are on the list of suspended members."""


class Subjects:
    """People whom the office's database tells of: found, erased."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def trace(self, known: Iterable[str], names: Iterable[str] = (), *, reader: Reader) -> Presence:
        """Everything that is held on whoever bears these handles or addresses; `names` are looked for in notes too."""
        return await self._db.read(tracing.trace, list(known), list(names), reader)

    async def held(self, found: Presence, *, actor: str) -> Held:
        """What is held on the person of a trace, for somebody to hand out; that they read it is put on record."""
        await self._db.write(_note_export, found, actor=actor)
        return await self._db.read(_held, found)

    async def erase(
        self,
        known: Iterable[str],
        names: Iterable[str] = (),
        *,
        reader: Reader,
        actor: str,
        digest: Callable[[str], str],
        remember: Callable[[Remembered], None],
    ) -> Receipt:
        """Erases them, but for open procedures and what a hold keeps; `remember` is called before anything is changed.

        Raises NotErasedError where nothing of what is held may go, and then nothing was changed.
        """
        look = partial(tracing.trace, known=list(known), names=list(names), reader=reader)
        receipt = await self._db.write(erasing.erase, look, actor=actor, digest=digest, remember=remember)
        await self._db.apart(self._db.backend.scrub)
        return receipt

    async def again(self, remembered: Collection[Remembered], *, digest: Callable[[str], str]) -> list[Receipt]:
        """Erases once more what came back with a restored backup."""
        receipts = await self._db.write(erasing.again, remembered, digest=digest)
        if any(not receipt.empty for receipt in receipts):
            await self._db.apart(self._db.backend.scrub)
        return receipts

    async def remembered(self) -> list[Remembered]:
        """Every erasure that the database knows of, the first first."""
        return await self._db.read(erasures.remembered)

    async def rewrite(self) -> None:
        """Writes the whole file anew, where the database is one: the last resort against a trace that stayed."""
        await self._db.apart(self._db.backend.rewrite)


def _note_export(tx: Transaction, found: Presence, *, actor: str) -> None:
    for number in found.written:
        referrals.note_reading(tx, number, actor=actor)
    detail = {"referrals": len(found.written), "naming": len(found.naming), "entries": len(found.entries)}
    append(tx, [Entry(stream=STREAM, kind="person.exported", actor=actor, detail=detail)])


def _held(connection: Connection, found: Presence) -> Held:
    matches = conduct.of_referrals(connection)
    theirs, others = _kept(connection, found.written), _kept(connection, found.naming)
    listed = select(suspended.c.added_at).where(suspended.c.id.in_(found.entries)).order_by(suspended.c.added_at)
    return Held(
        written=tuple(
            (each, matches.get(each.number), handovers.of_referral(connection, each.number)) for each in theirs
        ),
        naming=tuple(others),
        listed=tuple(connection.execute(listed).scalars()),
    )


def _kept(connection: Connection, numbers: Collection[int]) -> list[Referral]:
    """Those of the referrals of which something is kept; another may have erased the rest since they were found."""
    every = (referrals.one(connection, number) for number in numbers)
    return [each for each in every if each is not None and each.content is not None]
