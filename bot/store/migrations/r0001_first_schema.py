"""The first schema, which stands beside this file as SQL: tables, and all that the database refuses by itself."""

from __future__ import annotations

from pathlib import Path

from alembic import op

from bot.store import ddl

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_SQL = Path(__file__).with_suffix(".sql")


def upgrade() -> None:
    """Creates everything."""
    ddl.create(op.get_bind(), _SQL.read_text(encoding="utf-8"))


def downgrade() -> None:
    """Refused: evidence and audit are not taken apart."""
    raise NotImplementedError("There is no way back before the first revision; restore a backup.")
