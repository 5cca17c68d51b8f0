"""Who made the links by which somebody came in: kept with the session, and with every passkey that was added in it."""

from __future__ import annotations

from alembic import op

from bot.store import ddl

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_SQL = """
ALTER TABLE sessions ADD COLUMN let_in_by TEXT NOT NULL DEFAULT '[]';

CREATE TRIGGER sessions_let_in_once BEFORE UPDATE ON sessions
WHEN NEW.let_in_by IS NOT OLD.let_in_by
BEGIN SELECT RAISE(ABORT, 'who let somebody in stands for the whole session'); END;

ALTER TABLE passkeys ADD COLUMN let_in_by TEXT NOT NULL DEFAULT '[]';

CREATE TRIGGER passkeys_let_in_once BEFORE UPDATE ON passkeys
WHEN NEW.let_in_by IS NOT OLD.let_in_by
BEGIN SELECT RAISE(ABORT, 'who let in the person who added a passkey stands as long as the passkey'); END;
"""


def upgrade() -> None:
    """Adds the columns; of what was there before, nobody but its owner is known."""
    ddl.create(op.get_bind(), _SQL)


def downgrade() -> None:
    """Refused: one person's two approvals would count as two people's again."""
    raise NotImplementedError("There is no way back to the revision before; restore a backup.")
