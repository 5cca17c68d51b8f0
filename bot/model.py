"""The facts that everything else speaks of, and the life of a case as one table.

Standard library only, and no I/O: a fact is frozen, a judgement is pure, effects live elsewhere.
Times are aware and in UTC. Identifiers are text that we made, except `uri`, which the network made.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import TYPE_CHECKING, final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime


LONGEST_ADDRESS = 600
"""Characters; an index of PostgreSQL takes 2,704 bytes, and a character four at the most."""


def within_reason(address: str) -> str:
    """The address that names something on the network; where it is endless, a digest that names it as well."""
    if len(address) <= LONGEST_ADDRESS:
        return address
    return f"sha256:{hashlib.sha256(address.encode('utf-8', 'surrogatepass')).hexdigest()}"


class Visibility(StrEnum):
    """Who may see a post, from widest to narrowest; the names are ours, adapters translate."""

    PUBLIC = "public"
    UNLISTED = "unlisted"
    FOLLOWERS = "followers"
    DIRECT = "direct"

    def narrowed_to(self, other: Visibility) -> Visibility:
        """The narrower of the two."""
        order = list(Visibility)
        return max(self, other, key=order.index)


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Who wrote a mention, as their profile stood when it was read."""

    uri: str
    """The network's own name for the account; survives a change of handle."""
    handle: str
    """Always with the server: `@name@server`."""
    display_name: str = ""
    bio: str = ""
    created_at: datetime | None = None
    followers: int | None = None
    bot: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Parent:
    """The post that a mention answers."""

    uri: str
    author: str
    """The handle of its author, with the server."""
    text: str
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """What tells some bytes again, also where they are not kept."""

    sha256: str
    size: int

    @classmethod
    def of(cls, body: bytes) -> Measure:
        """That of these bytes."""
        return cls(sha256=hashlib.sha256(body).hexdigest(), size=len(body))


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """Something as a server sent it, to the byte."""

    body: bytes = field(repr=False)
    """Empty where it was too large to be kept."""
    url: str
    """What was asked for."""
    received_at: datetime
    """By our clock."""
    media_type: str = ""
    """As the server gave it, without parameters."""
    headers: tuple[tuple[str, str], ...] = ()
    """Those of the answer that are worth keeping, in the server's order, names in small letters."""
    exact: bool = True
    """False where the bytes could not be kept, and it was written anew from what was read."""
    too_large: Measure | None = None
    """Of what was too large to be kept; `None` for what is here."""

    @property
    def server_time(self) -> datetime | None:
        """When it was sent, by the server's clock; `None` where it does not say so in a form that can be read."""
        said = dict(self.headers).get("date", "")
        try:
            sent = parsedate_to_datetime(said)
        except ValueError:
            return None
        return sent if sent.tzinfo else None


