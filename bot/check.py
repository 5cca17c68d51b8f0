"""Everything that can be wrong, looked for at once: configuration, rules, responses, database, tokens and profiles.

Nothing here changes anything or prints: who asked is given findings. An *error* keeps the bot from working as the
configuration says; a *warning* is for a person to weigh.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Literal, TypeVar

from bot import config, log, platforms
from bot.compliance.checking import faults
from bot.compliance.settings import is_compliance
from bot.files import Files
from bot.model import Mode, Role
from bot.platforms import UnknownPlatformError
from bot.ports import PlatformError
from bot.responses import Audience
from bot.review.installation import Token
from bot.safety.keys import vault_of
from bot.safety.reporting import hindrances
from bot.store import Store, StoreError
from bot.vault import BadKeyError
from bot.yaml_file import BadFile, listed, nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from bot.config import AccountSection, Config
    from bot.model import Account
    from bot.ports import AccountFacts, Watcher
    from bot.responses import Responses
    from bot.rules import Rulebook
    from bot.yaml_file import Loaded, Problem

    OpenWatcher = Callable[..., Watcher]
    Said = tuple["Level", tuple[str | int, ...], str]
    """What is wrong at which place of the configuration."""

T = TypeVar("T")
Level = Literal["error", "warning"]

PATIENCE = 30
"""Seconds that one account's server has for all our questions."""
LONGEST_REPLY = 300
"""Characters; what responses are measured against."""
SCOPES = {
    "mastodon": (
        ("read:notifications", "read:statuses"),
        ("write:statuses", "read:statuses", "read:accounts", "read:follows", "read:search"),
        ("write:reports", "read:statuses", "read:search"),
    )
}
"""By platform: the scopes that watching needs, and those that posting, and reporting, needs besides."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, or not wise, with its place. `str()` is a line such as `config.yaml:12: error: …`."""

    level: Level
    file: str
    line: int | None
    key: str
    message: str

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return ": ".join(part for part in (place, self.level, self.key, self.message) if part)

    def as_dict(self) -> dict[str, object]:
        """For `--json`."""
        return asdict(self)


def utc_now() -> datetime:
    """The wall clock."""
    return datetime.now(UTC)


async def check(
    config_file: Path,
    *,
    offline: bool = False,
    environment: Mapping[str, str] | None = None,
    now: Callable[[], datetime] = utc_now,
    open_watcher: OpenWatcher = platforms.watcher,
) -> list[Finding]:
    """All findings, errors first in each file; `offline` asks no server and then a missing token is only a warning."""
    environment = os.environ if environment is None else environment
    found: list[Finding] = []
    if _or_findings([], lambda: is_compliance(config_file)):
        return [
            Finding(fault.level, fault.problem.file, fault.problem.line, fault.problem.key, fault.problem.message)
            for fault in faults(config_file, environment)
        ]
    files = _or_findings(found, lambda: Files.open(config_file))
    if files is None:
        return found
    loaded = files.loaded
    rulebook = _or_findings(found, lambda: files.rulebook, loaded)
    # On a platform that nobody knows, every response would be too long besides.
    known = all(account.platform in platforms.names() for account in loaded.value.accounts)
    responses = _or_findings(found, lambda: files.responses, loaded) if known else None
    if rulebook is not None and responses is not None:
        found += [_error(problem, loaded) for problem in files.abusive_responses()]
    if rulebook is not None:
        broken = rulebook.faults
        found += [
            Finding("error", str(config_file), None, f"rule {rule}", "failed while it was tried") for rule in broken
        ]
        found += [_placed(loaded, *one) for one in _silenced(loaded.value, rulebook)]
    said: list[Said] = [*_accounts(loaded.value, now()), *_people(loaded.value, now()), *_chats(loaded.value)]
    said += _election(loaded.value, responses)
    said += _ring(loaded.value, environment)
    said += _evidence(loaded.value, environment)
    said += _missing_tokens(loaded.value, environment, level="warning" if offline else "error")
    said += await _database(config.database_address(loaded))
    if not offline:
        linked = responses is not None and _every_reply_links(responses)
        said += await _online(loaded.value, environment, linked=linked, now=now, open_watcher=open_watcher)
    found += [_placed(loaded, *one) for one in said]
    return sorted(
        found,
        key=lambda finding: (finding.file != str(config_file), finding.file, finding.level, finding.line or 0),
    )


