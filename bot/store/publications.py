"""Publications: written before the first attempt, tied by the database to the approvals of exactly that text.

`ApprovedReply` is made here and nowhere else.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import and_, false, func, insert, or_, select, update

from bot.model import ApprovedReply, Case, State, Visibility
from bot.store.advance import escalated_beside, known_case
from bot.store.audit import Entry, append
from bot.store.encoding import sha256
from bot.store.errors import Preceded, Stale, StoreError
from bot.store.history import may_be_out, out_at
from bot.store.loading import ROWS, many
from bot.store.records import OthersOut
from bot.store.settings import paused
from bot.store.tables import cases, drafts, mentions, publications

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, RowMapping

    from bot.store.engine import Transaction

    Living = Callable[[Connection], Collection[str]]
    """Tells which processes may still be at what they claimed."""


_LONGEST_CLAIM = timedelta(minutes=10)


def next_due(
    connection: Connection, account_id: str, now: datetime, living: Living, skip: Collection[str] = ()
) -> Case | None:
    """What an account's publisher is to do next, leaving out the cases in `skip`; `None` when there is nothing.

    First a claim that did not end, then a reply that is to be taken down; then, unless paused, the approved case that
    has been due for longest.
    """
    first, second = cases.c.state == State.PUBLISHING.value, cases.c.state == State.RETRACTING.value
    query = ROWS.where(cases.c.account_id == account_id, _due(connection, now, living), cases.c.id.not_in(list(skip)))
    found = many(connection, query.order_by(first.desc(), second.desc(), cases.c.due_at, cases.c.id).limit(1))
    return found[0] if found else None


def accounts_due(connection: Connection, now: datetime, living: Living) -> list[str]:
    """The accounts whose publishers have something to do, in the order of their ids."""
    query = select(cases.c.account_id).distinct().where(_due(connection, now, living)).order_by(cases.c.account_id)
    return list(connection.execute(query).scalars())


def _due(connection: Connection, now: datetime, living: Living) -> ColumnElement[bool]:
    """What there is to do for a publisher: claims that did not end, retractions, and what is due and not paused.

    A claim ended without a result when its time ran out, or when its claimer is gone. One between its two looks is
    left until its time, whoever claimed it: a second look that comes too early would miss what is still on its way.
    One that would last longer than any was made by a clock that was ahead, and has ended too.
    """
    stopped = paused(connection).keys()
    looking = select(publications.c.id).where(publications.c.case_id == cases.c.id, publications.c.looks > 0).exists()
    ahead = cases.c.claimed_until > now + _LONGEST_CLAIM
    gone = and_(cases.c.owner.not_in(living(connection)), ~looking)
    ended = or_(cases.c.claimed_until <= now, ahead, gone)
    posts = and_(cases.c.state == State.APPROVED.value, cases.c.due_at <= now, cases.c.account_id.not_in(stopped))
    return or_(
        and_(cases.c.state == State.PUBLISHING.value, ended),
        cases.c.state == State.RETRACTING.value,
        posts if "all" not in stopped else false(),
    )


def next_due_at(connection: Connection) -> datetime | None:
    """When the next approved case is due, which may be past."""
    due: datetime | None = connection.execute(
        select(func.min(cases.c.due_at)).where(cases.c.state == State.APPROVED.value)
    ).scalar_one()
    return due


def others_out(connection: Connection, case: Case, since: datetime) -> OthersOut:
    """The replies besides this case's own that count against it."""
    mention = case.mention
    others = (
        select(func.count())
        .select_from(publications)
        .join(cases, cases.c.id == publications.c.case_id)
        .join(mentions, mentions.c.id == cases.c.mention_id)
        # None that failed may be out; said once more, the index by case is used, and no table is read whole.
        .where(publications.c.case_id != case.id, publications.c.state != "failed", may_be_out)
    )

    def number(*conditions: ColumnElement[bool]) -> int:
        return int(connection.execute(others.where(*conditions)).scalar_one())

    return OthersOut(
        since=since,
        of_account=number(publications.c.account_id == case.account, out_at >= since),
        to_author=number(mentions.c.author_uri == mention.author.uri),
        in_conversation=number(mentions.c.conversation == mention.conversation),
    )


