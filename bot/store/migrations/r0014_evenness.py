"""Even-handedness: posts by the side that their authors claim, in totals by the day, and second readings of cases.

A total only grows, and what of it was noted in the audit never exceeds it. A second reading is another person's than
the ruling's, there is one of a case, and it never changes.
"""

from __future__ import annotations

from alembic import op

from bot.store import ddl

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_SQL = """
CREATE TABLE side_counts (
  day TEXT NOT NULL,
  side TEXT NOT NULL CHECK (side IN ('none', 'ours', 'another', 'unclear')),
  what TEXT NOT NULL CHECK (what IN ('left_alone', 'abusive', 'due', 'replied')),
  n INTEGER NOT NULL, noted INTEGER NOT NULL CHECK (noted >= 0 AND noted <= n),
  PRIMARY KEY (day, side, what));

CREATE TRIGGER side_counts_grow BEFORE UPDATE ON side_counts
WHEN NEW.day IS NOT OLD.day OR NEW.side IS NOT OLD.side OR NEW.what IS NOT OLD.what
  OR NEW.n < OLD.n OR NEW.noted < OLD.noted
BEGIN SELECT RAISE(ABORT, 'a total only grows'); END;

CREATE TRIGGER side_counts_kept BEFORE DELETE ON side_counts
BEGIN SELECT RAISE(ABORT, 'a total is never removed'); END;

CREATE TABLE second_readings (
  id TEXT NOT NULL PRIMARY KEY, case_id TEXT NOT NULL UNIQUE REFERENCES cases(id),
  decision_id TEXT NOT NULL REFERENCES decisions(id), reviewer_id TEXT NOT NULL REFERENCES reviewers(id),
  at TEXT NOT NULL, abusive BOOLEAN NOT NULL, policy TEXT,
  first_abusive BOOLEAN NOT NULL, first_policy TEXT,
  CHECK (policy IS NULL OR abusive));

CREATE TRIGGER second_readings_begin BEFORE INSERT ON second_readings
WHEN EXISTS (SELECT 1 FROM second_readings WHERE id = NEW.id OR case_id = NEW.case_id)
  OR EXISTS (SELECT 1 FROM decisions WHERE case_id = NEW.case_id AND reviewer_id = NEW.reviewer_id)
BEGIN SELECT RAISE(ABORT, 'a second reading is of somebody who has not decided on the case, and there is one'); END;

CREATE TRIGGER second_readings_never_changed BEFORE UPDATE ON second_readings
BEGIN SELECT RAISE(ABORT, 'a second reading never changes'); END;

CREATE TRIGGER second_readings_kept BEFORE DELETE ON second_readings
BEGIN SELECT RAISE(ABORT, 'a second reading is never removed'); END;
"""


def upgrade() -> None:
    """Adds the two tables."""
    ddl.create(op.get_bind(), _SQL)


def downgrade() -> None:
    """Refused: who read a case the second time, and what they said, is not forgotten."""
    raise NotImplementedError("There is no way back to the thirteenth revision; restore a backup.")
