"""Words of the compliance team's pages: outcomes, how something came, times."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.store.compliance import KindOfReferral, Outcome

if TYPE_CHECKING:
    from datetime import datetime

OUTCOME_WORDS: dict[Outcome, str] = {
    Outcome.NO_BREACH: "No breach of the code",
    Outcome.NOT_OURS: "No member, or not ours to decide",
    Outcome.NOT_PROVED: "Not proved",
    Outcome.ADVICE: "Advice or training",
    Outcome.WARNING: "Warning",
    Outcome.SUSPENSION: "Suspension",
    Outcome.EXPULSION: "Expulsion",
    Outcome.ELSEWHERE: "Another body deals with it",
}
KIND_WORDS: dict[KindOfReferral, str] = {
    KindOfReferral.REFERRAL: "Referred",
    KindOfReferral.CONDUCT: "Conduct while suspended",
}
EVENT_WORDS = {
    "referral.received": "received",
    "referral.read": "read",
    "referral.acknowledged": "acknowledged",
    "referral.concluded": "concluded",
    "conduct.found": "the author's handle found on the list",
    "conduct.confirmed": "match confirmed",
    "conduct.removed": "match removed",
    "hold.placed": "placed a legal hold",
    "hold.placed_again": "placed the legal hold again, after a restored backup",
    "hold.lifted": "lifted the legal hold",
    "referral.erased": "what was passed on erased",
    "handover.asked": "handed over",
    "handover.sent": "sent to the body's own system",
    "handover.failed": "could not be sent",
    "handover.acknowledged": "acknowledged by the body's own system",
}


def day(at: datetime, time_zone: str) -> str:
    """The day by the team's own clock: `12 March 2033`."""
    return f"{at.astimezone(ZoneInfo(time_zone)):%-d %B %Y}"


def moment(at: datetime, time_zone: str) -> str:
    """The time by the team's own clock, and which clock that is: `19 Nov 2026, 18:44 GMT`."""
    return f"{at.astimezone(ZoneInfo(time_zone)):%-d %b %Y, %H:%M %Z}"
