"""Commands of the compliance team: its keys, and its own process."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import signal
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands.common import NO, LazyGroup, clear_errors, config_option_for, fail, table

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

    from bot.compliance.settings import ComplianceConfig
    from bot.store.compliance import ComplianceStore
    from bot.yaml_file import Loaded

TOLD = "figures.told"
"""The event of the office's chain that says what was printed."""

office_option = config_option_for("compliance.yaml", "The office's configuration.")


@click.group(cls=LazyGroup, lazy={"subject": "compliance_subjects"})
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
@office_option
@click.option("--quarter", required=True, help="Such as 2026-Q4; it must be over.")
@click.option("--counts", is_flag=True, help="Counts too: for the body itself, and never beside the party's report.")
def figures(config_file: Path, quarter: str, *, counts: bool) -> None:
    """What of a quarter may be published: the ages of referrals as JSON, for `report --compliance`.

    The digest of what is printed is noted in the office's own chain, where `compliance told` finds it again.
    """
    from bot.ages import sha256  # noqa: PLC0415  heavy
    from bot.compliance import figures as found  # noqa: PLC0415

    async def act(store: ComplianceStore) -> None:
        known = [*await store.waiting(), *await store.concluded()]
        try:
            if counts:
                printed = f"{json.dumps(found.figures(known, quarter, now=datetime.now(UTC)), indent=1)}\n"
            else:
                printed = found.ages(known, quarter, now=datetime.now(UTC)).printed()
        except ValueError as error:
            fail(f"--quarter: {error}")
        detail = {"quarter": quarter, "counts": counts, "sha256": sha256(printed)}
        await store.note(TOLD, actor="bot", detail=detail)  # before it is out, so that nothing is out unnoted
        click.echo(printed, nl=False)

    _in_the_office(config_file, act)


@compliance.command("told")
@office_option
def told(config_file: Path) -> None:
    """Which figures were printed, with the SHA-256 of each: the ages in a report.json must carry one of them.

    The office's chains are recomputed first.
    """

    async def act(store: ComplianceStore) -> None:
        faults = await store.verify()
        for fault in faults:
            click.echo(f"{fault.stream} {fault.seq}: {fault.what}", err=True)
        if faults:
            fail(f"Places that were altered: {len(faults)}.", status=NO)
        events = [event for event in await store.audit_events() if event.kind == TOLD]
        rows = [
            (
                f"{event.at:%Y-%m-%d %H:%M} UTC",
                event.detail["quarter"],
                "counts" if event.detail["counts"] else "ages",
                event.detail["sha256"],
            )
            for event in events
        ]
        table(["printed", "quarter", "what", "sha256"], rows)

    _in_the_office(config_file, act)


def _in_the_office(config_file: Path, act: Callable[[ComplianceStore], Awaitable[None]]) -> None:
    """Run `act` with the office's database, beside the office; errors in words, then exit status 2."""
    from bot.compliance.settings import load  # noqa: PLC0415  heavy

    async def main() -> None:
        async with office_store(load(config_file)) as store:
            await act(store)

    with clear_errors():
        asyncio.run(main())


@asynccontextmanager
async def office_store(loaded: Loaded[ComplianceConfig]) -> AsyncIterator[ComplianceStore]:
    """The office's database, beside the office; where there is none the command ends, and makes none."""
    from bot.compliance.settings import database_address  # noqa: PLC0415  heavy
    from bot.store.compliance import ComplianceStore  # noqa: PLC0415  as above

    address = database_address(loaded)
    if not ComplianceStore.exists(address):
        where = address.removeprefix("sqlite:///")
        fail(f"There is no database at {where}. `run --role compliance` makes it at its first start.")
    store = ComplianceStore.open(address, now=lambda: datetime.now(UTC))
    try:
        yield store
    finally:
        await store.close()


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
