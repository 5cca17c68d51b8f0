"""What goes into the compliance team's store and comes out of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


class KindOfReferral(StrEnum):
    """How a referral came about."""

    REFERRAL = "referral"
    """A reviewer on the other side referred it."""
    CONDUCT = "conduct"
    """Abuse by somebody whose handle is on the team's own list of suspended members."""


class Outcome(StrEnum):
    """What became of a referral. The closed list; no other word is ever stored."""

    NO_BREACH = "no_breach"
    NOT_OURS = "not_ours"
    """The author is no member, or the body has no say over them."""
    NOT_PROVED = "not_proved"
    ADVICE = "advice"
    WARNING = "warning"
    SUSPENSION = "suspension"
    EXPULSION = "expulsion"
    ELSEWHERE = "elsewhere"
    """Another body deals with it: the police, a court, the platform."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PassedBox:
    """A box that was opened, and what of it is to be kept."""

    id: str
    sealed_sha256: str
    passed_at: datetime
    """When it was sealed, by the other side's clock."""
    referred: bool
    """Whether somebody referred it; else it is kept only where its author is on the list of suspended members."""
    abusive: bool
    """Whether the other side's rules found abuse in it: nothing else is ever conduct while suspended."""
    content: str
    """JSON: all that was in it."""
    author: str
    """Their handle, as it compares."""
    policy: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Referral:
    """One referral, and how far its clock has come."""

    number: int
    box_id: str
    kind: KindOfReferral
    content: str | None
    """JSON; `None` once it was erased."""
    content_sha256: str
    author: str | None
    policy: str | None
    passed_at: datetime
    received_at: datetime
    version: int
    acknowledged_at: datetime | None = None
    acknowledged_by: str | None = None
    outcome: Outcome | None = None
    outcome_at: datetime | None = None
    outcome_by: str | None = None
    abusive: bool = True
    """Whether the other side's rules found abuse in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conduct:
    """That the author of a referral has a handle that is on the list: a match of handles, and no proof of who it is."""

    id: str
    referral: int
    entry: str
    found_at: datetime
    confirmed_by: tuple[str, ...] = ()
    """Ids of those who have confirmed it, in order."""
    confirmed_at: datetime | None = None
    """When the second of them did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspended:
    """One entry of the list."""

    id: str
    handle: str
    added_at: datetime
    added_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """Who switched the list on or off the last time."""

    turned_on: bool
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovalReceipt:
    """That something was removed for good: for whoever was wrongly matched, and for the auditor."""

    what: str
    """The id of an entry, or of a match."""
    at: datetime
    by: str
    digest: str
    """Of the audit event that says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """For how many days after its outcome what was passed is kept, by how it came about."""

    referral_days: int
    conduct_days: int
    copy_days: int
    """How long after the body's system has acknowledged it a copy may lie in the folder of the hand-over."""

    def over_at(self, kind: KindOfReferral, outcome_at: datetime) -> datetime:
        """When the time of one that has an outcome is over."""
        days = self.referral_days if kind is KindOfReferral.REFERRAL else self.conduct_days
        return outcome_at + timedelta(days=days)


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalHold:
    """That a referral is kept, whatever its age and whoever asks, until somebody lifts it."""

    id: str
    referral: int
    reason: str
    placed_by: str
    placed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOver:
    """How the handing over of a referral to the body's own system stands."""

    referral: int
    asked_by: str
    asked_at: datetime
    attempts: int
    next_at: datetime
    """Not before this is it tried again."""
    sent_at: datetime | None
    trouble: str
    """Why the last attempt failed; empty when none did."""
    answered_at: datetime | None
    reference: str | None
    """What the body's own system calls it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unopened:
    """A box that came and could not be opened; it is asked for again, and waits on the other side."""

    id: str
    sealed_sha256: str
    why: str
    since: datetime


class Overtaken(Exception):  # noqa: N818 - an answer to the caller, not a fault
    """Somebody else was first, or it cannot do this from where it stands; nothing was changed."""

    def __init__(self, referral: Referral) -> None:
        super().__init__(f"No. {referral.number} stands at version {referral.version}.")
        self.referral = referral
        """As it now is."""