def intend(
    tx: Transaction, case: Case, *, owner: str, visibility: Visibility, others: OthersOut | None
) -> ApprovedReply:
    """Writes down that the case's approved draft is about to be posted, and counts the attempt.

    A publication that was postponed is used again, with its key. Raises Stale when the claim is not the owner's, or
    when the newest draft no longer answers the mention as it stands, or it is escalated now; and Preceded when other
    replies have gone out, so that the limits have to be asked anew. `None` for `others` asks nothing.
    """
    row = tx.connection.execute(select(cases).where(cases.c.id == case.id)).mappings().one_or_none()
    now = known_case(tx.connection, case.id)
    claimed = row is not None and row["state"] == State.PUBLISHING and row["owner"] == owner
    if row is None or not claimed or escalated_beside(tx.connection, row["mention_id"]):
        raise Stale(now)
    if now.version != case.version or now.draft is None or not _answers_newest(tx.connection, now):
        raise Stale(now)
    if others is not None and others_out(tx.connection, now, others.since) != others:
        raise Preceded
    live = _live(tx.connection, case.id)
    if live is None:
        _insert(tx, now, visibility)
    else:
        tx.connection.execute(
            update(publications)
            .where(publications.c.id == live["id"])
            .values(attempts=live["attempts"] + 1, visibility=visibility.value)
        )
    written = _live(tx.connection, case.id)
    if written is None or written["draft_id"] != now.draft.id:
        raise StoreError(f"Case {case.id}: its publication is of another draft.")
    detail = {
        "publication": written["id"],
        "draft": now.draft.id,
        "draft_sha256": now.draft.text_sha256,
        "attempt": written["attempts"],
        "decisions": [written["decision_id"], written["second_decision_id"]],
        "approved_by": [written["reviewer_id"], written["second_reviewer_id"]],
    }
    append(tx, [Entry(stream=now.account, kind="reply.intended", case_id=case.id, detail=detail)])
    return _reply(now, written)


def reply_of(connection: Connection, case_id: str) -> ApprovedReply | None:
    """The reply of the live publication, to look for it on the platform; `None` when none was intended."""
    live = _live(connection, case_id)
    return None if live is None else _reply(known_case(connection, case_id), live)


def replies_since(connection: Connection, account_id: str, since: datetime) -> list[datetime]:
    """When the account's replies were posted, oldest first; one that may have been posted counts from its intent."""
    query = (
        select(out_at.label("at"))
        .join(cases, cases.c.id == publications.c.case_id)
        .where(publications.c.account_id == account_id, may_be_out, out_at >= since)
        .order_by("at")
    )
    return list(connection.execute(query).scalars())


def _answers_newest(connection: Connection, case: Case) -> bool:
    newest = connection.execute(
        select(mentions.c.version).join(cases, cases.c.mention_id == mentions.c.id).where(cases.c.id == case.id)
    ).scalar_one()
    return case.draft is not None and case.draft.mention_version == newest


def _live(connection: Connection, case_id: str) -> RowMapping | None:
    query = (
        select(publications, drafts.c.text)
        .join(drafts, drafts.c.id == publications.c.draft_id)
        .where(publications.c.case_id == case_id, publications.c.state != "failed")
    )
    return connection.execute(query).mappings().one_or_none()


def _insert(tx: Transaction, case: Case, visibility: Visibility) -> None:
    approvals = case.approvals[: case.approvals_required]
    if case.draft is None or len(approvals) < case.approvals_required:
        raise Stale(case)
    first, second = approvals[0], approvals[1] if len(approvals) > 1 else None
    publication = tx.new_id()
    incident = (
        select(func.coalesce(mentions.c.incident_id, mentions.c.id))
        .join(cases, cases.c.mention_id == mentions.c.id)
        .where(cases.c.id == case.id)
    )
    tx.connection.execute(
        insert(publications).values(
            id=publication,
            case_id=case.id,
            account_id=case.account,
            draft_id=case.draft.id,
            text_sha256=case.draft.text_sha256,
            approvals_required=case.approvals_required,
            decision_kind="approve",
            decision_id=first.decision_id,
            reviewer_id=first.reviewer_id,
            second_decision_id=second and second.decision_id,
            second_reviewer_id=second and second.reviewer_id,
            state="intended",
            idempotency_key=f"nion-{publication}",
            visibility=visibility.value,
            intended_at=tx.now,
            attempts=1,
            looks=0,
            incident_id=incident.scalar_subquery(),
        )
    )


def _reply(case: Case, row: RowMapping) -> ApprovedReply:
    """The one place where an `ApprovedReply` is made. Raises StoreError for a text other than the one approved."""
    if row["text"] is None or sha256(row["text"]) != row["text_sha256"]:
        raise StoreError(f"Case {case.id}: the stored text is not the one that was approved. Run `audit verify`.")
    pairs = [(row["decision_id"], row["reviewer_id"]), (row["second_decision_id"], row["second_reviewer_id"])]
    given = [(decision, reviewer) for decision, reviewer in pairs if decision is not None]
    return ApprovedReply(
        case_id=case.id,
        account=row["account_id"],
        mention_uri=case.mention.uri,
        text=row["text"],
        visibility=Visibility(row["visibility"]),
        lang=case.mention.lang,
        key=row["idempotency_key"],
        decisions=tuple(decision for decision, _ in given),
        approved_by=tuple(reviewer for _, reviewer in given),
        intended_at=row["intended_at"],
    )
