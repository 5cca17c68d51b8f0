"""The queue: what waits for staff, narrowed, counted and a page at a time. Escalated cases are never in it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, case, false, func, or_, select, union

from bot.model import State, VerdictKind
from bot.store.answers import (
    Group,
    QueueCounts,
    QueuePage,
    QueueView,
    Reader,
    Wanted,
)
from bot.store.incidents import behind
from bot.store.loading import ROWS, many, on_safety_desk
from bot.store.tables import cases, decisions, drafts, mention_versions

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, Select

_LEAVING = (State.APPROVED.value, State.PUBLISHING.value, State.RETRACTING.value)
_TROUBLE = (State.UNCONFIRMED.value, State.FAILED.value)
_OPEN, _UNCONFIRMED = cases.c.state == State.OPEN.value, cases.c.state == State.UNCONFIRMED.value
_asked = cases.c.asked_at.is_not(None)
_group = case(
    (cases.c.state.in_(_TROUBLE), Group.TROUBLE.value),
    (cases.c.state.in_(_LEAVING), Group.LEAVING.value),
    (_OPEN, Group.OPEN.value),
    else_=Group.ASKED.value,
)
_order = case((cases.c.state.in_(_TROUBLE), 0), (cases.c.state.in_(_LEAVING), 3), (_OPEN, 2), else_=1)
_waits = or_(_OPEN, cases.c.state.in_(_TROUBLE), _asked & ~cases.c.state.in_(_LEAVING))
"""A person has to do something: decide, look, or say what becomes of our reply."""


def page(connection: Connection, wanted: Wanted, reader: Reader, *, limit: int, offset: int = 0) -> QueuePage:
    """The cases of the queue that are wanted, group by group, in each the oldest first; and how many there are."""
    query = _wanted(wanted, reader, cases.c.id, _group).order_by(_order, cases.c.opened_at, cases.c.id)
    # All their ids, which are short: to count them apart, the database would have to find all of them once more.
    all_of_them = [(case_id, Group(name)) for case_id, name in connection.execute(query)]
    shown = [case_id for case_id, _ in all_of_them[offset : offset + limit]]
    found = {each.id: each for each in many(connection, ROWS.where(cases.c.id.in_(shown), ~on_safety_desk()))}
    return QueuePage(
        cases=[found[case_id] for case_id in shown if case_id in found],
        sizes=Counter(group for _, group in all_of_them),
    )


def following(
    connection: Connection, wanted: Wanted, reader: Reader, *, after: str, opened_at: datetime, avoid: Collection[str]
) -> str | None:
    """The case to go on with after that one: of those that are wanted and wait for this reader, the next to have come.

    Behind the last it begins again at the front. One of `avoid` comes only where there is no other.
    """
    later = or_(cases.c.opened_at > opened_at, and_(cases.c.opened_at == opened_at, cases.c.id > after))
    query = _wanted(wanted, reader, cases.c.id).where(
        _waits,
        cases.c.id != after,
        or_(~_OPEN, ~_approvals().where(decisions.c.reviewer_id == reader.id).exists()),
    )
    query = query.order_by(
        case((cases.c.id.in_(avoid), 1), else_=0),
        case((_OPEN & later, 0), else_=1),
        _order,
        cases.c.opened_at,
        cases.c.id,
    )
    return connection.execute(query.limit(1)).scalar_one_or_none()


def counts(connection: Connection, *, safety: bool) -> QueueCounts:
    """How many cases wait; those of the safety desk only with `safety`."""
    waiting, oldest = connection.execute(_queued(func.count(), func.min(cases.c.opened_at)).where(_waits)).one()
    escalated = ringing = 0
    if safety:
        unacknowledged = func.count().filter(cases.c.acknowledged_by.is_(None))
        rung = select(func.count(), unacknowledged).where(cases.c.state == State.ESCALATED.value)
        escalated, ringing = connection.execute(rung).one()
    return QueueCounts(waiting=waiting, oldest=oldest, escalated=escalated, ringing=ringing)


def in_views(connection: Connection, reader: Reader) -> dict[QueueView, int]:
    """How many cases each view of the queue holds for this reader."""
    numbers = connection.execute(_queued(*(func.count().filter(_view(view, reader)) for view in QueueView))).one()
    return dict(zip(QueueView, numbers, strict=True))


def _queued(*columns: ColumnElement[Any]) -> Select[Any]:
    """A question about what is in the queue: of an incident that waits the case in front alone.

    Asked of the rows of the cases alone, which are short; what they say of the safety desk is all that is true of a
    case in these states, and `page` looks twice.
    """
    here = cases.alias("here")
    moving = select(here.c.id).where(here.c.state.in_([State.OPEN.value, *_TROUBLE, *_LEAVING]))
    return (
        select(*columns)
        .select_from(cases)
        .where(
            # Each half has an index; as one condition SQLite would go through every case that there ever was.
            cases.c.id.in_(union(moving, select(here.c.id).where(here.c.asked_at.is_not(None)))),
            cases.c.verdict != VerdictKind.ESCALATE.value,
            cases.c.id.not_in(behind()),
        )
    )


def _wanted(wanted: Wanted, reader: Reader, *columns: ColumnElement[Any]) -> Select[Any]:
    query = _queued(*columns).where(_view(wanted.view, reader))
    if wanted.account:
        query = query.where(cases.c.account_id == wanted.account)
    if not (wanted.policy or wanted.severity or wanted.without):
        return query
    query = query.join(
        mention_versions,
        and_(
            mention_versions.c.mention_id == cases.c.mention_id, mention_versions.c.version == cases.c.mention_version
        ),
    )
    if wanted.policy:
        query = query.where(mention_versions.c.policy == wanted.policy)
    if wanted.without:
        spared = func.coalesce(mention_versions.c.policy, "").not_in(wanted.without)
        query = query.where(or_(~_OPEN, spared))
    return query.where(mention_versions.c.severity == wanted.severity) if wanted.severity else query


def _view(view: QueueView, reader: Reader) -> ColumnElement[bool]:
    match view:
        case QueueView.APPROVAL:
            return and_(_OPEN, cases.c.account_id.in_(reader.speaks_for), _counts(reader.id))
        case QueueView.PROBLEMS:
            return cases.c.state.in_(_TROUBLE)
        case QueueView.UNCONFIRMED:
            return _UNCONFIRMED
        case QueueView.MINE:
            decided = select(decisions.c.id).where(
                decisions.c.case_id == cases.c.id, decisions.c.reviewer_id == reader.id
            )
            return or_(cases.c.changed_by == reader.id, cases.c.id.in_(reader.has_open), decided.exists())
        case QueueView.ALL:
            return ~false()


def _counts(reviewer: str) -> ColumnElement[bool]:
    """As `rights` has it: there is a draft of the post as it reads, and this person's approval would bring it on."""
    current = select(drafts.c.id).where(
        drafts.c.case_id == cases.c.id, drafts.c.mention_version == cases.c.mention_version
    )
    by = _approvals()
    number = by.with_only_columns(func.count()).scalar_subquery()
    principal_waits = and_(
        cases.c.principal_id.is_not(None),
        cases.c.principal_id != reviewer,
        ~by.where(decisions.c.reviewer_id == cases.c.principal_id).exists(),
        number + 1 >= cases.c.approvals_required,
    )
    return and_(
        current.correlate(cases).exists(), ~by.where(decisions.c.reviewer_id == reviewer).exists(), ~principal_waits
    )


def _approvals() -> Select[Any]:
    """The approvals of a case's newest draft."""
    newer = drafts.alias("newer")
    given = and_(
        decisions.c.case_id == cases.c.id,
        decisions.c.kind == "approve",
        ~select(newer.c.id)
        .where(newer.c.case_id == cases.c.id, newer.c.revision > drafts.c.revision)
        .correlate(cases, drafts)
        .exists(),
    )
    return select(decisions.c.id).join(drafts, drafts.c.id == decisions.c.draft_id).where(given).correlate(cases)
