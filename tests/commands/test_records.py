from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.fakes.databases import needs_postgresql, only_sqlite, server

if TYPE_CHECKING:
    from pathlib import Path

    from tests.commands.conftest import Terminal


def alter(database: Path, statement: str) -> None:
    """What somebody with the file in their hands can do: without the triggers that forbid it."""
    with closing(sqlite3.connect(database)) as connection:
        triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in triggers:
            connection.execute(f'DROP TRIGGER "{name}"')
        connection.execute(statement)
        connection.commit()


def test_whole_chains_are_said_to_be_whole(terminal: Terminal) -> None:
    result = terminal.type("audit", "verify")
    assert result.exit_code == 0, result.stderr
    assert result.stdout.endswith("every chain is whole.\n")
    assert int(result.stdout.split()[0]) >= 3


@only_sqlite
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_events SET actor = 'tom' WHERE kind = 'case.opened'",
        "UPDATE audit_events SET detail = replace(detail, 'respond', 'respomd') WHERE kind = 'case.opened'",
        "DELETE FROM audit_events WHERE seq = 1",
        "UPDATE mention_versions SET evidence = replace(evidence, 'florp', 'flirp')",
        "UPDATE drafts SET text = text || '.'",
    ],
)
def test_one_altered_byte_is_found_and_the_place_is_named(terminal: Terminal, statement: str) -> None:
    alter(terminal.folder / "bot.db", statement)
    result = terminal.type("audit", "verify")
    assert result.exit_code == 1
    assert result.stdout == ""
    *places, count = result.stderr.splitlines()
    assert count == f"Places that were altered: {len(places)}."
    assert places
    streams = {"party", "leader", "deputy", "system"}
    assert all(place.split()[0] in streams and place.split()[1].rstrip(":").isdigit() for place in places)


def test_all_captured_bytes_are_looked_at_on_request(terminal: Terminal) -> None:
    result = terminal.type("audit", "verify", "--bytes")
    assert result.exit_code == 0, result.stderr


def test_export_is_every_event_as_a_line_that_an_outsider_can_recompute(terminal: Terminal) -> None:
    result = terminal.type("audit", "export")
    assert result.exit_code == 0
    events = [json.loads(line) for line in result.stdout.splitlines()]
    assert {event["stream"] for event in events} >= {"party", "leader"}
    assert list(events[0]) == ["stream", "seq", "at", "kind", "actor", "case", "detail", "prev", "digest"]
    for stream in {event["stream"] for event in events}:
        chain = [event for event in events if event["stream"] == stream]
        assert [event["seq"] for event in chain] == list(range(1, len(chain) + 1))
        assert [event["prev"] for event in chain[1:]] == [event["digest"] for event in chain[:-1]]


def test_export_of_one_chain_holds_that_one_alone(terminal: Terminal) -> None:
    events = [json.loads(line) for line in terminal.type("audit", "export", "--stream", "leader").stdout.splitlines()]
    assert {event["stream"] for event in events} == {"leader"}


def test_export_names_no_member_of_the_public(terminal: Terminal) -> None:
    said = terminal.type("audit", "export").stdout
    assert "tidewater" not in said
    assert "florp" not in said


def test_database_is_upgraded_and_checked(terminal: Terminal) -> None:
    assert terminal.type("db", "upgrade").exit_code == 0
    result = terminal.type("db", "check")
    assert (result.exit_code, result.stdout) == (0, "The database is sound.\n"), result.stderr


@only_sqlite
def test_check_finds_a_trigger_that_is_gone(terminal: Terminal) -> None:
    alter(terminal.folder / "bot.db", "SELECT 1")
    result = terminal.type("db", "check")
    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1].startswith("Faults: ")


@only_sqlite
def test_backup_is_a_whole_copy_and_never_overwrites(terminal: Terminal) -> None:
    target = terminal.folder / "copy.db"
    result = terminal.type("db", "backup", str(target))
    assert (result.exit_code, result.stdout) == (0, f"Copied to {target}.\n")
    before = hashlib.sha256(target.read_bytes()).digest()
    again = terminal.type("db", "backup", str(target))
    assert again.exit_code == 2
    assert "exists" in again.stderr
    assert hashlib.sha256(target.read_bytes()).digest() == before
    target.replace(terminal.folder / "bot.db")
    for name in ("bot.db-wal", "bot.db-shm"):
        (terminal.folder / name).unlink(missing_ok=True)
    assert terminal.type("audit", "verify").exit_code == 0
    assert len(terminal.json("queue")) == 2


@only_sqlite
def test_backup_without_a_target_lies_in_a_folder_where_it_ages_out(terminal: Terminal) -> None:
    old = terminal.folder / "backups" / "old.db"
    old.parent.mkdir()
    old.write_bytes(b"a copy of long ago")
    os.utime(old, (0, 0))
    result = terminal.type("db", "backup")
    assert result.exit_code == 0, result.stderr
    [copy] = old.parent.iterdir()
    assert result.stdout == f"Copied to {copy}.\nRemoved {old}: its time is over.\n"


def test_backup_to_a_folder_that_is_not_there_says_so(terminal: Terminal) -> None:
    result = terminal.type("db", "backup", str(terminal.folder / "nowhere" / "copy.db"))
    assert result.exit_code == 2
    assert "nowhere" in result.stderr
    assert "Traceback" not in result.stderr


@only_sqlite
@pytest.mark.parametrize(
    "words", [("audit", "verify"), ("db", "check"), ("db", "upgrade"), ("queue",), ("run", "--strict")]
)
def test_file_that_is_no_database_is_refused_and_left_as_it_was(terminal: Terminal, words: tuple[str, ...]) -> None:
    file = terminal.folder / "bot.db"
    file.write_bytes(b"This is not a database at all, but a letter to a friend. " * 100)
    before = file.read_bytes()
    result = terminal.type(*words)
    assert result.exit_code == 2, result.output
    assert "bot.db" in result.stderr
    assert "Traceback" not in result.stderr
    assert file.read_bytes() == before


@only_sqlite
def test_database_of_a_newer_version_is_refused_with_what_to_do(terminal: Terminal) -> None:
    alter(terminal.folder / "bot.db", "UPDATE alembic_version SET version_num = '9999'")
    result = terminal.type("queue")
    assert result.exit_code == 2
    assert "revision 9999" in result.stderr


def test_only_a_postgresql_database_is_moved_to(terminal: Terminal) -> None:
    result = terminal.type("db", "move", "sqlite:///other.db")
    assert result.exit_code == 2
    assert "name a PostgreSQL database" in result.stderr


@needs_postgresql
def test_a_move_says_what_arrived_and_what_to_do_next(terminal: Terminal) -> None:
    target = server().new_database()
    result = terminal.type("db", "move", target)
    assert result.exit_code == 0, result.stderr
    assert "2  cases" in result.stdout
    assert "every chain is whole. Now write the new address under `database`" in result.stdout
    again = terminal.type("db", "move", target)
    assert again.exit_code == 2
    assert "The new database is not empty" in again.stderr
