"""The public halves of reviewers' passkeys; the secret ones never leave their devices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select, update

from bot.store.audit import SYSTEM, Entry, append
from bot.store.encoding import from_json, sha256, to_json
from bot.store.tables import audit_events, passkeys, written

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Connection, Row

    from bot.store.engine import Transaction

REMOVED = "person.passkey_removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Passkey:
    """A passkey of a reviewer."""

    id: str
    """The credential's own, in base64url."""
    reviewer: str
    public_key: str
    """As the authenticator gave it, in base64url."""
    sign_count: int
    name: str
    """What its owner calls it."""
    added_at: datetime
    used_at: datetime | None = None
    """When it last signed them in; `None` when it never did."""
    let_in_by: frozenset[str] = frozenset()
    """As the session has it in which it was added: a passkey is no way around that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """That somebody else removed a passkey of a reviewer's."""

    by: str
    at: datetime


def add(tx: Transaction, passkey: Passkey) -> bool:
    """Keeps a new passkey; False when it is known already, and nothing changes."""
    if find(tx.connection, passkey.id) is not None:
        return False
    tx.connection.execute(
        insert(passkeys).values(
            id=passkey.id,
            reviewer_id=passkey.reviewer,
            public_key=passkey.public_key,
            sign_count=passkey.sign_count,
            name=passkey.name,
            added_at=passkey.added_at,
            let_in_by=to_json(sorted(passkey.let_in_by)),
        )
    )
    _note(tx, "person.passkey_added", passkey.reviewer, passkey.id, passkey.reviewer)
    return True


def find(connection: Connection, passkey_id: str) -> Passkey | None:
    """The passkey of that id."""
    row = connection.execute(select(passkeys).where(passkeys.c.id == passkey_id)).one_or_none()
    return None if row is None else _passkey(row)


def of_reviewer(connection: Connection, reviewer: str) -> list[Passkey]:
    """The passkeys of a reviewer, the first added first."""
    query = select(passkeys).where(passkeys.c.reviewer_id == reviewer).order_by(passkeys.c.added_at, passkeys.c.id)
    return [_passkey(row) for row in connection.execute(query)]


def use(tx: Transaction, passkey: Passkey, *, sign_count: int, at: datetime) -> bool:
    """Remembers that it was used, with its counter; False when another use was counted first, or it is gone."""
    found = tx.connection.execute(
        update(passkeys)
        .where(passkeys.c.id == passkey.id, passkeys.c.sign_count == passkey.sign_count)
        .values(sign_count=sign_count, used_at=at)
    )
    return found.rowcount == 1


def remove(tx: Transaction, passkey_id: str, *, of: str, actor: str) -> bool:
    """Forgets a reviewer's passkey; False when they have no such."""
    found = tx.connection.execute(
        delete(passkeys).where(passkeys.c.id == passkey_id, passkeys.c.reviewer_id == of)
    ).rowcount
    if found:
        _note(tx, REMOVED, actor, passkey_id, of)
    return bool(found)


def removed_by_others(connection: Connection, reviewer: str, since: datetime) -> list[Removed]:
    """Every passkey of this reviewer that somebody else removed since then, the newest first."""
    query = select(audit_events.c.at, audit_events.c.actor, audit_events.c.detail).where(
        audit_events.c.stream == SYSTEM,
        audit_events.c.kind == REMOVED,
        audit_events.c.actor != reviewer,
        audit_events.c.at >= written(since),
    )
    return [
        Removed(by=row.actor, at=datetime.fromisoformat(row.at))
        for row in connection.execute(query.order_by(audit_events.c.seq.desc()))
        if from_json(row.detail)["of"] == reviewer
    ]


def remove_those_of_leavers(tx: Transaction, staying: Collection[str]) -> None:
    """Forgets every passkey of those who are no reviewers any more."""
    query = select(passkeys.c.id, passkeys.c.reviewer_id).where(passkeys.c.reviewer_id.not_in(staying))
    for row in tx.connection.execute(query.order_by(passkeys.c.id)).all():
        remove(tx, row.id, of=row.reviewer_id, actor="bot")


def _note(tx: Transaction, kind: str, actor: str, passkey_id: str, of: str) -> None:
    append(tx, [Entry(stream=SYSTEM, kind=kind, actor=actor, detail={"passkey_sha256": sha256(passkey_id), "of": of})])


def _passkey(row: Row[tuple[object, ...]]) -> Passkey:
    return Passkey(
        id=row.id,
        reviewer=row.reviewer_id,
        public_key=row.public_key,
        sign_count=row.sign_count,
        name=row.name,
        added_at=row.added_at,
        used_at=row.used_at,
        let_in_by=frozenset(from_json(row.let_in_by)),
    )
