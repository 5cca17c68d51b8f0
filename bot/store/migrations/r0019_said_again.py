"""What was ruled on may be said again, and what a protected person answers is kept with the words it was said to.

The very same rejoinder is kept once only while it waits to be read. A yes is to one wording under one version of the
post; those of before name neither, so who gave them is asked again.
A page that a newer link has replaced is kept, to withdraw by; and a page tells nothing before somebody chose on it.
"""

from __future__ import annotations

from alembic import op

from bot.store import ddl

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_SQL = """
CREATE UNIQUE INDEX rejoinders_unread_once ON rejoinders(case_id, kind, words_sha256) WHERE ruling IS NULL;

ALTER TABLE wishes ADD COLUMN unspoken BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE wishes ADD COLUMN audit_id TEXT;
CREATE TABLE earlier_pages (
  page_sha256 TEXT NOT NULL PRIMARY KEY, person_sha256 TEXT NOT NULL REFERENCES wishes(person_sha256),
  replaced_at TEXT NOT NULL);

CREATE TRIGGER earlier_pages_kept BEFORE DELETE ON earlier_pages
BEGIN SELECT RAISE(ABORT, 'by a page that was replaced its person can still withdraw'); END;
"""
_REJOINDERS_ANEW = """
CREATE TABLE rejoinders_anew (
  id TEXT NOT NULL PRIMARY KEY, case_id TEXT NOT NULL REFERENCES cases(id),
  kind TEXT NOT NULL CHECK (kind IN ('not_me', 'out_of_context', 'sorry')),
  words TEXT, words_sha256 TEXT NOT NULL, safety BOOLEAN NOT NULL, at TEXT NOT NULL,
  ruling TEXT CHECK (ruling IN ('accepted', 'stands', 'mistake')), ruled_by TEXT REFERENCES reviewers(id),
  ruled_at TEXT,
  CHECK ((ruling IS NULL) = (ruled_by IS NULL)), CHECK ((ruling IS NULL) = (ruled_at IS NULL)),
  CHECK (ruling IS NULL OR ruling <> 'accepted' OR kind = 'sorry'));
INSERT INTO rejoinders_anew (id, case_id, kind, words, words_sha256, safety, at, ruling, ruled_by, ruled_at)
  SELECT id, case_id, kind, words, words_sha256, safety, at, ruling, ruled_by, ruled_at FROM rejoinders;
DROP TABLE rejoinders;
ALTER TABLE rejoinders_anew RENAME TO rejoinders;
CREATE INDEX rejoinders_by_case ON rejoinders(case_id);
CREATE INDEX rejoinders_by_ruling ON rejoinders(ruling, at);

CREATE TRIGGER rejoinders_to_a_reply BEFORE INSERT ON rejoinders
WHEN NEW.ruling IS NOT NULL OR EXISTS (SELECT 1 FROM rejoinders WHERE id = NEW.id)
  OR NOT EXISTS (SELECT 1 FROM publications WHERE case_id = NEW.case_id AND state <> 'failed')
BEGIN SELECT RAISE(ABORT, 'a rejoinder is to a reply of ours, and nobody has ruled on it yet'); END;

CREATE TRIGGER rejoinders_ruled_once BEFORE UPDATE ON rejoinders
WHEN NEW.id IS NOT OLD.id OR NEW.case_id IS NOT OLD.case_id OR NEW.kind IS NOT OLD.kind
  OR NEW.words_sha256 IS NOT OLD.words_sha256 OR NEW.safety IS NOT OLD.safety OR NEW.at IS NOT OLD.at
  OR NEW.words IS NOT NULL AND NEW.words IS NOT OLD.words OR OLD.ruling IS NOT NULL
  AND (NEW.ruling IS NOT OLD.ruling OR NEW.ruled_by IS NOT OLD.ruled_by OR NEW.ruled_at IS NOT OLD.ruled_at)
BEGIN SELECT RAISE(ABORT, 'a rejoinder never changes, is ruled on once, and its words may only be blanked'); END;

CREATE TRIGGER rejoinders_kept BEFORE DELETE ON rejoinders
BEGIN SELECT RAISE(ABORT, 'a rejoinder is never removed'); END;
"""

_ANSWERS_ANEW = """
CREATE TABLE answers_of_protected_anew (
  case_id TEXT NOT NULL REFERENCES cases(id), mention_version INTEGER NOT NULL, text_sha256 TEXT NOT NULL,
  person_sha256 TEXT NOT NULL, yes BOOLEAN NOT NULL, at TEXT NOT NULL,
  PRIMARY KEY (case_id, mention_version, text_sha256));
INSERT INTO answers_of_protected_anew (case_id, mention_version, text_sha256, person_sha256, yes, at)
  SELECT case_id, 0, '', person_sha256, yes, at FROM answers_of_protected;
DROP TABLE answers_of_protected;
ALTER TABLE answers_of_protected_anew RENAME TO answers_of_protected;

CREATE TRIGGER answers_of_protected_stand BEFORE UPDATE ON answers_of_protected
BEGIN SELECT RAISE(ABORT, 'what a protected person answered stands'); END;

CREATE TRIGGER answers_of_protected_kept BEFORE DELETE ON answers_of_protected
BEGIN SELECT RAISE(ABORT, 'what a protected person answered stands'); END;
"""


def upgrade() -> None:
    """Makes the tables anew, since SQLite drops no constraint; their rows and what is refused of them stay."""
    connection = op.get_bind()
    for name in ("rejoinders_to_a_reply", "rejoinders_ruled_once", "rejoinders_kept"):
        ddl.drop_trigger(connection, name, "rejoinders", whole=name == "rejoinders_kept")
    ddl.drop_trigger(connection, "answers_of_protected_stand", "answers_of_protected")
    ddl.drop_trigger(connection, "answers_of_protected_kept", "answers_of_protected", whole=True)
    ddl.create(connection, _REJOINDERS_ANEW)
    ddl.create(connection, _ANSWERS_ANEW)
    if connection.dialect.name != "sqlite":  # there constraints have names, made of the name of the table
        made = "SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE strpos(conname, '_anew_') > 0"
        for table, name in connection.exec_driver_sql(made).all():
            renamed = name.replace("_anew_", "_")
            connection.exec_driver_sql(f"ALTER TABLE {table} RENAME CONSTRAINT {name} TO {renamed}")
    ddl.create(connection, _SQL)


def downgrade() -> None:
    """Refused: what was said again would be two rows where one is allowed."""
    raise NotImplementedError("There is no way back to the revision before; restore a backup.")
