"""The only way to change a case after its opening: compare, set, and write the audit event, in one transaction."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, insert, select, update

from bot.model import TRANSITIONS, Case, Event, State, VerdictKind
from bot.store import outbox, platform_reports
from bot.store.audit import Entry, append
from bot.store.encoding import sha256
from bot.store.errors import NoSuchCase, Stale, StoreError
from bot.store.evenness import count_reply
from bot.store.incidents import members, speaker
from bot.store.loading import ROWS, approvals_of, newest_draft, one
from bot.store.opening import Opening, draft_row, written_at
from bot.store.records import Change
from bot.store.rejoinders import settle_all
from bot.store.settings import paused
from bot.store.tables import cases, decisions, drafts, mention_versions, mentions, publications, written

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection, RowMapping

    from bot.store.engine import Transaction
    from bot.store.records import Received

QUIET = frozenset({Event.REMINDED, Event.RUNG, Event.PASSED_ON, Event.HELD, Event.AWAITED})
"""Events that leave the version as it is, so that a reviewer's press on the card they see still counts."""

_CALLS = frozenset({Event.REMINDED, Event.RUNG, Event.PASSED_ON})
_UNAPPROVES = frozenset({Event.UNDONE, Event.APPROVAL_LAPSED, Event.REOPENED, Event.RELEASED})
"""After these the same text becomes a new revision, so that approvals given before can never count again."""
_ANSWERS = frozenset({Event.PUBLISHED, Event.CONFIRMED, Event.REHEARSED})
"""After these an incident has had its reply."""
_OUTCOMES = {Event.REHEARSED: "dry_run", Event.MISTAKEN: "corrected"}
_SETTLES = {
    Event.UNCONFIRMED: "unconfirmed",
    Event.RETRACTED: "retracted",
    Event.CORRECTED: "retracted",
    Event.FAILED: "failed",
    Event.DENIED: "failed",
}
"""What a publication is after these events."""
_GONE = frozenset({Event.WITHDRAWN, Event.MENTION_GONE})
_ANSWERS_THE_QUESTION = frozenset({Event.KEPT, Event.MENTION_GONE})


def advance(tx: Transaction, change: Change) -> Case:
    """Makes one change to a case; the case as it then is.

    Raises NoSuchCase, and Stale when it stands at another version or cannot do this from where it stands.
    """
    row = tx.connection.execute(ROWS.where(cases.c.id == change.case_id)).mappings().one_or_none()
    if row is None:
        raise NoSuchCase(change.case_id)
    if row["version"] != change.version or not _possible(tx.connection, row, change.event):
        raise Stale(known_case(tx.connection, change.case_id))
    if change.decides == "approve":
        first = speaker(tx.connection, row["incident_id"], mention_id=row["mention_id"])
        if first is not None:
            raise Stale(known_case(tx.connection, first))
    apply(tx, row, change)
    if change.whole and row["incident_id"]:
        for other in members(tx.connection, row["incident_id"], {State.OPEN}):
            apply(tx, other, replace(change, case_id=other["id"], version=other["version"]))
    if change.event in _ANSWERS and row["incident_id"]:
        close_others(tx, row["incident_id"], answered=row["id"])
    if change.successor:
        _open_successor(tx, row, change.successor)
    return known_case(tx.connection, change.case_id)


def close_others(tx: Transaction, incident_id: str, *, answered: str) -> list[str]:
    """Closes what still waits in an incident that has had its reply, each with its audit event; the ids.

    A case that a person has escalated is theirs, and stays.
    """
    mention = select(cases.c.mention_id).where(cases.c.id == answered)
    answering = tx.connection.execute(mention).scalar_one()
    # The post that was answered may have another case: its reply is being corrected.
    waiting = [
        row for row in members(tx.connection, incident_id, {State.OPEN, State.FAILED}) if row["mention_id"] != answering
    ]
    detail = {"incident": incident_id, "answered": answered}
    for row in waiting:
        change = Change(
            case_id=row["id"], version=row["version"], event=Event.INCIDENT_ANSWERED, actor="bot", detail=detail
        )
        apply(tx, row, change)
    return [row["id"] for row in waiting]


