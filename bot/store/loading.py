"""Builds cases from their rows: the mention as it stood at the case's version, newest draft, approvals, publication."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Select, case, distinct, func, literal, or_, select, true

from bot.model import (
    Approval,
    Author,
    Case,
    Draft,
    Incident,
    Mention,
    Publication,
    Reason,
    Receipt,
    State,
    Verdict,
    VerdictKind,
)
from bot.store.encoding import mention_from, verdict_from
from bot.store.tables import cases, decisions, drafts, mention_versions, mentions, outbox, publications

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from sqlalchemy import ColumnElement, Connection, Row, RowMapping

T = TypeVar("T")

_CHUNK = 5_000
"""How many values one statement is given: SQLite takes 32,766."""


def chunks(values: Collection[T]) -> Iterator[Sequence[T]]:
    """The values in pieces that one statement can take."""
    listed = list(values)
    return (listed[start : start + _CHUNK] for start in range(0, len(listed), _CHUNK))


_sealed = cases.alias("sealed")


def was_sealed(mention_id: ColumnElement[str], version: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether a post was sealed for the compliance team as it read at that version, whichever case of it was passed."""
    return _sealings(mention_id, version, _sealed.c.id).exists()


def _sealings(mention_id: ColumnElement[str], version: ColumnElement[int], *columns: ColumnElement[Any]) -> Select[Any]:
    """What was sealed of a post: a referral takes with it all that the post said before."""
    return (
        select(*columns)
        .join_from(_sealed, outbox, outbox.c.id == _sealed.c.id)
        .where(_sealed.c.mention_id == mention_id, _sealed.c.mention_version >= version)
        .correlate_except(_sealed, outbox)
    )


_sealed_at = case(
    (
        # What becomes of a reply that is, or may be, out is this side's to settle, whatever else was passed on.
        cases.c.state == State.CLOSED.value,
        _sealings(cases.c.mention_id, cases.c.mention_version, func.min(outbox.c.made_at)).scalar_subquery(),
    )
)
"""Since when the post of a case that is over lies sealed for the compliance team, by this case or by another."""
sealed_away: ColumnElement[bool] = _sealed_at.is_not(None)
"""Whether it does."""
ROWS = (
    select(
        cases,
        _sealed_at.label("sealed_at"),
        mentions.c.platform,
        mentions.c.account_id.label("seen_through"),
        mentions.c.created_at.label("written_first"),
        mentions.c.incident_id,
        mention_versions.c.evidence,
        mention_versions.c.judgement,
        mention_versions.c.kind,
        mention_versions.c.policy,
        mention_versions.c.severity,
    )
    .join(mentions, mentions.c.id == cases.c.mention_id)
    .join(
        mention_versions,
        (mention_versions.c.mention_id == cases.c.mention_id) & (mention_versions.c.version == cases.c.mention_version),
    )
)
"""What a case is built from; to be narrowed and ordered by the asker."""


def on_safety_desk() -> ColumnElement[bool]:
    """As `Case.on_safety_desk`, for a query on `ROWS`: what was escalated stays with safety when it has closed."""
    return or_(
        cases.c.verdict == VerdictKind.ESCALATE.value,
        mention_versions.c.kind == VerdictKind.ESCALATE.value,
        cases.c.state == State.ESCALATED.value,
        (cases.c.state == State.CLOSED.value) & cases.c.acknowledged_by.is_not(None),
    )


def one(connection: Connection, case_id: str) -> Case | None:
    """The case of that id."""
    found = many(connection, ROWS.where(cases.c.id == case_id))
    return found[0] if found else None


def many(connection: Connection, query: Select[tuple[object, ...]]) -> list[Case]:
    """The cases of a query on `ROWS`, in its order."""
    rows = connection.execute(query).mappings().all()
    ids = [row["id"] for row in rows]
    newest = _newest_drafts(connection, ids)
    approvals = _approvals(connection, [draft.id for draft in newest.values()])
    live = _live_publications(connection, ids)
    grown = _incidents(connection, {row["incident_id"] for row in rows if row["incident_id"]})
    return [
        _case(
            row,
            newest.get(row["id"]),
            live.get(row["id"]),
            approvals.get(draft.id, ()) if (draft := newest.get(row["id"])) else (),
            grown.get(row["incident_id"]),
        )
        for row in rows
    ]


def all_drafts(connection: Connection, case_id: str) -> list[Draft]:
    """Every revision, oldest first; none of a case behind the wall."""
    query = select(drafts).where(drafts.c.case_id == case_id).order_by(drafts.c.revision)
    asked = connection.execute(ROWS.where(cases.c.id == case_id)).mappings().one_or_none()
    hidden = asked is not None and behind_the_wall(asked)
    return [] if hidden else [_draft(row) for row in connection.execute(query).mappings()]


def behind_the_wall(row: RowMapping) -> bool:
    """Whether nothing of the case of this row of `ROWS` is this side's to read; what is safety's stays theirs."""
    return row["sealed_at"] is not None and not _safetys(row)


