"""Two indexes that keep pages quick over a hundred thousand cases: of the latest changes, and of open questions."""

from __future__ import annotations

from alembic import op

from bot.store import ddl

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_SQL = """
CREATE INDEX cases_by_change ON cases(changed_at);

CREATE INDEX cases_asked ON cases(asked_at) WHERE asked_at IS NOT NULL;
"""


def upgrade() -> None:
    """Adds the two indexes."""
    ddl.create(op.get_bind(), _SQL)


def downgrade() -> None:
    """Takes them away: they hold nothing of their own."""
    for name in ("cases_by_change", "cases_asked"):
        op.get_bind().exec_driver_sql(f"DROP INDEX {name}")
