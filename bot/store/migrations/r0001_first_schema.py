"""The first schema, which stands beside this file as SQL: tables, and all that the database refuses by itself."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

from alembic import op

if TYPE_CHECKING:
    from collections.abc import Iterator

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_SQL = Path(__file__).with_suffix(".sql")


def upgrade() -> None:
    """Creates everything."""
    connection = op.get_bind()
    for statement in _statements(_SQL.read_text(encoding="utf-8")):
        connection.exec_driver_sql(statement)


def downgrade() -> None:
    """Refused: evidence and audit are not taken apart."""
    raise NotImplementedError("There is no way back before the first revision; restore a backup.")


def _statements(sql: str) -> Iterator[str]:
    """Each statement by itself: a trigger holds a semicolon of its own, and SQLite knows where it ends."""
    gathered = ""
    for line in sql.splitlines(keepends=True):
        if not gathered and (not line.strip() or line.startswith("--")):
            continue
        gathered += line
        if sqlite3.complete_statement(gathered):
            yield gathered.strip()
            gathered = ""
