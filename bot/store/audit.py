"""The audit: events appended to chains, each carrying the digest of the one before it.

The digest of an event is the SHA-256 of its canonical JSON (keys sorted, no spaces, UTF-8) with the keys `actor`,
`at`, `case_id`, `detail`, `kind`, `prev`, `seq` and `stream`; `prev` of the first is the SHA-256 of `stream:` and the
stream's name.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING

from sqlalchemy import func, insert, select

from bot.model import AuditEvent
from bot.store.encoding import from_json, sha256, to_json
from bot.store.tables import audit_events, audit_heads, cases, written
from bot.store.upsert import upsert

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import timedelta

    from sqlalchemy import Connection, RowMapping

    from bot.store.engine import Transaction

SYSTEM = "system"
"""The stream of what belongs to no account."""
READ = "case.read"
"""That somebody looked at a case: the one event of a case that changes nothing in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An event that is about to be appended."""

    stream: str
    kind: str
    actor: str = "bot"
    case_id: str | None = None
    detail: Mapping[str, object] = field(default_factory=dict)


def append(tx: Transaction, entries: Iterable[Entry]) -> None:
    """Appends the events to their chains, in order, in the caller's transaction."""
    at = written(tx.now)
    for stream, chain in groupby(sorted(entries, key=lambda entry: entry.stream), key=lambda entry: entry.stream):
        head = tx.connection.execute(
            select(audit_heads.c.seq, audit_heads.c.digest).where(audit_heads.c.stream == stream)
        ).one_or_none()
        seq, digest = head or (0, origin(stream))
        rows = []
        for entry in chain:
            seq += 1
            event: dict[str, object] = {
                "stream": stream,
                "seq": seq,
                "at": at,
                "kind": entry.kind,
                "actor": entry.actor,
                "case_id": entry.case_id,
                "detail": entry.detail,
                "prev": digest,
            }
            digest = sha256(to_json(event))
            rows.append(event | {"detail": to_json(entry.detail), "digest": digest})
        tx.connection.execute(insert(audit_events), rows)
        tx.connection.execute(
            upsert(tx.connection, audit_heads)
            .values(stream=stream, seq=seq, digest=digest)
            .on_conflict_do_update(index_elements=["stream"], set_={"seq": seq, "digest": digest})
        )


def note_opening(tx: Transaction, case_id: str, *, actor: str, unless_within: timedelta) -> None:
    """Appends that this person looked at the case, unless that was noted within this time, or there is no such case."""
    before = select(func.max(audit_events.c.at)).where(
        audit_events.c.case_id == case_id, audit_events.c.kind == READ, audit_events.c.actor == actor
    )
    last = tx.connection.execute(before).scalar_one()
    stream = tx.connection.execute(select(cases.c.account_id).where(cases.c.id == case_id)).scalar_one_or_none()
    if stream is None or (last is not None and last > written(tx.now - unless_within)):
        return
    append(tx, [Entry(stream=stream, kind=READ, actor=actor, case_id=case_id)])


def height(connection: Connection) -> int:
    """How many events there are in all chains."""
    return int(connection.execute(select(func.coalesce(func.sum(audit_heads.c.seq), 0))).scalar_one())


def origin(stream: str) -> str:
    """What the first event of a chain has in place of an earlier digest."""
    return sha256(f"stream:{stream}")


def events(connection: Connection, stream: str | None = None) -> list[AuditEvent]:
    """The events of one stream, or of all, in the order of their chains."""
    query = select(audit_events).order_by(audit_events.c.stream, audit_events.c.seq)
    if stream is not None:
        query = query.where(audit_events.c.stream == stream)
    return [event_of(row) for row in connection.execute(query).mappings()]


def trail(connection: Connection, case_id: str) -> list[AuditEvent]:
    """The events of one case, in order: they all lie in one stream."""
    query = (
        select(audit_events)
        .where(audit_events.c.case_id == case_id)
        .order_by(audit_events.c.at, audit_events.c.stream, audit_events.c.seq)
    )
    return [event_of(row) for row in connection.execute(query).mappings()]


def event_of(row: RowMapping) -> AuditEvent:
    """The event of a row."""
    return AuditEvent(
        stream=row["stream"],
        seq=row["seq"],
        at=datetime.fromisoformat(row["at"]),
        kind=row["kind"],
        actor=row["actor"],
        case_id=row["case_id"],
        detail=from_json(row["detail"]),
        prev=row["prev"],
        digest=row["digest"],
    )
