"""What is handed over to the disciplinary body's own system: once for each referral, tried until it arrives."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import insert, select, update

from bot.store.audit import Entry, append
from bot.store.compliance.records import HandedOver
from bot.store.compliance.tables import STREAM, handovers, referrals

if TYPE_CHECKING:
    from sqlalchemy import Connection, RowMapping

    from bot.store.engine import Transaction

FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=1)


def ask(tx: Transaction, number: int, *, actor: str) -> bool:
    """Asks that a referral be handed over; False where that was asked before, or nothing of it is kept."""
    kept = select(referrals.c.number).where(referrals.c.number == number, referrals.c.content.is_not(None))
    if of_referral(tx.connection, number) is not None or tx.connection.execute(kept).first() is None:
        return False
    row = {"referral": number, "asked_by": actor, "asked_at": tx.now, "attempts": 0, "next_at": tx.now, "trouble": ""}
    tx.connection.execute(insert(handovers), [row])
    append(tx, [Entry(stream=STREAM, kind="handover.asked", actor=actor, case_id=str(number))])
    return True


def of_referral(connection: Connection, number: int) -> HandedOver | None:
    """How the handing over of a referral stands; `None` where nobody has asked for it."""
    row = connection.execute(select(handovers).where(handovers.c.referral == number)).mappings().one_or_none()
    return None if row is None else _handed(row)


def due(connection: Connection, now: object) -> list[int]:
    """The numbers of what is to be sent now, the first asked for first; what is not kept any more is given up."""
    query = select(handovers.c.referral).join(referrals, referrals.c.number == handovers.c.referral)
    query = query.where(handovers.c.sent_at.is_(None), handovers.c.next_at <= now, referrals.c.content.is_not(None))
    return list(connection.execute(query.order_by(handovers.c.asked_at, handovers.c.referral)).scalars())


def sent(tx: Transaction, number: int, *, sha256: str) -> None:
    """Notes that it arrived; `sha256` is the digest of what was sent."""
    live = update(handovers).where(handovers.c.referral == number, handovers.c.sent_at.is_(None))
    if tx.connection.execute(live.values(sent_at=tx.now, attempts=handovers.c.attempts + 1, trouble="")).rowcount:
        append(tx, [Entry(stream=STREAM, kind="handover.sent", case_id=str(number), detail={"sha256": sha256})])


def failed(tx: Transaction, number: int, *, why: str) -> None:
    """Notes that it did not arrive, and when it is tried again: after a pause that doubles, an hour at the most."""
    found = of_referral(tx.connection, number)
    if found is None or found.sent_at is not None:
        return
    pause = min(FIRST_PAUSE * 2 ** min(found.attempts, 10), LONGEST_PAUSE)
    values = {"attempts": found.attempts + 1, "next_at": tx.now + pause, "trouble": why}
    tx.connection.execute(update(handovers).where(handovers.c.referral == number).values(values))
    if why != found.trouble:
        append(tx, [Entry(stream=STREAM, kind="handover.failed", case_id=str(number), detail={"why": why})])


def answered(tx: Transaction, number: int, *, reference: str) -> bool:
    """Notes that the body's system has acknowledged it, under a reference of its own, once; whether it was sent.

    The reference is kept as long as what was passed is.

    The clock of the referral is acknowledged with that, where nobody has yet, in the name of who handed it over.
    """
    found = of_referral(tx.connection, number)
    if found is None or found.sent_at is None:
        return False
    if found.answered_at is not None:
        return True
    kept = select(referrals.c.number).where(referrals.c.number == number, referrals.c.content.is_not(None))
    there = tx.connection.execute(kept).first() is not None
    values = {"answered_at": tx.now, "reference": reference if there else None}
    tx.connection.execute(update(handovers).where(handovers.c.referral == number).values(values))
    waiting = referrals.c.number == number, referrals.c.acknowledged_at.is_(None)
    acknowledged = {"acknowledged_at": tx.now, "acknowledged_by": found.asked_by, "version": referrals.c.version + 1}
    tx.connection.execute(update(referrals).where(*waiting).values(acknowledged))
    append(tx, [Entry(stream=STREAM, kind="handover.acknowledged", case_id=str(number))])
    return True


def _handed(row: RowMapping) -> HandedOver:
    return HandedOver(**row)
