"""What is passed over the wall: sealed boxes, put down with the decision that passes them on, and taken by compliance.

The box is base64 text. Nothing else is known of it here: not whose it is, nor what is in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, insert, select, update

from bot.store.audit import SYSTEM, Entry, append
from bot.store.encoding import sha256
from bot.store.tables import cases, drafts, mention_versions, mentions, outbox, publications

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy import Connection, RowMapping

    from bot.store.engine import Database, Transaction

KEPT = timedelta(days=30)
"""How long a box is still held after it was taken, for a compliance team that has to restore a backup."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A sealed box that is to be passed on."""

    id: str
    """The id of its case for a referral, so that a case is referred once."""
    kind: str
    """`referral` or `mention`."""
    sealed: str
    """Base64."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedBox:
    """A box that is held, taken or not."""

    id: str
    sealed: str
    sealed_sha256: str
    made_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Captured:
    """One version of a mention as it was captured."""

    number: int
    at: datetime
    evidence: str
    """The JSON that was stored, of which the digest is taken."""
    sha256: str


class Outbox:
    """The compliance team's side of the store: what lies there for them, and that they have taken it."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def evidence(self, case_id: str) -> list[Captured]:
        """Every version of the case's mention, up to the one at which it stands; those that were purged left out."""
        return await self._db.read(evidence, case_id)

    async def said(self, case_id: str) -> list[str]:
        """Every reply that is, was or may be out in the conversation of a case; empty texts for those not kept."""
        return await self._db.read(said, case_id)

    async def waiting(self, limit: int, *, offset: int = 0) -> list[SealedBox]:
        """What nobody has taken yet, the oldest first."""
        return await self._db.read(waiting, limit, offset=offset)

    async def held(self) -> list[str]:
        """The ids of all boxes that are still here, those taken within the last 30 days among them, oldest first."""
        return await self._db.read(held)

    async def box(self, box_id: str) -> SealedBox | None:
        """The box of that id; `None` when there is none, or it is no longer held."""
        return await self._db.read(box, box_id)

    async def take(self, ids: Collection[str]) -> int:
        """Notes that these boxes were taken; how many of them were not before. Safe to repeat."""
        return await self._db.write(take, ids)


def put(tx: Transaction, going: Outgoing) -> dict[str, object]:
    """Puts a box down; what the audit is to say of it."""
    digest = sha256(going.sealed)
    row = {"id": going.id, "kind": going.kind, "sealed": going.sealed, "sealed_sha256": digest, "made_at": tx.now}
    tx.connection.execute(insert(outbox), [row])
    return {"outbox": going.id, "sealed_sha256": digest}


def evidence(connection: Connection, case_id: str) -> list[Captured]:
    """Every version of the case's mention, up to the one at which it stands; those that were purged left out."""
    query = (
        select(mention_versions)
        .join(cases, cases.c.mention_id == mention_versions.c.mention_id)
        .where(
            cases.c.id == case_id,
            mention_versions.c.version <= cases.c.mention_version,
            mention_versions.c.evidence.is_not(None),
        )
        .order_by(mention_versions.c.version)
    )
    return [
        Captured(number=row.version, at=row.captured_at, evidence=row.evidence, sha256=row.evidence_sha256)
        for row in connection.execute(query)
    ]


def said(connection: Connection, case_id: str) -> list[str]:
    """The texts of our replies in the conversation of a case."""
    here = (
        select(mentions.c.conversation).join(cases, cases.c.mention_id == mentions.c.id).where(cases.c.id == case_id)
    ).scalar_subquery()
    query = (
        select(drafts.c.text)
        .join(publications, publications.c.draft_id == drafts.c.id)
        .join(cases, cases.c.id == publications.c.case_id)
        .join(mentions, mentions.c.id == cases.c.mention_id)
        .where(mentions.c.conversation == here, publications.c.state != "failed")
        .order_by(publications.c.id)
    )
    return [text or "" for text in connection.execute(query).scalars()]


def waiting(connection: Connection, limit: int, *, offset: int = 0) -> list[SealedBox]:
    """What nobody has taken yet, the oldest first."""
    query = select(outbox).where(outbox.c.taken_at.is_(None)).order_by(outbox.c.made_at, outbox.c.id)
    return [_box(row) for row in connection.execute(query.limit(limit).offset(offset)).mappings()]


def held(connection: Connection) -> list[str]:
    """The ids of all boxes that are still here, oldest first."""
    query = select(outbox.c.id).where(outbox.c.sealed.is_not(None)).order_by(outbox.c.made_at, outbox.c.id)
    return list(connection.execute(query).scalars())


def box(connection: Connection, box_id: str) -> SealedBox | None:
    """The box of that id, while it is held."""
    query = select(outbox).where(outbox.c.id == box_id, outbox.c.sealed.is_not(None))
    row = connection.execute(query).mappings().one_or_none()
    return None if row is None else _box(row)


def take(tx: Transaction, ids: Collection[str]) -> int:
    """Notes that these boxes were taken, with one audit event; how many of them were not before."""
    fresh = select(outbox.c.id).where(outbox.c.id.in_(ids), outbox.c.taken_at.is_(None)).order_by(outbox.c.id)
    found = list(tx.connection.execute(fresh).scalars())
    if found:
        tx.connection.execute(update(outbox).where(outbox.c.id.in_(found)).values(taken_at=tx.now))
        append(tx, [Entry(stream=SYSTEM, kind="outbox.taken", detail={"boxes": found})])
    return len(found)


def blank(tx: Transaction, before: datetime) -> int:
    """Blanks the boxes that were taken before that time; how many."""
    old = outbox.c.taken_at.is_not(None) & (outbox.c.taken_at <= before) & outbox.c.sealed.is_not(None)
    return tx.connection.execute(update(outbox).where(old).values(sealed=None)).rowcount


def passed_on(connection: Connection) -> tuple[int, int]:
    """How many referrals were ever passed on, and how many boxes of any kind wait to be taken."""
    referrals = select(func.count()).select_from(outbox).where(outbox.c.kind == "referral")
    waits = select(func.count()).select_from(outbox).where(outbox.c.taken_at.is_(None))
    return int(connection.execute(referrals).scalar_one()), int(connection.execute(waits).scalar_one())


def _box(row: RowMapping) -> SealedBox:
    return SealedBox(id=row["id"], sealed=row["sealed"], sealed_sha256=row["sealed_sha256"], made_at=row["made_at"])
