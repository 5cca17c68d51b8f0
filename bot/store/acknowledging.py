"""How long escalations waited until somebody had them, as the audit tells it: nothing is kept for it besides."""

from __future__ import annotations

from datetime import datetime
from itertools import groupby
from statistics import median_low
from typing import TYPE_CHECKING

from sqlalchemy import or_, select

from bot.model import Event, State, VerdictKind
from bot.store.encoding import from_json
from bot.store.records import Acknowledged
from bot.store.tables import audit_events, cases, decisions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import timedelta
    from typing import Any

    from sqlalchemy import Connection

OPENED, EDITED = "case.opened", f"case.{Event.MENTION_EDITED}"
CALLED = f"case.{Event.ESCALATED}"
HEARD = frozenset(f"case.{event}" for event in (Event.ACKNOWLEDGED, Event.DISMISSED, Event.REFERRED, Event.RELEASED))
"""After these somebody has it, or has closed it, which is the same."""


def acknowledged(connection: Connection, since: datetime, until: datetime) -> Acknowledged:
    """How long the escalations that began between two moments waited; one that was edited in hand calls anew."""
    by_a_person = select(decisions.c.case_id).where(decisions.c.kind == "escalate")
    escalated = or_(cases.c.verdict == VerdictKind.ESCALATE.value, cases.c.id.in_(by_a_person))
    query = (
        select(audit_events.c.case_id, audit_events.c.kind, audit_events.c.at, audit_events.c.detail, cases.c.verdict)
        .join(cases, cases.c.id == audit_events.c.case_id)
        # Whatever happened since then has changed its case since then, and by that there is an index.
        .where(cases.c.changed_at >= since, escalated, audit_events.c.kind.in_([OPENED, EDITED, CALLED, *HEARD]))
        .order_by(audit_events.c.case_id, audit_events.c.seq)
    )
    waits: list[timedelta] = []
    waiting: list[datetime] = []
    for _, events in groupby(connection.execute(query), key=lambda row: row.case_id):
        for began, heard in _calls(events):
            if since <= began < until:
                if heard is None:
                    waiting.append(began)
                else:
                    waits.append(heard - began)
    return Acknowledged(
        number=len(waits),
        median=median_low(waits) if waits else None,
        worst=max(waits, default=None),
        waiting=len(waiting),
        oldest=min(waiting, default=None),
    )


def _calls(events: Iterable[Any]) -> Iterator[tuple[datetime, datetime | None]]:
    """Each time that a case called for somebody: since when, and when somebody had it, `None` while nobody has."""
    began: datetime | None = None
    for event in events:
        at = datetime.fromisoformat(event.at)
        if event.kind in HEARD:
            if began is not None:
                yield began, at
            began = None
        elif event.kind == CALLED or _escalates(event):
            began = began or at
    if began is not None:
        yield began, None


def _escalates(event: Any) -> bool:  # noqa: ANN401  a row of the query above
    """Whether this event has a case call: it opened as an escalation, or was edited while it was one."""
    if event.kind == OPENED:
        return bool(event.verdict == VerdictKind.ESCALATE)
    return event.kind == EDITED and bool(from_json(event.detail).get("state") == State.ESCALATED)
