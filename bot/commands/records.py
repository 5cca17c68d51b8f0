"""Commands about what is kept: the audit trail and the database."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands.common import NO, beside_the_bot, config_option, fail
from bot.commands.reports import recompute

if TYPE_CHECKING:
    from bot.app import App


@click.group()
def audit() -> None:
    """Recompute or export the audit trail."""


@audit.command("verify")
@config_option
@click.option("--bytes", "all_bytes", is_flag=True, help="Open all captured evidence too and compare it; slow.")
def audit_verify(config_file: Path, *, all_bytes: bool) -> None:
    """Recompute every chain; name each place that was altered."""

    async def act(app: App) -> None:
        faults = await app.store.verify(all_bytes=all_bytes)
        events = await app.store.audit_events()
        for fault in faults:
            click.echo(f"{fault.stream} {fault.seq}: {fault.what}", err=True)
        if faults:
            fail(f"Places that were altered: {len(faults)}.", status=NO)
        click.echo(f"{len(events)} audit events: every chain is whole.")

    beside_the_bot(config_file, act)


@audit.command("export")
@config_option
@click.option("--stream", help="One chain alone: an account's id, or system.")
def audit_export(config_file: Path, stream: str | None) -> None:
    """Write every audit event as a JSON line, chain by chain, in order."""

    async def act(app: App) -> None:
        chains = [head.stream for head in await app.store.chain_heads()]
        if stream and stream not in chains:
            fail(f"There is no chain {stream}. Chains: {', '.join(chains)}.")
        async for lines in app.store.audit_lines(stream):
            click.echo(lines, nl=False)

    beside_the_bot(config_file, act)


audit.add_command(recompute)


@click.group()
def db() -> None:
    """Look after the database."""


@db.command("upgrade")
@config_option
def db_upgrade(config_file: Path) -> None:
    """Bring the database to this version's tables. `run` does it by itself."""

    async def act(app: App) -> None:
        click.echo(f"{app.files.config.database} has this version's tables.")

    beside_the_bot(config_file, act, create=True)


@db.command("backup")
@config_option
@click.argument("target", type=click.Path(path_type=Path, dir_okay=False), required=False)
def db_backup(config_file: Path, target: Path | None) -> None:
    """Copy the database to a new file while the bot runs: to TARGET, or into the folder `backups`, where it ages out.

    There a copy is removed after retention.backup_days, by the bot or by the next copy.
    """
    if target is not None and target.exists():
        fail(f"{target} exists; name a new file.")

    async def act(app: App) -> None:
        from bot.privacy.erasure import age_out  # noqa: PLC0415  heavy
        from bot.privacy.owned_files import backups_folder  # noqa: PLC0415  as above

        now = datetime.now(UTC)
        folder = backups_folder(app.files.loaded)
        if target is None:
            folder.mkdir(mode=0o700, exist_ok=True)
        copy = target or folder / f"{now:%Y-%m-%d-%H%M%S}.db"
        await app.store.backup(copy)
        click.echo(f"Copied to {copy}.")
        for old in age_out(app.files.loaded, now):
            click.echo(f"Removed {old}: its time is over.")

    beside_the_bot(config_file, act)


@db.command("move")
@config_option
@click.argument("target")
def db_move(config_file: Path, target: str) -> None:
    """Copy everything into a new PostgreSQL database and check it there; the bot must not run meanwhile.

    TARGET is its address, like postgresql://bot@localhost/bot; the password is taken from PGPASSWORD.
    """
    if not target.startswith("postgresql://"):
        fail(f"{target}: name a PostgreSQL database, like postgresql://bot@localhost/bot.")

    async def act(app: App) -> None:
        moved = await app.store.move_to(target)
        for table, rows in moved.items():
            click.echo(f"{rows:>10,}  {table}")
        click.echo("Every row arrived and every chain is whole. Now write the new address under `database` in")
        click.echo(f"{config_file}, and put the old file away: it holds people's politics.")

    beside_the_bot(config_file, act, exclusive=True)


@db.command("check")
@config_option
def db_check(config_file: Path) -> None:
    """Whether the database is sound and still refuses what it must."""

    async def act(app: App) -> None:
        faults = await app.store.check()
        for fault in faults:
            click.echo(fault, err=True)
        if faults:
            fail(f"Faults: {len(faults)}.", status=NO)
        click.echo("The database is sound.")

    beside_the_bot(config_file, act)
