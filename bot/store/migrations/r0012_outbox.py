"""The outbox: what was sealed for the compliance team, which nobody on this side can open, change or take back.

A referral has the id of its case, so that a case is referred once; whatever else is passed has an id of its own.
"""

from __future__ import annotations

from alembic import op

from bot.store import ddl

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_SQL = """
CREATE TABLE outbox (
  id TEXT NOT NULL PRIMARY KEY, kind TEXT NOT NULL CHECK (kind IN ('referral', 'mention')), sealed TEXT,
  sealed_sha256 TEXT NOT NULL, made_at TEXT NOT NULL, taken_at TEXT,
  CHECK (sealed IS NOT NULL OR taken_at IS NOT NULL));

CREATE INDEX outbox_by_time ON outbox(made_at);

CREATE TRIGGER outbox_never_replaced BEFORE INSERT ON outbox
WHEN NEW.taken_at IS NOT NULL OR EXISTS (SELECT 1 FROM outbox WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'what was passed on is passed on once, and begins untaken'); END;

CREATE TRIGGER outbox_only_taken BEFORE UPDATE ON outbox
WHEN NEW.id IS NOT OLD.id OR NEW.kind IS NOT OLD.kind OR NEW.sealed_sha256 IS NOT OLD.sealed_sha256
  OR NEW.made_at IS NOT OLD.made_at OR OLD.taken_at IS NOT NULL AND NEW.taken_at IS NOT OLD.taken_at
  OR NEW.sealed IS NOT OLD.sealed AND (NEW.sealed IS NOT NULL OR OLD.taken_at IS NULL)
BEGIN SELECT RAISE(ABORT, 'what was sealed can only be taken, and blanked once it was'); END;

CREATE TRIGGER outbox_kept BEFORE DELETE ON outbox
BEGIN SELECT RAISE(ABORT, 'what was passed on is never withdrawn'); END;
"""


def upgrade() -> None:
    """Adds the table."""
    ddl.create(op.get_bind(), _SQL)


def downgrade() -> None:
    """Refused: what waits to be taken would be lost."""
    raise NotImplementedError("There is no way back to the eleventh revision; restore a backup.")
