"""The shape of `config.yaml`: its sections, their keys, and what each value must look like."""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import date, datetime, time
from pathlib import Path
from string import Template
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    HttpUrl,
    PlainSerializer,
    model_validator,
)

from bot.model import Account, Mode, Reviewer, Role, VerdictKind

ANONYMOUS_ADMIN = 1087968824
"""The user id under which Telegram hides every anonymous administrator: nobody in particular."""
KEY_BYTES = 32
"""Of a public key."""


def _like(pattern: str, expected: str) -> AfterValidator:
    form = re.compile(pattern)

    def judge(text: str) -> str:
        if not form.fullmatch(text):
            raise ValueError(f"expected {expected}")
        return text

    return AfterValidator(judge)


def _only_text(value: object) -> object:
    if value is not None and not isinstance(value, str | date | time):
        raise ValueError("expected text such as 2026-11-20 or 22:00")
    return value


def _as_text(number: object) -> object:
    """A number without quotes is the same number."""
    return str(number) if isinstance(number, int) and not isinstance(number, bool) else number


def _number(key: object) -> object:
    """A key in quotes, as JSON and some editors write it, is a number all the same."""
    return int(key) if isinstance(key, str) and key.isdecimal() else key


def _base_address(url: HttpUrl) -> HttpUrl:
    if url.username or url.password:
        raise ValueError("expected an address without a name or password in it; tokens come from the environment")
    if url.path not in {None, "", "/"} or url.query or url.fragment:
        raise ValueError("expected the server alone, such as https://social.example, with nothing after it")
    if url.scheme != "https" and url.host not in {"127.0.0.1", "localhost", "[::1]"}:
        raise ValueError("expected https: over http the token could be read on its way")
    return url


def _page_address(url: HttpUrl) -> HttpUrl:
    if url.username or url.password or url.path not in {None, "", "/"} or url.query or url.fragment:
        raise ValueError("expected a name of its own, such as https://say.fernwick.example, with nothing after it")
    if url.scheme != "https" and url.host not in {"127.0.0.1", "localhost", "[::1]"}:
        raise ValueError("expected https: over http others could read what somebody says to you")
    return url


def secure_address(url: HttpUrl) -> HttpUrl:
    """The address, of HTTPS or on this machine, and without a secret in it; else ValueError."""
    if url.username or url.password:
        raise ValueError("expected an address without a name or password in it; the secret comes from the environment")
    if url.scheme != "https" and url.host not in {"127.0.0.1", "localhost", "[::1]"}:
        raise ValueError("expected https: over http anybody on the way could sign in")
    return url


def _not_anonymous(telegram_id: int) -> int:
    if telegram_id == ANONYMOUS_ADMIN:
        raise ValueError("this is Telegram's id for every anonymous administrator; give the person's own")
    return telegram_id


