"""Asking for cases: the queue, the closed ones, what was decided, and the mentions that are still followed."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING

from sqlalchemy import Select, and_, or_, select

from bot.model import Case, Mention, Reason, State
from bot.store.encoding import mention_from
from bot.store.history import may_be_out, out_at
from bot.store.incidents import behind
from bot.store.loading import ROWS, many, on_safety_desk
from bot.store.records import DecisionRecord
from bot.store.tables import cases, decisions, mention_versions, mentions, publications

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection

ENDED = (State.PUBLISHED, State.RETRACTED, State.CLOSED)
_LOOKED_AT = (State.OPEN, State.APPROVED, State.ESCALATED)
_WATCHED_FOR = timedelta(hours=24)
_SETTLED_LOOKED_AT = 200
_AT_ONCE = 500
_OF_MENTION = select(cases.c.id).where(cases.c.mention_id == mentions.c.id)


def in_states(  # noqa: PLR0913 - each narrows or widens the question, given by keyword
    connection: Connection,
    states: Collection[State],
    *,
    safety: bool | None = None,
    account: str | None = None,
    asked: bool = False,
    in_front: bool = False,
    limit: int = 1_000,
) -> list[Case]:
    """Cases in these states, oldest first; `safety`: only the safety desk's (True), only the others (False), all.

    With `asked` those besides that ask what becomes of our reply. With `in_front` one of each incident that waits, and
    not those that it shows.
    """
    wanted = cases.c.state.in_([state.value for state in states])
    query = ROWS.where(or_(wanted, cases.c.asked_at.is_not(None)) if asked else wanted)
    if safety is not None:
        query = query.where(on_safety_desk() if safety else ~on_safety_desk())
    if in_front:
        query = query.where(cases.c.id.not_in(behind()))
    if account is not None:
        query = query.where(cases.c.account_id == account)
    return many(connection, query.order_by(cases.c.opened_at, cases.c.id).limit(limit))


def closed(connection: Connection, *, limit: int = 50, safety: bool = False) -> list[Case]:
    """Cases that have come to an end, the latest first; the safety desk's, or the others."""
    # Asked so, the latest are read off the index of changes; nearly all cases have ended.
    ended = select(cases.c.id).where(cases.c.state.not_in([state.value for state in State if state not in ENDED]))
    latest = ended.order_by(cases.c.changed_at.desc(), cases.c.id.desc()).limit(_AT_ONCE)
    found: list[Case] = []
    # Which desk it is of, the long rows of its evidence say: they are read for the latest alone.
    for offset in count(0, _AT_ONCE):
        ids = list(connection.execute(latest.offset(offset)).scalars())
        query = ROWS.where(cases.c.id.in_(ids), on_safety_desk() if safety else ~on_safety_desk())
        query = query.order_by(cases.c.changed_at.desc(), cases.c.id.desc()).limit(limit - len(found))
        found += many(connection, query)
        if len(found) == limit or len(ids) < _AT_ONCE:
            break
    return found


def decisions_on(connection: Connection, case_id: str) -> list[DecisionRecord]:
    """What reviewers ruled on a case, in order."""
    query = select(decisions).where(decisions.c.case_id == case_id).order_by(decisions.c.at, decisions.c.id)
    return [
        DecisionRecord(
            id=row.id,
            case_id=row.case_id,
            kind=row.kind,
            reviewer=row.reviewer_id,
            at=row.at,
            reason=None if row.reason is None else Reason(row.reason),
            note=row.note,
            desk=row.desk,
            draft_id=row.draft_id,
        )
        for row in connection.execute(query)
    ]


def live_mentions(connection: Connection, account_id: str, now: datetime) -> list[Mention]:
    """The mentions whose deletion or edit still matters, seen through this account, oldest case first.

    Each as it stands at its case, so that an edit that could not be applied yet is found again. Then those that were
    recorded without a case, which an edit may turn into a threat: for a day, the latest first, and not too many.
    """
    live = (
        select(mention_versions.c.evidence)
        .join(
            cases,
            and_(
                cases.c.mention_id == mention_versions.c.mention_id,
                cases.c.mention_version == mention_versions.c.version,
            ),
        )
        .join(mentions, mentions.c.id == cases.c.mention_id)
        .where(
            mentions.c.account_id == account_id,
            cases.c.state.in_([state.value for state in _LOOKED_AT]),
            mention_versions.c.evidence.is_not(None),
        )
        .order_by(cases.c.opened_at, cases.c.id)
    )
    recorded = and_(mentions.c.seen_at >= now - _WATCHED_FOR, ~_OF_MENTION.exists())
    found = [*connection.execute(live).scalars(), *connection.execute(_settled(account_id, recorded)).scalars()]
    return [mention_from(evidence) for evidence in found]


def answered_mentions(connection: Connection, account_id: str, since: datetime) -> list[Mention]:
    """The mentions seen through this account with a reply that is, or may be, out since then; the latest first."""
    replies = _OF_MENTION.join(publications, publications.c.case_id == cases.c.id).where(may_be_out, out_at >= since)
    looked_at = _OF_MENTION.where(cases.c.state.in_([state.value for state in _LOOKED_AT]))
    query = _settled(account_id, and_(replies.exists(), ~looked_at.exists()))
    return [mention_from(evidence) for evidence in connection.execute(query).scalars()]


def _settled(account_id: str, which: ColumnElement[bool]) -> Select[str]:
    """The newest evidence of mentions that are past review, as far as they still stand."""
    return (
        select(mention_versions.c.evidence)
        .join(
            mentions,
            and_(mention_versions.c.mention_id == mentions.c.id, mention_versions.c.version == mentions.c.version),
        )
        .where(
            mentions.c.account_id == account_id,
            mentions.c.gone_at.is_(None),
            mention_versions.c.evidence.is_not(None),
            which,
        )
        .order_by(mentions.c.seen_at.desc(), mentions.c.id.desc())
        .limit(_SETTLED_LOOKED_AT)
    )
