"""Rejoinders: what is said to our replies by their links, kept for a person to read and to rule on, once each."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import func, insert, select, update

from bot.model import Rejoinder, RejoinderKind, Ruling
from bot.store.audit import Entry, append
from bot.store.encoding import clean, sha256
from bot.store.history import may_be_out, out_at
from bot.store.records import PostedReply
from bot.store.tables import cases, drafts, publications, rejoinders

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection, Row

    from bot.store.engine import Transaction

MOST_UNREAD = 5
"""Of one reply. Whoever can read it can write to it, so a crowd must not bury what its author has to say for long."""
MOST = 50
"""Of one reply in all."""


class Taken(StrEnum):
    """What became of words that came by a link."""

    NEW = "new"
    KNOWN = "known"
    """The very same waits to be read, as after a second press on the button. What was ruled on may be said again."""
    FULL = "full"
    """As much as we keep was said to this reply. What speaks of danger is kept all the same."""
    UNKNOWN = "unknown"
    """No reply of ours has this link, or it is kept no longer."""


def posted_reply(connection: Connection, link_sha256: str) -> PostedReply | None:
    """The reply that the public saw with this link in it; `None` when there is none, or its text is kept no longer."""
    query = (
        select(
            cases.c.id,
            cases.c.account_id,
            drafts.c.text,
            out_at.label("posted_at"),
            publications.c.state,
        )
        .join(publications, publications.c.draft_id == drafts.c.id)
        .join(cases, cases.c.id == publications.c.case_id)
        .where(drafts.c.link_sha256 == link_sha256, drafts.c.text.is_not(None), may_be_out)
    )
    row = connection.execute(query.limit(1)).one_or_none()
    if row is None:
        return None
    unread, said = connection.execute(
        select(func.count().filter(rejoinders.c.ruling.is_(None)), func.count()).where(rejoinders.c.case_id == row.id)
    ).one()
    return PostedReply(
        case_id=row.id,
        account=row.account_id,
        text=row.text,
        posted_at=row.posted_at,
        taken_down=row.state == "retracted",
        full=unread >= MOST_UNREAD or said >= MOST,
    )


def take(
    tx: Transaction, link_sha256: str, kind: RejoinderKind, words: str, *, safety: bool, crowded: bool = False
) -> Taken:
    """Keeps what was said by a link, with its audit event; the very same is kept once until somebody has ruled on it.

    `crowded` when much came by this link just now: then only what speaks of danger is kept.
    """
    reply = posted_reply(tx.connection, link_sha256)
    if reply is None:
        return Taken.UNKNOWN
    words = clean(words)
    digest = sha256(words)
    said = (
        rejoinders.c.case_id == reply.case_id,
        rejoinders.c.kind == kind.value,
        rejoinders.c.words_sha256 == digest,
        rejoinders.c.ruling.is_(None),
    )
    if tx.connection.execute(select(rejoinders.c.id).where(*said)).first() is not None:
        return Taken.KNOWN
    if (reply.full or crowded) and not safety:
        return Taken.FULL
    row = {
        "id": tx.new_id(),
        "case_id": reply.case_id,
        "kind": kind.value,
        "words": words,
        "words_sha256": digest,
        "safety": safety,
        "at": tx.now,
    }
    tx.connection.execute(insert(rejoinders), [row])
    detail = {"rejoinder": row["id"], "rejoinder_kind": kind.value, "rejoinder_sha256": digest, "safety": safety}
    append(tx, [Entry(stream=reply.account, kind="rejoinder.received", case_id=reply.case_id, detail=detail)])
    return Taken.NEW


def waiting(connection: Connection, *, safety: bool) -> list[Rejoinder]:
    """Those that nobody has ruled on, the oldest first: for the safety desk alone, or the others."""
    query = select(rejoinders).where(rejoinders.c.ruling.is_(None), rejoinders.c.safety.is_(safety))
    return _many(connection.execute(query.order_by(rejoinders.c.at, rejoinders.c.id)).all())


def of_case(connection: Connection, case_id: str) -> list[Rejoinder]:
    """All that was said to the reply of a case, in order."""
    query = select(rejoinders).where(rejoinders.c.case_id == case_id)
    return _many(connection.execute(query.order_by(rejoinders.c.at, rejoinders.c.id)).all())


def one(connection: Connection, rejoinder_id: str) -> Rejoinder | None:
    """The rejoinder of that id."""
    found = _many(connection.execute(select(rejoinders).where(rejoinders.c.id == rejoinder_id)).all())
    return found[0] if found else None


def rule(tx: Transaction, rejoinder_id: str, ruling: Ruling, *, by: str) -> bool:
    """Writes down what a person made of it, with its audit event; False when somebody had ruled on it before."""
    row = tx.connection.execute(
        select(rejoinders.c.id, cases.c.id.label("case_id"), cases.c.account_id)
        .join(cases, cases.c.id == rejoinders.c.case_id)
        .where(rejoinders.c.id == rejoinder_id, rejoinders.c.ruling.is_(None))
    ).one_or_none()
    if row is None:
        return False
    append(tx, [_ruled(tx, rejoinder_id, ruling, by=by, stream=row.account_id, case_id=row.case_id)])
    return True


def settle_all(tx: Transaction, case_id: str, *, stream: str, by: str) -> list[Entry]:
    """Our mistake answers what waits to be read about the reply; the audit events, which the caller appends.

    What speaks of danger still waits for the safety desk: whoever ruled has not seen it.
    """
    unread = select(rejoinders.c.id).where(
        rejoinders.c.case_id == case_id, rejoinders.c.ruling.is_(None), rejoinders.c.safety.is_(False)
    )
    found = list(tx.connection.execute(unread.order_by(rejoinders.c.id)).scalars())
    return [_ruled(tx, each, Ruling.MISTAKE, by=by, stream=stream, case_id=case_id) for each in found]


def _ruled(tx: Transaction, rejoinder_id: str, ruling: Ruling, *, by: str, stream: str, case_id: str) -> Entry:
    tx.connection.execute(
        update(rejoinders)
        .where(rejoinders.c.id == rejoinder_id)
        .values(ruling=ruling.value, ruled_by=by, ruled_at=tx.now)
    )
    detail = {"rejoinder": rejoinder_id, "ruling": ruling.value}
    return Entry(stream=stream, kind="rejoinder.ruled", actor=by, case_id=case_id, detail=detail)


def _many(rows: Sequence[Row[tuple[object, ...]]]) -> list[Rejoinder]:
    return [
        Rejoinder(
            id=row.id,
            case_id=row.case_id,
            kind=RejoinderKind(row.kind),
            words=row.words or "",
            at=row.at,
            safety=row.safety,
            ruling=row.ruling and Ruling(row.ruling),
            ruled_by=row.ruled_by,
            ruled_at=row.ruled_at,
        )
        for row in rows
    ]