def readable(row: RowMapping, version: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether the post of this row of `ROWS` is this side's to read as it stood at another version."""
    return true() if _safetys(row) else ~was_sealed(literal(row["mention_id"]), version)


def _safetys(row: RowMapping) -> bool:
    return VerdictKind.ESCALATE in {row["verdict"], row["kind"]} or row["acknowledged_by"] is not None


def newest_draft(connection: Connection, case_id: str) -> Draft | None:
    """The newest revision of a case's draft."""
    return _newest_drafts(connection, [case_id]).get(case_id)


def approvals_of(connection: Connection, draft_id: str) -> tuple[Approval, ...]:
    """The approvals of one draft, oldest first."""
    return _approvals(connection, [draft_id]).get(draft_id, ())


def mention_at(row: RowMapping) -> Mention:
    """The mention of a row of `ROWS`; empty of content once that was purged, or is behind the wall."""
    if row["evidence"] is not None and not behind_the_wall(row):
        return mention_from(row["evidence"])
    return Mention(
        uri="",
        platform=row["platform"],
        account=row["seen_through"],
        native_id="",
        author=Author(uri="", handle=""),
        text="",
        created_at=row["written_first"],
    )


def verdict_at(row: RowMapping) -> Verdict:
    """The verdict of a row of `ROWS`; without its matches once they were purged, its kind alone behind the wall."""
    if behind_the_wall(row):
        return Verdict(kind=VerdictKind(row["kind"]))
    if row["judgement"] is not None:
        return verdict_from(row["judgement"])
    return Verdict(kind=VerdictKind(row["kind"]), policy=row["policy"], severity=row["severity"])


def _case(
    row: RowMapping,
    draft: Draft | None,
    publication: Publication | None,
    approvals: tuple[Approval, ...],
    incident: Incident | None,
) -> Case:
    hidden = behind_the_wall(row)
    return Case(
        id=row["id"],
        mention=mention_at(row),
        mention_version=row["mention_version"],
        account=row["account_id"],
        verdict=verdict_at(row),
        state=State(row["state"]),
        version=row["version"],
        approvals_required=row["approvals_required"],
        opened_at=row["opened_at"],
        changed_at=row["changed_at"],
        changed_by=row["changed_by"],
        draft=None if hidden else draft,
        approvals=() if hidden else approvals,
        due_at=row["due_at"],
        outcome=row["outcome"],
        reason=None if row["reason"] is None else Reason(row["reason"]),
        note="" if hidden else row["note"],
        gone_at=row["gone_at"],
        acknowledged_by=row["acknowledged_by"],
        passed_on=row["passed_on"],
        called_at=row["called_at"],
        publication=None if hidden else publication,
        principal=row["principal_id"],
        asked_at=row["asked_at"],
        correcting=row["correcting"],
        mistaken=row["mistaken"],
        correction=row["correction"],
        incident=None if hidden else incident,
        sealed_at=row["sealed_at"] if hidden else None,
    )


def _newest_drafts(connection: Connection, case_ids: Collection[str]) -> dict[str, Draft]:
    found: dict[str, Draft] = {}
    for part in chunks(case_ids):
        last = (
            select(drafts.c.case_id, func.max(drafts.c.revision).label("revision"))
            .where(drafts.c.case_id.in_(part))
            .group_by(drafts.c.case_id)
            .subquery()
        )
        query = select(drafts).join(last, (drafts.c.case_id == last.c.case_id) & (drafts.c.revision == last.c.revision))
        found |= {row["case_id"]: _draft(row) for row in connection.execute(query).mappings()}
    return found


def _approvals(connection: Connection, draft_ids: Iterable[str]) -> dict[str, tuple[Approval, ...]]:
    found: dict[str, tuple[Approval, ...]] = {}
    for part in chunks(list(draft_ids)):
        query = (
            select(decisions)
            .where(decisions.c.draft_id.in_(part), decisions.c.kind == "approve")
            .order_by(decisions.c.at, decisions.c.id)
        )
        for row in connection.execute(query):
            approval = Approval(decision_id=row.id, reviewer_id=row.reviewer_id, at=row.at)
            found[row.draft_id] = (*found.get(row.draft_id, ()), approval)
    return found


def _live_publications(connection: Connection, case_ids: Collection[str]) -> dict[str, Publication]:
    found: dict[str, Publication] = {}
    for part in chunks(case_ids):
        query = select(publications).where(publications.c.case_id.in_(part), publications.c.state != "failed")
        found |= {row.case_id: _publication(row) for row in connection.execute(query)}
    return found


def _incidents(connection: Connection, incident_ids: Collection[str]) -> dict[str, Incident]:
    """How large each incident has grown."""
    found: dict[str, Incident] = {}
    for part in chunks(incident_ids):
        query = (
            select(
                mentions.c.incident_id,
                func.count(),
                func.count(distinct(mentions.c.author_uri)),
                func.min(mentions.c.arrived_at),
                func.max(mentions.c.arrived_at),
            )
            .where(mentions.c.incident_id.in_(part))
            .group_by(mentions.c.incident_id)
        )
        for incident, posts, people, first_at, last_at in connection.execute(query):
            found[incident] = Incident(id=incident, posts=posts, people=people, first_at=first_at, last_at=last_at)
    return found


def _draft(row: RowMapping) -> Draft:
    return Draft(
        id=row["id"],
        revision=row["revision"],
        text=row["text"] or "",
        text_sha256=row["text_sha256"],
        mention_version=row["mention_version"],
        response=row["response"],
        variant=row["variant"],
        written_by=row["written_by"],
        link_sha256=row["link_sha256"],
    )


def _publication(row: Row[tuple[object, ...]]) -> Publication:
    receipt = None
    if row.native_id is not None:
        receipt = Receipt(native_id=row.native_id, url=row.url, posted_at=row.posted_at)
    return Publication(
        id=row.id,
        draft_id=row.draft_id,
        key=row.idempotency_key,
        intended_at=row.intended_at,
        attempts=row.attempts,
        looks=row.looks,
        receipt=receipt,
    )
