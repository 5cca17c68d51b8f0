"""What shifts leave each other: hand-over notes, what was announced when, and up to when each account has been read."""

from __future__ import annotations

from alembic import op

from bot.store import ddl

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_SQL = """
CREATE TABLE handovers (
  id TEXT NOT NULL PRIMARY KEY, at TEXT NOT NULL, reviewer_id TEXT NOT NULL REFERENCES reviewers(id),
  safety BOOLEAN NOT NULL, text TEXT, text_sha256 TEXT NOT NULL);

CREATE INDEX handovers_by_time ON handovers(at);

CREATE TRIGGER handovers_never_replaced BEFORE INSERT ON handovers
WHEN NEW.text IS NULL OR EXISTS (SELECT 1 FROM handovers WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'a hand-over note has words, and stays'); END;

CREATE TRIGGER handovers_never_changed BEFORE UPDATE ON handovers
WHEN NEW.text IS NOT NULL OR NEW.id IS NOT OLD.id OR NEW.at IS NOT OLD.at OR NEW.reviewer_id IS NOT OLD.reviewer_id
  OR NEW.safety IS NOT OLD.safety OR NEW.text_sha256 IS NOT OLD.text_sha256
BEGIN SELECT RAISE(ABORT, 'a hand-over note can only be blanked'); END;

CREATE TRIGGER handovers_kept BEFORE DELETE ON handovers
BEGIN SELECT RAISE(ABORT, 'a hand-over note is never removed'); END;

CREATE TABLE announced (what TEXT NOT NULL PRIMARY KEY, at TEXT NOT NULL);

CREATE TABLE readings (account_id TEXT NOT NULL PRIMARY KEY REFERENCES accounts(id), at TEXT NOT NULL);
"""


def upgrade() -> None:
    """Adds the three tables."""
    ddl.create(op.get_bind(), _SQL)


def downgrade() -> None:
    """Refused: what was handed over is not forgotten."""
    raise NotImplementedError("There is no way back to the fourth revision; restore a backup.")