def _or_findings(found: list[Finding], read: Callable[[], T], loaded: Loaded[Config] | None = None) -> T | None:
    try:
        return read()
    except BadFile as bad:
        found.extend(_error(problem, loaded) for problem in bad.problems)
        return None


def _error(problem: Problem, loaded: Loaded[Config] | None) -> Finding:
    """A problem as a finding. The rules know the configuration's keys but not its lines, which are put in here."""
    if loaded is not None and problem.line is None and problem.file == "config.yaml":
        line = loaded.line(*problem.key.split("."))
        return Finding("error", str(loaded.path), line, problem.key, problem.message)
    return Finding("error", problem.file, problem.line, problem.key, problem.message)


def _placed(loaded: Loaded[Config], level: Level, loc: tuple[str | int, ...], message: str) -> Finding:
    problem = loaded.problem(*loc, message=message)
    return Finding(level, problem.file, problem.line, problem.key, problem.message)


# ── what can be seen without a network ───────────────────────────────────────────────────────────────────────────────


def _accounts(settings: Config, now: datetime) -> Iterator[Said]:
    """What is allowed of an account and yet may not be meant, or cannot be."""
    known, speakers = platforms.names(), _speakers(settings)
    if not speakers:
        yield "warning", ("accounts",), "no account is answered by any: no reply will ever be proposed"
    for index, account in enumerate(settings.accounts):
        at = ("accounts", index)
        if account.platform not in known:
            near = nearest(account.platform, known)
            yield "error", (*at, "platform"), f"there is no such platform; there is {listed(sorted(known))}{near}"
        if account.consent is not None and account.consent.given_on > now.date():
            yield "error", (*at, "consent", "given_on"), "lies in the future"
        if account.mode is Mode.LIVE and account.id not in speakers:
            yield "warning", (*at, "mode"), "live, yet no answered_by names this account"
        if account.reports is not None and account.mode is not Mode.LIVE:
            message = f"is for accounts that are live: while it is in {account.mode}, people report by hand"
            yield "warning", (*at, "reports"), message
        if account.mode is Mode.WATCH and account.id in speakers:
            yield "warning", (*at, "mode"), "answered_by names this account, yet in mode watch it cannot answer"


def _silenced(settings: Config, rulebook: Rulebook) -> Iterator[Said]:
    """The rules without which somebody in danger may be overlooked, and answered with a slogan."""
    states = settings.rules.states
    for rule in rulebook.rules:
        if rule.danger and rule.state != "live" and rule.id in states:
            message = f"{rule.id} guards against threats; while it is {rule.state} a threat may be taken for an insult"
            yield "warning", ("rules", "states"), message


def _speakers(settings: Config) -> set[str]:
    return {speaker for account in settings.accounts for speaker in account.answered_by}


def _people(settings: Config, now: datetime) -> Iterator[Said]:
    for index, person in enumerate(settings.protected):
        at = ("protected", index)
        if person.consent is not None and person.consent.given_on > now.date():
            yield "error", (*at, "consent", "given_on"), "lies in the future"
        if person.handle.lower() not in settings.exempt.handles:
            yield "warning", (*at, "handle"), "is not in exempt.protected: what this person writes could be answered"


