"""What pages ask the store for, and what it answers: the queue, revisions of texts, figures, past cases, the audit."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, timedelta

    from bot.model import Case
    from bot.store.records import Acknowledged


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
    let_in_by: frozenset[str] = frozenset()
    """Ids of those through whose sign-in links the writer came in."""


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
    let_in_by: frozenset[str]
    """See `Written`."""
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
    acknowledged: Acknowledged | None = None
    """How long escalations waited until somebody had them; `None` for those from whom they are withheld."""


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
