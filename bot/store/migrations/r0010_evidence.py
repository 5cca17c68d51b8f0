"""Evidence: what was captured of a mention, each capture chained to the one before, and the exhibits that it holds.

A capture never changes and never goes. Of an exhibit the bytes may be encrypted anew, and blanked with where it came
from when its time is over; its digests stay.
"""

from __future__ import annotations

from alembic import op

from bot.store import ddl

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_SQL = """
CREATE TABLE captures (
  id TEXT NOT NULL PRIMARY KEY, seq INTEGER NOT NULL CHECK (seq > 0),
  mention_id TEXT NOT NULL REFERENCES mentions(id), mention_version INTEGER NOT NULL,
  account_id TEXT NOT NULL REFERENCES accounts(id),
  kind TEXT NOT NULL CHECK (kind IN ('received', 'surroundings', 'look')),
  at TEXT NOT NULL, tool TEXT NOT NULL, said TEXT NOT NULL, complete BOOLEAN NOT NULL,
  prev TEXT NOT NULL, digest TEXT NOT NULL,
  UNIQUE (seq), UNIQUE (prev), UNIQUE (digest),
  FOREIGN KEY (mention_id, mention_version) REFERENCES mention_versions(mention_id, version));

CREATE INDEX captures_by_mention ON captures(mention_id, kind);

CREATE TRIGGER captures_never_replaced BEFORE INSERT ON captures
WHEN EXISTS (SELECT 1 FROM captures WHERE id = NEW.id OR seq >= NEW.seq OR prev = NEW.prev OR digest = NEW.digest)
BEGIN SELECT RAISE(ABORT, 'a capture is the next one, and replaces none'); END;

CREATE TRIGGER captures_never_changed BEFORE UPDATE ON captures
BEGIN SELECT RAISE(ABORT, 'a capture never changes'); END;

CREATE TRIGGER captures_kept BEFORE DELETE ON captures
BEGIN SELECT RAISE(ABORT, 'a capture is never removed'); END;

CREATE TABLE exhibits (
  id TEXT NOT NULL PRIMARY KEY, capture_id TEXT NOT NULL REFERENCES captures(id), number INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('post', 'thread', 'author', 'post_page', 'profile_page', 'media')),
  url TEXT, media_type TEXT NOT NULL, headers TEXT, received_at TEXT NOT NULL, server_time TEXT,
  exact BOOLEAN NOT NULL, missing TEXT NOT NULL, size INTEGER NOT NULL, sha256 TEXT, facts_sha256 TEXT NOT NULL,
  body BLOB,
  UNIQUE (capture_id, number),
  CHECK ((sha256 IS NULL) = (missing <> '')),
  CHECK (sha256 IS NOT NULL OR body IS NULL));

CREATE TRIGGER exhibits_never_replaced BEFORE INSERT ON exhibits
WHEN (NEW.body IS NULL AND NEW.missing = '') OR NEW.url IS NULL OR NEW.headers IS NULL
  OR EXISTS (SELECT 1 FROM exhibits WHERE id = NEW.id OR capture_id = NEW.capture_id AND number = NEW.number)
BEGIN SELECT RAISE(ABORT, 'an exhibit has bytes or says why not, and replaces none'); END;

CREATE TRIGGER exhibits_never_changed BEFORE UPDATE ON exhibits
WHEN NEW.id IS NOT OLD.id OR NEW.capture_id IS NOT OLD.capture_id OR NEW.number IS NOT OLD.number
  OR NEW.kind IS NOT OLD.kind OR NEW.media_type IS NOT OLD.media_type OR NEW.received_at IS NOT OLD.received_at
  OR NEW.server_time IS NOT OLD.server_time OR NEW.exact IS NOT OLD.exact OR NEW.missing IS NOT OLD.missing
  OR NEW.size IS NOT OLD.size OR NEW.sha256 IS NOT OLD.sha256 OR NEW.facts_sha256 IS NOT OLD.facts_sha256
  OR (NEW.url IS NOT NULL AND NEW.url IS NOT OLD.url)
  OR (NEW.headers IS NOT NULL AND NEW.headers IS NOT OLD.headers)
  OR (NEW.body IS NOT NULL AND OLD.body IS NULL)
BEGIN SELECT RAISE(ABORT, 'an exhibit can only be encrypted anew, or blanked'); END;

CREATE TRIGGER exhibits_kept BEFORE DELETE ON exhibits
BEGIN SELECT RAISE(ABORT, 'an exhibit is never removed'); END;
"""


def upgrade() -> None:
    """Adds the two tables; what was stored before them has no captures."""
    ddl.create(op.get_bind(), _SQL)


def downgrade() -> None:
    """Refused: evidence is not forgotten."""
    raise NotImplementedError("There is no way back to the ninth revision; restore a backup.")