class ExhibitKind(StrEnum):
    """What a piece of evidence is, in the order in which it is listed."""

    POST = "post"
    """The post, as the server's interface gives it, with the author's profile and bio."""
    THREAD = "thread"
    """What stands above and below it."""
    AUTHOR = "author"
    """The author's account, as the server's interface gives it."""
    POST_PAGE = "post_page"
    """The page of the post, on our own server."""
    PROFILE_PAGE = "profile_page"
    """The page of its author, on our own server."""
    MEDIA = "media"
    """A picture, film or sound."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One thing that was asked for as evidence: what came, or why nothing did."""

    kind: ExhibitKind
    original: Original | None = None
    missing: str = ""
    """Why it could not be had, as a sentence without anything personal; empty when it could."""
    again: bool = False
    """Whether a later attempt may bring it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """One inbound post, as plain text and references. `uri` names it on every server."""

    uri: str
    platform: str
    account: str
    """Id of the account of ours through which it was seen."""
    native_id: str
    """Its id on that account's server; never compared as a number, never used elsewhere."""
    author: Author
    text: str
    created_at: datetime
    url: str = ""
    content_warning: str = ""
    poll: tuple[str, ...] = ()
    media: tuple[str, ...] = ()
    """Descriptions of attached media."""
    emoji: tuple[str, ...] = ()
    """Shortcodes of custom emoji."""
    lang: str | None = None
    """BCP 47 tag that the author's client declared; `None` when it declared nothing."""
    visibility: Visibility = Visibility.PUBLIC
    edited_at: datetime | None = None
    addressed: tuple[str, ...] = ()
    """Handles named in the post, with their servers."""
    parent: Parent | None = None
    thread: str = ""
    """`uri` of the first known post of the conversation; empty means that this post is the first."""
    watched_for: str = ""
    """Handle of the protected person under whose post it was found, where nothing else led to it; else empty."""
    original: Original | None = field(default=None, compare=False, repr=False)
    """The post as it was received just now; `None` where it was not kept, and on what comes from the store."""

    def fields(self) -> Iterator[tuple[str, str]]:
        """Every piece of text that the author chose, with its name, in a fixed order; empty ones left out."""
        yield "text", self.text
        if self.content_warning:
            yield "content_warning", self.content_warning
        if self.author.display_name:
            yield "display_name", self.author.display_name
        for name, texts in (("poll", self.poll), ("media", self.media), ("emoji", self.emoji)):
            for index, text in enumerate(texts):
                yield f"{name}.{index}", text

    @property
    def digest(self) -> str:
        """SHA-256 over what was said in the post, so that an edit shows. A new display name is not an edit."""
        said = (part for name, text in self.fields() if name != "display_name" for part in (name, str(len(text)), text))
        return hashlib.sha256("\x00".join(said).encode("utf-8", "surrogatepass")).hexdigest()

    @property
    def conversation(self) -> str:
        """The thread's first post, which is this one when it answers nothing; a digest of an endless address."""
        return within_reason(self.thread or self.uri)


class VerdictKind(StrEnum):
    """What is due, from least to most; the highest that holds wins."""

    IGNORE = "ignore"
    RECORD = "record"
    RESPOND = "respond"
    ESCALATE = "escalate"

    @property
    def rank(self) -> int:
        """Its place in the order: 0 for ignore to 3 for escalate."""
        return list(VerdictKind).index(self)


