"""The right of reply: what an author says to our reply by its link, our own mistakes, and what corrects them.

A reply that a person ruled to be a mistake stays one, and its post gets a correction or nothing: never another answer.
A correction is a case like any other, with approvals of its own; what makes it one never changes.
"""

from __future__ import annotations

from alembic import op

from bot.store import ddl

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_SQL = """
ALTER TABLE drafts ADD COLUMN link_sha256 TEXT;
CREATE INDEX drafts_by_link ON drafts(link_sha256);
ALTER TABLE cases ADD COLUMN mistaken BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE cases ADD COLUMN correction BOOLEAN NOT NULL DEFAULT FALSE;

CREATE TABLE rejoinders (
  id TEXT NOT NULL PRIMARY KEY, case_id TEXT NOT NULL REFERENCES cases(id),
  kind TEXT NOT NULL CHECK (kind IN ('not_me', 'out_of_context', 'sorry')),
  words TEXT, words_sha256 TEXT NOT NULL, safety BOOLEAN NOT NULL, at TEXT NOT NULL,
  ruling TEXT CHECK (ruling IN ('accepted', 'stands', 'mistake')), ruled_by TEXT REFERENCES reviewers(id),
  ruled_at TEXT,
  UNIQUE (case_id, kind, words_sha256),
  CHECK ((ruling IS NULL) = (ruled_by IS NULL)), CHECK ((ruling IS NULL) = (ruled_at IS NULL)),
  CHECK (ruling IS NULL OR ruling <> 'accepted' OR kind = 'sorry'));
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

CREATE TRIGGER drafts_keep_their_link BEFORE UPDATE ON drafts
WHEN NEW.link_sha256 IS NOT OLD.link_sha256
BEGIN SELECT RAISE(ABORT, 'the link in a draft never changes'); END;

CREATE TRIGGER cases_move_along_the_table BEFORE UPDATE ON cases
WHEN NEW.state <> OLD.state AND OLD.state || '>' || NEW.state NOT IN ('open>approved', 'open>escalated',
  'open>closed', 'approved>publishing', 'approved>open', 'approved>closed', 'publishing>published',
  'publishing>approved', 'publishing>failed', 'publishing>unconfirmed', 'publishing>open', 'publishing>closed',
  'unconfirmed>published', 'unconfirmed>failed', 'failed>open', 'failed>closed', 'published>retracting',
  'retracting>retracted', 'retracting>published', 'retracting>closed', 'retracted>closed', 'escalated>open',
  'escalated>closed')
BEGIN SELECT RAISE(ABORT, 'a case cannot go from that state to this one'); END;

CREATE TRIGGER cases_closed_after_retraction_by_a_mistake BEFORE UPDATE ON cases
WHEN OLD.state = 'retracted' AND NEW.state = 'closed' AND NOT (NEW.mistaken AND NEW.outcome = 'corrected')
BEGIN SELECT RAISE(ABORT, 'a reply that was taken down is taken up again only to correct a mistake'); END;

CREATE TRIGGER cases_stay_mistaken BEFORE UPDATE ON cases
WHEN NEW.correction IS NOT OLD.correction OR OLD.mistaken AND NOT NEW.mistaken OR NEW.mistaken AND NOT OLD.mistaken
  AND (NEW.correction OR NOT EXISTS (SELECT 1 FROM publications WHERE case_id = NEW.id
  AND state IN ('published', 'retracted')))
BEGIN SELECT RAISE(ABORT, 'a mistake is of a reply that was posted and stays one, and so does a correction'); END;

CREATE TRIGGER cases_correct_a_mistake BEFORE INSERT ON cases
WHEN NEW.mistaken OR NEW.correction AND NOT EXISTS (SELECT 1 FROM cases AS earlier
  WHERE earlier.mention_id = NEW.mention_id AND earlier.account_id = NEW.account_id AND earlier.mistaken)
BEGIN SELECT RAISE(ABORT, 'a correction follows a mistake of the same account about the same post'); END;

CREATE TRIGGER publications_only_correct_a_mistake BEFORE INSERT ON publications
WHEN EXISTS (SELECT 1 FROM cases JOIN cases AS earlier ON earlier.mention_id = cases.mention_id
  WHERE cases.id = NEW.case_id AND earlier.mistaken AND NOT cases.correction)
BEGIN SELECT RAISE(ABORT, 'a post that was answered by mistake gets a correction and no other reply'); END;
"""


def upgrade() -> None:
    """Adds the columns, the table, and what the database refuses of them; no reply so far has such a link."""
    ddl.drop_trigger(op.get_bind(), "cases_move_along_the_table", "cases")
    ddl.create(op.get_bind(), _SQL)


def downgrade() -> None:
    """Refused: what was said to us, and what was our mistake, is not forgotten."""
    raise NotImplementedError("There is no way back to the twelfth revision; restore a backup.")
