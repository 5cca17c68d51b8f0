"""The compliance team's first schema: who works there, their own audit, what was passed to them, and its clock.

The tables of people, sessions and the audit are as the bot has them, so that the same queries serve both.
"""

from __future__ import annotations

from alembic import op

from bot.store import ddl

revision = "compliance1"
down_revision = None
branch_labels = None
depends_on = None

_SQL = """
CREATE TABLE reviewers (
  id TEXT NOT NULL PRIMARY KEY CHECK (id <> 'bot'), name TEXT NOT NULL, roles TEXT NOT NULL, telegram_id INTEGER,
  active BOOLEAN NOT NULL);

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

CREATE TABLE audit_events (
  stream TEXT NOT NULL, seq INTEGER NOT NULL CHECK (seq > 0), at TEXT NOT NULL, kind TEXT NOT NULL, actor TEXT NOT NULL,
  case_id TEXT, detail TEXT NOT NULL, prev TEXT NOT NULL UNIQUE, digest TEXT NOT NULL UNIQUE,
  PRIMARY KEY (stream, seq));
CREATE INDEX audit_by_case ON audit_events(case_id);

CREATE TABLE audit_heads (stream TEXT NOT NULL PRIMARY KEY, seq INTEGER NOT NULL, digest TEXT NOT NULL);

CREATE TRIGGER audit_events_appended BEFORE INSERT ON audit_events
WHEN NEW.seq <> 1 + coalesce((SELECT max(seq) FROM audit_events WHERE stream = NEW.stream), 0) OR NEW.seq > 1
  AND NEW.prev <> (SELECT digest FROM audit_events WHERE stream = NEW.stream AND seq = NEW.seq - 1)
  OR EXISTS (SELECT 1 FROM audit_events WHERE prev = NEW.prev) OR EXISTS (SELECT 1 FROM audit_events
  WHERE digest = NEW.digest)
BEGIN SELECT RAISE(ABORT, 'an audit event is only ever added at the end of its chain'); END;

CREATE TRIGGER audit_events_never_changed BEFORE UPDATE ON audit_events
BEGIN SELECT RAISE(ABORT, 'an audit event is never changed'); END;

CREATE TRIGGER audit_events_kept BEFORE DELETE ON audit_events
BEGIN SELECT RAISE(ABORT, 'an audit event is never removed'); END;

CREATE TRIGGER audit_heads_kept BEFORE DELETE ON audit_heads
BEGIN SELECT RAISE(ABORT, 'the end of a chain is never removed'); END;

CREATE TABLE boxes (id TEXT NOT NULL PRIMARY KEY, sealed_sha256 TEXT NOT NULL, received_at TEXT NOT NULL);

CREATE TRIGGER boxes_never_changed BEFORE UPDATE ON boxes
BEGIN SELECT RAISE(ABORT, 'a box was received once'); END;

CREATE TRIGGER boxes_kept BEFORE DELETE ON boxes
BEGIN SELECT RAISE(ABORT, 'that a box was received is never forgotten'); END;

CREATE TABLE unopened (
  id TEXT NOT NULL PRIMARY KEY, sealed_sha256 TEXT NOT NULL, why TEXT NOT NULL, since TEXT NOT NULL);

CREATE TABLE referrals (
  number INTEGER NOT NULL PRIMARY KEY CHECK (number > 0), box_id TEXT NOT NULL UNIQUE REFERENCES boxes(id),
  kind TEXT NOT NULL CHECK (kind IN ('referral', 'conduct')), content TEXT, content_sha256 TEXT NOT NULL,
  author TEXT, policy TEXT, passed_at TEXT NOT NULL, received_at TEXT NOT NULL, version INTEGER NOT NULL,
  acknowledged_at TEXT, acknowledged_by TEXT REFERENCES reviewers(id),
  outcome TEXT, outcome_at TEXT, outcome_by TEXT REFERENCES reviewers(id),
  CHECK ((acknowledged_at IS NULL) = (acknowledged_by IS NULL)),
  CHECK ((outcome IS NULL) = (outcome_at IS NULL) AND (outcome IS NULL) = (outcome_by IS NULL)),
  CHECK (outcome IS NULL OR acknowledged_at IS NOT NULL));
CREATE INDEX referrals_by_author ON referrals(author);

CREATE TRIGGER referrals_begin BEFORE INSERT ON referrals
WHEN NEW.acknowledged_at IS NOT NULL OR NEW.outcome IS NOT NULL OR NEW.version <> 1 OR NEW.content IS NULL
  OR EXISTS (SELECT 1 FROM referrals WHERE number = NEW.number OR box_id = NEW.box_id)
BEGIN SELECT RAISE(ABORT, 'a referral is received once, and begins unacknowledged'); END;

CREATE TRIGGER referrals_go_on BEFORE UPDATE ON referrals
WHEN NEW.number IS NOT OLD.number OR NEW.box_id IS NOT OLD.box_id OR NEW.kind IS NOT OLD.kind
  OR NEW.content_sha256 IS NOT OLD.content_sha256 OR NEW.policy IS NOT OLD.policy
  OR NEW.passed_at IS NOT OLD.passed_at OR NEW.received_at IS NOT OLD.received_at
  OR NEW.content IS NOT OLD.content AND NEW.content IS NOT NULL
  OR NEW.author IS NOT OLD.author AND NEW.author IS NOT NULL
  OR NEW.version <> OLD.version + 1
  OR OLD.acknowledged_at IS NOT NULL AND NEW.acknowledged_at IS NOT OLD.acknowledged_at
  OR OLD.outcome_at IS NOT NULL AND NEW.outcome_at IS NOT OLD.outcome_at
BEGIN SELECT RAISE(ABORT, 'of a referral only the clock goes on, and its content can be blanked'); END;

CREATE TRIGGER referrals_kept BEFORE DELETE ON referrals
BEGIN SELECT RAISE(ABORT, 'a referral is never removed'); END;
"""


def upgrade() -> None:
    """Makes the tables."""
    ddl.create(op.get_bind(), _SQL)


def downgrade() -> None:
    """Refused: this is where it begins."""
    raise NotImplementedError("There is nothing before the first revision.")
