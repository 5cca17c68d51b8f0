"""Brings a database to the newest revision, and refuses one that is newer than the program."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect
from sqlalchemy.exc import DatabaseError

from bot.store.errors import StoreError
from bot.store.tables import HEAD

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class Lineage:
    """Whose database it is: the revisions that it goes through, and the newest that this version understands."""

    head: str
    scripts: Path
    other: str
    """What to say of a database that goes through the revisions of another."""
    blanked: tuple[str, ...]
    """Tables in which rows are blanked, or removed."""


BOT = Lineage(
    head=HEAD,
    scripts=Path(__file__).parent / "migrations",
    other="It is the compliance team's database, which the bot must never open. Name another under `database`.",
    blanked=(
        *("mentions", "mention_versions", "cases", "drafts", "decisions", "seen", "malformed", "handovers", "holds"),
        *("exhibits", "rejoinders", "weekly_mails", "support_messages"),
    ),
)


def revision_of(connection: Connection) -> str | None:
    """The revision at which the database stands; `None` when it is empty."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return None if found is None else str(found)


def differences(expected: Mapping[str, str], actual: Mapping[str, str]) -> list[str]:
    """How a schema differs from what it should be, each in a sentence; both by kind and name: `trigger cases_kept`."""
    found = []
    for name in sorted(expected.keys() | actual):
        if name not in actual:
            found.append(f"{name} is missing: what it refused is refused no longer")
        elif name not in expected:
            found.append(f"{name} is not ours")
        elif actual[name] != expected[name]:
            found.append(f"{name} was altered")
    return found


def bring_up(connection: Connection, lineage: Lineage = BOT) -> None:
    """Upgrades within the caller's transaction; nothing when it stands at the head already.

    Alembic is imported only when there is something to do: it would cost each start a fifth of a second.
    """
    found = revision_of(connection)
    if found == lineage.head:
        return
    if found is not None and found.isdecimal() is not lineage.head.isdecimal():
        raise StoreError(lineage.other)
    if found is None and inspect(connection).get_table_names():
        raise StoreError(
            "The database holds tables that are not ours. Name another file under `database` in the configuration."
        )
    from alembic.config import Config  # noqa: PLC0415 - heavy, and needed only here
    from alembic.runtime.environment import EnvironmentContext  # noqa: PLC0415 - heavy, and needed only here
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - heavy, and needed only here
    from alembic.util import CommandError  # noqa: PLC0415 - heavy, and needed only here

    config, folder = Config(), str(lineage.scripts).replace("%", "%%")
    config.set_main_option("script_location", folder)
    config.set_main_option("version_locations", folder)
    config.set_main_option("path_separator", "newline")
    scripts = ScriptDirectory.from_config(config)
    try:
        with EnvironmentContext(config, scripts, fn=lambda rev, _: scripts._upgrade_revs("head", rev)) as environment:  # noqa: SLF001 - alembic.command does the same
            environment.configure(connection=connection, transactional_ddl=True)
            environment.run_migrations()
    except CommandError as error:
        raise StoreError(
            f"The database is at revision {found}, which this version of the program does not know (its own is"
            f" {lineage.head}): it was made by a newer version. Install that version, or restore a backup made before"
            " the upgrade."
        ) from error
    except DatabaseError as error:
        words = f"The database could not be brought from revision {found} to {lineage.head}: {error.orig}"
        raise StoreError(words) from error
