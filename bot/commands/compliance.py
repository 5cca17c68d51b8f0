"""Commands of the compliance team: its keys, and its own process."""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands.common import clear_errors, fail, say_json

if TYPE_CHECKING:
    from collections.abc import Mapping


@click.group()
def compliance() -> None:
    """For the disciplinary body's own people, on a machine or a user account that is theirs alone."""


@compliance.command("keys")
@click.argument("target", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--name", default="COMPLIANCE_KEY", show_default=True, help="The variable that key_env names.")
def keys(target: Path, name: str) -> None:
    """Make a pair of keys and a token for the outbox.

    TARGET becomes a file of environment variables that its owner alone can read, with the private key and the token.
    What is printed goes to whoever runs the bot, with the token's line. Without the private key nothing that was
    sealed can ever be read: keep a copy where the bot's people cannot reach it.
    """
    from bot.safety.wall import new_keys  # noqa: PLC0415  heavy

    private, public = new_keys()
    token = secrets.token_urlsafe(32)
    try:
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        fail(f"{target}: {error.strerror}. Name a new file: a key is never written over.")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(f"{name}={private}\nOUTBOX_TOKEN={token}\n")
    click.echo(f"The private key and the token are in {target}. For the bot's config.yaml:\n")
    click.echo(f"referral:\n  compliance_key: {public}\n  outbox_token_env: OUTBOX_TOKEN\n")
    click.echo(f"The bot's environment needs the last line of {target} as well, and never the first.")


@compliance.command("figures")
@click.option(
    "--config",
    "config_file",
    default="compliance.yaml",
    show_default=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="The office's configuration.",
)
@click.option("--quarter", required=True, help="Such as 2026-Q4; it must be over.")
def figures(config_file: Path, quarter: str) -> None:
    """What of a quarter may be published: counts and ages as JSON, no number that tells of few."""
    from bot.compliance.figures import figures as of_quarter  # noqa: PLC0415  heavy
    from bot.compliance.settings import database_address, load  # noqa: PLC0415
    from bot.store.compliance import ComplianceStore  # noqa: PLC0415

    async def main() -> None:
        store = ComplianceStore.open(database_address(load(config_file)), now=lambda: datetime.now(UTC))
        try:
            known = [*await store.waiting(), *await store.concluded()]
        finally:
            await store.close()
        try:
            say_json(of_quarter(known, quarter, now=datetime.now(UTC)))
        except ValueError as error:
            fail(f"--quarter: {error}")

    with clear_errors():
        asyncio.run(main())


def run_office(config_file: Path, environment: Mapping[str, str] = os.environ) -> None:
    """Run the office until it is told to stop; what a user can mend is told, and ends with status 2."""
    from bot import log  # noqa: PLC0415  heavy
    from bot.compliance.office import open_office  # noqa: PLC0415
    from bot.compliance.settings import load  # noqa: PLC0415

    async def main() -> None:
        stop, loop = asyncio.Event(), asyncio.get_running_loop()
        office = open_office(load(config_file), environment)
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        loop.add_signal_handler(signal.SIGUSR1, office.greet)
        try:
            await office.run(stop, ready=office.greet)
        finally:
            await office.store.close()

    log.set_up()
    with clear_errors():
        asyncio.run(main())