def known_case(connection: Connection, case_id: str) -> Case:
    """The case of that id. Raises NoSuchCase."""
    case = one(connection, case_id)
    if case is None:
        raise NoSuchCase(case_id)
    return case


def apply(
    tx: Transaction,
    row: RowMapping,
    change: Change,
    *,
    mention_version: int | None = None,
    detail: Mapping[str, object] | None = None,
) -> None:
    """Writes a change that is known to be possible, with all that goes with it, and its audit event.

    The order follows what the database demands: an approval while the case is open, a publication's result before the
    case is published, a new draft once the case is open again.
    """
    target = TRANSITIONS[State(row["state"]), change.event]
    facts: dict[str, object] = {**change.detail, **(detail or {})}
    more: list[Entry] = []
    if change.decides:
        facts |= _decide(tx, row, change)
    if change.passed:
        facts |= outbox.put(tx, change.passed)
    if change.report:
        facts |= platform_reports.put(tx, row, change.report, decision=facts["decision"])
    more += _settle_publication(tx, row, change, target)
    values = _standing(tx, row, change, target) | _claim(tx, row, change, target)
    values |= _calls(tx, row, change, target) | _question(tx, row, change, target)
    if mention_version is not None:
        values["mention_version"] = mention_version
    found = tx.connection.execute(
        update(cases)
        .where(cases.c.id == row["id"], cases.c.version == row["version"], cases.c.state == row["state"])
        .values(values)
    )
    if found.rowcount != 1:
        raise Stale(known_case(tx.connection, row["id"]))
    facts |= _redraft(tx, row, change, mention_version or row["mention_version"])
    if change.event is Event.MISTAKEN:
        more += settle_all(tx, row["id"], stream=row["account_id"], by=change.actor)
    facts |= {"state": target.value, "version": values.get("version", row["version"])}
    facts |= {"outcome": values.get("outcome", row["outcome"]), "stands_for": values.get("reason", row["reason"])}
    entry = Entry(
        stream=row["account_id"], kind=f"case.{change.event}", actor=change.actor, case_id=row["id"], detail=facts
    )
    append(tx, [entry, *more])


def escalated_beside(connection: Connection, mention_id: str) -> bool:
    """Whether the mention has a live escalation: while it has, no case of it is answered."""
    escalation = cases.c.verdict == VerdictKind.ESCALATE.value
    query = select(cases.c.id).where(cases.c.mention_id == mention_id, escalation, cases.c.state != State.CLOSED.value)
    return connection.execute(query).first() is not None


def _possible(connection: Connection, row: RowMapping, event: Event) -> bool:
    if event is Event.RELEASED and VerdictKind.ESCALATE in {row["verdict"], row["kind"]}:
        return False
    if event in {Event.RELEASED, Event.REOPENED} and escalated_beside(connection, row["mention_id"]):
        return False
    if event in {Event.KEPT, Event.CORRECTION_ASKED} and row["asked_at"] is None:
        return False
    corrects_nothing = event is Event.CORRECTED and not (row["correcting"] or row["mistaken"])
    if corrects_nothing or (event is Event.MISTAKEN and row["correction"]):
        return False
    if event is Event.CLAIMED and paused(connection).keys() & {"all", row["account_id"]}:
        return False
    return (State(row["state"]), event) in TRANSITIONS


def _standing(tx: Transaction, row: RowMapping, change: Change, target: State) -> dict[str, object]:
    """Where the case stands, who changed it and why. A reason and a note live as long as their state."""
    moved = target != row["state"]
    # Cards are redrawn when `changed_at` differs from what they show, so it moves even when the clock does not.
    values: dict[str, object] = {"changed_at": max(tx.now, row["changed_at"] + timedelta(microseconds=1))}
    if change.event not in QUIET:
        values |= {
            "version": row["version"] + 1,
            "state": target.value,
            "changed_by": None if change.actor == "bot" else change.actor,
        }
    if moved or change.reason:
        values["reason"] = change.reason and change.reason.value
    if moved or change.note:
        values["note"] = change.note
    if change.event is Event.MISTAKEN:
        values["mistaken"] = True
    if target is State.CLOSED:
        values["outcome"] = change.outcome or _OUTCOMES.get(change.event, change.event.value)
    return values


