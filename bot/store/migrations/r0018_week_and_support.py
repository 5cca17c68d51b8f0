"""The week by mail and messages of support: where protected people are written to, and what waits for them to read.

An address is given by its person alone and goes without a trace. A message is one to somebody who wishes them and can
read them; it never changes, and its words may only be blanked.
"""

from __future__ import annotations

from alembic import op

from bot.store import ddl

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_SQL = """
ALTER TABLE wishes ADD COLUMN support BOOLEAN NOT NULL DEFAULT TRUE;

CREATE TABLE weekly_mails (
  person_sha256 TEXT NOT NULL PRIMARY KEY REFERENCES wishes(person_sha256),
  address TEXT NOT NULL, stop TEXT NOT NULL UNIQUE, since TEXT NOT NULL,
  sent_for TEXT, claimed_until TEXT, refused_at TEXT);

CREATE TRIGGER weekly_mails_wished BEFORE INSERT ON weekly_mails
WHEN NOT EXISTS (SELECT 1 FROM wishes WHERE person_sha256 = NEW.person_sha256 AND weekly AND given_at IS NOT NULL)
BEGIN SELECT RAISE(ABORT, 'an address is kept of somebody who wishes to be told of the week'); END;

CREATE TRIGGER weekly_mails_go_forward BEFORE UPDATE ON weekly_mails
WHEN NEW.person_sha256 IS NOT OLD.person_sha256 OR NEW.stop IS NOT OLD.stop OR NEW.sent_for < OLD.sent_for
BEGIN SELECT RAISE(ABORT, 'a week is told once, and the link that stops it stays the same'); END;

CREATE TABLE support_messages (
  id TEXT NOT NULL PRIMARY KEY, person_sha256 TEXT NOT NULL REFERENCES wishes(person_sha256),
  text TEXT, text_sha256 TEXT NOT NULL, written_by TEXT NOT NULL REFERENCES reviewers(id), at TEXT NOT NULL,
  read_at TEXT);
CREATE INDEX support_messages_by_person ON support_messages(person_sha256, at);

CREATE TRIGGER support_messages_wished BEFORE INSERT ON support_messages
WHEN NEW.read_at IS NOT NULL OR EXISTS (SELECT 1 FROM support_messages WHERE id = NEW.id)
  OR NOT EXISTS (SELECT 1 FROM wishes WHERE person_sha256 = NEW.person_sha256 AND support
    AND given_at IS NOT NULL AND page_sha256 IS NOT NULL)
BEGIN SELECT RAISE(ABORT, 'a message of support is to somebody who wishes it and has a page of their own'); END;

CREATE TRIGGER support_messages_only_read BEFORE UPDATE ON support_messages
WHEN NEW.id IS NOT OLD.id OR NEW.person_sha256 IS NOT OLD.person_sha256 OR NEW.text_sha256 IS NOT OLD.text_sha256
  OR NEW.written_by IS NOT OLD.written_by OR NEW.at IS NOT OLD.at
  OR NEW.text IS NOT NULL AND NEW.text IS NOT OLD.text OR OLD.read_at IS NOT NULL AND NEW.read_at IS NOT OLD.read_at
BEGIN SELECT RAISE(ABORT, 'a message of support is read once, and its words may only be blanked'); END;

CREATE TRIGGER support_messages_kept BEFORE DELETE ON support_messages
BEGIN SELECT RAISE(ABORT, 'a message of support is blanked, never removed'); END;
"""


def upgrade() -> None:
    """Adds the choice and the two tables."""
    ddl.create(op.get_bind(), _SQL)


def downgrade() -> None:
    """Refused: who wished no more of it would be written to again."""
    raise NotImplementedError("There is no way back to the revision before; restore a backup.")
