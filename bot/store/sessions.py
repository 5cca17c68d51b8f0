"""Who is signed in where. A session is known by the digest of its token, which stands in one browser alone.

Times are by the clock of the console, which in a demo is not that of the audit.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, or_, select, update

from bot.model import Role
from bot.store.audit import SYSTEM, Entry, append
from bot.store.encoding import from_json, to_json
from bot.store.tables import audit_events, sessions, written

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Connection, RowMapping

    from bot.store.engine import Transaction

LINK_MADE = "person.link_made"
REMEMBERED = timedelta(days=30)
"""How long a session that is over is kept; the audit says for longer that there was one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One browser in which a reviewer is, or was, signed in."""

    id: str
    reviewer: str
    way: str
    """`link`, `passkey` or `provider`."""
    roles: frozenset[Role] | None
    """What the identity provider allows; `None` when it was not asked."""
    device: str
    made_at: datetime
    seen_at: datetime
    until: datetime
    ended_at: datetime | None = None
    """When it was signed out or ended, if it was."""
    let_in_by: frozenset[str] = frozenset()
    """Other people through whose links they came in, so that any of these may be who sits there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkMade:
    """That somebody made a sign-in link for another person."""

    by: str
    reviewer: str
    at: datetime


def begin(  # noqa: PLR0913  a session has this many facts
    tx: Transaction,
    token_sha256: str,
    *,
    reviewer: str,
    way: str,
    roles: Collection[Role] | None,
    device: str,
    at: datetime,
    until: datetime,
    let_in_by: Collection[str] = (),
) -> Session:
    """Signs a reviewer in, and forgets what has been over for a month."""
    _forget(tx.connection, at - REMEMBERED)
    row: dict[str, Any] = {
        "id": tx.new_id(),
        "token_sha256": token_sha256,
        "reviewer_id": reviewer,
        "way": way,
        "roles": None if roles is None else to_json(sorted(roles)),
        "device": device,
        "made_at": at,
        "seen_at": at,
        "until": until,
        "ended_at": None,
        "let_in_by": to_json(sorted(let_in_by)),
    }
    tx.connection.execute(insert(sessions).values(row))
    detail = {"session": row["id"], "way": way, **({"let_in_by": sorted(let_in_by)} if let_in_by else {})}
    append(tx, [Entry(stream=SYSTEM, kind="person.signed_in", actor=reviewer, detail=detail)])
    return _session(row)


def of_token(connection: Connection, token_sha256: str) -> Session | None:
    """The session of that token, be it over or not."""
    row = connection.execute(select(sessions).where(sessions.c.token_sha256 == token_sha256)).mappings().one_or_none()
    return None if row is None else _session(row)


def living(connection: Connection, at: datetime) -> list[Session]:
    """The sessions that are not over, the last seen first."""
    query = select(sessions).where(sessions.c.ended_at.is_(None), sessions.c.until >= at)
    return [
        _session(row) for row in connection.execute(query.order_by(sessions.c.seen_at.desc(), sessions.c.id)).mappings()
    ]


def links_made(connection: Connection, since: datetime) -> list[LinkMade]:
    """Every link that one person made for another since then, the newest first."""
    query = select(audit_events.c.at, audit_events.c.actor, audit_events.c.detail).where(
        audit_events.c.stream == SYSTEM,
        audit_events.c.kind == LINK_MADE,
        audit_events.c.at >= written(since),
    )
    made = [
        LinkMade(by=row.actor, reviewer=from_json(row.detail)["for"], at=datetime.fromisoformat(row.at))
        for row in connection.execute(query.order_by(audit_events.c.seq.desc()))
    ]
    return [link for link in made if link.by != link.reviewer]


def see(tx: Transaction, session_id: str, *, at: datetime) -> None:
    """Remembers when somebody was last seen in that session."""
    tx.connection.execute(update(sessions).where(sessions.c.id == session_id).values(seen_at=at))


def end(tx: Transaction, ids: Collection[str], *, actor: str, at: datetime, kind: str) -> tuple[str, ...]:
    """Ends the sessions of those ids that are not ended yet, each with its audit event; whose they were."""
    query = select(sessions.c.id, sessions.c.reviewer_id).where(sessions.c.id.in_(ids), sessions.c.ended_at.is_(None))
    found = tx.connection.execute(query.order_by(sessions.c.id)).all()
    tx.connection.execute(update(sessions).where(sessions.c.id.in_([row.id for row in found])).values(ended_at=at))
    append(
        tx,
        [
            Entry(stream=SYSTEM, kind=kind, actor=actor, detail={"session": row.id, "of": row.reviewer_id})
            for row in found
        ],
    )
    return tuple(row.reviewer_id for row in found)


def end_all(tx: Transaction, reviewer: str, *, actor: str, at: datetime) -> int:
    """Ends every session of a reviewer; how many there were."""
    ids = _open_ids(tx.connection, reviewer)
    return len(end(tx, ids, actor=actor, at=at, kind="person.session_ended"))


def end_those_of_leavers(tx: Transaction, staying: Collection[str]) -> None:
    """Ends every session of those who are no reviewers any more."""
    query = select(sessions.c.id).where(sessions.c.ended_at.is_(None), sessions.c.reviewer_id.not_in(staying))
    ids = list(tx.connection.execute(query).scalars())
    if ids:
        end(tx, ids, actor="bot", at=tx.now, kind="person.session_ended")


def _open_ids(connection: Connection, reviewer: str) -> list[str]:
    query = select(sessions.c.id).where(sessions.c.reviewer_id == reviewer, sessions.c.ended_at.is_(None))
    return list(connection.execute(query).scalars())


def _forget(connection: Connection, before: datetime) -> None:
    connection.execute(delete(sessions).where(or_(sessions.c.until < before, sessions.c.ended_at < before)))


def _session(row: RowMapping | dict[str, Any]) -> Session:
    return Session(
        id=row["id"],
        reviewer=row["reviewer_id"],
        way=row["way"],
        roles=None if row["roles"] is None else frozenset(Role(role) for role in from_json(row["roles"])),
        device=row["device"],
        made_at=row["made_at"],
        seen_at=row["seen_at"],
        until=row["until"],
        ended_at=row["ended_at"],
        let_in_by=frozenset(from_json(row["let_in_by"])),
    )