def time_zone_name(name: str) -> str:
    """The name of a time zone that is known here; else ValueError."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("expected a time zone such as Europe/London") from None
    return name


def database_form(address: str) -> str:
    """The address of a database in one of the two forms that we know; else ValueError."""
    scheme, _, rest = address.partition("://")
    if scheme == "postgresql":
        who, at, where = rest.partition("?")[0].rpartition("@")
        if ":" in who:
            raise ValueError("leave the password out of the address: it belongs into the environment, as PGPASSWORD")
        if not (at and where.partition("/")[2]):
            raise ValueError("expected a user, a host and a name, such as postgresql://bot@localhost/bot")
        return address
    if not scheme.startswith("sqlite"):
        raise ValueError("expected an address such as sqlite:///bot.db or postgresql://bot@localhost/bot")
    if scheme != "sqlite" or not rest.startswith("/") or rest in {"/", "/:memory:"} or "?" in rest:
        raise ValueError("expected sqlite:/// and the name of a file, such as sqlite:///bot.db")
    return address


def _report_words(text: str) -> str:
    template = Template(text)
    if not template.is_valid() or set(template.get_identifiers()) - {"policy"}:
        raise ValueError("expected a sentence in which $policy is the only word with a $; a $ of money is $$")
    return text


def _public_key(text: str) -> str:
    try:
        key = base64.b64decode(text, validate=True)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise ValueError("expected the public key that `compliance keys` prints: 44 signs, the last of them =")
    return text


def _digest(text: object) -> str:
    return "sha256:" + hashlib.sha256(str(text).encode()).hexdigest()[:16]


EnvName = Annotated[
    str,
    _like(
        r"[A-Z][A-Z0-9_]{2,63}",
        "the name of an environment variable, such as PARTY_TOKEN (capitals, digits, _), never the secret itself",
    ),
]
"""The name of an environment variable, never its content."""
Id = Annotated[
    str, _like(r"[a-z0-9][a-z0-9_-]{0,39}", "up to 40 small letters, digits, - and _, the first a letter or digit")
]
Handle = Annotated[
    str, _like(r"@[A-Za-z0-9_.-]+@[A-Za-z0-9.-]+(:\d+)?", "a handle with its server, such as “@party@social.example”")
]
Words = Annotated[str, Field(min_length=1, max_length=500)]
"""Some text, not empty."""
Language = Annotated[str, _like(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", "a language tag such as en or cy")]
Day = Annotated[date, BeforeValidator(_only_text)]
TimeOfDay = Annotated[time, BeforeValidator(_only_text)]
"""Text only: as a number, 2200 would be 36 minutes past midnight."""
Roles = Annotated[frozenset[Role], Field(min_length=1), PlainSerializer(sorted)]
Person = Annotated[str, Field(min_length=1, max_length=500), PlainSerializer(_digest, when_used="json")]
"""A name that the audit trail may hold as a digest only."""
PublicHandle = Annotated[Handle, PlainSerializer(_digest, when_used="json")]
"""A handle of somebody who is not an account of ours: the audit trail may hold its digest only."""
TelegramId = Annotated[
    int, Field(gt=0, lt=2**53), AfterValidator(_not_anonymous), PlainSerializer(_digest, when_used="json")
]
Seconds = Annotated[int, Field(ge=0, le=86_400)]
Minutes = Annotated[int, Field(ge=1, le=10_080)]
Hours = Annotated[int, Field(ge=1, le=8_760)]
Days = Annotated[int, Field(ge=0, le=3_650)]
SomeDays = Annotated[int, Field(ge=1, le=3_650)]
RuleNumber = Annotated[
    str, BeforeValidator(_as_text), _like(r"[A-Za-z0-9]{1,40}", "the number of a rule, as `check` lists them")
]
"""As a server numbers its rules."""
Port = Annotated[int, Field(ge=0, le=65_535)]
"""0 lets the system choose."""


class Section(BaseModel):
    """A part of the configuration: frozen, and a key it does not know is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True, allow_inf_nan=False)


class Party(Section):
    """Whose software this is, and how its own people speak of it."""

    name: Words
    code_of_practice: HttpUrl
    """Becomes `$code_link`."""
    imprint: Words
    """Must stand on each account's profile, as electoral law asks."""
    disclosure: Words
    """The profile line that says how replies are made: software suggests, staff approve."""
    appeal_link: HttpUrl | None = None
    names: tuple[Words, ...] = ()
    """Other words by which people say that they belong: `Fernwick Greens`, `FG`."""
    hashtags: tuple[Words, ...] = ()
    emblems: tuple[Words, ...] = ()
    """Emoji by which people show that they belong: a rosette, a flower. Weak evidence."""
    others: tuple[Words, ...] = ()
    """Names of other parties: who claims to be one of theirs is hardly one of ours."""
    lang: Language = "en"
    time_zone: Annotated[str, AfterValidator(time_zone_name)] | None = None
    """By which shifts and the morning digest go; that of the quiet hours when it is not given, else UTC."""


class Consent(Section):
    """A principal's recorded agreement that replies may be posted in their voice."""

    given_by: Words
    given_on: Day
    recorded_by: Words


class QuietHours(Section):
    """When nothing is posted. An end before the start lies on the next day."""

    start: TimeOfDay
    end: TimeOfDay
    time_zone: Annotated[str, AfterValidator(time_zone_name)]

    @model_validator(mode="after")
    def _ends(self) -> Self:
        if self.start == self.end:
            raise ValueError("start and end are the same, so nothing would ever be posted; leave quiet_hours out")
        return self