def _claim(tx: Transaction, row: RowMapping, change: Change, target: State) -> dict[str, object]:
    """When it is due, and whose claim it is."""
    values: dict[str, object] = {"owner": None, "claimed_until": None}
    if change.due_at or change.event is Event.APPROVED:
        values["due_at"] = change.due_at or tx.now
    elif target not in {State.APPROVED, State.PUBLISHING}:
        values["due_at"] = None
    if target is State.PUBLISHING:
        values["owner"] = change.owner or row["owner"]
        values["claimed_until"] = change.claimed_until or row["claimed_until"]
    return values


def _calls(tx: Transaction, row: RowMapping, change: Change, target: State) -> dict[str, object]:
    """Whom it has called, who has answered, and whether the mention is gone."""
    moved = target != row["state"]
    # Where the mention reads otherwise now is news, whoever was called, or has answered for it, before.
    anew = moved or (change.event is Event.MENTION_EDITED and target in {State.ESCALATED, State.PUBLISHED})
    values: dict[str, object] = {}
    if change.event in _CALLS or anew:
        values["called_at"] = tx.now if change.event in _CALLS else None
    if change.event is Event.PASSED_ON:
        values["passed_on"] = row["passed_on"] + 1
    if change.event in _GONE:
        values["gone_at"] = tx.now
    closed_by_safety = target is State.CLOSED and row["state"] == State.ESCALATED and not row["acknowledged_by"]
    if change.event is Event.ACKNOWLEDGED or closed_by_safety:
        values["acknowledged_by"] = change.actor
    elif anew and target is not State.CLOSED:
        values["acknowledged_by"] = None
    return values


def _question(tx: Transaction, row: RowMapping, change: Change, target: State) -> dict[str, object]:
    """Whether people are asked what becomes of a reply whose post was edited: until they keep it, or it is down."""
    values: dict[str, object] = {"correcting": change.event is Event.CORRECTION_ASKED}
    version = change.asked_version
    if target is State.PUBLISHED and target != row["state"]:
        version = _unasked_edit(tx.connection, row)
    if version is not None:
        values |= {"asked_at": row["asked_at"] or tx.now, "asked_version": version}
    elif change.event in _ANSWERS_THE_QUESTION or target not in {State.PUBLISHED, State.RETRACTING}:
        values["asked_at"] = None
    return values


def _unasked_edit(connection: Connection, row: RowMapping) -> int | None:
    """The newest version of the mention, if it was edited while its reply was on its way out, or being taken down."""
    newest = connection.execute(select(mentions.c.version).where(mentions.c.id == row["mention_id"])).scalar_one()
    return newest if newest > (row["asked_version"] or row["mention_version"]) else None


def _decide(tx: Transaction, row: RowMapping, change: Change) -> dict[str, object]:
    draft = newest_draft(tx.connection, row["id"]) if change.decides == "approve" else None
    decision = {
        "id": tx.new_id(),
        "case_id": row["id"],
        "kind": change.decides,
        "reviewer_id": change.actor,
        "draft_id": draft and draft.id,
        "at": tx.now,
        "reason": change.reason and change.reason.value,
        "note": change.note,
        "desk": change.desk,
    }
    tx.connection.execute(insert(decisions), [decision])
    facts: dict[str, object] = {"decision": decision["id"], "decides": change.decides, "desk": change.desk}
    if change.reason:
        facts["reason"] = change.reason.value
    if draft:
        facts |= {"draft": draft.id, "draft_sha256": draft.text_sha256}
    return facts


