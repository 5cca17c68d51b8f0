"""What can be wrong with the office's configuration, alone and beside the bot's: above all, somebody on both sides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from bot import config
from bot.compliance.settings import load
from bot.model import Role
from bot.safety.wall import public_key_of
from bot.yaml_file import BadFile, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from bot.compliance.settings import ComplianceConfig, Person
    from bot.config import Config, ReviewerSection

    Level = Literal["error", "warning"]

APART = frozenset({Role.APPROVER, Role.ADMIN, Role.PRINCIPAL, Role.SAFETY})
"""Whoever decides on that side of the wall decides nothing on this one; an auditor may read on both."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, or not wise."""

    level: Level
    problem: Problem


def faults(path: Path, environment: Mapping[str, str]) -> list[Fault]:
    """Everything that is wrong with the office's file, and with it beside the bot's, where it names that."""
    try:
        loaded = load(path)
    except BadFile as bad:
        return [Fault("error", problem) for problem in bad.problems]
    settings, document = loaded.value, loaded.document
    found = [Fault("error", document.problem(*loc, message=words)) for loc, words in _missing(settings, environment)]
    if settings.beside is None:
        words = "does not say where the bot's configuration is, so nobody can see whether somebody stands in both"
        return [*found, Fault("warning", Problem(str(path), None, "beside", words))]
    try:
        other = config.load(path.resolve().parent / settings.beside).value
    except BadFile as bad:
        return [*found, *(Fault("error", problem) for problem in bad.problems)]
    found += [
        Fault("error", document.problem("people", index, message=words)) for index, words in both(settings, other)
    ]
    return found + [
        Fault(level, document.problem(*loc, message=words))
        for level, loc, words in _apart(settings, other, environment)
    ]


def both(settings: ComplianceConfig, other: Config) -> Iterator[tuple[int, str]]:
    """Whoever works behind the wall and has a role on its other side as well: their place in the list, and why."""
    for index, person in enumerate(settings.people):
        for reviewer in other.reviewers:
            alike = _alike(person, reviewer)
            if alike and Role.COMPLIANCE in person.roles and reviewer.roles & APART:
                roles = ", ".join(sorted(reviewer.roles & APART))
                words = (
                    f"has the same {alike} as the bot's reviewer “{reviewer.id}” ({roles}): nobody stands on both sides"
                )
                yield index, words
                break


def _alike(person: Person, reviewer: ReviewerSection) -> str:
    """By what the two are the same person; empty when they are not known to be."""
    if person.id == reviewer.id:
        return "id"
    if person.name.casefold().split() == reviewer.name.casefold().split():
        return "name"
    known = {reviewer.id.casefold(), (reviewer.oidc or "").casefold()} - {""}
    return "e-mail address" if person.email and person.email.casefold() in known else ""


def _missing(settings: ComplianceConfig, environment: Mapping[str, str]) -> Iterator[tuple[tuple[str, ...], str]]:
    way = settings.handover
    named: list[tuple[tuple[str, ...], str | None]] = [
        (("key_env",), settings.key_env),
        (("outbox", "token_env"), settings.outbox.token_env),
        (("privacy", "key_env"), settings.privacy.key_env),
        (("handover", "secret_env"), way.secret_env if way else None),
        (("handover", "mail", "password_env"), way.mail.password_env if way and way.mail else None),
    ]
    for loc, name in named:
        if name and not environment.get(name, "").strip():
            yield loc, f"the environment variable {name} is not set"


def _apart(
    settings: ComplianceConfig, other: Config, environment: Mapping[str, str]
) -> Iterator[tuple[Level, tuple[str, ...], str]]:
    """Where the two files do not go together."""
    if other.referral.compliance_key is None:
        yield "error", ("beside",), "that bot has no referral.compliance_key, so nothing is ever sealed for this office"
        return
    try:
        ours = {public_key_of(key) for key in environment.get(settings.key_env, "").split()}
    except ValueError:
        yield "error", ("key_env",), f"{settings.key_env} holds something that is no private key"
        return
    if ours and other.referral.compliance_key not in ours:
        yield "error", ("key_env",), "is not the key for which that bot seals: nothing of it could be opened"
    if other.referral.pass_abusive and not settings.suspended.enabled:
        words = "is off, and yet that bot passes every abusive mention: set its referral.pass_abusive to false"
        yield "warning", ("suspended", "enabled"), words