class TargetKind(StrEnum):
    """Whom abuse is aimed at."""

    ACCOUNT = "account"
    PROTECTED = "protected"
    PERSON = "person"
    GROUP = "group"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Whom the abuse is aimed at; `characteristic` is the protected one it uses, such as `sex` or `religion`."""

    kind: TargetKind
    handle: str | None = None
    characteristic: str | None = None


class Claim(StrEnum):
    """What the author says of themselves. Never what they are."""

    NONE = "none"
    SUPPORTER = "supporter"
    MEMBER = "member"


class Side(StrEnum):
    """Which side an author claims, for totals alone: it is counted where it is read, and stored of nobody."""

    NONE = "none"
    OURS = "ours"
    ANOTHER = "another"
    """Names another party in the profile."""
    UNCLEAR = "unclear"
    """Both."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Affiliation:
    """A claim to be one of us, with the evidence for it and the doubts about it."""

    claim: Claim = Claim.NONE
    confidence: float = 0.0
    """Between 0 and 1."""
    evidence: tuple[str, ...] = ()
    """Each as `field: 'words'`."""
    doubts: tuple[str, ...] = ()
    """Why the account may not be what it says: new, renamed, parody, look-alike."""

    @property
    def in_group(self) -> bool:
        """Whether a reply may speak of *our* name: a claim that nothing casts doubt on."""
        return self.claim is not Claim.NONE and not self.doubts


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """One rule that held. `start` and `end` count characters of the original field, end exclusive."""

    rule: str
    policy: str
    severity: int
    """1 (rude and personal) to 4 (danger to a person), as `policies` defines them."""
    field: str
    start: int
    end: int
    text: str
    concern: bool = False
    """Whether it is about somebody who needs looking after, and abuses nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the rules say of one mention, and why."""

    kind: VerdictKind = VerdictKind.IGNORE
    policy: str | None = None
    """The policy of the match that won; `None` when none held."""
    severity: int = 0
    matches: tuple[Match, ...] = ()
    """Of live rules, the winner first."""
    shadow: tuple[Match, ...] = ()
    """Of shadow rules: counted, never acted on."""
    target: Target | None = None
    affiliation: Affiliation = Affiliation()
    reasons: tuple[str, ...] = ()
    """Why it is so, each a sentence for a reviewer; also why a mention was left alone."""
    read: bool = True
    """False when no pack covers the language: shown as *not read* and never answered."""

    @property
    def abusive(self) -> bool:
        """Whether a live rule held that finds abuse, whatever is due."""
        return any(not match.concern for match in self.matches)


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierCase:
    """What a reviewer is told of an author's past."""

    case_id: str
    opened_at: datetime
    policy: str
    outcome: str
    """How it ended, or its state while it has not."""
    answered: bool
    claim: Claim = Claim.NONE
    """What the author claimed to be then."""
    strike: bool = False
    """Whether it is a strike that has neither faded nor been closed; of one post one case at most is."""
    seen_at: datetime | None = None
    """When the post arrived here: from then on its strike fades."""
    target: str = ""
    """At whom it was aimed: the handle in small letters, or the id of our account where it named nobody."""
    cleared: bool = False
    """Whether a reviewer has ruled that it was no abuse."""
    post: str = ""
    """SHA-256 of the post's `uri`, which several cases may be about."""
    safety: bool = False
    """Whether only the safety desk may be told of it."""
    sealed: bool = False
    """Whether nobody may be: it lies sealed for the compliance team, and weighs none the less."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierAbuse:
    """That somebody was abusive, and when; not what they said."""

    author: str
    """Their `uri`."""
    at: datetime
    """When the mention was written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What the store knows of an author, newest case first, and of the crowd that they may be part of."""

    cases: tuple[EarlierCase, ...] = ()
    strikes: int = 0
    """Mentions that a reviewer has ruled to be abuse, as far as that stands; what rules found and nobody has ruled on
    is none.
    """
    answered_at: datetime | None = None
    """When we last replied to them."""
    names: tuple[str, ...] = ()
    """Handles under which the same account was seen before, when they differ from today's."""
    crowd: tuple[EarlierAbuse, ...] = ()
    """Whoever was abusive to the same account of ours, the last to arrive first, this author among them.

    It reaches back a day before the mention at least, and holds no more than the newest 1,000; some of it may have been
    written after the mention. What was left alone, or ruled *not abuse*, is not in it.
    """

    def told_on(self, case: Case) -> History:
        """As much of it as the readers of this case may be told."""
        told = tuple(each for each in self.cases if not each.sealed and (case.on_safety_desk or not each.safety))
        return replace(self, cases=told, strikes=sum(each.strike for each in told))

    def strikes_besides(self, uri: str) -> int:
        """How many strikes stand that are of other posts than this one."""
        post = hashlib.sha256(uri.encode("utf-8", "surrogatepass")).hexdigest()
        return self.strikes - sum(case.strike for case in self.cases if case.post == post)


class Mode(StrEnum):
    """What an account may do: `watch` judges and records, `dry_run` does all but post, `live` posts."""

    WATCH = "watch"
    DRY_RUN = "dry_run"
    LIVE = "live"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One of our official accounts."""

    id: str
    platform: str
    handle: str
    """With the server."""
    server: str
    """Base address, such as `https://social.example`."""
    mode: Mode
    approvals: int
    """How many different people must approve: 1 or 2."""
    approvers: frozenset[str]
    """Ids of the reviewers who may approve for it."""
    answered_by: tuple[str, ...]
    """Ids of the accounts that may answer a mention of this one, best first; may name itself."""
    principal: str | None = None
    """Id of the reviewer whose account it is; `None` for the party's own."""
    principal_approves: bool = False
    """Whether one of the approvals must be the principal's own."""

    @property
    def own_approval(self) -> str | None:
        """Id of the reviewer whose own approval each reply needs; `None` when nobody's in particular."""
        return self.principal if self.principal_approves else None


