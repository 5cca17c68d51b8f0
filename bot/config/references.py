"""What can be wrong between the parts of a configuration: names that lead nowhere, rights that nobody has.

Works on incomplete configurations too: what was wrong by itself is None or empty here and causes no second mistake.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.config.rotas import broken_rotas
from bot.model import Mode, Role, VerdictKind
from bot.yaml_file import listed, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.config.shape import AccountSection, Config

    Broken = tuple[tuple[str | int, ...], str]
    """A place in the file, and what is wrong there."""

ALWAYS_ESCALATED = frozenset({"threat", "self_harm", "at_risk", "stalking", "doxxing", "child"})
"""Policies that no configuration may answer in public."""
TAKEN_REVIEWERS = frozenset({"bot"})
TAKEN_ACCOUNTS = frozenset({"system", "all", "bot"})
"""Names that the audit trail and the stop switch use for something else."""


def broken_references(config: Config) -> Iterator[Broken]:
    """Every mistake between the parts, each with its place."""
    for check in (
        _accounts,
        _reports,
        _rights,
        _answers,
        _consents,
        _reviewers,
        _desks,
        _party_sign_in,
        _protected,
        _policies,
        _times,
        _ports,
        _wall,
        broken_rotas,
        _safeguarding,
        _weekly_digest,
    ):
        yield from check(config)


def _accounts(config: Config) -> Iterator[Broken]:
    accounts = config.accounts
    yield from _twice("accounts", "id", [account.id for account in accounts], "account")
    handles = [account.handle and f"{account.platform} {account.handle.lower()}" for account in accounts]
    yield from _twice("accounts", "handle", handles, "account")
    yield from _twice("accounts", "token_env", [account.token_env for account in accounts], "account")
    for index, account in enumerate(accounts):
        if account.id in TAKEN_ACCOUNTS:
            yield ("accounts", index, "id"), f"“{account.id}” is a word that the bot uses itself; choose another"


def _reports(config: Config) -> Iterator[Broken]:
    clauses = config.policies.clauses or {}
    for index, account in enumerate(config.accounts):
        for policy in (account.reports.rules or ()) if account.reports else ():
            if clauses and policy not in clauses:
                loc = ("accounts", index, "reports", "rules", policy)
                yield loc, f"there is no policy “{policy}”{nearest(policy, clauses)}"


def _rights(config: Config) -> Iterator[Broken]:
    for index, account in enumerate(config.accounts):
        for place, approver in enumerate(account.approvers):
            yield from _without_role(config, ("accounts", index, "approvers", place), approver, Role.APPROVER)
        if account.principal:
            yield from _without_role(config, ("accounts", index, "principal"), account.principal, Role.PRINCIPAL)
        if account.principal_approves:
            yield from _out_of_reach(config, ("accounts", index, "principal_approves"), account.principal)


def _out_of_reach(config: Config, loc: tuple[str | int, ...], principal: str | None) -> Iterator[Broken]:
    """A principal who must approve each reply, and cannot: nothing would ever be posted."""
    if principal is None:
        yield loc, "there is no principal whose approval it could be: name one, or leave this out"
        return
    numbers = {reviewer.id: reviewer.telegram_id for reviewer in config.reviewers}
    in_the_chat = config.desks.telegram is not None and numbers.get(principal) is not None
    if not (config.desks.console.enabled or in_the_chat):
        yield loc, f"“{principal}” can reach no desk: give them a telegram_id, or enable the console"


def _without_role(config: Config, loc: tuple[str | int, ...], who: str, role: Role) -> Iterator[Broken]:
    reviewers = {reviewer.id: reviewer for reviewer in config.reviewers if reviewer.id}
    if who and who not in reviewers:
        yield loc, f"there is no reviewer “{who}”{nearest(who, reviewers)}"
    elif who and reviewers[who].roles and role not in reviewers[who].roles:
        yield loc, f"“{who}” does not have the role {role}: give it under reviewers, or name another"


def _answers(config: Config) -> Iterator[Broken]:
    accounts = {account.id: account for account in config.accounts if account.id}
    speaking = {speaker for account in config.accounts for speaker in account.answered_by}
    for index, account in enumerate(config.accounts):
        for place, speaker in enumerate(account.answered_by):
            loc = ("accounts", index, "answered_by", place)
            if speaker and speaker not in accounts:
                yield loc, f"there is no account “{speaker}”{nearest(speaker, accounts)}"
            elif speaker and accounts[speaker].platform and accounts[speaker].platform != account.platform:
                yield loc, f"“{speaker}” is on {accounts[speaker].platform}, and cannot answer on {account.platform}"
            elif speaker in account.answered_by[:place]:
                yield loc, f"“{speaker}” is named twice"
        people = _able_to_approve(account)
        if account.approvals == 2 and len(people) < 2:  # noqa: PLR2004  the 2 that stands in the file
            only = listed(sorted(people)) or "nobody"
            message = f"two different people must approve, and only {only} may: name more approvers, or a principal"
            yield ("accounts", index, "approvals"), message
        elif account.id in speaking and not people:
            yield ("accounts", index, "approvers"), "this account answers, and nobody may approve for it"


def _able_to_approve(account: AccountSection) -> set[str]:
    return {who for who in (*account.approvers, account.principal) if who}


def _consents(config: Config) -> Iterator[Broken]:
    message = "live needs the recorded consent of whose voice it is: add consent with given_by, given_on, recorded_by"
    for index, account in enumerate(config.accounts):
        if account.mode is Mode.LIVE and account.consent is None:
            yield ("accounts", index, "mode"), message


def _reviewers(config: Config) -> Iterator[Broken]:
    reviewers = config.reviewers
    yield from _twice("reviewers", "id", [reviewer.id for reviewer in reviewers], "reviewer")
    telegram = [reviewer.telegram_id for reviewer in reviewers]
    yield from _twice("reviewers", "telegram_id", telegram, "reviewer")
    yield from _twice("reviewers", "oidc", [reviewer.oidc for reviewer in reviewers], "reviewer")
    for index, reviewer in enumerate(reviewers):
        if reviewer.id in TAKEN_REVIEWERS:
            yield ("reviewers", index, "id"), f"“{reviewer.id}” is a word that the bot uses itself; choose another"
        if reviewer.ring_env and reviewer.roles and Role.SAFETY not in reviewer.roles:
            yield (
                ("reviewers", index, "ring_env"),
                "only the safety team is rung: give them the role safety",
            )
    if reviewers and all(reviewer.roles and Role.SAFETY not in reviewer.roles for reviewer in reviewers):
        yield ("reviewers",), "nobody has the role safety: nobody would see a threat"


def _desks(config: Config) -> Iterator[Broken]:
    telegram = config.desks.telegram
    if telegram is None and not config.desks.console.enabled:
        yield ("desks", "console", "enabled"), "there is no other desk: nobody could approve anything"
    if telegram is None:
        return
    if telegram.staff_chat and telegram.staff_chat == telegram.safety_chat:
        yield ("desks", "telegram", "safety_chat"), "this is the staff chat; the safety desk needs a chat of its own"
    if telegram.token_env and telegram.token_env in {account.token_env for account in config.accounts}:
        yield (
            ("desks", "telegram", "token_env"),
            "an account names the same variable; the Telegram bot has its own token",
        )


def _party_sign_in(config: Config) -> Iterator[Broken]:
    oidc, at = config.desks.console.oidc, ("desks", "console", "oidc")
    if oidc is None:
        return
    if config.reviewers and not any(reviewer.oidc for reviewer in config.reviewers):
        yield at, "no reviewer has an oidc, by which it would be known who they are"
    if oidc.roles_claim and not oidc.roles:
        yield (*at, "roles_claim"), "no value of it is a role: say under roles what each means, or leave this out"
    if oidc.roles and not oidc.roles_claim:
        yield (*at, "roles"), "there is no roles_claim in which these could stand"


def _protected(config: Config) -> Iterator[Broken]:
    accounts = {account.id for account in config.accounts if account.id}
    people = config.protected
    handles = [person.handle and person.handle.lower() for person in people]
    yield from _twice("protected", "handle", handles, "person")
    for index, person in enumerate(people):
        if person.watched_through and person.watched_through not in accounts:
            yield (
                ("protected", index, "watched_through"),
                f"there is no account “{person.watched_through}”{nearest(person.watched_through, accounts)}",
            )


def _policies(config: Config) -> Iterator[Broken]:
    severities, clauses = config.policies.severities, config.policies.clauses or {}
    absent = [str(level) for level in (1, 2, 3, 4) if level not in severities] if severities else []
    if absent:
        yield (
            ("policies", "severities"),
            f"no words for severity {' and '.join(absent)}; all of 1 to 4 must be described",
        )
    for policy in sorted(ALWAYS_ESCALATED & set(clauses)):
        if clauses[policy].verdict not in {None, VerdictKind.ESCALATE}:
            message = f"must be escalate: {policy} goes to the safety team and never gets a public reply"
            yield ("policies", "clauses", policy, "verdict"), message


def _times(config: Config) -> Iterator[Broken]:
    times = config.schedule
    if times.pass_on_after_minutes < times.remind_after_minutes:
        yield ("schedule", "pass_on_after_minutes"), "expected no less than remind_after_minutes"
    if times.expire_after_hours * 60 <= times.pass_on_after_minutes:
        yield ("schedule", "expire_after_hours"), "expected more than pass_on_after_minutes, so that others are asked"


def _ports(config: Config) -> Iterator[Broken]:
    """No two listeners on one port; 0 takes any that is free."""
    public = config.public.port if config.public else 0
    outbox = config.referral.outbox_port if config.referral.compliance_key else 0
    taken = {config.desks.console.port: "the console"}
    for place, port, whose in (
        (("server", "health_port"), config.server.health_port, "the health page"),
        (("public", "port"), public, "the pages for people outside"),
        (("referral", "outbox_port"), outbox, "the outbox"),
    ):
        if port and port in taken:
            yield place, f"is the port of {taken[port]} too; choose another"
        taken[port] = whose


def _safeguarding(config: Config) -> Iterator[Broken]:
    lead = config.safety.safeguarding_lead
    if lead:
        yield from _without_role(config, ("safety", "safeguarding_lead"), lead, Role.SAFETY)


def _wall(config: Config) -> Iterator[Broken]:
    """Nobody of the disciplinary side is named on this one, and what is sealed can be taken."""
    referral = config.referral
    for index, person in enumerate(config.reviewers):
        if Role.COMPLIANCE in (person.roles or ()):
            message = "whoever works for the disciplinary body is named in its own compliance.yaml, and nowhere here"
            yield ("reviewers", index, "roles"), message
    if referral.compliance_key and not referral.outbox_token_env:
        yield ("referral", "compliance_key"), "what is sealed could not be taken: name an outbox_token_env besides"
    if referral.pass_abusive and not referral.compliance_key:
        yield ("referral", "pass_abusive"), "there is no compliance_key to seal them for"


def _twice(section: str, key: str, values: Iterable[str | int | None], thing: str) -> Iterator[Broken]:
    """Each value that an earlier entry of the list has already; empty ones were found wrong before."""
    seen: set[str | int] = set()
    for index, value in enumerate(values):
        if value in seen:
            yield (section, index, key), f"an earlier {thing} has the same"
        if value:
            seen.add(value)


def _weekly_digest(config: Config) -> Iterator[Broken]:
    if config.weekly_digest.mail is not None and config.public is None:
        yield ("weekly_digest", "mail"), "there is no page on which anybody could ask for it: set public.url"
