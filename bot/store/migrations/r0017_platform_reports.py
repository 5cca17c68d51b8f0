"""Reports to platforms: each is of a case that a person referred there, is sent by the bot, and keeps its receipt.

No word of the post or of its author stands in one: what it says is ours, and which post it is about, its case tells.
"""

from __future__ import annotations

from alembic import op

from bot.store import ddl

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_SQL = """
CREATE TABLE platform_reports (
  id TEXT NOT NULL PRIMARY KEY, case_id TEXT NOT NULL UNIQUE REFERENCES cases(id),
  account_id TEXT NOT NULL REFERENCES accounts(id), decision_id TEXT NOT NULL UNIQUE REFERENCES decisions(id),
  words TEXT NOT NULL, rules TEXT NOT NULL, report_sha256 TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('due', 'sending', 'sent', 'refused', 'unclear')),
  decided_at TEXT NOT NULL, due_at TEXT NOT NULL, attempts INTEGER NOT NULL, doubtful INTEGER NOT NULL,
  owner TEXT, claimed_until TEXT, code TEXT NOT NULL,
  receipt_id TEXT, sent_at TEXT, forwarded BOOLEAN, rules_taken BOOLEAN,
  CHECK ((state = 'sending') = (claimed_until IS NOT NULL)), CHECK ((state = 'sending') = (owner IS NOT NULL)),
  CHECK ((state = 'sent') = (receipt_id IS NOT NULL)), CHECK ((state = 'sent') = (sent_at IS NOT NULL)),
  CHECK ((state = 'sent') = (forwarded IS NOT NULL)), CHECK ((state = 'sent') = (rules_taken IS NOT NULL)));
CREATE INDEX platform_reports_by_state ON platform_reports(state, due_at);

CREATE TRIGGER platform_reports_are_decided BEFORE INSERT ON platform_reports
WHEN NEW.state <> 'due' OR NEW.attempts <> 0 OR NEW.doubtful <> 0
  OR EXISTS (SELECT 1 FROM platform_reports WHERE id = NEW.id OR case_id = NEW.case_id)
  OR NOT EXISTS (SELECT 1 FROM decisions JOIN cases ON cases.id = decisions.case_id WHERE decisions.id = NEW.decision_id
  AND decisions.case_id = NEW.case_id AND cases.account_id = NEW.account_id AND decisions.kind = 'refer'
  AND decisions.reason = 'platform')
BEGIN SELECT RAISE(ABORT, 'a report is of a case that a person referred to the platform, once, and begins unsent'); END;

CREATE TRIGGER platform_reports_keep_what_was_decided BEFORE UPDATE ON platform_reports
WHEN NEW.id IS NOT OLD.id OR NEW.case_id IS NOT OLD.case_id OR NEW.account_id IS NOT OLD.account_id
  OR NEW.decision_id IS NOT OLD.decision_id OR NEW.words IS NOT OLD.words OR NEW.rules IS NOT OLD.rules
  OR NEW.report_sha256 IS NOT OLD.report_sha256 OR NEW.decided_at IS NOT OLD.decided_at
  OR NEW.attempts < OLD.attempts OR NEW.doubtful < OLD.doubtful
BEGIN SELECT RAISE(ABORT, 'what was decided of a report never changes, nor are its attempts forgotten'); END;

CREATE TRIGGER platform_reports_end_once BEFORE UPDATE ON platform_reports
WHEN OLD.state || '>' || NEW.state NOT IN ('due>sending', 'due>refused', 'sending>sending', 'sending>due',
  'sending>sent', 'sending>refused', 'sending>unclear')
BEGIN SELECT RAISE(ABORT, 'a report that is sent, refused or unclear stays so'); END;

CREATE TRIGGER platform_reports_kept BEFORE DELETE ON platform_reports
BEGIN SELECT RAISE(ABORT, 'a report is never removed'); END;
"""


def upgrade() -> None:
    """Adds the table."""
    ddl.create(op.get_bind(), _SQL)


def downgrade() -> None:
    """Refused: receipts would be lost, and reports that wait."""
    raise NotImplementedError("There is no way back to the sixteenth revision; restore a backup.")
