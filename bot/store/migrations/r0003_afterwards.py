"""What follows a reply: the question when its post is edited, its correction; and the principal's own approval."""

from __future__ import annotations

from alembic import op

from bot.store import ddl

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_SQL = """
ALTER TABLE accounts ADD COLUMN principal_id TEXT;
ALTER TABLE cases ADD COLUMN principal_id TEXT;
ALTER TABLE cases ADD COLUMN asked_at TEXT;
ALTER TABLE cases ADD COLUMN asked_version INTEGER;
ALTER TABLE cases ADD COLUMN correcting BOOLEAN NOT NULL DEFAULT FALSE;

CREATE TRIGGER cases_move_along_the_table BEFORE UPDATE ON cases
WHEN NEW.state <> OLD.state AND OLD.state || '>' || NEW.state NOT IN ('open>approved', 'open>escalated',
  'open>closed', 'approved>publishing', 'approved>open', 'approved>closed', 'publishing>published',
  'publishing>approved', 'publishing>failed', 'publishing>unconfirmed', 'publishing>open', 'publishing>closed',
  'unconfirmed>published', 'unconfirmed>failed', 'failed>open', 'failed>closed', 'published>retracting',
  'retracting>retracted', 'retracting>published', 'retracting>closed', 'escalated>open', 'escalated>closed')
BEGIN SELECT RAISE(ABORT, 'a case cannot go from that state to this one'); END;

CREATE TRIGGER cases_corrected_when_taken_down BEFORE UPDATE ON cases
WHEN OLD.state = 'retracting' AND NEW.state = 'closed' AND NEW.outcome <> 'corrected' OR NEW.outcome = 'corrected'
  AND EXISTS (SELECT 1 FROM publications WHERE case_id = NEW.id AND state NOT IN ('failed', 'retracted'))
BEGIN SELECT RAISE(ABORT, 'a reply is corrected only when it has been taken down'); END;

CREATE TRIGGER cases_questioned_while_answered BEFORE UPDATE ON cases
WHEN NEW.asked_at IS NOT NULL AND NEW.state NOT IN ('published', 'retracting')
BEGIN SELECT RAISE(ABORT, 'what becomes of a reply is asked only while it stands'); END;

CREATE TRIGGER cases_keep_their_principal BEFORE UPDATE ON cases
WHEN NEW.principal_id IS NOT OLD.principal_id
BEGIN SELECT RAISE(ABORT, 'whose own approval a case needs never changes'); END;

CREATE TRIGGER cases_ask_their_principal BEFORE INSERT ON cases
WHEN NEW.verdict = 'respond' AND coalesce(NEW.principal_id, '') <> (SELECT coalesce(principal_id, NEW.principal_id, '')
  FROM accounts WHERE id = NEW.account_id)
BEGIN SELECT RAISE(ABORT, 'a case needs the approval of the principal of its account'); END;

CREATE TRIGGER cases_advance_with_their_principal BEFORE UPDATE ON cases
WHEN NEW.state <> OLD.state AND NEW.state IN ('approved', 'publishing', 'published') AND NEW.principal_id IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM decisions WHERE draft_id = (SELECT id FROM drafts WHERE case_id = NEW.id
  ORDER BY revision DESC LIMIT 1) AND kind = 'approve' AND reviewer_id = NEW.principal_id)
BEGIN SELECT RAISE(ABORT, 'the newest draft lacks the approval of the principal'); END;

CREATE TRIGGER publications_with_the_principal BEFORE INSERT ON publications
WHEN EXISTS (SELECT 1 FROM cases WHERE id = NEW.case_id AND principal_id IS NOT NULL
  AND principal_id NOT IN (NEW.reviewer_id, coalesce(NEW.second_reviewer_id, '')))
BEGIN SELECT RAISE(ABORT, 'a publication needs the approval of the principal'); END;

CREATE TRIGGER publications_stand_alone BEFORE INSERT ON publications
WHEN EXISTS (SELECT 1 FROM cases JOIN cases AS other ON other.mention_id = cases.mention_id
  JOIN publications AS earlier ON earlier.case_id = other.id WHERE cases.id = NEW.case_id AND other.id <> NEW.case_id
  AND earlier.state NOT IN ('failed', 'retracted'))
BEGIN SELECT RAISE(ABORT, 'a mention has one reply at a time, whichever case it is of'); END;
"""


def upgrade() -> None:
    """Adds the columns, and what the database refuses of them."""
    ddl.drop_trigger(op.get_bind(), "cases_move_along_the_table", "cases")
    ddl.create(op.get_bind(), _SQL)


def downgrade() -> None:
    """Refused: who kept which reply, and why, is not forgotten."""
    raise NotImplementedError("There is no way back to the second revision; restore a backup.")