class Role(StrEnum):
    """What a reviewer may do."""

    APPROVER = "approver"
    SAFETY = "safety"
    ADMIN = "admin"
    AUDITOR = "auditor"
    PRINCIPAL = "principal"
    COMPLIANCE = "compliance"
    """Works for the disciplinary body, behind the wall, and never on this side of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewer:
    """A named person with roles."""

    id: str
    name: str
    roles: frozenset[Role]
    telegram_id: int | None = None


class State(StrEnum):
    """Where a case stands."""

    OPEN = "open"
    APPROVED = "approved"
    PUBLISHING = "publishing"
    PUBLISHED = "published"
    RETRACTING = "retracting"
    """A person has asked that the reply be taken down; the bot has not done so yet."""
    RETRACTED = "retracted"
    FAILED = "failed"
    UNCONFIRMED = "unconfirmed"
    ESCALATED = "escalated"
    CLOSED = "closed"


class Event(StrEnum):
    """What can happen to a case. The audit event is `case.` and this word."""

    REWORDED = "reworded"
    """A new draft revision: another wording, or a reviewer's own."""
    APPROVAL_ADDED = "approval_added"
    """The first of two approvals."""
    APPROVED = "approved"
    UNDONE = "undone"
    APPROVAL_LAPSED = "approval_lapsed"
    MENTION_EDITED = "mention_edited"
    PASSED_ON = "passed_on"
    """Overdue, so the next reviewer is asked."""
    REMINDED = "reminded"
    RUNG = "rung"
    """An escalation that nobody has acknowledged rang again."""
    HELD = "held"
    """A limit or quiet hours: approved still, due later."""
    CLAIMED = "claimed"
    POSTPONED = "postponed"
    PUBLISHED = "published"
    AWAITED = "awaited"
    """It is not known whether it was posted; looked once, will look again."""
    UNCONFIRMED = "unconfirmed"
    FAILED = "failed"
    CONFIRMED = "confirmed"
    DENIED = "denied"
    REOPENED = "reopened"
    KEPT = "kept"
    """The post was edited after our reply, and a person let the reply stand."""
    RETRACTION_ASKED = "retraction_asked"
    CORRECTION_ASKED = "correction_asked"
    """The reply is to be taken down, and the post as it now reads to be reviewed anew."""
    RETRACTED = "retracted"
    CORRECTED = "corrected"
    """Taken down, and followed by a case on the post as it now reads."""
    RETRACTION_FAILED = "retraction_failed"
    MISTAKEN = "mistaken"
    """A person ruled that our reply was a mistake: it is to be taken down, and a correction to be reviewed."""
    ESCALATED = "escalated"
    ACKNOWLEDGED = "acknowledged"
    RELEASED = "released"
    MENTION_GONE = "mention_gone"
    """The post was deleted, and the case stays: an escalation keeps our copy, a published reply stands."""
    DISMISSED = "dismissed"
    REFERRED = "referred"
    REFUSED = "refused"
    """The principal will not say it; no reason is asked."""
    SUPERSEDED = "superseded"
    """An edit made it an escalation, which is a new case."""
    INCIDENT_ANSWERED = "incident_answered"
    """Another post of the same pile-on was answered."""
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    REHEARSED = "rehearsed"
    """Dry run: everything but the post."""


