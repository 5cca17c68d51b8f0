"""The queue: what waits for staff, narrowed, counted and a page at a time. Escalated cases are never in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, case, false, func, or_, select

from bot.model import State
from bot.store.cases import on_safety_desk
from bot.store.incidents import behind
from bot.store.loading import ROWS, many
from bot.store.records import Group, QueueCounts, QueuePage, QueueView, Reader, Wanted
from bot.store.tables import cases, decisions, drafts, mention_versions, mentions

if TYPE_CHECKING:
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
    narrowed = [_view(wanted.view, reader), *_narrowed(wanted)]
    sizes = connection.execute(_queued(_group, func.count()).where(*narrowed).group_by(_group))
    ids = _queued(cases.c.id).where(*narrowed).order_by(_order, cases.c.opened_at, cases.c.id)
    shown = list(connection.execute(ids.limit(limit).offset(offset)).scalars())
    found = {each.id: each for each in many(connection, ROWS.where(cases.c.id.in_(shown)))}
    return QueuePage(
        cases=[found[case_id] for case_id in shown],
        sizes={Group(name): number for name, number in sizes},
    )


def counts(connection: Connection, reader: Reader, *, safety: bool) -> QueueCounts:
    """How many cases wait, in all and in each view; those of the safety desk only where they exist for the reader."""
    views = [func.count().filter(_view(view, reader)) for view in QueueView]
    query = _queued(func.count().filter(_waits), func.min(cases.c.opened_at).filter(_waits), *views)
    waiting, oldest, *numbers = connection.execute(query).one()
    escalated = ringing = 0
    if safety:
        unacknowledged = func.count().filter(cases.c.acknowledged_by.is_(None))
        rung = select(func.count(), unacknowledged).where(cases.c.state == State.ESCALATED.value)
        escalated, ringing = connection.execute(rung).one()
    return QueueCounts(
        waiting=waiting,
        oldest=oldest,
        views=dict(zip(QueueView, numbers, strict=True)),
        escalated=escalated,
        ringing=ringing,
    )


def _queued(*columns: ColumnElement[Any]) -> Select[Any]:
    """A question about what is in the queue: of an incident that waits the case in front alone."""
    states = [State.OPEN.value, *_TROUBLE, *_LEAVING]
    return (
        select(*columns)
        .select_from(cases)
        .join(mentions, mentions.c.id == cases.c.mention_id)
        .join(
            mention_versions,
            and_(
                mention_versions.c.mention_id == cases.c.mention_id,
                mention_versions.c.version == cases.c.mention_version,
            ),
        )
        .where(or_(cases.c.state.in_(states), _asked), ~on_safety_desk(), cases.c.id.not_in(behind()))
    )


def _narrowed(wanted: Wanted) -> list[ColumnElement[bool]]:
    wishes = (
        (wanted.account, cases.c.account_id == wanted.account),
        (wanted.policy, mention_versions.c.policy == wanted.policy),
        (wanted.severity, mention_versions.c.severity == wanted.severity),
    )
    spared = (wanted.without, or_(~_OPEN, func.coalesce(mention_versions.c.policy, "").not_in(wanted.without)))
    return [condition for wish, condition in (*wishes, spared) if wish]


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
    of_case = drafts.c.case_id == cases.c.id
    revision = select(func.max(drafts.c.revision)).where(of_case).correlate(cases).scalar_subquery()
    newest = (
        select(drafts.c.id)
        .where(of_case, drafts.c.mention_version == cases.c.mention_version, drafts.c.revision == revision)
        .correlate(cases)
    )
    given = and_(decisions.c.kind == "approve", decisions.c.draft_id.in_(newest))
    by = select(decisions.c.id).where(given).correlate(cases)
    number = select(func.count()).select_from(decisions).where(given).correlate(cases).scalar_subquery()
    principal_waits = and_(
        cases.c.principal_id.is_not(None),
        cases.c.principal_id != reviewer,
        ~by.where(decisions.c.reviewer_id == cases.c.principal_id).exists(),
        number + 1 >= cases.c.approvals_required,
    )
    return and_(newest.exists(), ~by.where(decisions.c.reviewer_id == reviewer).exists(), ~principal_waits)