def _election(settings: Config, responses: Responses | None) -> Iterator[Said]:
    """Whether replies can be approved and written before the election that is named."""
    if settings.election is None:
        return
    for index, account in enumerate(settings.accounts):
        people = {*account.approvers, *([account.principal] if account.principal else [])}
        if account.id in _speakers(settings) and len(people) < 2:  # noqa: PLR2004  two different people
            message = "before the election two people approve each reply: name another approver, or a principal"
            yield "error", ("accounts", index, "approvers"), message
    for response in responses.all if responses else ():
        held = [number for number, text in enumerate(response.variants) if settings.election.words_in(text)]
        if held:
            message = f"{response.id} says one of them in {len(held)} of its variants, which are left out then"
            yield "warning", ("election", "wording"), message


def _chats(settings: Config) -> Iterator[Said]:
    telegram = settings.desks.telegram
    if telegram is None:
        return
    for key, chat in (("staff_chat", telegram.staff_chat), ("safety_chat", telegram.safety_chat)):
        if chat >= 0:
            yield "warning", ("desks", "telegram", key), "is not the number of a group, which is negative"
    for index, reviewer in enumerate(settings.reviewers):
        if reviewer.telegram_id is None and reviewer.roles & {Role.APPROVER, Role.SAFETY}:
            message = f"{reviewer.name} has no telegram_id: no button in the chat will work for them"
            yield "warning", ("reviewers", index), message


def _ring(settings: Config, environment: Mapping[str, str]) -> Iterator[Said]:
    """The second way to the safety team: is there one, and can it be used?"""
    ringing = [(index, person.ring_env) for index, person in enumerate(settings.reviewers) if person.ring_env]
    if not ringing:
        yield "warning", ("reviewers",), "nobody has a ring_env: when somebody is in danger, the chat alone rings"
    for index, name in ringing:
        if addresses := environment.get(name, "").strip():
            from bot.review.ring import BadWayError, ways  # noqa: PLC0415  half a second, only where wanted

            try:
                ways(addresses, name)
            except BadWayError as error:
                yield "error", ("reviewers", index, "ring_env"), str(error)


def _evidence(settings: Config, environment: Mapping[str, str]) -> Iterator[Said]:
    """Whether what is captured is encrypted, and whether its key is one."""
    name = settings.evidence.key_env
    live = [account.id for account in settings.accounts if account.mode is Mode.LIVE]
    if name is None and live:
        message = f"is not given, and {listed(live)} is live: what is captured of real people is not encrypted"
        yield "warning", ("evidence", "key_env"), message
    elif name is not None and environment.get(name, "").strip():
        try:
            vault_of(settings, environment)
        except BadKeyError as error:
            yield "error", ("evidence", "key_env"), str(error)


def _missing_tokens(settings: Config, environment: Mapping[str, str], *, level: Level) -> Iterator[Said]:
    for loc, name in config.environment_names(settings):
        if environment.get(name, "").strip():
            continue
        unset = f"the environment variable {name} is not set"
        if loc[:2] == ("desks", "console"):
            yield "warning", loc, f"{unset}: without it the party's sign-in is not offered"
        elif loc[0] == "evidence":
            yield level, loc, f"{unset}: it must hold the key of the evidence, as `evidence key` makes one"
        elif loc[0] == "desks":
            yield "warning", loc, f"{unset}: without it the bot works with the console alone"
        elif loc[0] == "reviewers":
            yield "warning", loc, f"{unset}: until it is, the chat alone rings for them"
        else:
            yield level, loc, f"{unset}: it must hold the access token"


async def _database(address: str) -> list[Said]:
    """Whether the database is whole, and which rules wait in it for an admin.

    Nothing is upgraded under a running bot: of a file a copy is looked at, on a server what is there.
    """
    if not address.startswith("sqlite:"):
        return await _on_server(address)
    path = Path(address.removeprefix("sqlite:///"))
    faults: list[str] = []
    stopped: list[str] = []
    with TemporaryDirectory(prefix="not-in-our-name-") as folder:
        copy = Path(folder) / "copy.db"
        try:
            if await asyncio.to_thread(_copied, path, copy):
                faults, stopped = await _looked_at(Store.open(f"sqlite:///{copy}", now=utc_now))
        except (sqlite3.Error, StoreError, OSError) as error:
            faults = [str(error).removeprefix(f"{copy}: ")]
    return _of_database(f"{path}: ", faults, stopped)


