"""Who made the links by which the writer of a text came in: kept with the text, for its second reviewer."""

from __future__ import annotations

from alembic import op

from bot.store import ddl

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_SQL = """
ALTER TABLE revisions ADD COLUMN let_in_by TEXT NOT NULL DEFAULT '[]';

CREATE TRIGGER revisions_let_in_once BEFORE UPDATE ON revisions
WHEN NEW.let_in_by IS NOT OLD.let_in_by
BEGIN SELECT RAISE(ABORT, 'who let the writer of a text in stands as long as the text'); END;
"""


def upgrade() -> None:
    """Adds the column; of what was written before, nobody but its writer is known."""
    ddl.create(op.get_bind(), _SQL)


def downgrade() -> None:
    """Refused: one person could review their own text again."""
    raise NotImplementedError("There is no way back to the revision before; restore a backup.")
