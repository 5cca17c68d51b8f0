"""An index by which the audit event of a capture is found: a pack shows it beside the capture."""

from __future__ import annotations

from alembic import op

from bot.store import ddl

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_SQL = """
CREATE INDEX audit_of_captures ON audit_events(at) WHERE kind = 'evidence.captured';
"""


def upgrade() -> None:
    """Adds the index."""
    ddl.create(op.get_bind(), _SQL)


def downgrade() -> None:
    """Takes it away: it holds nothing of its own."""
    op.get_bind().exec_driver_sql("DROP INDEX audit_of_captures")
