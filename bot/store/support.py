"""Messages of support: a few words from the team to somebody who was attacked, which wait on their own page.

Their person alone reads them. The audit holds who wrote one, to whom by digest, and the digest of the words; whether it
was read is theirs, and stands in no event.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import func, insert, select, update

from bot.store.audit import SYSTEM, Entry, append
from bot.store.encoding import clean, sha256
from bot.store.loading import chunks
from bot.store.persons import in_audit
from bot.store.tables import support_messages, wishes

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.store.engine import Transaction

MOST_WAITING = 5
"""That one person has not read: support is no stream that somebody must keep up with."""


class Put(StrEnum):
    """What became of a message."""

    KEPT = "kept"
    FULL = "full"
    """As many as we let wait wait for them."""
    NOT_WISHED = "not_wished"
    """They wish none, have not said yes, or have no page of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportMessage:
    """A message as its person reads it; who wrote it is not told."""

    id: str
    at: datetime
    text: str
    read: bool


def write(tx: Transaction, person: str, text: str, *, actor: str) -> Put:
    """Puts a message into somebody's queue."""
    takes = select(wishes.c.person_sha256).where(
        wishes.c.person_sha256 == person,
        wishes.c.support,
        wishes.c.given_at.is_not(None),
        wishes.c.page_sha256.is_not(None),
    )
    if tx.connection.execute(takes).first() is None:
        return Put.NOT_WISHED
    waiting = [each for each in of_person(tx.connection, person) if not each.read]
    if len(waiting) >= MOST_WAITING:
        return Put.FULL
    text = clean(text)
    row = {
        "id": tx.new_id(),
        "person_sha256": person,
        "text": text,
        "text_sha256": sha256(text),
        "written_by": actor,
        "at": tx.now,
    }
    tx.connection.execute(insert(support_messages).values(row))
    detail = {"message": row["id"], "message_sha256": row["text_sha256"], "person": in_audit(tx, person)}
    append(tx, [Entry(stream=SYSTEM, kind="support.written", actor=actor, detail=detail)])
    return Put.KEPT


def of_person(connection: Connection, person: str) -> list[SupportMessage]:
    """What is kept for somebody, the newest first."""
    query = select(support_messages).where(
        support_messages.c.person_sha256 == person, support_messages.c.text.is_not(None)
    )
    return [
        SupportMessage(id=row.id, at=row.at, text=row.text, read=row.read_at is not None)
        for row in connection.execute(query.order_by(support_messages.c.at.desc(), support_messages.c.id.desc()))
    ]


def mark_read(tx: Transaction, person: str, message_id: str) -> bool:
    """Notes that somebody has read a message of theirs; False when there is none that waits."""
    mine = (
        support_messages.c.id == message_id,
        support_messages.c.person_sha256 == person,
        support_messages.c.read_at.is_(None),
        support_messages.c.text.is_not(None),
    )
    return tx.connection.execute(update(support_messages).where(*mine).values(read_at=tx.now)).rowcount == 1


def written_since(connection: Connection, since: datetime) -> Mapping[str, int]:
    """How many were written to each person since then, by the digest of their handle; read or not is not told."""
    query = (
        select(support_messages.c.person_sha256, func.count())
        .where(support_messages.c.at >= since)
        .group_by(support_messages.c.person_sha256)
    )
    return {row[0]: row[1] for row in connection.execute(query)}


def ids_of(connection: Connection, people: Collection[str]) -> list[str]:
    """Of these people's messages those that still have words."""
    query = select(support_messages.c.id).where(
        support_messages.c.person_sha256.in_(people), support_messages.c.text.is_not(None)
    )
    return list(connection.execute(query.order_by(support_messages.c.id)).scalars())


def older_than(connection: Connection, before: datetime) -> list[str]:
    """The messages whose time is over, read or not."""
    query = select(support_messages.c.id).where(support_messages.c.at <= before, support_messages.c.text.is_not(None))
    return list(connection.execute(query.order_by(support_messages.c.id)).scalars())


def blank(tx: Transaction, ids: Collection[str]) -> None:
    """Takes the words out of these messages; the caller's audit event names them."""
    for part in chunks(ids):
        tx.connection.execute(update(support_messages).where(support_messages.c.id.in_(part)).values(text=None))
