"""Legal holds, by somebody of the team alone, which keep a referral from every blanking; and what was erased for good.

That nothing is blanked while a hold stands is held here: no clock, no erasure and no wrong match goes around it.
"""

from __future__ import annotations

from alembic import op

from bot.store import ddl

revision = "compliance4"
down_revision = "compliance3"
branch_labels = None
depends_on = None

_SQL = """
CREATE TABLE holds (
  id TEXT NOT NULL PRIMARY KEY, referral INTEGER NOT NULL REFERENCES referrals(number),
  reason TEXT, reason_sha256 TEXT NOT NULL,
  placed_by TEXT NOT NULL REFERENCES reviewers(id), placed_at TEXT NOT NULL,
  lifted_by TEXT REFERENCES reviewers(id), lifted_at TEXT,
  CHECK ((lifted_by IS NULL) = (lifted_at IS NULL) AND (reason IS NULL) = (lifted_at IS NOT NULL)));
CREATE UNIQUE INDEX one_hold_on_a_referral ON holds(referral) WHERE lifted_at IS NULL;

CREATE TRIGGER holds_begin BEFORE INSERT ON holds
WHEN NEW.lifted_at IS NOT NULL
  OR EXISTS (SELECT 1 FROM holds WHERE id = NEW.id OR referral = NEW.referral AND lifted_at IS NULL)
  OR NOT EXISTS (SELECT 1 FROM referrals WHERE number = NEW.referral AND content IS NOT NULL)
  OR NOT EXISTS (SELECT 1 FROM reviewers WHERE id = NEW.placed_by AND roles = '["compliance"]' AND active)
BEGIN SELECT RAISE(ABORT, 'a hold is placed by one of the team, once, on what is still there'); END;

CREATE TRIGGER holds_are_only_lifted BEFORE UPDATE ON holds
WHEN NEW.id IS NOT OLD.id OR NEW.referral IS NOT OLD.referral OR NEW.reason_sha256 IS NOT OLD.reason_sha256
  OR NEW.placed_by IS NOT OLD.placed_by OR NEW.placed_at IS NOT OLD.placed_at
  OR NEW.lifted_at IS NULL OR OLD.lifted_at IS NOT NULL
  OR NOT EXISTS (SELECT 1 FROM reviewers WHERE id = NEW.lifted_by AND roles = '["compliance"]' AND active)
BEGIN SELECT RAISE(ABORT, 'a hold is lifted by one of the team, once; nothing else of it changes'); END;

CREATE TRIGGER holds_kept BEFORE DELETE ON holds
BEGIN SELECT RAISE(ABORT, 'a hold is never removed'); END;

CREATE TRIGGER referrals_held BEFORE UPDATE ON referrals
WHEN (NEW.content IS NOT OLD.content OR NEW.author IS NOT OLD.author)
  AND EXISTS (SELECT 1 FROM holds WHERE referral = OLD.number AND lifted_at IS NULL)
BEGIN SELECT RAISE(ABORT, 'a legal hold keeps it'); END;

CREATE TABLE erasures (
  id TEXT NOT NULL PRIMARY KEY, at TEXT NOT NULL, actor TEXT NOT NULL, digests TEXT NOT NULL);

CREATE TRIGGER erasures_never_changed BEFORE UPDATE ON erasures
BEGIN SELECT RAISE(ABORT, 'what was erased is not forgotten'); END;

CREATE TRIGGER erasures_kept BEFORE DELETE ON erasures
BEGIN SELECT RAISE(ABORT, 'what was erased is not forgotten'); END;
"""


def upgrade() -> None:
    """Adds the tables; nothing is held."""
    ddl.create(op.get_bind(), _SQL)


def downgrade() -> None:
    """Refused: a hold is not forgotten, and neither is who was erased."""
    raise NotImplementedError("There is no way back to the third revision; restore a backup.")
