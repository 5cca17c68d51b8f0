"""Legal holds: what must be kept although its time is over, or although somebody asks for its erasure.

A hold is on one case, or on an author with all that they wrote and will write. It stands until a person lifts it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, insert, or_, select, update

from bot.store.audit import SYSTEM, Entry, append
from bot.store.encoding import clean, sha256
from bot.store.errors import NoSuchCase
from bot.store.tables import cases, holds, mentions

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from bot.store.engine import Transaction

_STANDS = holds.c.lifted_at.is_(None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A hold that stands."""

    id: str
    case_id: str | None
    """`None` for a hold on an author."""
    author_uri: str | None
    reason: str
    placed_by: str
    """Id of the reviewer."""
    placed_at: datetime


def place(tx: Transaction, *, case_id: str | None, author_uri: str | None, reason: str, actor: str) -> Hold:
    """Places a hold on a case or on an author, with its audit event; the one that stands already, if one does.

    Raises NoSuchCase.
    """
    if case_id is not None and tx.connection.execute(select(cases.c.id).where(cases.c.id == case_id)).first() is None:
        raise NoSuchCase(case_id)
    same = holds.c.case_id == case_id if case_id is not None else holds.c.author_uri == author_uri
    if found := tx.connection.execute(select(holds).where(_STANDS, same)).one_or_none():
        return _hold(found)
    reason = clean(reason)
    row = {
        "id": tx.new_id(),
        "case_id": case_id,
        "author_uri": author_uri,
        "reason": reason,
        "reason_sha256": sha256(reason),
        "placed_by": actor,
        "placed_at": tx.now,
    }
    tx.connection.execute(insert(holds).values(row))
    detail = {"hold": row["id"], "reason_sha256": row["reason_sha256"], "on": "case" if case_id else "author"}
    detail |= {"case": case_id}
    append(tx, [Entry(stream=SYSTEM, kind="hold.placed", actor=actor, case_id=case_id, detail=detail)])
    return _hold(tx.connection.execute(select(holds).where(holds.c.id == row["id"])).one())


def lift(tx: Transaction, hold_id: str, *, actor: str) -> bool:
    """Lifts a hold, with its audit event, and forgets whose it was; False when none of that id stands."""
    found = tx.connection.execute(
        update(holds)
        .where(holds.c.id == hold_id, _STANDS)
        .values(lifted_by=actor, lifted_at=tx.now, author_uri=None, reason=None)
        .returning(holds.c.case_id)
    ).one_or_none()
    if found is None:
        return False
    entry = Entry(stream=SYSTEM, kind="hold.lifted", actor=actor, case_id=found.case_id, detail={"hold": hold_id})
    append(tx, [entry])
    return True


def standing(connection: Connection) -> list[Hold]:
    """Every hold that stands, the first placed first."""
    return [_hold(row) for row in connection.execute(select(holds).where(_STANDS).order_by(holds.c.id))]


def on_case(connection: Connection, case_id: str) -> list[Hold]:
    """The holds by which this case is kept: its own, those on other cases of its mention, and on its author."""
    mention = select(cases.c.mention_id).where(cases.c.id == case_id).scalar_subquery()
    beside = select(cases.c.id).where(cases.c.mention_id == mention)
    author = select(mentions.c.author_uri).where(mentions.c.id == mention).scalar_subquery()
    query = select(holds).where(_STANDS, or_(holds.c.case_id.in_(beside), holds.c.author_uri == author))
    return [_hold(row) for row in connection.execute(query.order_by(holds.c.id))]


def held_mentions() -> ColumnElement[bool]:
    """Of a query on `mentions`: whether the mention is kept by a hold on its author or on one of its cases."""
    by_author = select(holds.c.id).where(_STANDS, holds.c.author_uri == mentions.c.author_uri).exists()
    by_case = (
        select(holds.c.id)
        .join(cases, cases.c.id == holds.c.case_id)
        .where(_STANDS, cases.c.mention_id == mentions.c.id)
        .exists()
    )
    return or_(by_author, by_case)


def _hold(row: Row[tuple[object, ...]]) -> Hold:
    return Hold(
        id=row.id,
        case_id=row.case_id,
        author_uri=row.author_uri,
        reason=row.reason or "",
        placed_by=row.placed_by,
        placed_at=row.placed_at,
    )
