"""What goes into the store and comes out of it besides the facts of `bot.model`."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, timedelta

    from bot.model import Case, Event, Mention, Proposal, Reason, Receipt, State, Verdict


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
    """Figures since a moment, for staff."""

    since: datetime
    mentions: int
    ignored: int
    recorded: int
    not_read: Mapping[str, int]
    """Ignored because no pack reads the language, by its tag; `und` where none was declared."""
    cases: Mapping[str, int]
    """Opened since then, by outcome, or by state while there is none."""
    escalated: int
    """Of those, opened as escalations or passed to the safety desk by a reviewer."""
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
class Purged:
    """What was blanked because its time is over."""

    ignored: int
    recorded: int
    cases: int
    malformed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """What somebody left whoever comes next on their desk."""

    at: datetime
    by: str
    """Id of the reviewer."""
    safety: bool
    """For the safety desk alone."""
    text: str


class QueueView(StrEnum):
    """A way to look at the queue that is asked for again and again."""

    ALL = "all"
    APPROVAL = "approval"
    """What waits for this reader's own approval."""
    PROBLEMS = "problems"
    """Replies that were not posted, or of which that is not known."""
    UNCONFIRMED = "unconfirmed"
    MINE = "mine"
    """What this reader has open, changed last, or ruled on."""


class Group(StrEnum):
    """What the queue shows together, the most pressing first."""

    TROUBLE = "trouble"
    ASKED = "asked"
    OPEN = "open"
    LEAVING = "leaving"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Whose queue it is."""

    id: str
    speaks_for: frozenset[str] = frozenset()
    """Ids of the accounts for which they may approve."""
    has_open: frozenset[str] = frozenset()
    """Ids of the cases that they have open now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which cases of the queue; what is empty narrows nothing."""

    view: QueueView = QueueView.ALL
    account: str = ""
    policy: str = ""
    severity: int = 0
    without: tuple[str, ...] = ()
    """Policies whose open cases are left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuePage:
    """A page of the queue."""

    cases: list[Case]
    sizes: Mapping[Group, int]
    """How many there are in each group, on all pages together; empty groups are left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueCounts:
    """How many cases wait."""

    waiting: int
    """For a person to do something; not on the safety desk."""
    oldest: datetime | None
    """When the oldest of them was opened."""
    escalated: int
    """On the safety desk; 0 for a reader for whom that does not exist."""
    ringing: int
    """Of these, how many nobody has acknowledged."""


class TextKind(StrEnum):
    """What people write for the bot and may change while it runs."""

    RESPONSE = "response"
    RULES = "rules"
    """A pack of the party's own."""