TRANSITIONS: dict[tuple[State, Event], State] = {
    (State.OPEN, Event.REWORDED): State.OPEN,
    (State.OPEN, Event.APPROVAL_ADDED): State.OPEN,
    (State.OPEN, Event.MENTION_EDITED): State.OPEN,
    (State.OPEN, Event.REMINDED): State.OPEN,
    (State.OPEN, Event.PASSED_ON): State.OPEN,
    (State.OPEN, Event.APPROVED): State.APPROVED,
    (State.OPEN, Event.ESCALATED): State.ESCALATED,
    (State.OPEN, Event.DISMISSED): State.CLOSED,
    (State.OPEN, Event.REFERRED): State.CLOSED,
    (State.OPEN, Event.REFUSED): State.CLOSED,
    (State.OPEN, Event.SUPERSEDED): State.CLOSED,
    (State.OPEN, Event.INCIDENT_ANSWERED): State.CLOSED,
    (State.OPEN, Event.EXPIRED): State.CLOSED,
    (State.OPEN, Event.WITHDRAWN): State.CLOSED,
    (State.APPROVED, Event.CLAIMED): State.PUBLISHING,
    (State.APPROVED, Event.HELD): State.APPROVED,
    (State.APPROVED, Event.UNDONE): State.OPEN,
    (State.APPROVED, Event.APPROVAL_LAPSED): State.OPEN,
    (State.APPROVED, Event.MENTION_EDITED): State.OPEN,
    (State.APPROVED, Event.REFUSED): State.CLOSED,
    (State.APPROVED, Event.SUPERSEDED): State.CLOSED,
    (State.APPROVED, Event.WITHDRAWN): State.CLOSED,
    (State.APPROVED, Event.REHEARSED): State.CLOSED,
    (State.PUBLISHING, Event.PUBLISHED): State.PUBLISHED,
    (State.PUBLISHING, Event.POSTPONED): State.APPROVED,
    (State.PUBLISHING, Event.AWAITED): State.PUBLISHING,
    (State.PUBLISHING, Event.FAILED): State.FAILED,
    (State.PUBLISHING, Event.UNCONFIRMED): State.UNCONFIRMED,
    (State.PUBLISHING, Event.MENTION_EDITED): State.OPEN,
    (State.PUBLISHING, Event.SUPERSEDED): State.CLOSED,
    (State.PUBLISHING, Event.WITHDRAWN): State.CLOSED,
    (State.UNCONFIRMED, Event.CONFIRMED): State.PUBLISHED,
    (State.UNCONFIRMED, Event.DENIED): State.FAILED,
    (State.FAILED, Event.REOPENED): State.OPEN,
    (State.FAILED, Event.DISMISSED): State.CLOSED,
    (State.FAILED, Event.EXPIRED): State.CLOSED,
    (State.PUBLISHED, Event.MENTION_EDITED): State.PUBLISHED,
    (State.PUBLISHED, Event.MENTION_GONE): State.PUBLISHED,
    (State.PUBLISHED, Event.REMINDED): State.PUBLISHED,
    (State.PUBLISHED, Event.KEPT): State.PUBLISHED,
    (State.FAILED, Event.INCIDENT_ANSWERED): State.CLOSED,
    (State.PUBLISHED, Event.RETRACTION_ASKED): State.RETRACTING,
    (State.PUBLISHED, Event.CORRECTION_ASKED): State.RETRACTING,
    (State.PUBLISHED, Event.MISTAKEN): State.RETRACTING,
    (State.RETRACTED, Event.MISTAKEN): State.CLOSED,
    (State.RETRACTING, Event.RETRACTED): State.RETRACTED,
    (State.RETRACTING, Event.CORRECTED): State.CLOSED,
    (State.RETRACTING, Event.RETRACTION_FAILED): State.PUBLISHED,
    (State.ESCALATED, Event.RUNG): State.ESCALATED,
    (State.ESCALATED, Event.ACKNOWLEDGED): State.ESCALATED,
    (State.ESCALATED, Event.MENTION_EDITED): State.ESCALATED,
    (State.ESCALATED, Event.MENTION_GONE): State.ESCALATED,
    (State.ESCALATED, Event.RELEASED): State.OPEN,
    (State.ESCALATED, Event.REFERRED): State.CLOSED,
    (State.ESCALATED, Event.DISMISSED): State.CLOSED,
}
"""The life of a case. What is not in the table cannot happen; `RELEASED` besides needs a verdict of *respond*."""