class OwnLimits(Section):
    """The limits that may be otherwise for one account; what is not named is as under `limits`."""

    replies_per_hour: Annotated[int, Field(ge=0, le=10_000)] = 10
    """Per account, over the last 60 minutes."""
    replies_per_day: Annotated[int, Field(ge=0, le=10_000)] = 40
    """Per account, over the last 24 hours."""
    quiet_hours: QuietHours | None = None
    """In the account's own time zone; nothing means at no time."""


class Reports(Section):
    """That the bot reports posts to the account's own server, when a person refers them there."""

    rules: dict[Id, Annotated[tuple[RuleNumber, ...], Field(min_length=1)]] = {}
    """By policy: the server's own numbers of its rules that such a post breaks."""


class AccountSection(Section):
    """One official account."""

    id: Id
    platform: Id
    server: Annotated[HttpUrl, AfterValidator(_base_address)]
    handle: Handle
    token_env: EnvName
    voice_of: Words
    """In whose voice it speaks, in words: `the party`, `the leader`."""
    principal: Id | None = None
    principal_approves: bool = False
    """Whether one of the approvals must be the principal's own."""
    mode: Mode = Mode.DRY_RUN
    consent: Consent | None = None
    approvers: tuple[Id, ...] = ()
    approvals: Literal[1, 2] = 1
    answered_by: tuple[Id, ...] = ()
    """Which accounts may answer a mention of this one, best first; empty means none."""
    limits: OwnLimits = OwnLimits()
    """Where they differ from those of all accounts."""
    reports: Reports | None = None
    """`None`: whoever refers a post to the platform has reported it there by hand."""


class Protected(Section):
    """A person whose posts' replies we also watch."""

    name: Person
    handle: PublicHandle
    watched_through: Id
    """The account whose token reads them."""
    consent: Consent | None = None
    """As recorded for them; it counts until they have spoken by their own link. `None`: nothing is watched before."""


class ReviewerSection(Section):
    """A named person with roles."""

    id: Id
    name: Words
    roles: Roles
    telegram_id: TelegramId | None = None
    ring_env: EnvName | None = None
    """The environment variable that holds the addresses by which they are rung beside the chat, for the safety team."""
    oidc: Person | None = None
    """What the party's own sign-in calls them."""


class TelegramDesk(Section):
    """The staff chat and the safety chat, served by one bot."""

    token_env: EnvName
    staff_chat: int
    safety_chat: int


class PartySignIn(Section):
    """The party's own OpenID Connect provider."""

    issuer: Annotated[HttpUrl, AfterValidator(secure_address)]
    client_id: Words
    client_secret_env: EnvName
    name_claim: Words = "preferred_username"
    """What names a reviewer, as `reviewers[].oidc` has it."""
    roles_claim: Words | None = None
    """Where the provider says which roles somebody has; without it, it is not asked."""
    roles: dict[Words, Role] = {}
    """What stands there, and which role of ours it is."""


class ConsoleDesk(Section):
    """The pages in the browser; always bound to loopback."""

    enabled: bool = True
    port: Port = 8311
    session_hours: Annotated[int, Field(ge=1, le=24)] = 10
    oidc: PartySignIn | None = None


class Desks(Section):
    """Where reviewers work."""

    telegram: TelegramDesk | None = None
    console: ConsoleDesk = ConsoleDesk()


class Policy(Section):
    """A clause of the code of practice and what is due when a rule that serves it holds."""

    clause: Words
    verdict: VerdictKind
    """The most that may be due; a policy with *escalate* never comes with a reply."""
    characteristic: Words | None = None


class Policies(Section):
    """All policies, and what the severities mean."""

    severities: dict[Annotated[Literal[1, 2, 3, 4], BeforeValidator(_number)], Words]
    respond_from: Annotated[int, Field(ge=1, le=4)] = 2
    """Below this severity abuse is recorded, not answered."""
    clauses: Annotated[dict[Id, Policy], Field(min_length=1)]


class Brake(Section):
    """When a rule that was edited turns to shadow by itself: a rule that holds too often would flood the desks."""

    share: Annotated[float, Field(gt=0, le=1)] = 0.05
    """Of the mentions since the edit, at most; 1 leaves this out."""
    times_history: Annotated[float, Field(ge=1, le=1_000_000)] = 5
    """How many times as often as in the four weeks before, at most."""
    least_matches: Annotated[int, Field(ge=1, le=10_000)] = 5
    """With matches by fewer people nothing is said: one of three mentions proves nothing. Each author counts once."""
    hours: Hours = 24
    """For so long after an edit; afterwards reviewers have seen what the rule does."""


