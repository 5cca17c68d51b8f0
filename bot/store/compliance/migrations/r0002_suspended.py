"""Suspended members, and conduct while suspended: found by handle alone, confirmed by two different people.

That two people confirmed it is held here: each counts once, and nothing is confirmed with fewer than two.
"""

from __future__ import annotations

from alembic import op

from bot.store import ddl

revision = "compliance2"
down_revision = "compliance1"
branch_labels = None
depends_on = None

_SQL = """
ALTER TABLE referrals ADD COLUMN abusive BOOLEAN NOT NULL DEFAULT TRUE;

CREATE TABLE switches (
  name TEXT NOT NULL PRIMARY KEY, turned_on BOOLEAN NOT NULL, by TEXT NOT NULL REFERENCES reviewers(id),
  at TEXT NOT NULL);

CREATE TABLE suspended (
  id TEXT NOT NULL PRIMARY KEY, handle TEXT, added_at TEXT NOT NULL, added_by TEXT NOT NULL REFERENCES reviewers(id),
  removed_at TEXT, removed_by TEXT REFERENCES reviewers(id),
  CHECK ((handle IS NULL) = (removed_at IS NOT NULL) AND (removed_at IS NULL) = (removed_by IS NULL)));
CREATE UNIQUE INDEX one_entry_per_handle ON suspended(handle);

CREATE TRIGGER suspended_never_changed BEFORE UPDATE ON suspended
WHEN NEW.id IS NOT OLD.id OR NEW.added_at IS NOT OLD.added_at OR NEW.added_by IS NOT OLD.added_by
  OR NEW.handle IS NOT NULL OR OLD.removed_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'an entry can only be removed, and its handle goes with it'); END;

CREATE TRIGGER suspended_kept BEFORE DELETE ON suspended
BEGIN SELECT RAISE(ABORT, 'that there was an entry is kept'); END;

CREATE TABLE conduct (
  id TEXT NOT NULL PRIMARY KEY, referral INTEGER NOT NULL REFERENCES referrals(number),
  entry TEXT NOT NULL REFERENCES suspended(id), found_at TEXT NOT NULL, confirmed_at TEXT,
  removed_at TEXT, removed_by TEXT REFERENCES reviewers(id),
  CHECK ((removed_at IS NULL) = (removed_by IS NULL)));
CREATE UNIQUE INDEX one_conduct_per_referral ON conduct(referral) WHERE removed_at IS NULL;

CREATE TABLE confirmations (
  conduct TEXT NOT NULL REFERENCES conduct(id), reviewer_id TEXT NOT NULL REFERENCES reviewers(id),
  at TEXT NOT NULL, PRIMARY KEY (conduct, reviewer_id));

CREATE TRIGGER confirmations_count_once BEFORE INSERT ON confirmations
WHEN EXISTS (SELECT 1 FROM confirmations WHERE conduct = NEW.conduct AND reviewer_id = NEW.reviewer_id)
  OR EXISTS (SELECT 1 FROM conduct WHERE id = NEW.conduct AND (removed_at IS NOT NULL OR confirmed_at IS NOT NULL))
  OR NOT EXISTS (SELECT 1 FROM reviewers WHERE id = NEW.reviewer_id AND roles = '["compliance"]' AND active)
BEGIN SELECT RAISE(ABORT, 'each of the team confirms once, and only what still waits'); END;

CREATE TRIGGER confirmations_never_changed BEFORE UPDATE ON confirmations
BEGIN SELECT RAISE(ABORT, 'a confirmation is never changed'); END;

CREATE TRIGGER confirmations_kept BEFORE DELETE ON confirmations
BEGIN SELECT RAISE(ABORT, 'a confirmation is never removed'); END;

CREATE TRIGGER conduct_begins BEFORE INSERT ON conduct
WHEN NEW.confirmed_at IS NOT NULL OR NEW.removed_at IS NOT NULL OR EXISTS (SELECT 1 FROM conduct WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'a match begins unconfirmed'); END;

CREATE TRIGGER conduct_goes_on BEFORE UPDATE ON conduct
WHEN NEW.id IS NOT OLD.id OR NEW.referral IS NOT OLD.referral OR NEW.entry IS NOT OLD.entry
  OR NEW.found_at IS NOT OLD.found_at OR OLD.removed_at IS NOT NULL
  OR OLD.confirmed_at IS NOT NULL AND NEW.confirmed_at IS NOT OLD.confirmed_at
  OR NEW.confirmed_at IS NOT NULL AND (SELECT count(*) FROM confirmations WHERE conduct = NEW.id) < 2
BEGIN SELECT RAISE(ABORT, 'a match is confirmed by two different people, or removed'); END;

CREATE TRIGGER conduct_kept BEFORE DELETE ON conduct
BEGIN SELECT RAISE(ABORT, 'that there was a match is kept'); END;
"""


def upgrade() -> None:
    """Adds the tables; the list is empty, and switched off."""
    ddl.create(op.get_bind(), _SQL)


def downgrade() -> None:
    """Refused: who confirmed what is not forgotten."""
    raise NotImplementedError("There is no way back to the first revision; restore a backup.")
