"""A database as an older version left it: what later revisions added is taken out of it again."""

from __future__ import annotations

import importlib
import pkgutil
import re
from pathlib import Path
from typing import TYPE_CHECKING

from bot.store import migrations
from bot.store.migrations import r0001_first_schema
from tests.fakes.databases import ON_POSTGRESQL

if TYPE_CHECKING:
    from tests.store.by_hand import Hand

_FIRST = Path(r0001_first_schema.__file__)
_MADE = re.compile(
    r"^(?:CREATE (?P<kind>TABLE|(?:UNIQUE )?INDEX|TRIGGER) (?P<name>\w+)(?: BEFORE \w+ ON (?P<on>\w+))?"
    r"|ALTER TABLE (?P<table>\w+) ADD COLUMN (?P<column>\w+))",
    re.MULTILINE,
)


def back_to(hand: Hand, revision: str) -> None:
    """Undo every revision after this one, in the database without the program. A trigger that it made anew stays."""
    before = _FIRST.with_suffix(".sql").read_text("utf-8")
    revisions = [importlib.import_module(f"bot.store.migrations.{each.name}") for each in _modules()]
    for module in revisions:
        if module.revision <= revision:
            before += str(module._SQL)  # noqa: SLF001  of the first it is where they stand
    for module in reversed([each for each in revisions if each.revision > revision]):
        for found in reversed(list(_MADE.finditer(module._SQL))):  # noqa: SLF001  read the other way round
            if f"CREATE TRIGGER {found['name']} " not in before:
                hand.execute(_undoing(found))
    hand.execute("UPDATE alembic_version SET version_num = ?", [revision])


def _modules() -> list[pkgutil.ModuleInfo]:
    """The revisions, in their order."""
    return sorted(pkgutil.iter_modules(migrations.__path__), key=lambda each: each.name)


def _undoing(made: re.Match[str]) -> str:
    if made["table"]:
        return f"ALTER TABLE {made['table']} DROP COLUMN {made['column']}"
    if made["kind"] == "TRIGGER":
        return f"DROP FUNCTION {made['name']} CASCADE" if ON_POSTGRESQL else f"DROP TRIGGER {made['name']}"
    return f"DROP {made['kind'].removeprefix('UNIQUE ')} {made['name']}"