class RevisionState(StrEnum):
    """Where a revision is on its way. Of one name one at most is live, and one at most waits as a draft."""

    DRAFT = "draft"
    """Waits for somebody to review it."""
    LIVE = "live"
    PAST = "past"
    """Was live."""
    WITHDRAWN = "withdrawn"
    """Was a draft and never live."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A text that somebody wrote in the console."""

    kind: TextKind
    name: str
    """Of its file, within the folder or folders of its kind."""
    text: str
    """The whole YAML."""
    by: str
    """Id of the reviewer."""
    why: str
    case_id: str | None = None
    """The case on which a mistake showed."""
    second_reviewer: bool = True
    """Whether another person than the writer must review it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """A text as it stood, with who wrote it and what became of it."""

    id: str
    kind: TextKind
    name: str
    number: int
    """From 1 for each name."""
    base: int | None
    """The number of what was live when it was written; `None` when nothing was."""
    text: str
    text_sha256: str
    state: RevisionState
    written_by: str | None
    """Id of the reviewer; `None` when it was found in the file."""
    written_at: datetime
    why: str
    second_reviewer: bool
    reviewed_by: str | None
    reviewed_at: datetime | None
    ended_at: datetime | None
    """Since when it is past or withdrawn."""
    case_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DayFigures:
    """What came on one day, in UTC, and what became of it."""

    day: str
    """As `2026-11-20`."""
    ignored: int = 0
    recorded: int = 0
    """Abusive posts that never had a case."""
    cases: int = 0
    """Opened on that day."""
    replies: int = 0
    """Posted on that day, those taken back later too."""

    @property
    def mentions(self) -> int:
        """Posts that were read."""
        return self.ignored + self.recorded + self.cases


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyFigures:
    """What was found against one policy."""

    policy: str | None
    """`None` where a person reported what no rule holds of."""
    recorded: int = 0
    cases: int = 0
    replies: int = 0
    """Of these cases, how many were answered; those taken back later too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AimFigures:
    """How much abuse was aimed at one account, or used one characteristic."""

    name: str
    posts: int
    """Recorded ones and those of cases."""
    cases: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFigures:
    """What reviewers ruled on the cases in which one rule held."""

    rule: str
    cases: int
    ruled: int
    """How many of them a person has ruled on."""
    refused: int
    """Of these, how often the proposed reply was dismissed or refused, for whatever reason."""
    not_abuse: int
    """Of these, how often it was ruled *not abuse*: the rule's own mistakes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseFigures:
    """What became of the first drafts that one response gave."""

    response: str
    proposed: int
    edited: int
    """How often a reviewer wrote words of their own instead."""
    refused: int
    """How often the case was dismissed or refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What happened since a moment, as far as it exists for those who ask."""

    since: datetime
    days: tuple[DayFigures, ...]
    """Every day since then, the first first."""
    policies: tuple[PolicyFigures, ...]
    """The most frequent first."""
    waiting: Mapping[str, int]
    """Cases that wait now, whenever they opened, by state: *open*, *failed*, *unconfirmed*, *escalated*."""
    oldest: datetime | None
    """Since when the oldest of them waits."""
    standing: Mapping[str, int]
    """Cases opened since then, by outcome, or by state while there is none."""
    decisions: Mapping[str, int]
    """By reason code; by kind where no reason is asked."""
    not_read: Mapping[str, int]
    """Ignored because no pack reads the language, by its tag; `und` where none was declared."""
    escalated: int
    """Cases opened since then that are on the safety desk, or ended there; 0 for those from whom they are withheld."""
    accounts: tuple[AimFigures, ...]
    """Abuse by the id of the account of ours that it was written to, the most first."""
    characteristics: tuple[AimFigures, ...]
    """Abuse by the protected characteristic that it uses, the most first."""
    protected: Mapping[str, int]
    """Cases by the handle of the protected person whom they are aimed at."""
    rules: tuple[RuleFigures, ...]
    """Those that held most often first."""
    responses: tuple[ResponseFigures, ...]
    decided: int
    """Cases opened since then on which a person has decided."""
    median: timedelta | None
    """How long half of them waited for that, at most; `None` when there are none."""
    nine_in_ten: timedelta | None
    retried: int
    """Attempts to post that were made again."""
    malformed: int
    """What came from a platform and could not be understood."""
    live: Mapping[str, int]
    """Mentions in which a live rule held, whatever became of them; empty for those from whom cases are withheld."""
    shadow: Mapping[str, int]
    """The same of shadow rules."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """Which cases are asked for; what is `None` does not matter."""

    safety: bool
    """Whether those of the safety desk exist for who asks."""
    since: datetime | None = None
    until: datetime | None = None
    """Opened, or answered, or decided, from the one moment on and before the other."""
    answered: bool = False
    """Whether the two moments are those of the reply, and there must be one."""
    policy: str | None = None
    """An empty text: those of no policy."""
    standing: str | None = None
    """An outcome, or a state."""
    ruling: str | None = None
    """A reason code, or the kind of a decision that asks for none; the two moments are then those of the decision."""
    account: str | None = None
    """Id of the account of ours that the post was written to."""
    characteristic: str | None = None
    protected: str | None = None
    """A handle."""
    rule: str | None = None
    response: str | None = None
    edited: bool = False
    """Whether a reviewer wrote words of their own."""
    before: tuple[datetime, str] | None = None
    """After the case that opened then, with this id, the latest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fared:
    """What became of the drafts that a response made."""

    used: int = 0
    """Replies that were posted, or may have been; those that a reviewer had edited are among them."""
    edited: int = 0
    """Replies that a reviewer had edited before."""
    refused: int = 0
    """Cases that were dismissed, or refused by a principal, with it as the last proposal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditSought:
    """Which audit events are asked for; what is `None` does not matter."""

    safety: bool
    """Whether those of the safety desk's cases exist for who asks."""
    stream: str | None = None
    kind: str | None = None
    actor: str | None = None
    case_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: Mapping[str, int] = field(default_factory=dict)
    """For each chain the number of the last event that was shown; those before it follow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainHead:
    """The last event of a chain."""

    stream: str
    seq: int
    """Which is how many events the chain has."""
    digest: str
