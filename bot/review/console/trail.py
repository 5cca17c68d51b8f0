"""The life of a case in words, from its audit events and the decisions behind them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING

from bot.model import Event, Reason
from bot.review.words import moment, name_of
from bot.rights import REASON_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from bot.model import AuditEvent, Reviewer
    from bot.store import DecisionRecord

WORDS: dict[str, str] = {
    "case.opened": "The case was opened.",
    Event.REWORDED: "{who} changed the wording.",
    Event.APPROVAL_ADDED: "{who} approved; another person must approve too.",
    Event.APPROVED: "{who} approved.",
    Event.UNDONE: "{who} undid the approval.",
    Event.APPROVAL_LAPSED: "The approval lapsed and no longer counts; nothing was posted.",
    Event.MENTION_EDITED: "The author edited the post.",
    Event.PASSED_ON: "Nobody had decided, so the next reviewer was asked.",
    Event.REMINDED: "Reviewers were reminded.",
    Event.RUNG: "It rang, because nobody had acknowledged it.",
    Event.HELD: "Posting was held back by a limit or by quiet hours.",
    Event.CLAIMED: "The bot began to post the reply.",
    Event.POSTPONED: "Posting did not work and provably left nothing behind; it will be tried again.",
    Event.PUBLISHED: "The reply was posted.",
    Event.AWAITED: "It was not clear whether the reply was posted; the bot looked for it.",
    Event.UNCONFIRMED: "It stayed unclear whether the reply was posted; a person must look.",
    Event.FAILED: "The reply could not be posted.",
    Event.CONFIRMED: "{who} found the reply in the thread.",
    Event.DENIED: "{who} looked, and the reply is not there.",
    Event.REOPENED: "{who} sent it back to review.",
    Event.KEPT: "{who} let our reply stand after the edit.",
    Event.CORRECTION_ASKED: "{who} asked that the reply be taken down and the post, as it now reads, be reviewed anew.",
    Event.CORRECTED: "The reply was taken down, and a new case opened in its place.",
    Event.RETRACTION_ASKED: "{who} asked that the reply be taken down.",
    Event.RETRACTED: "The reply was taken down.",
    Event.RETRACTION_FAILED: "The reply could not be taken down.",
    Event.MISTAKEN: "{who} ruled that our reply was a mistake.",
    Event.ESCALATED: "{who} escalated it to the safety desk.",
    Event.ACKNOWLEDGED: "{who} acknowledged it.",
    Event.RELEASED: "{who} sent it back to the staff desk.",
    Event.MENTION_GONE: "The post was deleted; our copy is kept.",
    Event.DISMISSED: "{who} dismissed it.",
    Event.REFERRED: "{who} referred it.",
    Event.REFUSED: "{who} will not say it. No reason is asked.",
    Event.SUPERSEDED: "The edited post was escalated as a new case.",
    Event.INCIDENT_ANSWERED: "Another post of the pile-on was answered, so this one closed.",
    Event.EXPIRED: "Nobody decided in time; it expired and nothing was posted.",
    Event.WITHDRAWN: "The post was gone, so the reply was withdrawn.",
    Event.REHEARSED: "Dry run: everything was done but the post.",
    "reply.intended": "",
    "reply.published": "",
    "rejoinder.received": "",
    "rejoinder.ruled": "",
    "decision.refused": "",
    "press.refused": "",
    "case.read": "",
    "evidence.read": "",
    "hold.placed": "{who} placed a legal hold.",
    "hold.lifted": "{who} lifted the legal hold.",
    "platform_report.intended": "",
    "platform_report.postponed": "The report to the platform did not get through; it is tried again.",
    "platform_report.sent": "The report was sent to the platform, which has taken it.",
    "platform_report.refused": "The report to the platform could not be sent; it has to be made by hand.",
    "platform_report.unclear": "It stayed unclear whether the report reached the platform; a person must ask there.",
    "safety.step_done": "{who} ticked “{step}” on the checklist.",
    "safety.step_undone": "{who} took back the tick of “{step}” on the checklist.",
}
"""A sentence for each audit event of a case; an empty one says nothing of the case that another does not say."""


TAKEN_OVER = "{who} took it over from the shift before."
"""What else an acknowledgement can be."""

GIVEN = frozenset({Event.APPROVAL_ADDED, Event.APPROVED})
"""After these an approval stands."""
STANDING = frozenset({Event.HELD, Event.CLAIMED, Event.POSTPONED, Event.AWAITED})
"""These leave it as it is."""

LAPSED = " The approval lapsed and no longer counts; nothing was posted."
"""What else an edit of the post did when an approval stood."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One line of a case's history."""

    when: str
    text: str
    note: str = ""


def steps(
    events: Iterable[AuditEvent],
    decisions: Iterable[DecisionRecord],
    *,
    reviewers: Mapping[str, Reviewer],
    now: datetime,
) -> list[Step]:
    """The history of a case in order, each decision with its reason and note."""
    notes = {(record.reviewer, record.at): record.note for record in decisions}
    told = []
    approved = False
    for event in events:
        kind = event.kind.removeprefix("case.")
        had_approval, approved = approved, kind in GIVEN or (approved and kind in STANDING)
        taken_over = TAKEN_OVER if event.detail.get("taken_over") else None
        words = taken_over or WORDS.get(event.kind, WORDS.get(kind, f"{event.kind}."))
        if not words:
            continue
        step = str(event.detail.get("step", "")).replace("_", " ")
        text = words.format(who=name_of(event.actor, reviewers), step=step)
        text = text[0].upper() + text[1:]
        if had_approval and kind == Event.MENTION_EDITED:
            text += LAPSED
        if "platform_report" in event.detail and kind == Event.REFERRED:
            text = f"{text} The bot reports it to the platform."
        elif reason := _reason(event):
            text = f"{text} {REASON_WORDS[reason]}."
        note = notes.get((event.actor, event.at), "")
        told.append(Step(when=moment(event.at, now), text=text, note=note))
    return list(_folded(told))


def _folded(told: Iterable[Step]) -> Iterator[Step]:
    """The same lines, but of those that say the same one after another the first, with how many and when last."""
    for _, run in groupby(told, key=lambda step: (step.text, step.note)):
        first, *more = run
        again = f" {len(more) + 1} times, the last at {more[-1].when}." if more else ""
        yield replace(first, text=first.text + again)


def opened_by(events: Iterable[AuditEvent], *, reviewers: Mapping[str, Reviewer], now: datetime) -> str:
    """Who looked at a case, and when last, the latest last: `Mara Bright 21:04 UTC, Len Ott 21:06 UTC`; or nothing."""
    last: dict[str, datetime] = {}
    for event in events:
        if event.kind == "case.read":
            last.pop(event.actor, None)
            last[event.actor] = event.at
    return ", ".join(f"{name_of(who, reviewers)} {moment(at, now)}" for who, at in last.items())


def _reason(event: AuditEvent) -> Reason | None:
    value = event.detail.get("reason")
    return Reason(value) if isinstance(value, str) and value in set(Reason) else None
