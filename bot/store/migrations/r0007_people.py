"""Who is signed in where, by which passkeys, and how each reviewer wants to read."""

from __future__ import annotations

from alembic import op

from bot.store import ddl

revision = "0007"
down_revision = "0005"
branch_labels = None
depends_on = None

_SQL = """
CREATE TABLE sessions (
  id TEXT NOT NULL PRIMARY KEY, token_sha256 TEXT NOT NULL UNIQUE,
  reviewer_id TEXT NOT NULL REFERENCES reviewers(id),
  way TEXT NOT NULL CHECK (way IN ('link', 'passkey', 'provider')), roles TEXT, device TEXT NOT NULL,
  made_at TEXT NOT NULL, seen_at TEXT NOT NULL, until TEXT NOT NULL, ended_at TEXT);

CREATE INDEX sessions_by_reviewer ON sessions(reviewer_id);

CREATE TRIGGER sessions_never_widened BEFORE UPDATE ON sessions
WHEN NEW.id IS NOT OLD.id OR NEW.token_sha256 IS NOT OLD.token_sha256 OR NEW.reviewer_id IS NOT OLD.reviewer_id
  OR NEW.way IS NOT OLD.way OR NEW.roles IS NOT OLD.roles OR NEW.made_at IS NOT OLD.made_at
  OR NEW.until IS NOT OLD.until OR (OLD.ended_at IS NOT NULL AND NEW.ended_at IS NOT OLD.ended_at)
BEGIN SELECT RAISE(ABORT, 'a session can only be seen and ended'); END;

CREATE TRIGGER sessions_never_replaced BEFORE INSERT ON sessions
WHEN EXISTS (SELECT 1 FROM sessions WHERE id = NEW.id OR token_sha256 = NEW.token_sha256)
BEGIN SELECT RAISE(ABORT, 'a session is made once'); END;

CREATE TABLE passkeys (
  id TEXT NOT NULL PRIMARY KEY, reviewer_id TEXT NOT NULL REFERENCES reviewers(id), public_key TEXT NOT NULL,
  sign_count BIGINT NOT NULL, name TEXT NOT NULL, added_at TEXT NOT NULL, used_at TEXT);

CREATE INDEX passkeys_by_reviewer ON passkeys(reviewer_id);

CREATE TRIGGER passkeys_never_handed_on BEFORE UPDATE ON passkeys
WHEN NEW.id IS NOT OLD.id OR NEW.reviewer_id IS NOT OLD.reviewer_id OR NEW.public_key IS NOT OLD.public_key
  OR NEW.sign_count < OLD.sign_count
BEGIN SELECT RAISE(ABORT, 'a passkey keeps its owner, and its counter never goes back'); END;

CREATE TRIGGER passkeys_never_replaced BEFORE INSERT ON passkeys
WHEN EXISTS (SELECT 1 FROM passkeys WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'a passkey is added once'); END;

CREATE TABLE choices (
  reviewer_id TEXT NOT NULL PRIMARY KEY REFERENCES reviewers(id), shown BOOLEAN NOT NULL, grey BOOLEAN NOT NULL,
  rehearsed_at TEXT);

CREATE TABLE spared (
  reviewer_id TEXT NOT NULL REFERENCES reviewers(id), policy TEXT NOT NULL, until TEXT NOT NULL,
  PRIMARY KEY (reviewer_id, policy));
"""


def upgrade() -> None:
    """Adds the four tables."""
    ddl.create(op.get_bind(), _SQL)


def downgrade() -> None:
    """Refused: a session that was ended would live again."""
    raise NotImplementedError("There is no way back behind the seventh revision; restore a backup.")
