"""Reading the audit as people do: the latest first and page by page, or all of it, line by line.

A chain is read backwards along its own numbers, so that nothing is missed whatever the clock did, and no index by time
is needed.
"""

from __future__ import annotations

import json
from heapq import merge
from itertools import islice
from typing import TYPE_CHECKING

from sqlalchemy import and_, or_, select

from bot.store.answers import ChainHead
from bot.store.audit import event_of
from bot.store.encoding import to_json
from bot.store.loading import on_safety_desk
from bot.store.tables import audit_events, audit_heads, cases, mention_versions, written

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from sqlalchemy import ColumnElement, Connection

    from bot.model import AuditEvent
    from bot.store.answers import AuditSought

LINES_AT_ONCE = 1_000
TOLD_AT_ONCE = 20_000
_OF_CASE = and_(
    mention_versions.c.mention_id == cases.c.mention_id, mention_versions.c.version == cases.c.mention_version
)
_WITHHELD = (
    select(cases.c.id)
    .join(mention_versions, _OF_CASE)
    .where(cases.c.id == audit_events.c.case_id, on_safety_desk())
    .correlate(audit_events)
    .exists()
)
_OF_A_MENTION = and_(
    audit_events.c.case_id.is_(None),
    audit_events.c.kind.in_(["mention.gone", "mention.edited", "evidence.captured", "evidence.read"]),
)
"""What happened to a post, whatever became of it: it may have been the safety desk's."""
_OF_THE_SAFETY_DESK = or_(
    audit_events.c.kind.in_(["evidence.packed", "shift.taken_over"]),
    and_(audit_events.c.kind == "shift.handed_over", audit_events.c.detail.contains('"safety":true', autoescape=True)),
    and_(
        audit_events.c.kind == "desk.briefed",
        audit_events.c.detail.in_([to_json({"what": what}) for what in ("relief", "shift:safety")]),
    ),
)
"""What nobody but the safety team does, or is told."""


def page(connection: Connection, sought: AuditSought, *, limit: int) -> list[AuditEvent]:
    """The events that are asked for, the latest first and no more than `limit`."""
    streams = [head.stream for head in heads(connection) if sought.stream in {None, head.stream}]
    chains = (_backwards(connection, stream, sought, limit) for stream in streams)
    return list(islice(merge(*chains, key=lambda event: event.at, reverse=True), limit))


def _backwards(connection: Connection, stream: str, sought: AuditSought, limit: int) -> list[AuditEvent]:
    query = (
        select(audit_events)
        .where(audit_events.c.stream == stream, *_conditions(sought))
        .order_by(audit_events.c.seq.desc())
        .limit(limit)
    )
    if stream in sought.before:
        query = query.where(audit_events.c.seq < sought.before[stream])
    return [event_of(row) for row in connection.execute(query).mappings()]


def _conditions(sought: AuditSought) -> Iterator[ColumnElement[bool]]:
    if not sought.safety:
        yield ~or_(_WITHHELD, _OF_A_MENTION, _OF_THE_SAFETY_DESK)
    if sought.kind is not None:
        yield audit_events.c.kind == sought.kind
    if sought.actor is not None:
        yield audit_events.c.actor == sought.actor
    if sought.case_id is not None:
        yield audit_events.c.case_id == sought.case_id
    if sought.since is not None:
        yield audit_events.c.at >= written(sought.since)
    if sought.until is not None:
        yield audit_events.c.at < written(sought.until)


def heads(connection: Connection) -> list[ChainHead]:
    """The last event of each chain, by name."""
    return [
        ChainHead(stream=row.stream, seq=row.seq, digest=row.digest)
        for row in connection.execute(select(audit_heads).order_by(audit_heads.c.stream))
    ]


def after(connection: Connection, stream: str, seq: int, *, until: int) -> list[AuditEvent]:
    """The next events of a chain, no later than `until`, and not too many at once."""
    query = (
        select(audit_events)
        .where(audit_events.c.stream == stream, audit_events.c.seq > seq, audit_events.c.seq <= until)
        .order_by(audit_events.c.seq)
        .limit(LINES_AT_ONCE)
    )
    return [event_of(row) for row in connection.execute(query).mappings()]


def told(
    connection: Connection, head: ChainHead, seq: int, kinds: Collection[str]
) -> tuple[int, list[tuple[str, str, str | None, str]]]:
    """(at, kind, case, detail as JSON) of the next events of these kinds, up to the head, and where they end.

    As they lie in the database, for whoever reads a million of them.
    """
    columns = (audit_events.c.at, audit_events.c.kind, audit_events.c.case_id, audit_events.c.detail)
    upto = min(head.seq, seq + TOLD_AT_ONCE)
    query = (
        select(*columns)
        .where(audit_events.c.stream == head.stream, audit_events.c.seq > seq, audit_events.c.seq <= upto)
        .where(audit_events.c.kind.in_(sorted(kinds)))
        .order_by(audit_events.c.seq)
    )
    return upto, [tuple(row) for row in connection.execute(query)]


def line(event: AuditEvent) -> str:
    """The event as it is exported: one line of JSON with all that its digest is made of, and the digest."""
    written_down = {
        "stream": event.stream,
        "seq": event.seq,
        "at": written(event.at),
        "kind": event.kind,
        "actor": event.actor,
        "case": event.case_id,
        "detail": event.detail,
        "prev": event.prev,
        "digest": event.digest,
    }
    return json.dumps(written_down, ensure_ascii=False)
