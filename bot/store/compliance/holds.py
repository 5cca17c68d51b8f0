"""Legal holds behind the wall: what must be kept although its time is over, or although somebody asks for its erasure.

A hold is on one referral, by one of the team. It stands until one of them lifts it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import insert, select, update

from bot.store.audit import Entry, append
from bot.store.compliance.records import LegalHold
from bot.store.compliance.tables import STREAM, holds, referrals
from bot.store.encoding import clean, sha256

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.store.engine import Transaction

_STANDS = holds.c.lifted_at.is_(None)


def place(tx: Transaction, number: int, reason: str, *, actor: str) -> LegalHold | None:
    """Places a hold, with its audit event; the one that stands already, if one does. `None` where nothing is kept."""
    kept = select(referrals.c.number).where(referrals.c.number == number, referrals.c.content.is_not(None))
    if tx.connection.execute(kept).first() is None:
        return None
    if found := standing(tx.connection).get(number):
        return found
    reason = clean(reason)
    row = {
        "id": tx.new_id(),
        "referral": number,
        "reason": reason,
        "reason_sha256": sha256(reason),
        "placed_by": actor,
        "placed_at": tx.now,
    }
    tx.connection.execute(insert(holds).values(row))
    detail = {"hold": row["id"], "reason_sha256": row["reason_sha256"]}
    append(tx, [Entry(stream=STREAM, kind="hold.placed", actor=actor, case_id=str(number), detail=detail)])
    return standing(tx.connection)[number]


def lift(tx: Transaction, hold: str, *, actor: str) -> bool:
    """Lifts a hold, with its audit event, and forgets its reason; False when none of that id stands."""
    live = holds.c.id == hold, _STANDS
    number = tx.connection.execute(select(holds.c.referral).where(*live)).scalar_one_or_none()
    if number is None:
        return False
    tx.connection.execute(update(holds).where(*live).values(lifted_by=actor, lifted_at=tx.now, reason=None))
    detail = {"hold": hold}
    append(tx, [Entry(stream=STREAM, kind="hold.lifted", actor=actor, case_id=str(number), detail=detail)])
    return True


def standing(connection: Connection) -> dict[int, LegalHold]:
    """The holds that stand, by the number of their referral."""
    query = select(holds.c.id, holds.c.referral, holds.c.reason, holds.c.placed_by, holds.c.placed_at).where(_STANDS)
    return {row["referral"]: LegalHold(**row) for row in connection.execute(query).mappings()}
