"""Who made the link of a session, as the bot's table has it. Here that is always whoever runs the office: nobody."""

from __future__ import annotations

from alembic import op

from bot.store import ddl

revision = "compliance5"
down_revision = "compliance4"
branch_labels = None
depends_on = None

_SQL = """
ALTER TABLE sessions ADD COLUMN let_in_by TEXT NOT NULL DEFAULT '[]';

CREATE TRIGGER sessions_let_in_once BEFORE UPDATE ON sessions
WHEN NEW.let_in_by IS NOT OLD.let_in_by
BEGIN SELECT RAISE(ABORT, 'who let somebody in stands for the whole session'); END;
"""


def upgrade() -> None:
    """Adds the column; every link was, and is, made by whoever runs the office."""
    ddl.create(op.get_bind(), _SQL)


def downgrade() -> None:
    """Refused: the table would not be the bot's any more."""
    raise NotImplementedError("There is no way back to the revision before; restore a backup.")
