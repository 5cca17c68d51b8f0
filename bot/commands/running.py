"""Commands that run the bot, or look at whether and how it runs."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from bot.commands.common import (
    NO,
    as_option,
    beside_the_bot,
    clear_errors,
    config_option,
    fail,
    json_option,
    say_json,
)
from bot.commands.compliance import run_office
from bot.duties import Duty
from bot.model import Role
from bot.review.words import on_its_way

if TYPE_CHECKING:
    from bot.app import App

COMPLIANCE = "compliance"
OFFICE_FILE = Path("compliance.yaml")
"""What the office runs with where no configuration is named, as its other commands do."""
PAUSERS = frozenset({Role.APPROVER, Role.SAFETY, Role.ADMIN})
RESUMERS = frozenset({Role.APPROVER, Role.ADMIN})


@click.command()
@config_option
@click.option("--dry-run", is_flag=True, help="Turn every live account to dry_run.")
@click.option(
    "--role",
    type=click.Choice([*(duty.value for duty in Duty), "all", COMPLIANCE]),
    default="all",
    show_default=True,
    help="One duty alone, where several processes share a database on PostgreSQL; or the compliance team's own process,"
    " with a configuration of its own, compliance.yaml unless another is named.",
)
@click.option("--health-port", type=click.IntRange(0, 65535), help="Instead of server.health_port.")
@click.option("--strict", is_flag=True, help="End with status 2 when it cannot start, instead of safe mode.")
def run(config_file: Path, *, dry_run: bool, role: str, health_port: int | None, strict: bool) -> None:
    """Watch, judge, ask reviewers, post what they approved. Stops cleanly on SIGTERM.

    While a mistake keeps it from starting it stays in safe mode: nothing is read, decided or posted, the health page
    and /status in the chats say why, and it starts by itself when that is mended. Where the desk is another process's,
    it ends instead.
    """
    if role == COMPLIANCE:
        named = click.get_current_context().get_parameter_source("config_file") is not ParameterSource.DEFAULT
        run_office(config_file if named else OFFICE_FILE)
        return
    from bot import safe_mode  # noqa: PLC0415  heavy
    from bot.compliance.settings import is_compliance  # noqa: PLC0415  as above
    from bot.yaml_file import BadFile  # noqa: PLC0415  as above

    with suppress(BadFile):  # what is wrong with it is said below
        if is_compliance(config_file):
            fail(f"{config_file} is the compliance team's. To run their office, add: --role {COMPLIANCE}")
    duties = frozenset(Duty) if role == "all" else frozenset({Duty(role)})
    with clear_errors():
        asyncio.run(safe_mode.run(config_file, dry_run=dry_run, strict=strict, duties=duties, health_port=health_port))


@click.command()
@click.option("--speed", type=click.FloatRange(min=1), help="How much faster than life the evening passes.")
@click.option("--port", type=click.IntRange(0, 65535), default=8311, show_default=True, help="Of the console.")
@click.option("--headless", is_flag=True, help="A scripted reviewer decides; says what was posted; exits.")
@click.option(
    "--replay",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Plays the texts of a CSV or JSONL file instead of the evening.",
)
@click.option("--database", help="An SQLAlchemy address, instead of a file in a temporary folder.")
@click.option(
    "--keep",
    type=click.Path(path_type=Path, file_okay=False),
    help="Leaves config.yaml, bot.db and the server's own record server.json in this folder.",
)
@json_option
def demo(**options: Any) -> None:  # noqa: ANN401  handed on as they are
    """Play an evening of an invented party on this machine alone: no account, no key."""
    from bot.demo import play  # noqa: PLC0415  heavy

    with clear_errors():
        sys.exit(asyncio.run(play(**options)))


@click.command()
@config_option
@click.option("--offline", is_flag=True, help="Skip the network.")
@json_option
def check(config_file: Path, *, offline: bool, as_json: bool) -> None:
    """Look for everything that can be wrong, all at once."""
    from bot.check import check as examine  # noqa: PLC0415  heavy

    findings = asyncio.run(examine(config_file, offline=offline))
    errors = [finding for finding in findings if finding.level == "error"]
    if as_json:
        say_json([finding.as_dict() for finding in findings])
    else:
        for finding in findings:
            click.echo(str(finding), err=True)
        click.echo(f"{config_file}: errors: {len(errors)}, warnings: {len(findings) - len(errors)}.")
    sys.exit(NO if errors else 0)


@click.command()
@config_option
@as_option
@click.option("--account", "scope", default="all", help="One account's id; all when left out.")
@click.option("--reason", default="", help="For your colleagues.")
def pause(config_file: Path, reviewer: str, scope: str, reason: str) -> None:
    """Stop posting. Watching and reviewing go on."""

    async def act(app: App) -> None:
        _may(app, reviewer, PAUSERS, scope)
        late = on_its_way(await app.pause(scope, reviewer, reason))
        click.echo(f"Paused: {scope}. Nothing is posted until `resume`.{late}")

    beside_the_bot(config_file, act)


@click.command()
@config_option
@as_option
@click.option("--account", "scope", default="all", help="One account's id; all when left out.")
def resume(config_file: Path, reviewer: str, scope: str) -> None:
    """Post again what is approved."""

    async def act(app: App) -> None:
        _may(app, reviewer, RESUMERS, scope)
        await app.resume(scope, reviewer)
        click.echo(f"Resumed: {scope}.")

    beside_the_bot(config_file, act)


def _may(app: App, reviewer: str, roles: frozenset[Role], scope: str) -> None:
    found = app.files.reviewers.get(reviewer)
    if found is None or not found.roles & roles:
        fail(f"{reviewer} is not a reviewer with one of these roles: {', '.join(sorted(roles))}.", status=NO)
    if scope != "all" and scope not in app.files.accounts:
        fail(f"There is no account {scope}. Accounts: {', '.join(app.files.accounts)}.")


def _in_words(value: object) -> str:
    """A figure as somebody reads it: times in UTC, names with what is said of each, `none` for nothing."""
    match value:
        case datetime():
            return f"{value.astimezone(UTC):%-d %b %Y, %H:%M} UTC"
        case Mapping():
            return ", ".join(f"{name} {_in_words(said)}" for name, said in value.items()) or "none"
        case list() | tuple():
            return ", ".join(map(_in_words, value)) or "none"
        case None:
            return "none"
        case _:
            return str(value)


@click.command()
@config_option
@json_option
def status(config_file: Path, *, as_json: bool) -> None:
    """Say how the bot is, and what it does: counts of the last day, what waits, what is paused.

    Exits with 1 in safe mode.
    """
    from bot import config  # noqa: PLC0415  heavy
    from bot.web.asking import SAFE_MODE, how_it_is  # noqa: PLC0415  as above

    reach = config.reach(config_file)
    bot, reasons = how_it_is(reach.health_port) if reach else ("", ())

    def say(found: Mapping[str, object]) -> None:
        if as_json:
            say_json({"bot": bot, "reasons": reasons, **found})
            return
        for key, value in {"bot": "; ".join((bot, *reasons)), **found}.items():
            click.echo(f"{key.replace('_', ' ')}: {_in_words(value)}")

    async def act(app: App) -> None:
        say(await app.status(since=datetime.now(UTC) - timedelta(days=1)))

    if bot == SAFE_MODE:
        say({})
        sys.exit(NO)
    beside_the_bot(config_file, act)