class Verb(StrEnum):
    """What a reviewer can do to a case on any desk."""

    APPROVE = "approve"
    REWORD = "reword"
    EDIT = "edit"
    DISMISS = "dismiss"
    ESCALATE = "escalate"
    REFER = "refer"
    REFUSE = "refuse"
    UNDO = "undo"
    ACKNOWLEDGE = "acknowledge"
    RELEASE = "release"
    CONFIRM = "confirm"
    DENY = "deny"
    REOPEN = "reopen"
    KEEP = "keep"
    CORRECT = "correct"
    RETRACT = "retract"
    MISTAKE = "mistake"


class Reason(StrEnum):
    """Why a case was dismissed, escalated or referred. *Not abuse* and *abuse, not answered* never mix."""

    NOT_ABUSE = "not_abuse"
    FAIR_CRITICISM = "fair_criticism"
    QUOTED = "quoted"
    IRONY = "irony"
    NOT_ANSWERED = "not_answered"
    LOW_REACH = "low_reach"
    ANSWERED_ELSEWHERE = "answered_elsewhere"
    VULNERABLE = "vulnerable"
    DANGER = "danger"
    STALKING = "stalking"
    PRIVATE_DETAILS = "private_details"
    SELF_HARM = "self_harm"
    MINOR = "minor"
    PLATFORM = "platform"
    POLICE = "police"
    DISCIPLINARY = "disciplinary"

    @property
    def abusive(self) -> bool:
        """Whether the ruling leaves the mention counted as abuse."""
        return self not in {Reason.NOT_ABUSE, Reason.FAIR_CRITICISM, Reason.QUOTED, Reason.IRONY}


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A filled text, not yet stored."""

    text: str
    response: str | None
    """Id of the response it was filled from; `None` for a reviewer's own words."""
    variant: int | None = None
    link_sha256: str | None = None
    """Digest of the token in its right-of-reply link; `None` when it has no link of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A stored proposal. Never changed: another wording is another revision."""

    id: str
    revision: int
    text: str
    text_sha256: str
    mention_version: int
    """The version of the mention that it answers; an edit of the mention makes it stale."""
    response: str | None
    variant: int | None
    written_by: str | None
    """Id of the reviewer who wrote it; `None` when it came from a response."""
    link_sha256: str | None = None
    """As in its proposal."""

    @property
    def proposal(self) -> Proposal:
        """The same text, to be proposed once more."""
        return Proposal(text=self.text, response=self.response, variant=self.variant, link_sha256=self.link_sha256)


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """One person's approval of one draft."""

    decision_id: str
    reviewer_id: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What the platform said when a reply was posted."""

    native_id: str
    url: str
    posted_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """The posting of one approved reply; written before the first attempt."""

    id: str
    draft_id: str
    key: str
    """Idempotency key, the same for every attempt."""
    intended_at: datetime
    attempts: int = 0
    looks: int = 0
    """How often we have looked for it on the platform without finding it."""
    receipt: Receipt | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """How large a pile-on has grown: all its posts, those too that were recorded without a case."""

    id: str
    posts: int
    people: int
    """Different authors; fewer than there were once their names are purged."""
    first_at: datetime
    last_at: datetime
    """When its first and its last post arrived here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """The unit of human review. `version` rises with each change; who acts on an old one is refused."""

    id: str
    mention: Mention
    mention_version: int
    account: str
    """Id of the account that would answer."""
    verdict: Verdict
    state: State
    version: int
    approvals_required: int
    opened_at: datetime
    changed_at: datetime
    changed_by: str | None = None
    """Id of the reviewer who made the last change; `None` when the bot did."""
    draft: Draft | None = None
    """The newest; `None` on an escalated verdict, or when no rule holds for an edited mention."""
    approvals: tuple[Approval, ...] = ()
    """Of the newest draft."""
    due_at: datetime | None = None
    """When an approved reply may be posted: the end of the undo window, or later after a postponement."""
    outcome: str | None = None
    """How it closed.

    One of `dismissed`, `referred`, `refused`, `superseded`, `expired`, `withdrawn`, `corrected`, `incident_answered`
    and `dry_run`.
    """
    reason: Reason | None = None
    note: str = ""
    """A reviewer's free words, or what went wrong with a publication."""
    gone_at: datetime | None = None
    """When we found that the mention had been deleted."""
    acknowledged_by: str | None = None
    """Who of the safety role took an escalation on: by saying so, or by closing it."""
    passed_on: int = 0
    """How often it was overdue and passed on."""
    called_at: datetime | None = None
    """When staff were last reminded of it, or an escalation last rang."""
    publication: Publication | None = None
    """The one that has not failed."""
    principal: str | None = None
    """Id of the reviewer without whose own approval nothing is posted; settled when the case opens."""
    asked_at: datetime | None = None
    """Since when people are asked what becomes of our reply, because its post was edited; `None` when they are not."""
    correcting: bool = False
    """While the reply is being taken down: whether the post as it now reads is to be reviewed anew."""
    incident: Incident | None = None
    """The pile-on that its mention is part of; `None` while it stands alone."""
    sealed_at: datetime | None = None
    """Since when its post lies sealed for the compliance team; `None` while it can be read on this side."""
    mistaken: bool = False
    """Whether a person ruled that our reply was a mistake; from then on it is no strike."""
    correction: bool = False
    """Whether its reply says that an earlier one to the same post was our mistake, and nothing else."""

    @property
    def behind_wall(self) -> bool:
        """Whether its post was sealed for the compliance team: then nothing of it can be read on this side."""
        return self.sealed_at is not None

    @property
    def on_safety_desk(self) -> bool:
        """Whether only the safety desk may see it, which an escalated case's closing does not change."""
        ended_there = self.state is State.CLOSED and self.acknowledged_by is not None
        return self.verdict.kind is VerdictKind.ESCALATE or self.state is State.ESCALATED or ended_there

    @property
    def answerable(self) -> bool:
        """Whether a reply to it can be written and approved, as the post now reads."""
        return self.correction or self.verdict.kind is VerdictKind.RESPOND

    @property
    def draft_is_current(self) -> bool:
        """Whether the newest draft answers the mention as it now stands."""
        return self.draft is not None and self.draft.mention_version == self.mention_version


