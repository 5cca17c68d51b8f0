"""The shape of `config.yaml`. No other module reads that file; everything else is handed what it needs from here."""

from __future__ import annotations

from datetime import date, time
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, HttpUrl

from bot.model import Mode, Role, VerdictKind

EnvName = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$")]
"""The name of an environment variable, never its content."""
Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
Handle = Annotated[str, Field(pattern=r"^@[A-Za-z0-9_.-]+@[A-Za-z0-9.-]+(:\d+)?$")]
Seconds = Annotated[int, Field(ge=0)]


class Section(BaseModel):
    """A part of the configuration: frozen, and a key it does not know is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Party(Section):
    """Whose software this is, and how its own people speak of it."""

    name: str
    code_of_practice: HttpUrl
    """Becomes `$code_link`."""
    imprint: str
    """Must stand on each account's profile, as electoral law asks."""
    disclosure: str
    """The profile line that says how replies are made: software suggests, staff approve."""
    appeal_link: HttpUrl | None = None
    names: tuple[str, ...] = ()
    """Other words by which people say that they belong: `Fernwick Greens`, `FG`."""
    hashtags: tuple[str, ...] = ()
    lang: str = "en"


class Consent(Section):
    """A principal's recorded agreement that replies may be posted in their voice."""

    given_by: str
    given_on: date
    recorded_by: str


class AccountSection(Section):
    """One official account."""

    id: Id
    platform: Id
    server: HttpUrl
    handle: Handle
    token_env: EnvName
    voice_of: str
    """In whose voice it speaks, in words: `the party`, `the leader`."""
    principal: Id | None = None
    mode: Mode = Mode.DRY_RUN
    consent: Consent | None = None
    approvers: tuple[Id, ...] = ()
    approvals: Literal[1, 2] = 1
    answered_by: tuple[Id, ...] = ()
    """Which accounts may answer a mention of this one, best first; empty means none."""


class Protected(Section):
    """A person whose posts' replies we also watch."""

    name: str
    handle: Handle
    watched_through: Id
    """The account whose token reads them."""
    consent: Consent


class ReviewerSection(Section):
    """A named person with roles."""

    id: Id
    name: str
    roles: Annotated[frozenset[Role], Field(min_length=1)]
    telegram_id: int | None = None


class TelegramDesk(Section):
    """The staff chat and the safety chat, served by one bot."""

    token_env: EnvName
    staff_chat: int
    safety_chat: int


class ConsoleDesk(Section):
    """The pages in the browser; always bound to loopback."""

    enabled: bool = True
    port: Annotated[int, Field(ge=0, le=65535)] = 8311
    session_hours: Annotated[int, Field(ge=1, le=24)] = 10


class Desks(Section):
    """Where reviewers work."""

    telegram: TelegramDesk | None = None
    console: ConsoleDesk = ConsoleDesk()


class Policy(Section):
    """A clause of the code of practice and what is due when a rule that serves it holds."""

    clause: str
    verdict: VerdictKind
    """The most that may be due; a policy with *escalate* never comes with a reply."""
    characteristic: str | None = None


class Policies(Section):
    """All policies, and what the severities mean."""

    severities: dict[Literal[1, 2, 3, 4], str]
    respond_from: Annotated[int, Field(ge=1, le=4)] = 2
    """Below this severity abuse is recorded, not answered."""
    clauses: dict[Id, Policy]


class Rules(Section):
    """Which rule packs are read, and what is changed in them without editing them."""

    packs: tuple[Path, ...] = ()
    """Folders of the party's own packs, read after the shipped ones."""
    shipped: bool = True
    states: dict[Id, Literal["live", "shadow", "off"]] = {}


class Exempt(Section):
    """Never answered, still judged for escalation. Handles."""

    staff: tuple[Handle, ...] = ()
    protected: tuple[Handle, ...] = ()
    journalists: tuple[Handle, ...] = ()
    satire: tuple[Handle, ...] = ()

    @property
    def handles(self) -> dict[str, str]:
        """Each exempt handle in lower case, with why it is exempt."""
        return {
            handle.lower(): why
            for why in ("staff", "protected", "journalists", "satire")
            for handle in getattr(self, why)
        }


class QuietHours(Section):
    """When nothing is posted. An end before the start lies on the next day."""

    start: time
    end: time
    time_zone: str


class Limits(Section):
    """The brakes."""

    undo_seconds: Seconds = 60
    replies_per_day: Annotated[int, Field(ge=0)] = 40
    """Per account, over the last 24 hours."""
    author_cooldown_days: Annotated[int, Field(ge=0)] = 28
    replies_per_thread: Annotated[int, Field(ge=1)] = 1
    open_cases_per_thread: Annotated[int, Field(ge=1)] = 3
    """In a pile-on, the abusive mentions after these are recorded without a case of their own."""
    answer_within_hours: Annotated[int, Field(ge=1)] = 24
    """An older mention gets no reply."""
    new_account_days: Annotated[int, Field(ge=0)] = 30
    strike_days: Annotated[int, Field(ge=1)] = 365
    quiet_hours: QuietHours | None = None


class Retention(Section):
    """How long what is held."""

    ignored_days: Annotated[int, Field(ge=0)] = 7
    closed_case_days: Annotated[int, Field(ge=1)] = 365
    recorded_days: Annotated[int, Field(ge=1)] = 180


class Referral(Section):
    """Where cases go that a reply cannot answer; shown beside the refer button."""

    platform: str = ""
    police: str = ""
    disciplinary: str = ""


class Schedule(Section):
    """How often the bot looks, reminds and clears up."""

    poll_seconds: Annotated[int, Field(ge=1)] = 15
    look_seconds: Annotated[int, Field(ge=1)] = 60
    """How often open cases' mentions are looked at for edits and deletions."""
    publish_seconds: Annotated[int, Field(ge=1)] = 5
    remind_after_minutes: Annotated[int, Field(ge=1)] = 30
    pass_on_after_minutes: Annotated[int, Field(ge=1)] = 60
    expire_after_hours: Annotated[int, Field(ge=1)] = 24
    approval_lapses_after_hours: Annotated[int, Field(ge=1)] = 12
    ring_minutes: Annotated[int, Field(ge=1)] = 10
    """How often an escalation rings until a person acknowledges it."""


class Server(Section):
    """How this installation is reached."""

    public_url: HttpUrl | None = None
    """Where links on cards lead, through your own proxy or tunnel; loopback when absent."""
    health_port: Annotated[int, Field(ge=0, le=65535)] = 8310


class Config(Section):
    """The whole configuration."""

    party: Party
    accounts: Annotated[tuple[AccountSection, ...], Field(min_length=1)]
    protected: tuple[Protected, ...] = ()
    reviewers: Annotated[tuple[ReviewerSection, ...], Field(min_length=1)]
    desks: Desks = Desks()
    policies: Policies
    rules: Rules = Rules()
    exempt: Exempt = Exempt()
    limits: Limits = Limits()
    retention: Retention = Retention()
    referral: Referral = Referral()
    database: str = "sqlite:///bot.db"
    """An SQLAlchemy address."""
    schedule: Schedule = Schedule()
    server: Server = Server()