def _settle_publication(tx: Transaction, row: RowMapping, change: Change, target: State) -> list[Entry]:
    """What the change means for the posting: the audit event of a reply that is now known to be published."""
    live = (
        tx.connection.execute(
            select(publications).where(publications.c.case_id == row["id"], publications.c.state != "failed")
        )
        .mappings()
        .one_or_none()
    )
    if live is None:
        return []
    values: dict[str, object] = {}
    posted_at = None
    if change.looked:
        values["looks"] = live["looks"] + 1
    if change.event in {Event.PUBLISHED, Event.CONFIRMED}:
        receipt = change.receipt
        posted_at = receipt.posted_at if receipt else tx.now
        values |= {"state": "published", "posted_at": posted_at}
        if receipt:
            values |= {"native_id": receipt.native_id, "url": receipt.url}
    elif change.event in _SETTLES:
        values["state"] = _SETTLES[change.event]
    elif target in {State.OPEN, State.CLOSED} and live["state"] != "retracted":
        values["state"] = "failed"
    if values:
        tx.connection.execute(update(publications).where(publications.c.id == live["id"]).values(values))
    if posted_at is None:
        return []
    count_reply(tx, change.side)
    detail: dict[str, object] = {
        "publication": live["id"],
        "draft": live["draft_id"],
        "draft_sha256": live["text_sha256"],
        "approved_by": [approval.reviewer_id for approval in approvals_of(tx.connection, live["draft_id"])],
        "posted_at": written(posted_at),
    }
    if change.receipt:
        detail["native_id_sha256"] = sha256(change.receipt.native_id)
    return [
        Entry(stream=row["account_id"], kind="reply.published", actor=change.actor, case_id=row["id"], detail=detail)
    ]


def _redraft(tx: Transaction, row: RowMapping, change: Change, mention_version: int) -> dict[str, object]:
    """Writes a new draft revision if the change brings or demands one; what the audit is to say of it."""
    proposal, written_by = change.proposal, None
    if proposal:
        written_by = None if change.actor == "bot" or proposal.response else change.actor
    elif change.event in _UNAPPROVES:
        last = newest_draft(tx.connection, row["id"])
        if last is None or last.mention_version != mention_version:
            return {}
        proposal, written_by = last.proposal, last.written_by
    if proposal is None:
        return {}
    revision = tx.connection.execute(
        select(func.coalesce(func.max(drafts.c.revision), 0) + 1).where(drafts.c.case_id == row["id"])
    ).scalar_one()
    draft = draft_row(
        tx, dict(row), proposal, revision=revision, mention_version=mention_version, written_by=written_by
    )
    tx.connection.execute(insert(drafts), [draft])
    return {"draft": draft["id"], "draft_sha256": draft["text_sha256"]}


def _open_successor(tx: Transaction, row: RowMapping, successor: Received) -> None:
    """Opens another case on the same mention: on a new version of it if it reads, or is judged, otherwise now."""
    number, digest, kind = tx.connection.execute(
        select(mentions.c.version, mention_versions.c.digest, mention_versions.c.kind)
        .join(
            mention_versions,
            (mention_versions.c.mention_id == mentions.c.id) & (mention_versions.c.version == mentions.c.version),
        )
        .where(mentions.c.id == row["mention_id"])
    ).one()
    opening = Opening(tx)
    detail: dict[str, object] = {"mention": row["mention_id"], "mention_version": number, "follows": row["id"]}
    # What corrects a mistake is due to the post however it now reads, so nothing is judged anew.
    if not successor.correction and (successor.mention.digest, successor.verdict.kind) != (digest, kind):
        number += 1
        detail |= opening.version(row["mention_id"], number, successor, successor.mention.account)
        tx.connection.execute(
            update(mentions)
            .where(mentions.c.id == row["mention_id"])
            .values(version=number, written_at=written_at(successor.mention))
        )
    if not successor.account:
        raise StoreError(f"Case {row['id']}: the case that follows it needs an account.")
    opening.case(row["mention_id"], number, successor, successor.account, detail)
    opening.write()
