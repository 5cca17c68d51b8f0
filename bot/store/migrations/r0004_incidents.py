"""Incidents: which mentions are posts of one pile-on, and that one publication at most answers any of them.

A mention stands alone, as an incident of its own, until it joins one; it joins once. The incident's id is that of one
of its mentions. A publication names the incident of its mention, and two that stand never name the same one. One that
was taken back counts: after it the same mention may have another, which corrects it, and no other mention may.
SQLite adds no foreign key of several columns to a table that stands, so a trigger ties the two together; it also holds
on a connection that has not asked for foreign keys.
"""

from __future__ import annotations

from alembic import op

from bot.store import ddl

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_SQL = """
ALTER TABLE mentions ADD COLUMN aim TEXT;
ALTER TABLE mentions ADD COLUMN arrived_at TEXT;
ALTER TABLE mentions ADD COLUMN incident_id TEXT;
CREATE INDEX mentions_by_aim ON mentions(aim, arrived_at);
CREATE INDEX mentions_by_incident ON mentions(incident_id);

ALTER TABLE cards ADD COLUMN posts INTEGER NOT NULL DEFAULT 0;

ALTER TABLE publications ADD COLUMN incident_id TEXT REFERENCES mentions(id);
UPDATE publications SET incident_id = (SELECT mention_id FROM cases WHERE cases.id = publications.case_id);
CREATE UNIQUE INDEX one_reply_standing_per_incident ON publications(incident_id)
  WHERE state NOT IN ('failed', 'retracted');

CREATE TRIGGER publications_of_their_incident BEFORE INSERT ON publications
WHEN NOT EXISTS (SELECT 1 FROM cases JOIN mentions ON mentions.id = cases.mention_id
  WHERE cases.id = NEW.case_id AND coalesce(mentions.incident_id, mentions.id) = NEW.incident_id)
BEGIN SELECT RAISE(ABORT, 'a publication names the incident of the mention that it answers'); END;

CREATE TRIGGER publications_one_for_an_incident BEFORE INSERT ON publications
WHEN EXISTS (SELECT 1 FROM publications AS earlier JOIN cases ON cases.id = earlier.case_id
  WHERE earlier.incident_id = NEW.incident_id AND earlier.state <> 'failed'
  AND cases.mention_id <> (SELECT mention_id FROM cases WHERE id = NEW.case_id))
BEGIN SELECT RAISE(ABORT, 'one post of an incident is answered, and a reply taken back counts'); END;

CREATE TRIGGER publications_stay_in_their_incident BEFORE UPDATE ON publications
WHEN NEW.incident_id IS NOT OLD.incident_id
BEGIN SELECT RAISE(ABORT, 'the incident of a publication never changes'); END;

CREATE TRIGGER mentions_join_an_incident_once BEFORE UPDATE ON mentions
WHEN NEW.incident_id IS NOT OLD.incident_id AND (OLD.incident_id IS NOT NULL
  OR NOT EXISTS (SELECT 1 FROM mentions WHERE id = NEW.incident_id AND coalesce(incident_id, id) = id)
  OR NEW.incident_id <> NEW.id AND EXISTS (SELECT 1 FROM publications JOIN cases ON cases.id = publications.case_id
  WHERE cases.mention_id = NEW.id AND publications.state <> 'failed'))
BEGIN SELECT RAISE(ABORT, 'a mention joins an incident once, and not after it was answered'); END;

CREATE TRIGGER cases_one_answer_for_an_incident BEFORE UPDATE ON cases
WHEN OLD.state = 'open' AND NEW.state = 'approved' AND EXISTS (SELECT 1 FROM mentions AS mine JOIN mentions AS other
  ON other.incident_id = mine.incident_id JOIN cases AS rival ON rival.mention_id = other.id
  WHERE mine.id = NEW.mention_id AND other.id <> mine.id AND rival.verdict = 'respond' AND (rival.state IN ('approved',
  'publishing', 'unconfirmed', 'published', 'retracting', 'retracted') OR rival.outcome = 'corrected'))
BEGIN SELECT RAISE(ABORT, 'another post of this incident is to be answered, or was'); END;
"""


def upgrade() -> None:
    """Adds the columns and refusals; what was published before was of an incident of its own."""
    ddl.create(op.get_bind(), _SQL)


def downgrade() -> None:
    """Refused: without it a pile-on could win a second reply."""
    raise NotImplementedError("There is no way back to the third revision; restore a backup.")
