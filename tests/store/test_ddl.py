"""One schema in two languages: what SQLite refuses with a trigger, PostgreSQL refuses with a function and a trigger."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine, inspect
from sqlalchemy.exc import IntegrityError

from bot.store import ddl
from tests.fakes.databases import empty_in
from tests.store.by_hand import REFUSALS

if TYPE_CHECKING:
    from pathlib import Path

SQL = """
-- A note between statements.
CREATE TABLE letters (id TEXT NOT NULL PRIMARY KEY, chat_id INTEGER, note TEXT);

CREATE TRIGGER letters_stay BEFORE UPDATE ON letters
WHEN NEW.note IS NOT OLD.note AND NEW.chat_id <> CASE NEW.id WHEN 'a' THEN 1 ELSE 2 END
BEGIN SELECT RAISE(ABORT, 'a letter stays'); END;
"""


def test_statements_are_run_one_by_one(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'letters.db'}")
    with engine.begin() as connection:
        ddl.create(connection, SQL)
        connection.exec_driver_sql("INSERT INTO letters VALUES ('a', 1, NULL), ('b', 1, NULL)")
        connection.exec_driver_sql("UPDATE letters SET note = 'x' WHERE id = 'a'")
        raw = connection.connection.driver_connection
        assert raw is not None
        with pytest.raises(REFUSALS, match="a letter stays"):
            raw.execute("UPDATE letters SET note = 'x' WHERE id = 'b'")
    assert inspect(engine).get_table_names() == ["letters"]
    engine.dispose()


def test_a_trigger_that_was_taken_away_refuses_no_longer_and_can_be_made_anew(tmp_path: Path) -> None:
    engine = create_engine(empty_in(tmp_path).replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as connection:
        ddl.create(connection, SQL)
        connection.exec_driver_sql("INSERT INTO letters VALUES ('b', 1, NULL)")
        for _ in range(2):
            ddl.drop_trigger(connection, "letters_stay", "letters")
            connection.exec_driver_sql("UPDATE letters SET note = 'x'")
            connection.exec_driver_sql("UPDATE letters SET note = NULL")
            ddl.create(connection, SQL[SQL.index("CREATE TRIGGER") :])
    with pytest.raises(IntegrityError, match="a letter stays"), engine.begin() as connection:
        connection.exec_driver_sql("UPDATE letters SET note = 'x'")
    engine.dispose()
