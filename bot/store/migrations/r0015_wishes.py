"""What protected people wish: consent given and withdrawn by their own hand, and their yes or no to single replies."""

from __future__ import annotations

from alembic import op

from bot.store import ddl

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_SQL = """
CREATE TABLE wishes (
  person_sha256 TEXT NOT NULL PRIMARY KEY, reply TEXT NOT NULL CHECK (reply IN ('for_me', 'ask_me', 'never')),
  shown BOOLEAN NOT NULL, weekly BOOLEAN NOT NULL, given_at TEXT, withdrawn_at TEXT,
  link_sha256 TEXT UNIQUE, link_until TEXT, page_sha256 TEXT UNIQUE,
  CHECK ((link_sha256 IS NULL) = (link_until IS NULL)),
  CHECK (given_at IS NULL OR withdrawn_at IS NULL));

CREATE TABLE answers_of_protected (
  case_id TEXT NOT NULL PRIMARY KEY REFERENCES cases(id), person_sha256 TEXT NOT NULL, yes BOOLEAN NOT NULL,
  at TEXT NOT NULL);

CREATE TRIGGER answers_of_protected_stand BEFORE UPDATE ON answers_of_protected
BEGIN SELECT RAISE(ABORT, 'what a protected person answered stands'); END;

CREATE TRIGGER answers_of_protected_kept BEFORE DELETE ON answers_of_protected
BEGIN SELECT RAISE(ABORT, 'what a protected person answered stands'); END;
"""


def upgrade() -> None:
    """Adds the two tables."""
    ddl.create(op.get_bind(), _SQL)


def downgrade() -> None:
    """Refused: a withdrawal is not forgotten."""
    raise NotImplementedError("There is no way back to the fourteenth revision; restore a backup.")