class RejoinderKind(StrEnum):
    """What somebody whom we answered says to it, on the page behind the reply's link."""

    NOT_ME = "not_me"
    OUT_OF_CONTEXT = "out_of_context"
    SORRY = "sorry"


class Ruling(StrEnum):
    """What a person who read a rejoinder made of it."""

    ACCEPTED = "accepted"
    """An apology: the strike is closed."""
    STANDS = "stands"
    """Our reply stands, and the strike with it."""
    MISTAKE = "mistake"
    """Our reply was wrong: no strike, and a correction is proposed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejoinder:
    """What was said to a reply of ours by its link. Whoever can read the reply can have written it."""

    id: str
    case_id: str
    kind: RejoinderKind
    words: str
    """Theirs, and hostile; empty when they left none, or when their time is over."""
    at: datetime
    safety: bool = False
    """Whether the words are for the safety desk alone: rules find danger in them."""
    ruling: Ruling | None = None
    """`None` while nobody has ruled on it."""
    ruled_by: str | None = None
    ruled_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a reviewer asks for, with what they were looking at when they asked."""

    case_id: str
    version: int
    """The version of the case that they saw."""
    verb: Verb
    reviewer: str
    """Id of the reviewer."""
    desk: str
    """Where they asked: `telegram`, `console` or `command line`."""
    reason: Reason | None = None
    text: str | None = None
    """For *edit*: their wording, without the handle that the reply must begin with."""
    note: str = ""
    ground: str | None = None
    """For *refer* to the disciplinary body: the policy whose clause was broken."""
    whole: bool = False
    """For *dismiss*: every post of the incident that waits, and not this one alone."""
    roles: frozenset[Role] | None = None
    """The roles under which they asked, where a session has fewer than the configuration gives; `None`: all of them."""
    let_in_by: frozenset[str] = frozenset()
    """Other people through whose sign-in links they came in, any of whom may be who asks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why a decision was not taken, in words for the reviewer who asked."""

    code: str
    """`unknown_case`, `no_right`, `too_late`, `not_now`, `no_reason`, `no_ground`, `bad_text` or `held`."""
    message: str


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovedReply:
    """The only thing that a `Publisher` accepts: a text with the approvals of exactly that text.

    The store alone makes it, from a publication row that the database has tied to stored decisions of kind *approve*.
    """

    case_id: str
    account: str
    """Id of the account that speaks."""
    mention_uri: str
    text: str
    visibility: Visibility
    lang: str | None
    key: str
    """Idempotency key: ASCII, one line, the same for every attempt."""
    decisions: tuple[str, ...]
    approved_by: tuple[str, ...]
    """Ids of the reviewers, one for each decision; all different."""
    intended_at: datetime
    """When the publication was written, before the first attempt."""

    def __post_init__(self) -> None:
        if not self.decisions or len(set(self.approved_by)) != len(self.decisions):
            msg = f"case {self.case_id}: a reply needs an approval of each of {len(self.decisions)} different people"
            raise ValueError(msg)


