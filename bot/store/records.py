"""What goes into the store and comes out of it besides the facts of `bot.model`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.model import Side

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, timedelta

    from bot.model import Event, ExhibitKind, Mention, Proposal, Reason, Receipt, ReportText, State, Verdict
    from bot.store.outbox import Outgoing


@dataclass(frozen=True, slots=True, kw_only=True)
class PileOn:
    """Whom an abusive mention is aimed at, and what makes a pile-on on them."""

    handle: str
    """In any case; the store keeps its digest alone."""
    within: timedelta
    """How long after the last post another one still belongs to the same incident."""
    cases: int
    """From how many cases on there is one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A judged mention, with what is due."""

    mention: Mention
    verdict: Verdict
    account: str | None = None
    """Id of the account that would answer; `None`: the one through which it was seen."""
    approvals_required: int = 1
    principal: str | None = None
    """Id of the reviewer whose own approval a reply needs."""
    proposal: Proposal | None = None
    edits: str | None = None
    """Id of the live case whose mention this is a new version of."""
    pile_on: PileOn | None = None
    """`None` for what is never part of a pile-on: escalations, and what is no abuse that a reply would answer."""
    via: str = "watch"
    """How it came to us: `watch`, or another word for the audit."""
    passed: Outgoing | None = None
    """What is passed to the compliance team with it, where they asked for abusive mentions."""
    correction: bool = False
    """For a successor: whether its reply is to say that the one before was our mistake."""
    side: Side = Side.NONE
    """Which side the author claims: counted in totals, and stored of nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What is to happen to a case, and to which version of it."""

    case_id: str
    version: int
    event: Event
    actor: str
    """A reviewer's id, or `bot`."""
    desk: str = ""
    decides: str | None = None
    """`approve`, `dismiss`, `escalate` or `refer`: the actor's decision is stored, an approval of the newest draft."""
    reason: Reason | None = None
    note: str = ""
    proposal: Proposal | None = None
    """Becomes a new draft revision."""
    due_at: datetime | None = None
    outcome: str | None = None
    """How it closed, where the event alone does not say."""
    owner: str | None = None
    claimed_until: datetime | None = None
    receipt: Receipt | None = None
    looked: bool = False
    """Whether the platform was searched for the reply, in vain."""
    successor: Received | None = None
    """A case to be opened in the same transaction, on the same mention."""
    asked_version: int | None = None
    """For an edit after our reply: the version of the mention that people are asked about."""
    whole: bool = False
    """Whether it happens to every open case of the incident, each with its own decision and audit event."""
    detail: Mapping[str, object] = field(default_factory=dict)
    """For the audit event; no personal data."""
    passed: Outgoing | None = None
    """The sealed referral, put into the outbox in the same transaction."""
    side: Side = Side.NONE
    """For a reply that is out: which side its author claims, as `Received` has it."""
    report: ReportText | None = None
    """What the bot is to report to the platform of a case that is referred there; kept in the same transaction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """Two readings of one mention: the one that people know, and the one that it has now."""

    before: Mention
    after: Mention
    verdict: Verdict
    """What the rules say of it now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is stored of a URI."""

    digest: str
    """Of the newest content; of that at which the case stands, when it has still to follow its mention."""
    case_id: str | None = None
    """The live escalation, else the live case, else the newest closed one; `None` when there never was one."""
    state: State | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """What we have said, or may yet say, in one conversation."""

    live_cases: int = 0
    """Cases that may still lead to a reply; escalations never do."""
    replies: int = 0
    """Replies that were posted, or may have been."""
    wordings: frozenset[tuple[str, int]] = frozenset()
    """(response, variant) of each reply and of each draft that may become one."""
    said: frozenset[tuple[str, int]] = frozenset()
    """Of these, what was posted, or may have been."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How things stand with the pile-on, or what may become one, on one target."""

    formed: bool = False
    cases: int = 0
    """Those that count towards an incident: of verdict *respond*, and not ruled *not abuse*."""
    waiting: int = 0
    """Of these, how many wait for a decision."""
    answered: bool = False
    """Whether one of its posts has had its reply."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionRecord:
    """A reviewer's ruling, as stored."""

    id: str
    case_id: str
    kind: str
    reviewer: str
    at: datetime
    reason: Reason | None
    note: str
    desk: str
    draft_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleText:
    """A rule as it is loaded, for the store to tell whether it was edited."""

    id: str
    digest: str
    """Of all that decides when it holds and what is due then."""
    escalates: bool
    shipped: bool
    """Whether it came with the program."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """A stop that someone pulled."""

    scope: str
    """`all`, or an account's id."""
    by: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """The picture of a case on a desk."""

    case_id: str
    desk: str
    chat_id: int
    message_id: int
    drawn_at: datetime
    """The case's `changed_at` when it was drawn."""
    stub: bool = False
    posts: int = 0
    """How many posts of an incident it tells of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftAlone:
    """An ignored mention, without its author."""

    at: datetime
    account: str
    text: str
    """Empty once its time is over."""
    lang: str | None
    read: bool
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedMention:
    """An abusive mention without a case."""

    mention: Mention
    verdict: Verdict
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Malformed:
    """Something that came from a platform and could not be understood."""

    at: datetime
    account: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stats:
    """Figures since a moment; those of staff are made without the safety desk's cases."""

    since: datetime
    mentions: int
    ignored: int
    recorded: int
    not_read: Mapping[str, int]
    """Ignored because no pack reads the language, by its tag; `und` where none was declared."""
    cases: Mapping[str, int]
    """Opened since then, by outcome, or by state while there is none."""
    escalated: int | None
    """Of those, opened as escalations or passed to the safety desk by a reviewer; `None` for staff."""
    posted: int
    policies: Mapping[str, int]
    """Abusive mentions by the policy that won."""
    rules: Mapping[str, int]
    """Mentions in which a live rule held."""
    shadow: Mapping[str, int]
    """Mentions in which a shadow rule held."""
    decisions: Mapping[str, int]
    """By reason code; by kind where no reason is asked."""
    oldest_open: timedelta | None
    """Age of the oldest case that waits for a reviewer, whenever it was opened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """Figures since the database was made, and how many cases are where, for a monitor."""

    judged: int
    """Mentions, each once."""
    posted: int
    """Replies, those taken back later too."""
    refused: int
    """Proposed replies that a reviewer dismissed."""
    cases: Mapping[str, int]
    """By state, *closed* left out."""
    oldest: datetime | None
    """Since when the oldest case waits for a person; `None` when none does."""
    oldest_of_staff: datetime | None
    """The same of those that are not the safety desk's."""
    incidents: int
    """Pile-ons of which a post waits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFault:
    """One place where the books do not agree with themselves."""

    stream: str
    seq: int
    """0 where the fault belongs to no single event."""
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How many days each kind of record is kept whole."""

    ignored_days: int
    recorded_days: int
    closed_case_days: int
    """From the last change of the last case of a mention."""
    safety_case_days: int | None = None
    """The same, where one of its cases was the safety desk's; `None`: no longer than others."""
    failed_days: int = 30
    """How long a case whose reply failed waits for somebody to send it back; then it closes."""
    handover_days: int | None = None
    """`None`: as long as closed cases."""
    support_days: int = 90
    """Messages of support, read or not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Purged:
    """What was blanked because its time is over."""

    ignored: int
    recorded: int
    cases: int
    malformed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OthersOut:
    """How many other replies are, or may be, out that count against one: its limits are asked by what these say."""

    since: datetime
    of_account: int
    """Of the account that posts, since then."""
    to_author: int
    in_conversation: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PostedReply:
    """A reply of ours as its right-of-reply link finds it: nothing that the public has not seen."""

    case_id: str
    account: str
    text: str
    posted_at: datetime
    taken_down: bool
    full: bool
    """Whether as much has been said to it as we keep."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """What somebody left whoever comes next on their desk."""

    at: datetime
    by: str
    """Id of the reviewer."""
    safety: bool
    """For the safety desk alone."""
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhibit:
    """A piece of evidence, as it was captured."""

    id: str
    capture: str
    """Id of the capture that brought it."""
    number: int
    """Its place in that, from 1."""
    kind: ExhibitKind
    mention_version: int
    url: str
    """Where it came from; empty once that was blanked."""
    media_type: str
    headers: tuple[tuple[str, str], ...]
    captured_at: datetime
    """By our clock."""
    server_time: datetime | None
    """By the server's clock, where it told."""
    exact: bool
    """Whether the bytes are the server's own; else they were written anew from what was read."""
    missing: str
    """Why it could not be had; empty when it could."""
    size: int
    sha256: str | None
    """Of the plain bytes; `None` for what could not be had, or kept."""
    body: bytes | None = field(repr=False)
    """The plain bytes; `None` for what could not be had or kept, and for what was blanked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """That a step of a checklist is done."""

    by: str
    """Id of the reviewer."""
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfinished:
    """An escalation that is not closed."""

    case_id: str
    since: datetime
    """When it was escalated, by the rules or by a person."""
    acknowledged_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledged:
    """How long escalations waited until somebody had them."""

    number: int
    """Those that somebody has, or had."""
    median: timedelta | None
    """The lower of two in the middle; `None` when there are none."""
    worst: timedelta | None
    waiting: int
    """Those that nobody has yet, which count in none of the above."""
    oldest: datetime | None
    """Since when the first of these waits."""
