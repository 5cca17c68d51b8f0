"""Revisions: every text of a response or rule pack that was drafted, reviewed, live or found in a file.

A text never changes and never goes. What was written in the console goes live through a reviewer, who is another than
its writer unless the configuration said otherwise when it was drafted; what was found in a file is live at once. Of one
name at most one revision is live, and at most one waits as a draft.
"""

from __future__ import annotations

from alembic import op

from bot.store import ddl

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_SQL = """
CREATE TABLE revisions (
  id TEXT NOT NULL PRIMARY KEY, kind TEXT NOT NULL CHECK (kind IN ('response', 'rules')), name TEXT NOT NULL,
  number INTEGER NOT NULL CHECK (number > 0), base INTEGER, text TEXT NOT NULL, text_sha256 TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('draft', 'live', 'past', 'withdrawn')),
  written_by TEXT REFERENCES reviewers(id), written_at TEXT NOT NULL, why TEXT NOT NULL,
  second_reviewer BOOLEAN NOT NULL, reviewed_by TEXT REFERENCES reviewers(id), reviewed_at TEXT, ended_at TEXT,
  case_id TEXT REFERENCES cases(id),
  UNIQUE (kind, name, number),
  CHECK ((reviewed_by IS NULL) = (reviewed_at IS NULL)),
  CHECK ((ended_at IS NULL) = (state IN ('draft', 'live'))),
  CHECK (reviewed_by IS NULL OR state IN ('live', 'past')),
  CHECK (written_by IS NOT NULL OR state IN ('live', 'past') AND reviewed_by IS NULL),
  CHECK (written_by IS NULL OR state IN ('draft', 'withdrawn')
    OR reviewed_by IS NOT NULL AND (reviewed_by <> written_by OR NOT second_reviewer)));

CREATE UNIQUE INDEX one_live_revision ON revisions(kind, name) WHERE state = 'live';
CREATE UNIQUE INDEX one_draft_revision ON revisions(kind, name) WHERE state = 'draft';
CREATE INDEX revisions_by_case ON revisions(case_id);

CREATE TRIGGER revisions_begin BEFORE INSERT ON revisions
WHEN NEW.reviewed_by IS NOT NULL OR NEW.state NOT IN ('draft', 'live')
  OR EXISTS (SELECT 1 FROM revisions WHERE id = NEW.id
    OR kind = NEW.kind AND name = NEW.name AND (number >= NEW.number OR state = NEW.state))
BEGIN SELECT RAISE(ABORT, 'a revision begins as a draft, or live when it was found in a file, and replaces none'); END;

CREATE TRIGGER revisions_never_changed BEFORE UPDATE ON revisions
WHEN NEW.id IS NOT OLD.id OR NEW.kind IS NOT OLD.kind OR NEW.name IS NOT OLD.name OR NEW.number IS NOT OLD.number
  OR NEW.base IS NOT OLD.base OR NEW.text IS NOT OLD.text OR NEW.text_sha256 IS NOT OLD.text_sha256
  OR NEW.written_by IS NOT OLD.written_by OR NEW.written_at IS NOT OLD.written_at OR NEW.why IS NOT OLD.why
  OR NEW.second_reviewer IS NOT OLD.second_reviewer OR NEW.case_id IS NOT OLD.case_id
BEGIN SELECT RAISE(ABORT, 'the text of a revision, and who wrote it, never change'); END;

CREATE TRIGGER revisions_go_on BEFORE UPDATE ON revisions
WHEN NOT (OLD.state = 'draft' AND NEW.state IN ('live', 'withdrawn') OR OLD.state = 'live' AND NEW.state = 'past')
  OR OLD.state = 'live' AND (NEW.reviewed_by IS NOT OLD.reviewed_by OR NEW.reviewed_at IS NOT OLD.reviewed_at)
BEGIN SELECT RAISE(ABORT, 'a draft goes live or is withdrawn, and what is live becomes past'); END;

CREATE TRIGGER revisions_kept BEFORE DELETE ON revisions
BEGIN SELECT RAISE(ABORT, 'a revision is never removed'); END;

CREATE TABLE text_files (
  kind TEXT NOT NULL, name TEXT NOT NULL, text_sha256 TEXT NOT NULL, PRIMARY KEY (kind, name));
"""


def upgrade() -> None:
    """Adds the two tables; what is in the files is noted at the next start."""
    ddl.create(op.get_bind(), _SQL)


def downgrade() -> None:
    """Refused: who wrote and who reviewed which words is not forgotten."""
    raise NotImplementedError("There is no way back to the seventh revision; restore a backup.")
