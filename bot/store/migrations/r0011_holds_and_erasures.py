"""Legal holds, which stop every clock, and the memory of erasures by keyed digests."""

from __future__ import annotations

from alembic import op

from bot.store import ddl

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_SQL = """
CREATE TABLE holds (
  id TEXT NOT NULL PRIMARY KEY, case_id TEXT REFERENCES cases(id), author_uri TEXT,
  reason TEXT, reason_sha256 TEXT NOT NULL,
  placed_by TEXT NOT NULL REFERENCES reviewers(id), placed_at TEXT NOT NULL,
  lifted_by TEXT REFERENCES reviewers(id), lifted_at TEXT,
  CHECK (case_id IS NULL OR author_uri IS NULL),
  CHECK (case_id IS NOT NULL OR author_uri IS NOT NULL OR lifted_at IS NOT NULL),
  CHECK ((lifted_by IS NULL) = (lifted_at IS NULL)),
  CHECK (reason IS NOT NULL OR lifted_at IS NOT NULL));

CREATE UNIQUE INDEX one_hold_on_a_case ON holds(case_id) WHERE lifted_at IS NULL;
CREATE UNIQUE INDEX one_hold_on_an_author ON holds(author_uri) WHERE lifted_at IS NULL;

CREATE TRIGGER holds_begin BEFORE INSERT ON holds
WHEN NEW.lifted_at IS NOT NULL OR EXISTS (SELECT 1 FROM holds WHERE id = NEW.id
  OR lifted_at IS NULL AND (case_id = NEW.case_id OR author_uri = NEW.author_uri))
BEGIN SELECT RAISE(ABORT, 'a hold begins when it is placed, once for a case or an author'); END;

CREATE TRIGGER holds_are_only_lifted BEFORE UPDATE ON holds
WHEN NEW.id IS NOT OLD.id OR NEW.case_id IS NOT OLD.case_id OR NEW.reason_sha256 IS NOT OLD.reason_sha256
  OR NEW.placed_by IS NOT OLD.placed_by OR NEW.placed_at IS NOT OLD.placed_at
  OR NEW.author_uri IS NOT NULL AND NEW.author_uri IS NOT OLD.author_uri
  OR NEW.reason IS NOT NULL AND NEW.reason IS NOT OLD.reason
  OR OLD.lifted_at IS NOT NULL AND (NEW.lifted_at IS NOT OLD.lifted_at OR NEW.lifted_by IS NOT OLD.lifted_by)
BEGIN SELECT RAISE(ABORT, 'a hold is lifted, and then blanked; nothing else of it changes'); END;

CREATE TRIGGER holds_kept BEFORE DELETE ON holds
BEGIN SELECT RAISE(ABORT, 'a hold is never removed'); END;

CREATE TABLE erasures (
  id TEXT NOT NULL PRIMARY KEY, at TEXT NOT NULL, actor TEXT NOT NULL, digests TEXT NOT NULL);

CREATE TRIGGER erasures_never_changed BEFORE UPDATE ON erasures
BEGIN SELECT RAISE(ABORT, 'what was erased is not forgotten'); END;

CREATE TRIGGER erasures_kept BEFORE DELETE ON erasures
BEGIN SELECT RAISE(ABORT, 'what was erased is not forgotten'); END;
"""


def upgrade() -> None:
    """Adds the two tables."""
    ddl.create(op.get_bind(), _SQL)


def downgrade() -> None:
    """Refused: a hold and an erasure both bind whoever comes next."""
    raise NotImplementedError("There is no way back to the tenth revision; restore a backup.")