class Rules(Section):
    """Which rule packs are read, and what is changed in them without editing them."""

    packs: tuple[Path, ...] = ()
    """Folders of the party's own packs, read after the shipped ones."""
    console: Path = Path("console-rules")
    """The folder for what admins change in the console; it need not be there."""
    shipped: bool = True
    states: dict[Id, Literal["live", "shadow", "off"]] = {}
    brake: Brake = Brake()


class Exempt(Section):
    """Never answered, still judged for escalation. Handles."""

    staff: tuple[PublicHandle, ...] = ()
    protected: tuple[PublicHandle, ...] = ()
    journalists: tuple[PublicHandle, ...] = ()
    satire: tuple[PublicHandle, ...] = ()

    @property
    def handles(self) -> dict[str, str]:
        """Each exempt handle in lower case, with why it is exempt."""
        return {
            handle.lower(): why
            for why in ("staff", "protected", "journalists", "satire")
            for handle in getattr(self, why)
        }


class Limits(OwnLimits):
    """The brakes."""

    undo_seconds: Seconds = 60
    author_cooldown_days: Days = 28
    replies_per_thread: Annotated[int, Field(ge=1, le=100)] = 1
    open_cases_per_thread: Annotated[int, Field(ge=1, le=1_000)] = 20
    """So many posts of one thread, or of one incident, wait for a decision; further ones are recorded, and counted."""
    incident_cases: Annotated[int, Field(ge=2, le=100_000)] = 3
    """From so many cases aimed at one target on, they are one incident, with one card and one reply at most."""
    incident_minutes: Annotated[int, Field(ge=1, le=1_440)] = 10
    """So long after its last post another one still belongs to an incident."""
    answer_within_hours: Hours = 24
    """An older mention gets no reply."""
    least_reach: Annotated[int, Field(ge=0, le=1_000_000_000)] = 0
    """An author with fewer followers gets no public reply; 0 leaves this out, and unknown counts as enough."""
    new_account_days: Days = 30
    strike_days: SomeDays = 365


class Retention(Section):
    """How long what is held."""

    ignored_days: Days = 7
    closed_case_days: SomeDays = 365
    recorded_days: SomeDays = 180
    safety_case_days: SomeDays | None = None
    """Of the safety desk's cases; as other closed cases when absent."""
    failed_days: SomeDays = 30
    """A case whose reply failed, and that nobody sent back in that time, closes."""
    handover_days: SomeDays | None = None
    """Notes from shift to shift; as closed cases when absent."""
    support_days: SomeDays = 90
    """Messages of support to protected people, read or not."""
    backup_days: SomeDays = 30
    """Copies that `db backup` made in its own folder."""


class Referral(Section):
    """Where cases go that a reply cannot answer; shown beside the refer button."""

    platform: str = ""
    report_words: Annotated[str, Field(min_length=1, max_length=900), AfterValidator(_report_words)] = (
        "A person has read this post and asks you to look at it: $policy. Software sent this report on their decision."
    )
    """What a report to the platform says, which may reach another server too; `$policy` becomes the policy's name."""
    police: str = ""
    disciplinary: str = ""
    compliance_key: Annotated[str, AfterValidator(_public_key)] | None = None
    """The compliance team's public key, for which referrals to the disciplinary body are sealed; base64."""
    outbox_port: Port = 8312
    """Where the compliance team's own process takes what was sealed; on loopback."""
    outbox_token_env: EnvName | None = None
    pass_abusive: bool = False
    """Whether every abusive mention is sealed and passed as well, so that they can look for suspended members."""


class Emergency(Section):
    """Whom one rings when life is in danger; the party's country decides."""

    number: Annotated[
        str, BeforeValidator(_as_text), _like(r"[0-9][0-9 ]{1,15}", "a telephone number, such as 999 or 112")
    ] = "112"
    words: Words = "the emergency services"


