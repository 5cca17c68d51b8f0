"""Where a case stands, as one sentence that says who did what: also what the second presser is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.model import State
from bot.review.report_words import standing
from bot.review.words import listed, moment, name_of
from bot.rights import REASON_WORDS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bot.model import Account, Case, PlatformReport, Reviewer

CLOSED = {
    "dismissed": "Dismissed by {who} at {at}.{why}",
    "referred": "Referred by {who} at {at}.{why}",
    "refused": "Refused by {who} at {at}: the principal will not say it.",
    "superseded": "Closed at {at}: the author edited the post, and it was escalated instead.",
    "incident_answered": "Closed at {at}: another post of the pile-on was answered.",
    "expired": "Expired at {at}: nobody decided in time, so nothing was posted.",
    "corrected": "Taken down at {at} to be corrected: the post, as it now reads, is a case of its own.",
    "withdrawn": "Withdrawn at {at}: the post was gone, so there was nothing to answer.",
    "dry_run": "Dry run, closed at {at}: everything was done but the post.",
}
"""How a case ended, for each outcome."""
MISTAKEN = "Taken down at {at}: it was our mistake. What says so to its author is a case of its own."
"""The same, where what was to be corrected is ourselves."""
PASSED_ON = "Passed on to the disciplinary body at {at}. Nothing of it can be read or changed here any more."
QUESTION = "The author edited the post after our reply: keep, correct or retract it?"
TOO = "Another person must approve too."


def status_of(
    case: Case,
    *,
    account: Account,
    reviewers: Mapping[str, Reviewer],
    now: datetime,
    paused: bool = False,
    report: PlatformReport | None = None,
) -> str:
    """The sentence under the headline of a card, and the whole of a closed card's stub.

    `paused` says that nobody posts for this account now; `report` is what is reported of it to the platform, if it is.
    """
    changed_by, changed_at = name_of(case.changed_by, reviewers), moment(case.changed_at, now)
    words = {
        State.OPEN: _open(case, reviewers, now),
        State.APPROVED: _approved(case, reviewers, now, paused=paused),
        State.PUBLISHING: _publishing(case),
        State.PUBLISHED: _published(case, account, now),
        State.RETRACTING: f"{changed_by} asked at {changed_at} that the reply be taken down. The bot is about to.",
        State.RETRACTED: f"Published, then taken down at {changed_at}. {case.note}",
        State.FAILED: f"Not posted. {case.note}",
        State.UNCONFIRMED: f"It is not known whether the reply was posted. Look at the thread, then say. {case.note}",
        State.ESCALATED: _escalated(case, reviewers),
        State.CLOSED: _closed(case, changed_by, now, standing(report, case, now) if report else None),
    }
    return words[case.state].strip()


def _open(case: Case, reviewers: Mapping[str, Reviewer], now: datetime) -> str:
    given = {approval.reviewer_id for approval in case.approvals}
    waits_for = case.principal if case.principal not in given else None
    if case.approvals and case.approvals_required > len(case.approvals):
        first = case.approvals[0]
        name, at = name_of(first.reviewer_id, reviewers), moment(first.at, now)
        then = f"It waits for {name_of(waits_for, reviewers)}'s own approval." if waits_for else TOO
        return f"{len(case.approvals)} of {case.approvals_required} approvals: {name} at {at}. {then}"
    own = f"{name_of(waits_for, reviewers)}'s own approval" if waits_for else ""
    if case.approvals_required > 1:
        one_of_them = f", and {own} must be one" if own else ""
        return f"Waiting for a decision; two different people must approve{one_of_them}."
    return f"Waiting for a decision, and for {own}." if own else "Waiting for a decision."


def _approvers(case: Case, reviewers: Mapping[str, Reviewer]) -> str:
    return listed([name_of(approval.reviewer_id, reviewers) for approval in case.approvals]) or "a reviewer"


def _approved(case: Case, reviewers: Mapping[str, Reviewer], now: datetime, *, paused: bool) -> str:
    who = _approvers(case, reviewers)
    if paused:
        return f"Approved by {who}; posting is paused."
    if case.due_at is not None and case.due_at > now:
        return f"Approved by {who}; posts at {moment(case.due_at, now)} unless undone. {case.note}"
    return f"Approved by {who}; to be posted next, unless undone first."


def _publishing(case: Case) -> str:
    if case.publication is not None and case.publication.looks:
        return "Sent, but it is not yet known whether it was posted. The bot is looking for it."
    return "Being posted now."


def _published(case: Case, account: Account, now: datetime) -> str:
    receipt = case.publication.receipt if case.publication else None
    posted = f" at {moment(receipt.posted_at, now)}: {receipt.url} " if receipt else ". "
    gone = f" The post was deleted, found at {moment(case.gone_at, now)}." if case.gone_at else ""
    asked = f"{QUESTION} " if case.asked_at else ""
    return f"{asked}Published by {account.handle}{posted}{case.note}{gone}"


def _escalated(case: Case, reviewers: Mapping[str, Reviewer]) -> str:
    if case.acknowledged_by is None:
        return "Escalated to the safety team. Nobody has acknowledged it yet."
    return f"Escalated. {name_of(case.acknowledged_by, reviewers)} has acknowledged it and is dealing with it."


def _closed(case: Case, changed_by: str, now: datetime, reported: str | None) -> str:
    if case.sealed_at is not None:
        return PASSED_ON.format(at=moment(case.sealed_at, now))
    changed_at = moment(case.changed_at, now)
    if case.mistaken and case.outcome == "corrected":
        return MISTAKEN.format(at=changed_at)
    why = f" {REASON_WORDS[case.reason]}." if case.reason is not None else ""
    why = f" {reported}" if reported is not None else why
    return CLOSED.get(case.outcome or "", "Closed by {who} at {at}.{why}").format(
        who=changed_by, at=changed_at, why=why
    )