async def _on_server(address: str) -> list[Said]:
    try:
        if not await asyncio.to_thread(Store.exists, address):
            return []
        store = await asyncio.to_thread(Store.open, address, now=utc_now, as_it_is=True)
        faults, stopped = await _looked_at(store)
    except StoreError as error:
        return _of_database("", [str(error)], [])
    return _of_database(f"{address}: ", faults, stopped)


async def _looked_at(store: Store) -> tuple[list[str], list[str]]:
    """What is wrong with the database, and which rules the brake has stopped; the store is closed."""
    try:
        faults = await store.check()
        return faults, [] if faults else [rule.sentence for rule in (await store.braked()).values()]
    finally:
        await store.close()


def _of_database(prefix: str, faults: list[str], stopped: list[str]) -> list[Said]:
    return [
        *(("error", ("database",), f"{prefix}{fault}") for fault in faults),
        *(("warning", ("rules", "brake"), sentence) for sentence in stopped),
    ]


def _copied(path: Path, copy: Path) -> bool:
    """Whether there is a database to copy. Raises OSError when one could not even be made there."""
    if not path.exists():
        if not os.access(path.parent, os.W_OK):
            raise OSError("its folder does not exist, or may not be written")
        return False
    with (
        closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as source,
        closing(sqlite3.connect(copy)) as target,
    ):
        source.backup(target)
    return True


# ── what only the servers know ───────────────────────────────────────────────────────────────────────────────────────


async def _online(
    settings: Config,
    environment: Mapping[str, str],
    *,
    linked: bool,
    now: Callable[[], datetime],
    open_watcher: OpenWatcher,
) -> list[Said]:
    """What every account's server says, all asked at the same time; `linked`: every response links to the code."""
    accounts = settings.accounts_by_id()

    async def one(index: int, section: AccountSection, token: str) -> list[Said]:
        log.register_secret(token)
        try:
            facts = await _facts(accounts[section.id], token, now=now, open_watcher=open_watcher)
        except (PlatformError, UnknownPlatformError, TimeoutError) as error:
            said = str(error) or f"{section.server} did not answer within {PATIENCE} seconds"
            return [("error", ("accounts", index), said)]
        speaks = section.id in _speakers(settings) and section.mode is not Mode.WATCH
        judged = [
            *_credentials(section, facts, speaks=speaks),
            *_profile(section, facts, settings, linked=linked, now=now()),
        ]
        return [(level, ("accounts", index, key), message) for level, key, message in judged]

    tokens = [environment.get(section.token_env, "").strip() for section in settings.accounts]
    asked = [one(index, section, tokens[index]) for index, section in enumerate(settings.accounts) if tokens[index]]
    return [said for answers in await asyncio.gather(*asked) for said in answers]


async def ask_tokens(
    settings: Config, watchers: Mapping[str, Watcher], *, now: Callable[[], datetime]
) -> dict[str, Token]:
    """What each account's server says of its token, all asked at the same time; one that does not answer says so."""

    async def one(section: AccountSection) -> tuple[str, Token]:
        try:
            async with asyncio.timeout(PATIENCE):
                facts = await watchers[section.id].facts()
        except (PlatformError, TimeoutError) as error:
            return section.id, Token(at=now(), wrong=(str(error) or f"{section.server} did not answer in time",))
        speaks = section.id in _speakers(settings) and section.mode is not Mode.WATCH
        wrong = tuple(message for _, _, message in _credentials(section, facts, speaks=speaks))
        scopes = None if facts.scopes is None else tuple(sorted(facts.scopes))
        return section.id, Token(at=now(), scopes=scopes, wrong=wrong if facts.scopes is not None else ())

    return dict(await asyncio.gather(*(one(section) for section in settings.accounts if section.id in watchers)))


