"""Moves everything from one database into another that is new: all of it, checked on arrival, or nothing.

The triggers of the new database forbid what is copied here, such as a case that does not begin open. They are put aside
within the one transaction that copies, and foreign keys, checks and unique columns hold all the while.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, insert, select

from bot.store.errors import StoreError
from bot.store.tables import configurations, exhibits, metadata
from bot.store.verify import verify

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection, Table

_BATCH = 1_000
"""Rows that are held in memory at once."""
_HEAVY = {exhibits: 16}
"""Of tables whose rows may be as large as a film."""


def move(source: Connection, target: Connection) -> Mapping[str, int]:
    """Copies every table; how many rows each now has. Raises StoreError, and then the target is as it was.

    The target has our tables and not a row in them; it is a PostgreSQL database, and the caller's transaction.
    """
    tables = metadata.sorted_tables
    if taken := [table.name for table in tables if _rows(target, table)]:
        raise StoreError(f"The new database is not empty: there is something in {', '.join(taken)}. Make another.")
    if faults := verify(source):
        raise StoreError(f"The old database is not whole: {faults[0].what}, and so on. Run `audit verify` first.")
    for table in tables:
        target.exec_driver_sql(f"ALTER TABLE {table.name} DISABLE TRIGGER USER")
        rows = source.execution_options(yield_per=_HEAVY.get(table, _BATCH)).execute(select(table)).mappings()
        for part in rows.partitions():
            target.execute(insert(table), [dict(row) for row in part])
    for table in tables:
        target.exec_driver_sql(f"ALTER TABLE {table.name} ENABLE TRIGGER USER")
    _count_on(target)
    return _compared(source, target)


def _count_on(target: Connection) -> None:
    """The numbers that the new database gives by itself go on after the last one that was copied."""
    last: Any = target.execute(select(func.max(configurations.c.id))).scalar()
    if last is not None:
        target.exec_driver_sql("SELECT setval(pg_get_serial_sequence('configurations', 'id'), %s)", (last,))


def _compared(source: Connection, target: Connection) -> dict[str, int]:
    counted = {table.name: _rows(target, table) for table in metadata.sorted_tables}
    wrong = [table.name for table in metadata.sorted_tables if counted[table.name] != _rows(source, table)]
    if wrong:
        raise StoreError(f"Not every row arrived in {', '.join(wrong)}; nothing was moved.")
    if faults := verify(target):
        raise StoreError(f"The copy is not whole: {faults[0].what}; nothing was moved.")
    return counted


def _rows(connection: Connection, table: Table) -> int:
    return int(connection.execute(select(func.count()).select_from(table)).scalar_one())