class Safety(Section):
    """What the safety team is told when somebody may be in danger."""

    emergency: Emergency = Emergency()
    police_liaison: Annotated[str, Field(max_length=300)] = ""
    """The party's contact with the police; what stands under `referral.police` when it is not given."""
    safeguarding_lead: Id | None = None
    """Whom a case about a child is rung to first; of the safety team."""


class Schedule(Section):
    """How often the bot looks, reminds and clears up."""

    poll_seconds: Annotated[int, Field(ge=1, le=86_400)] = 15
    look_seconds: Annotated[int, Field(ge=1, le=86_400)] = 60
    """How often open cases' mentions are looked at for edits and deletions."""
    look_after_hours: Annotated[int, Field(ge=0, le=720)] = 48
    """For so long after our reply its post is looked at again."""
    look_after_seconds: Annotated[int, Field(ge=1, le=86_400)] = 600
    publish_seconds: Annotated[int, Field(ge=1, le=86_400)] = 5
    remind_after_minutes: Minutes = 30
    pass_on_after_minutes: Minutes = 60
    expire_after_hours: Hours = 24
    approval_lapses_after_hours: Hours = 12
    ring_minutes: Minutes = 10
    """How often an escalation rings until a person acknowledges it."""
    digest_at: TimeOfDay | None = None
    """When the morning digest is told each day, by the party's clock; not at all when absent."""


class Shift(Section):
    """A stretch of time that comes back each week, on each of its days."""

    days: Annotated[tuple[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], ...], Field(min_length=1)]
    """Those on which it begins."""
    start: TimeOfDay
    end: TimeOfDay
    """On the next day when it is not after the start."""
    people: Annotated[tuple[Id, ...], Field(min_length=1)]
    """Ids of reviewers; the first is asked first."""


class Shifts(Section):
    """Who is on, by the party's clock. An empty rota means that everybody always is."""

    staff: tuple[Shift, ...] = ()
    """Outside these hours nobody of staff is reminded of anything."""
    safety: tuple[Shift, ...] = ()
    """Must leave no hour of the week to nobody."""


class Texts(Section):
    """How responses and rules are changed in the console."""

    second_reviewer: bool = True
    """Whether what one admin wrote goes live only when another has reviewed it."""


class Evidence(Section):
    """How evidence is kept."""

    key_env: EnvName | None = None
    """The environment variable that holds the key, or several, the newest first; without it nothing is encrypted."""


class Election(Section):
    """A time before an election, in which replies are held to more."""

    first: Annotated[Day, Field(alias="from")]
    last: Annotated[Day, Field(alias="to")]
    """The day of the election; both days count, by the party's clock."""
    wording: tuple[Words, ...] = ()
    """What no reply may say in that time, in any case of its letters: whole words, or several of them."""

    @model_validator(mode="after")
    def _ends(self) -> Self:
        if self.last < self.first:
            raise ValueError("it ends before it begins; write the first day under from")
        return self

    def words_in(self, text: str) -> tuple[str, ...]:
        """Which of the words stand in a text."""
        return tuple(
            word for word in self.wording if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE)
        )


class PublicReport(Section):
    """What is published of the figures."""

    base: Literal["month", "quarter", "year"] = "month"
    """The shortest period that is ever reported. A small party tells more by the year than by the month."""


class EvenHanded(Section):
    """How we look whether we are even-handed."""

    share: Annotated[float, Field(ge=0, le=1)] = 0.1
    """Of all rulings, how many are drawn for a blind second reading by another reviewer; 0 draws none."""
    days: SomeDays = 28
    """So long after a ruling it can be read again."""


class Server(Section):
    """How this installation is reached."""

    public_url: HttpUrl | None = None
    """Where links on cards lead, through your own proxy or tunnel; loopback when absent."""
    health_port: Port = 8310


class Privacy(Section):
    """What is remembered of erasures, so that a restored backup brings nobody back."""

    key_env: EnvName | None = None
    """The environment variable that holds the key of the digests; a file beside the database when absent."""
    memory: Path | None = None
    """The file of digests; beside the database when absent. Best on a disk that no restore turns back."""
    notice: HttpUrl | None = None
    """Where the party tells the public what it keeps, and why."""


