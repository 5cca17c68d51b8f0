"""What one shift leaves the next: hand-over notes, what was announced when, and up to when each account was read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import insert, select, update

from bot.store.audit import SYSTEM, Entry, append
from bot.store.encoding import clean, sha256
from bot.store.records import Handover
from bot.store.tables import announced, handovers, readings
from bot.store.upsert import upsert

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.store.engine import Transaction


def hand_over(tx: Transaction, text: str, *, actor: str, safety: bool) -> Handover:
    """Keeps a note for whoever comes next on that desk; the audit holds its digest and none of its words."""
    text = clean(text)
    row = {
        "id": tx.new_id(),
        "at": tx.now,
        "reviewer_id": actor,
        "safety": safety,
        "text": text,
        "text_sha256": sha256(text),
    }
    tx.connection.execute(insert(handovers).values(row))
    detail = {"handover": row["id"], "handover_sha256": row["text_sha256"], "safety": safety}
    append(tx, [Entry(stream=SYSTEM, kind="shift.handed_over", actor=actor, detail=detail)])
    return Handover(at=tx.now, by=actor, safety=safety, text=text)


def handed_over(connection: Connection, since: datetime, *, safety: bool) -> list[Handover]:
    """The notes for that desk since then, the first first."""
    query = select(handovers).where(handovers.c.at >= since, handovers.c.text.is_not(None))
    return [
        Handover(at=row.at, by=row.reviewer_id, safety=row.safety, text=row.text)
        for row in connection.execute(query.order_by(handovers.c.at, handovers.c.id))
        if bool(row.safety) is safety
    ]


def announce(tx: Transaction, what: str, at: datetime) -> datetime | None:
    """Takes the right to announce this as of that moment; the moment of the last time, or `None` if it is taken."""
    last = tx.connection.execute(select(announced.c.at).where(announced.c.what == what)).scalar_one_or_none()
    if last is not None and last >= at:
        return None
    if last is None:
        tx.connection.execute(insert(announced).values(what=what, at=at))
    else:
        tx.connection.execute(update(announced).where(announced.c.what == what).values(at=at))
    append(tx, [Entry(stream=SYSTEM, kind="desk.briefed", detail={"what": what})])
    return last or at


def note_reading(tx: Transaction, account_id: str, at: datetime) -> None:
    """Remembers up to when an account has been read to its end."""
    statement = upsert(tx.connection, readings).values(account_id=account_id, at=at)
    tx.connection.execute(statement.on_conflict_do_update(index_elements=["account_id"], set_={"at": at}))


def read_until(connection: Connection) -> dict[str, datetime]:
    """Up to when each account has been read to its end, by whichever process."""
    return {row.account_id: row.at for row in connection.execute(select(readings))}
