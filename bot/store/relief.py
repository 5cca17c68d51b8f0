"""What one shift of the safety team leaves the next: the escalations that are not finished, and who took them over."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import func, insert, select, update

from bot.model import Event, State
from bot.store.advance import apply
from bot.store.audit import SYSTEM, Entry, append
from bot.store.loading import ROWS
from bot.store.records import Change, Unfinished
from bot.store.tables import announced, cases, decisions

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.store.engine import Transaction

TAKEN = "relief:safety"
"""What `announced` calls it: up to the beginning of which shift everything has been taken over."""
_ESCALATED = cases.c.state == State.ESCALATED.value


def unfinished(connection: Connection) -> list[Unfinished]:
    """The escalations that are not closed, the oldest first."""
    by_a_person = (
        select(func.max(decisions.c.at))
        .where(decisions.c.case_id == cases.c.id, decisions.c.kind == "escalate")
        .scalar_subquery()
    )
    since = func.coalesce(by_a_person, cases.c.opened_at, type_=cases.c.opened_at.type).label("since")
    query = select(cases.c.id, since, cases.c.acknowledged_by).where(_ESCALATED).order_by("since", cases.c.id)
    return [
        Unfinished(case_id=row.id, since=row.since, acknowledged_by=row.acknowledged_by)
        for row in connection.execute(query)
    ]


def taken(connection: Connection) -> datetime | None:
    """Up to the beginning of which shift somebody has said that they have it; `None` before the first time."""
    return connection.execute(select(announced.c.at).where(announced.c.what == TAKEN)).scalar_one_or_none()


def take_over(tx: Transaction, began: datetime, *, actor: str, relieved: Collection[str]) -> list[str] | None:
    """Notes that the actor has what was left to the shift that began then; the ids of the cases now in their hands.

    Those are what the people who are relieved had acknowledged; what nobody acknowledged rings on. `None`, and nothing
    is written, when somebody has taken it already.
    """
    before = taken(tx.connection)
    if before is not None and before >= began:
        return None
    if before is None:
        tx.connection.execute(insert(announced).values(what=TAKEN, at=began))
    else:
        tx.connection.execute(update(announced).where(announced.c.what == TAKEN).values(at=began))
    held = ROWS.where(_ESCALATED, cases.c.acknowledged_by.in_(list(relieved))).order_by(cases.c.id)
    rows = tx.connection.execute(held).mappings().all()
    change = Change(case_id="", version=0, event=Event.ACKNOWLEDGED, actor=actor)
    for row in rows:
        facts = {"taken_over": True}
        apply(tx, row, replace(change, case_id=row["id"], version=row["version"]), detail=facts)
    ids = [row["id"] for row in rows]
    append(tx, [Entry(stream=SYSTEM, kind="shift.taken_over", actor=actor, detail={"cases": ids})])
    return ids
