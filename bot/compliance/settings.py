"""`compliance.yaml`: its shape, and the one way to load it. It is the compliance team's own, and names no account."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import AfterValidator, Field, HttpUrl, PlainSerializer, model_validator

from bot.config import EnvName, Id, MailServer, Privacy, Section
from bot.config.shape import Port, SomeDays, Words, database_form, secure_address, time_zone_name
from bot.model import Reviewer, Role
from bot.store.compliance import Terms
from bot.yaml_file import BadFile, Loaded, fit, parse

if TYPE_CHECKING:
    from collections.abc import Iterator

Roles = Annotated[
    frozenset[Literal[Role.COMPLIANCE, Role.AUDITOR]], Field(min_length=1, max_length=1), PlainSerializer(sorted)
]
"""One of the two: who works on referrals, or who reads along and changes nothing."""


class Person(Section):
    """Somebody who works behind the wall, and who therefore has no role on its other side."""

    id: Id
    name: Words
    roles: Roles = frozenset({Role.COMPLIANCE})
    email: str = ""
    """To tell whether it is somebody who works on the other side under another id."""


class OutboxSection(Section):
    """Where the bot leaves what it sealed."""

    url: Annotated[HttpUrl, AfterValidator(secure_address)] = HttpUrl("http://localhost:8312")
    token_env: EnvName
    every_seconds: Annotated[int, Field(ge=1, le=86_400)] = 30


class Clock(Section):
    """After how many days a referral is overdue."""

    acknowledge: Annotated[int, Field(ge=1, le=3_650)] = 5
    """From its receipt to its acknowledgement."""
    outcome: Annotated[int, Field(ge=1, le=3_650)] = 90
    """From its receipt to its outcome."""


class SuspendedSection(Section):
    """Whether the team may keep a list of suspended members; a person switches it on besides, on the page of it."""

    enabled: bool = False


class RetentionSection(Section):
    """How long what was passed is kept. What has no outcome yet has no clock either."""

    concluded_days: SomeDays = 2_192
    """After the outcome of what was referred: six years, in which a court may still be asked about it."""
    conduct_days: SomeDays = 731
    """After the outcome of what nobody referred, and only a match with the list opened."""
    handover_days: SomeDays = 30
    """A copy in the folder of the hand-over, after the body's system has acknowledged it."""

    @property
    def terms(self) -> Terms:
        """The same, as the store has them."""
        return Terms(referral_days=self.concluded_days, conduct_days=self.conduct_days, copy_days=self.handover_days)


class Mail(MailServer):
    """By which mail server, and to whom."""

    to: Annotated[str, Field(pattern=r"[^@\s]+@[^@\s]+")]


class HandoverSection(Section):
    """How a referral goes to the body's own system: one of the three ways."""

    secret_env: EnvName
    """The environment variable that holds what both sign with."""
    webhook: Annotated[HttpUrl, AfterValidator(secure_address)] | None = None
    mail: Mail | None = None
    folder: Path | None = None
    """Beside this file when it is relative."""

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum(way is not None for way in (self.webhook, self.mail, self.folder)) != 1:
            raise ValueError("name exactly one of webhook, mail and folder")
        return self


class ComplianceConfig(Section):
    """The whole of it."""

    role: Literal["compliance"]
    """Says whose file it is."""
    key_env: EnvName
    """The environment variable that holds the private key."""
    people: Annotated[tuple[Person, ...], Field(min_length=1)]
    outbox: OutboxSection
    database: Annotated[str, AfterValidator(database_form)] = "sqlite:///compliance.db"
    """An SQLAlchemy address; a relative file lies beside this one."""
    port: Port = 8313
    public_url: HttpUrl | None = None
    """Where a proxy of the team's own leads to its pages; loopback when absent."""
    session_hours: Annotated[int, Field(ge=1, le=24)] = 8
    time_zone: Annotated[str, AfterValidator(time_zone_name)] = "UTC"
    overdue_days: Clock = Clock()
    retention: RetentionSection = RetentionSection()
    privacy: Privacy = Privacy()
    suspended: SuspendedSection = SuspendedSection()
    handover: HandoverSection | None = None
    beside: Path | None = None
    """The bot's own configuration, for `check` to see that nobody is named in both, and to know its accounts."""

    def reviewers(self) -> dict[str, Reviewer]:
        """The people as the rest of the program knows them, in their order."""
        return {
            person.id: Reviewer(id=person.id, name=person.name, roles=frozenset(Role(role) for role in person.roles))
            for person in self.people
        }


def load(path: Path) -> Loaded[ComplianceConfig]:
    """The configuration. Raises BadFile with every mistake, each with its line."""
    document = parse(path)
    settings, problems = fit(document, ComplianceConfig)
    if settings is not None:
        problems += tuple(document.problem(*loc, message=message) for loc, message in _broken(settings))
    if settings is None or problems:
        raise BadFile(problems)
    return Loaded(settings, path, document)


def database_address(loaded: Loaded[ComplianceConfig]) -> str:
    """The database's address; a file is made absolute, and a relative one lies beside the configuration."""
    address = loaded.value.database
    if not address.startswith("sqlite:"):
        return address
    return f"sqlite:///{loaded.path.resolve().parent / address.removeprefix('sqlite:///')}"


def handover_folder(loaded: Loaded[ComplianceConfig]) -> Path | None:
    """Where hand-overs are dropped as files, as an absolute path; `None` where that is not their way."""
    way = loaded.value.handover
    return loaded.path.resolve().parent / way.folder if way and way.folder else None


def is_compliance(path: Path) -> bool:
    """Whether a file says of itself that it is the compliance team's. Raises BadFile where it cannot be read."""
    content = parse(path).content
    return isinstance(content, dict) and content.get("role") == "compliance"


def _broken(settings: ComplianceConfig) -> Iterator[tuple[tuple[str | int, ...], str]]:
    seen: set[str] = set()
    for index, person in enumerate(settings.people):
        if person.id in seen or person.id == "bot":
            yield ("people", index, "id"), "an earlier person has the same, or it is the word “bot”; choose another"
        seen.add(person.id)
    if not any(Role.COMPLIANCE in person.roles for person in settings.people):
        yield ("people",), "nobody here has the role compliance, so nobody could work on a referral"
