"""Referrals that are handed over to the disciplinary body's own system: asked for by a person, sent, and answered."""

from __future__ import annotations

from alembic import op

from bot.store import ddl

revision = "compliance3"
down_revision = "compliance2"
branch_labels = None
depends_on = None

_SQL = """
CREATE TABLE handovers (
  referral INTEGER NOT NULL PRIMARY KEY REFERENCES referrals(number), asked_by TEXT NOT NULL REFERENCES reviewers(id),
  asked_at TEXT NOT NULL, attempts INTEGER NOT NULL, next_at TEXT NOT NULL, sent_at TEXT, trouble TEXT NOT NULL,
  answered_at TEXT, reference TEXT,
  CHECK (answered_at IS NULL OR sent_at IS NOT NULL));

CREATE TRIGGER handovers_begin BEFORE INSERT ON handovers
WHEN NEW.sent_at IS NOT NULL OR EXISTS (SELECT 1 FROM handovers WHERE referral = NEW.referral)
BEGIN SELECT RAISE(ABORT, 'a referral is handed over once'); END;

CREATE TRIGGER handovers_go_on BEFORE UPDATE ON handovers
WHEN NEW.referral IS NOT OLD.referral OR NEW.asked_by IS NOT OLD.asked_by OR NEW.asked_at IS NOT OLD.asked_at
  OR OLD.sent_at IS NOT NULL AND NEW.sent_at IS NOT OLD.sent_at
  OR OLD.answered_at IS NOT NULL AND NEW.answered_at IS NOT OLD.answered_at
BEGIN SELECT RAISE(ABORT, 'what was handed over stays so'); END;

CREATE TRIGGER handovers_kept BEFORE DELETE ON handovers
BEGIN SELECT RAISE(ABORT, 'that it was handed over is kept'); END;
"""


def upgrade() -> None:
    """Adds the table."""
    ddl.create(op.get_bind(), _SQL)


def downgrade() -> None:
    """Refused: what was handed over is not forgotten."""
    raise NotImplementedError("There is no way back to the second revision; restore a backup.")