async def _facts(
    account: Account, token: str, *, now: Callable[[], datetime], open_watcher: OpenWatcher
) -> AccountFacts:
    watcher = open_watcher(account, token, now=now)
    try:
        async with asyncio.timeout(PATIENCE):
            return await watcher.facts()
    finally:
        await watcher.close()


def _every_reply_links(responses: Responses) -> bool:
    return all(
        "$code_link" in text or "${code_link}" in text
        for response in responses.all
        if response.audience not in {Audience.TARGET, Audience.CORRECTION}
        for text in response.variants
    )


def _credentials(section: AccountSection, facts: AccountFacts, *, speaks: bool) -> Iterator[tuple[Level, str, str]]:
    """Whose token it is, and what it may do: level, key below the account, message."""
    if facts.handle.casefold() != section.handle.casefold():
        yield "error", "token_env", f"the token is that of {facts.handle}, not of {section.handle}"
    if facts.character_limit < LONGEST_REPLY:
        yield (
            "error",
            "server",
            f"posts may have {facts.character_limit} characters there; replies need {LONGEST_REPLY}",
        )
    watching, posting, reporting = SCOPES.get(section.platform, ((), (), ()))
    absent = _absent(reporting, facts.scopes or frozenset(reporting))
    yield from ((_level(section), "reports", words) for words in hindrances(section, facts, absent))
    if facts.scopes is None:
        if watching:
            needed = listed(dict.fromkeys((*watching, *posting) if speaks else watching))
            yield "warning", "token_env", f"the server does not tell what the token may do; it needs {needed}"
        return
    if absent := _absent(watching, facts.scopes):
        yield "error", "token_env", f"the token cannot watch: it lacks the scopes {absent}"
    if speaks and (absent := _absent(posting, facts.scopes)):
        yield _level(section), "token_env", f"the token cannot post: it lacks the scopes {absent}"
    broad = sorted(scope for scope in facts.scopes if scope == "write" or scope.startswith("admin"))
    if broad:
        yield (
            "warning",
            "token_env",
            f"the token may do more than the bot needs ({', '.join(broad)}); make a narrower one",
        )


def _level(section: AccountSection) -> Level:
    """How grave it is that something does not work which only a live account does."""
    return "error" if section.mode is Mode.LIVE else "warning"


def _absent(needed: Sequence[str], granted: frozenset[str]) -> str:
    """The scopes that are needed and neither granted nor part of a granted one."""
    return " ".join(scope for scope in needed if scope not in granted and scope.split(":")[0] not in granted)


def _profile(
    section: AccountSection, facts: AccountFacts, settings: Config, *, linked: bool, now: datetime
) -> Iterator[tuple[Level, str, str]]:
    """Whether the profile says what the public must be able to read there."""
    profile = _plain(facts.profile_text)
    level: Level = "error" if section.mode is Mode.LIVE else "warning"
    if _plain(settings.party.imprint) not in profile:
        # Before an election the law asks it of every account, whatever it does here.
        grave: Level = "error" if settings.election_at(now) else level
        yield grave, "handle", f"the profile lacks the imprint (party.imprint): “{settings.party.imprint}”"
    if _plain(settings.party.disclosure) not in profile:
        yield (
            level,
            "handle",
            f"the profile does not say how replies are made (party.disclosure): “{settings.party.disclosure}”",
        )
    code = str(settings.party.code_of_practice)
    if not linked and _plain(code.partition("://")[2].rstrip("/")) not in profile:
        yield level, "handle", f"neither the profile nor every response links to the code of practice: {code}"
    if not facts.bot and section.principal is None:
        yield (
            "warning",
            "handle",
            "the profile is not marked as automated; on Mastodon: Profile, “This is an automated account”",
        )


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()
