"""The ticked steps of a checklist: nothing but audit events, of which the last for each step counts."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from bot.model import State
from bot.store.audit import Entry, append
from bot.store.encoding import from_json
from bot.store.loading import chunks
from bot.store.records import Tick
from bot.store.tables import audit_events, cases

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Connection

    from bot.store.engine import Transaction

DONE, UNDONE = "safety.step_done", "safety.step_undone"


def tick(tx: Transaction, case_id: str, step: str, *, actor: str, done: bool) -> bool:
    """Notes that a step is done, or that it is not after all, by its id alone.

    False, and nothing is written, when that is known already, or when the actor does not have the escalation in hand.
    """
    row = tx.connection.execute(select(cases).where(cases.c.id == case_id)).one_or_none()
    if row is None or row.state != State.ESCALATED or row.acknowledged_by != actor:
        return False
    if (step in ticked(tx.connection, [case_id]).get(case_id, {})) is done:
        return False
    # Cards are redrawn when this moves; the version stays, so that a press on the card they see still counts.
    changed_at = max(tx.now, row.changed_at + timedelta(microseconds=1))
    tx.connection.execute(update(cases).where(cases.c.id == case_id).values(changed_at=changed_at))
    kind = DONE if done else UNDONE
    append(tx, [Entry(stream=row.account_id, kind=kind, actor=actor, case_id=case_id, detail={"step": step})])
    return True


def ticked(connection: Connection, case_ids: Collection[str]) -> dict[str, dict[str, Tick]]:
    """The steps that are done, by case and by step; cases without any are left out."""
    found: dict[str, dict[str, Tick]] = {}
    for part in chunks(case_ids):
        query = (
            select(audit_events)
            .where(audit_events.c.case_id.in_(part), audit_events.c.kind.in_([DONE, UNDONE]))
            .order_by(audit_events.c.stream, audit_events.c.seq)
        )
        for row in connection.execute(query):
            step = str(from_json(row.detail)["step"])
            of_case = found.setdefault(row.case_id, {})
            of_case.pop(step, None)
            if row.kind == DONE:
                of_case[step] = Tick(by=row.actor, at=datetime.fromisoformat(row.at))
    return {case_id: steps for case_id, steps in found.items() if steps}
