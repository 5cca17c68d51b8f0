"""How each reviewer wants to read, and what they are spared for a while.

None of it is audited: what somebody cannot bear to read today is theirs, and an audit never forgets.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from bot.store.tables import choices, spared
from bot.store.upsert import upsert

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.store.engine import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """How one reviewer wants to read."""

    shown: bool = False
    """Strangers' words at once, and not only when asked for."""
    grey: bool = False
    """Pictures and emoji in strangers' words without colour."""
    rehearsed_at: datetime | None = None
    """When they went through the rehearsal, or left it out; `None` when they did neither."""
    spared: Mapping[str, datetime] = field(default_factory=dict)
    """The policies of which no case is put in front of them, each with until when."""


def of_reviewer(connection: Connection, reviewer: str, *, at: datetime) -> Choices:
    """What a reviewer chose, or what holds until they do."""
    row = connection.execute(select(choices).where(choices.c.reviewer_id == reviewer)).one_or_none()
    query = select(spared).where(spared.c.reviewer_id == reviewer, spared.c.until > at).order_by(spared.c.policy)
    out = {found.policy: found.until for found in connection.execute(query)}
    if row is None:
        return Choices(spared=out)
    return Choices(shown=row.shown, grey=row.grey, rehearsed_at=row.rehearsed_at, spared=out)


def choose(tx: Transaction, reviewer: str, *, shown: bool, grey: bool) -> None:
    """Keeps how a reviewer wants to read."""
    _put(tx, reviewer, {"shown": shown, "grey": grey})


def rehearsed(tx: Transaction, reviewer: str) -> None:
    """Remembers that a reviewer went through the rehearsal, or left it out."""
    _put(tx, reviewer, {"rehearsed_at": tx.now})


def spare(tx: Transaction, reviewer: str, policy: str, *, until: datetime | None) -> None:
    """Puts no case of the policy in front of the reviewer until then; `None` takes that back."""
    tx.connection.execute(delete(spared).where(spared.c.reviewer_id == reviewer, spared.c.policy == policy))
    if until is not None:
        row = {"reviewer_id": reviewer, "policy": policy, "until": until}
        tx.connection.execute(upsert(tx.connection, spared).values(row))


def all_spared(connection: Connection, *, at: datetime) -> dict[str, frozenset[str]]:
    """Who is spared each policy now: ids of reviewers by policy."""
    found: dict[str, set[str]] = {}
    for row in connection.execute(select(spared).where(spared.c.until > at)):
        found.setdefault(row.policy, set()).add(row.reviewer_id)
    return {policy: frozenset(people) for policy, people in found.items()}


def _put(tx: Transaction, reviewer: str, changed: Mapping[str, object]) -> None:
    first = {"reviewer_id": reviewer, "shown": False, "grey": False, **changed}
    statement = upsert(tx.connection, choices).values(first)
    tx.connection.execute(statement.on_conflict_do_update(index_elements=["reviewer_id"], set_=dict(changed)))
