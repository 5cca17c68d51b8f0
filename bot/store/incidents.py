"""Incidents as they stand: how large each is, which of its cases stands in front, and what has been said in it.

A pile-on is told by whom it is aimed at, on whichever of our accounts and in whichever thread: that person has to live
through it as one thing, and a crowd that wins one answer in each thread has won them all. Not by the policy, for crowds
mix their insults; nor by the account that would answer, or each of ours would owe a reply. The rules' target is that
person; where abuse names nobody, it is the account of ours that was addressed. Only a digest of the handle is kept.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, case, distinct, func, not_, or_, select

from bot.model import Reason, State, VerdictKind
from bot.store.encoding import sha256
from bot.store.loading import ROWS, chunks, many
from bot.store.records import Standing
from bot.store.tables import cards, cases, mentions

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, RowMapping, Select, Subquery

    from bot.model import Case

LONGEST = timedelta(hours=24)
"""So long after its first post an incident takes in no more: abuse that never stops is a new incident each day."""
_MOVING = (State.APPROVED.value, State.PUBLISHING.value, State.UNCONFIRMED.value)
_ANSWERED = (State.PUBLISHED.value, State.RETRACTING.value, State.RETRACTED.value)
_IN_ONE_CARD = (State.OPEN.value, *_MOVING)
_ANSWERABLE = cases.c.verdict == VerdictKind.RESPOND.value
answered: ColumnElement[bool] = and_(
    _ANSWERABLE, or_(cases.c.state.in_(_ANSWERED), func.coalesce(cases.c.outcome, "").in_(["dry_run", "corrected"]))
)
"""Cases whose post has had its reply, one that was taken back or rehearsed included."""
speaks: ColumnElement[bool] = or_(answered, and_(_ANSWERABLE, cases.c.state.in_(_MOVING)))
"""Cases whose reply stands, or is to be posted, or may have been: no other post of the incident is answered."""
counts: ColumnElement[bool] = and_(
    _ANSWERABLE,
    not_(func.coalesce(cases.c.outcome, "") == "superseded"),
    func.coalesce(cases.c.reason, "").not_in([reason.value for reason in Reason if not reason.abusive]),
)
"""Cases that count towards an incident: what a reviewer ruled not to be abuse is no part of a pile-on."""


def digest_of(handle: str) -> str:
    """What is kept of the handle at which abuse is aimed."""
    return sha256(handle.lower())


_RECENT = mentions.c.arrived_at >= bindparam("since")
_LATEST = (
    select(mentions.c.aim, mentions.c.incident_id)
    .where(mentions.c.aim.in_(bindparam("aims", expanding=True)), _RECENT, mentions.c.incident_id.is_not(None))
    .group_by(mentions.c.aim, mentions.c.incident_id)
    .order_by(func.max(mentions.c.arrived_at))
)
_STANDINGS = (
    select(
        mentions.c.aim,
        func.count(distinct(mentions.c.id)).filter(counts),
        func.count().filter(and_(_ANSWERABLE, cases.c.state == State.OPEN.value)),
        func.count().filter(answered),
    )
    .join(cases, cases.c.mention_id == mentions.c.id)
    .where(
        or_(
            and_(mentions.c.aim.in_(bindparam("alone", expanding=True)), _RECENT, mentions.c.incident_id.is_(None)),
            and_(
                mentions.c.aim.in_(bindparam("formed", expanding=True)),
                mentions.c.incident_id.in_(bindparam("incidents", expanding=True)),
            ),
        )
    )
    .group_by(mentions.c.aim)
)


def standings(
    connection: Connection, handles: Collection[str], *, now: datetime, within: timedelta
) -> dict[str, Standing]:
    """How things stand with each target that posts were aimed at within that time; the others are left out."""
    by_digest = {digest_of(handle): handle for handle in handles}
    found: dict[str, Standing] = {}
    for part in chunks(by_digest):
        asked = {"aims": part, "since": now - within}
        formed = {aim: incident for aim, incident in connection.execute(_LATEST, asked)}  # noqa: C416 - a row is not a pair to mypy
        formed = {aim: each for aim, each in formed.items() if takes_more(connection, each, now)}
        asked["alone"] = [aim for aim in part if aim not in formed]
        asked |= {"formed": list(formed), "incidents": list(formed.values())}
        for aim, number, waiting, replies in connection.execute(_STANDINGS, asked):
            found[by_digest[aim]] = Standing(
                formed=aim in formed, cases=number, waiting=waiting, answered=bool(replies)
            )
    return found


def takes_more(connection: Connection, incident_id: str, now: datetime) -> bool:
    """Whether the incident is still young enough to take in posts."""
    first = select(func.min(mentions.c.arrived_at)).where(mentions.c.incident_id == incident_id)
    since: datetime | None = connection.execute(first).scalar_one()
    return since is not None and now - since < LONGEST


def behind(desk: str | None = None) -> Select[str]:
    """The ids of open cases that are shown by another case of their incident, for a query.

    In front is the one that is to be answered, else, on a desk that draws cards, the one that has the card there, else
    the earliest: later posts never take its place, so what a reviewer has under the thumb stays.
    """
    placed = _placed(desk)
    return select(placed.c.id).where(placed.c.place > 1, placed.c.state == State.OPEN.value)


def fronts(connection: Connection, incident_ids: Collection[str], desk: str) -> dict[str, str]:
    """The id of the case in front of each incident that has a case in review, or on its way."""
    placed = _placed(desk)
    found: dict[str, str] = {}
    for part in chunks(incident_ids):
        query = select(placed.c.incident_id, placed.c.id).where(placed.c.place == 1, placed.c.incident_id.in_(part))
        found |= {incident: case_id for incident, case_id in connection.execute(query)}  # noqa: C416 - a row is not a pair to mypy
    return found


def _placed(desk: str | None) -> Subquery:
    order: list[ColumnElement[Any]] = [case((cases.c.state.in_(_MOVING), 0), else_=1)]
    if desk is not None:
        drawn = select(cards.c.case_id).where(cards.c.desk == desk, cards.c.case_id == cases.c.id, ~cards.c.stub)
        order.append(case((drawn.exists(), 0), else_=1))
    order += [cases.c.opened_at, cases.c.id]
    place = func.row_number().over(partition_by=mentions.c.incident_id, order_by=order)
    return (
        select(cases.c.id, cases.c.state, mentions.c.incident_id, place.label("place"))
        .join(mentions, mentions.c.id == cases.c.mention_id)
        .where(mentions.c.incident_id.is_not(None), _ANSWERABLE, cases.c.state.in_(_IN_ONE_CARD))
        .subquery()
    )


def cases_of(connection: Connection, incident_id: str) -> list[Case]:
    """Every case of an incident that could be answered, in whatever state, in the order of their opening."""
    query = ROWS.where(mentions.c.incident_id == incident_id, _ANSWERABLE)
    return many(connection, query.order_by(cases.c.opened_at, cases.c.id))


def members(connection: Connection, incident_id: str, states: Collection[State]) -> Sequence[RowMapping]:
    """The rows of an incident's cases in these states, in the order of their opening."""
    query = ROWS.where(
        mentions.c.incident_id == incident_id, _ANSWERABLE, cases.c.state.in_([state.value for state in states])
    )
    return connection.execute(query.order_by(cases.c.opened_at, cases.c.id)).mappings().all()


def speaker(connection: Connection, incident_id: str | None, *, mention_id: str) -> str | None:
    """The id of the case whose post, another than this mention, has had the one reply of the incident, or is to."""
    if incident_id is None:
        return None
    query = (
        select(cases.c.id)
        .join(mentions, mentions.c.id == cases.c.mention_id)
        .where(mentions.c.incident_id == incident_id, speaks, mentions.c.id != mention_id)
    )
    return connection.execute(query.limit(1)).scalar_one_or_none()