class MailServer(Section):
    """A mail server, and in whose name it is given letters."""

    sender: Annotated[str, Field(pattern=r"[^@\s]+@[^@\s]+")]
    host: Words
    port: Annotated[int, Field(ge=1, le=65_535)] = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    password_env: EnvName | None = None


class WeeklyDigest(Section):
    """How protected people who wish it are told of their week by mail: figures alone."""

    day: Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"] = "mon"
    at: TimeOfDay = time(9)
    """By the party's clock; the seven days that end then are told of."""
    mail: MailServer | None = None
    """`None`: nobody is offered it, and their own pages say so."""

    @model_validator(mode="after")
    def _kept_from_others(self) -> Self:
        mail = self.mail
        if mail is None:
            return self
        if mail.security == "none" and mail.host not in {"127.0.0.1", "localhost", "::1"}:
            raise ValueError("mail.security: none is for a server on this machine alone; others could read along")
        if bool(mail.user) != bool(mail.password_env):
            raise ValueError("mail.user and mail.password_env go together: name both, or neither")
        return self


class PublicPages(Section):
    """The pages for people outside: where somebody whom we answered has their say."""

    url: Annotated[HttpUrl, AfterValidator(_page_address)]
    """Where they reach them, through a proxy of the party's own; the right-of-reply links begin with it."""
    port: Port = 8314
    invitation: Annotated[str, Field(min_length=1, max_length=60)] = "If we got this wrong, tell us:"
    """Stands before the link at the end of each reply."""
    contact: Annotated[str, Field(min_length=1, max_length=60)] = "To reach a person:"
    """The same at the end of a correction of ours."""


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
    privacy: Privacy = Privacy()
    referral: Referral = Referral()
    safety: Safety = Safety()
    database: Annotated[str, AfterValidator(database_form)] = "sqlite:///bot.db"
    """An SQLAlchemy address; a relative file lies beside `config.yaml`."""
    schedule: Schedule = Schedule()
    shifts: Shifts = Shifts()
    texts: Texts = Texts()
    evidence: Evidence = Evidence()
    server: Server = Server()
    public: PublicPages | None = None
    """`None`: replies have no link of their own."""
    report: PublicReport = PublicReport()
    even_handed: EvenHanded = EvenHanded()
    election: Election | None = None
    """`None`: no election is near."""
    weekly_digest: WeeklyDigest = WeeklyDigest()

    @property
    def time_zone(self) -> str:
        """The party's own."""
        quiet = self.limits.quiet_hours
        return self.party.time_zone or (quiet.time_zone if quiet else "UTC")

    def election_at(self, now: datetime) -> Election | None:
        """The election before which we are then; `None` when none is near."""
        near = self.election
        day = now.astimezone(ZoneInfo(self.time_zone)).date()
        return near if near is not None and near.first <= day <= near.last else None

    def accounts_by_id(self) -> dict[str, Account]:
        """The accounts as the rest of the program knows them, in their order."""
        return {
            account.id: Account(
                id=account.id,
                platform=account.platform,
                handle=account.handle,
                server=str(account.server).rstrip("/"),
                mode=account.mode,
                approvals=account.approvals,
                approvers=frozenset(account.approvers),
                answered_by=account.answered_by,
                principal=account.principal,
                principal_approves=account.principal_approves,
            )
            for account in self.accounts
        }

    def limits_of(self, account_id: str) -> Limits:
        """The limits of an account: its own where it names them, else those of all."""
        own = next((account.limits for account in self.accounts if account.id == account_id), OwnLimits())
        return self.limits.model_copy(update={name: getattr(own, name) for name in own.model_fields_set})

    def reviewers_by_id(self) -> dict[str, Reviewer]:
        """The reviewers as the rest of the program knows them, in their order."""
        return {
            reviewer.id: Reviewer(
                id=reviewer.id, name=reviewer.name, roles=reviewer.roles, telegram_id=reviewer.telegram_id
            )
            for reviewer in self.reviewers
        }

    def snapshot(self) -> dict[str, object]:
        """Plain JSON for the audit trail, the same for the same content; accounts and reviewers stand by their ids.

        Secrets are not in the configuration at all; of people who are not staff only digests are given.
        """
        plain = self.model_dump(mode="json")
        for things in ("accounts", "reviewers"):
            plain[things] = {thing["id"]: thing for thing in plain[things]}
        return plain
