"""What the brake on rules needs: how many mentions were judged each day, and since when each rule reads as it does."""

from __future__ import annotations

from alembic import op

from bot.store import ddl

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_SQL = """
CREATE TABLE judged_counts (day TEXT NOT NULL PRIMARY KEY, n INTEGER NOT NULL);

CREATE TABLE known_rules (
  id TEXT NOT NULL PRIMARY KEY, digest TEXT NOT NULL, escalates BOOLEAN NOT NULL, known_since TEXT NOT NULL,
  edited_at TEXT, held_before INTEGER NOT NULL, judged_before INTEGER NOT NULL,
  braked_at TEXT, braked_digest TEXT, because TEXT NOT NULL,
  CHECK ((braked_at IS NULL) = (braked_digest IS NULL)));

-- The days so far, as near as can be told: what was edited counts on the day of its edit.
INSERT INTO judged_counts (day, n) SELECT day, count(*) FROM (
  SELECT substr(at, 1, 10) AS day FROM seen UNION ALL SELECT substr(seen_at, 1, 10) FROM mentions) AS days GROUP BY day;
"""


def upgrade() -> None:
    """Adds the two tables, and counts the days that are past."""
    ddl.create(op.get_bind(), _SQL)


def downgrade() -> None:
    """Refused: who released which rule is not forgotten."""
    raise NotImplementedError("There is no way back to the first revision; restore a backup.")