class ReportState(StrEnum):
    """Where a report to a platform stands."""

    DUE = "due"
    SENDING = "sending"
    SENT = "sent"
    """The platform has given a receipt."""
    REFUSED = "refused"
    """It was not sent, and will not be: a person has to report the post by hand."""
    UNCLEAR = "unclear"
    """It may have arrived, once or twice, and nobody has told: a person has to ask."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportText:
    """What a report to a platform says besides which post it is about; fixed when a person decides, never changed."""

    words: str
    """A sentence of ours: without the name of anybody, and without the author's words."""
    rules: tuple[str, ...] = ()
    """The server's own numbers of its rules that the post breaks; empty where none is known to fit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportReceipt:
    """What a platform said when it took a report."""

    native_id: str
    at: datetime
    forwarded: bool
    """Whether it goes on to the author's own server, without a name."""
    rules_taken: bool = True
    """False when the server knows the rules no more, and took the report without them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformReport:
    """A report to a platform as it stands."""

    case_id: str
    text: ReportText
    state: ReportState
    decided_at: datetime
    attempts: int = 0
    doubtful: int = 0
    """In how many of them it may have arrived without our hearing of it."""
    due_at: datetime | None = None
    """When it is tried next; `None` when it is not."""
    receipt: ReportReceipt | None = None
    code: str = ""
    """What went wrong with the last attempt, as `PlatformError.code` has it; empty when nothing did."""


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedReport:
    """The only thing that a `Reporter` accepts: a report that a person has decided on.

    The store alone makes it, from a row that the database has tied to a stored decision of kind *refer*.
    """

    id: str
    case_id: str
    account: str
    """Id of the account that reports."""
    mention_uri: str
    native_id: str | None
    """What the account's own server calls the post; `None` when another account has seen it."""
    text: ReportText
    decision: str
    attempts: int
    doubtful: int

    def __post_init__(self) -> None:
        if not self.decision:
            msg = f"case {self.case_id}: a report needs the decision of a person"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEvent:
    """An immutable record of what happened. Holds no personal data of the public: digests and ids only."""

    stream: str
    """An account's id, or `system`: each has a chain of its own."""
    seq: int
    at: datetime
    kind: str
    """Past tense: `case.opened`, `reply.published`."""
    actor: str
    """A reviewer's id, or `bot`."""
    case_id: str | None
    detail: dict[str, object] = field(default_factory=dict)
    prev: str = ""
    digest: str = ""
