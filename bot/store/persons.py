"""By what the audit knows a protected person: a number of chance, which the digest of a handle would not be.

Handles of politicians are few and public, so whoever has an export could digest them all. The number stands beside the
wish and nowhere else.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from bot.store.tables import wishes

if TYPE_CHECKING:
    from bot.store.engine import Transaction


def in_audit(tx: Transaction, person: str) -> str:
    """The person's number, made when it is first needed; empty for somebody of whom no wish is kept."""
    mine = wishes.c.person_sha256 == person
    row = tx.connection.execute(select(wishes.c.audit_id).where(mine)).one_or_none()
    if row is None:
        return ""
    if row.audit_id is not None:
        return str(row.audit_id)
    made = secrets.token_hex(16)
    tx.connection.execute(update(wishes).where(mine).values(audit_id=made))
    return made
