"""Packs are made at the terminal, whole or not at all, and their making is on record."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from click.testing import CliRunner

from bot.__main__ import main
from bot.files import Files
from bot.vault import Vault, new_key
from tests.fakes.databases import only_sqlite
from tests.fakes.office import THREAT, Office
from tests.safety.pack.conftest import told
from tests.store.by_hand import sqlite_hand

if TYPE_CHECKING:
    from pathlib import Path

    from tests.commands.conftest import Terminal


def captured(terminal: Terminal) -> str:
    """A threat whose post came with its bytes."""

    async def receive() -> str:
        office = await Office.open(terminal.folder, files=Files.read(terminal.config))
        office.clock.at = datetime.now(UTC)
        mention = office.network.say(THREAT, by="ned")
        await office.receive(replace(mention, original=told(mention)))
        case = await office.case_of(mention)
        await office.store.close()
        return case.id

    return asyncio.run(receive())


def verified(folder: Path) -> str:
    done = subprocess.run(  # noqa: S603  our own script
        [sys.executable, "-I", "-S", str(folder / "verify.py")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def test_a_case_is_packed_into_a_folder_that_verifies_itself_and_the_audit_knows(terminal: Terminal) -> None:
    case, target = terminal.case("escalated"), terminal.folder / "pack"
    result = terminal.type("evidence", case, "--to", str(target), "--as", "nadia")
    assert result.exit_code == 0, result.stderr
    digest = result.stdout.split()[-1]
    assert digest in verified(target)
    events = [json.loads(line) for line in terminal.type("audit", "export", "--stream", "system").stdout.splitlines()]
    packed = events[-1]
    assert (packed["kind"], packed["actor"], packed["detail"]["manifest_sha256"]) == (
        "evidence.packed",
        "nadia",
        digest,
    )
    assert packed["detail"]["cases"] == [case]


@only_sqlite
def test_an_original_that_was_replaced_is_left_out_and_named_and_the_pack_is_made(terminal: Terminal) -> None:
    case = captured(terminal)
    hand = sqlite_hand(str(terminal.folder / "bot.db"), foreign_keys=True)
    for (name,) in hand.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        hand.execute(f"DROP TRIGGER {name}")
    hand.execute("UPDATE exhibits SET body = ?", [Vault().seal(b"forged")])
    hand.close()
    target = terminal.folder / "pack"
    result = terminal.type("evidence", case, "--to", str(target), "--as", "nadia")
    assert result.exit_code == 0, result.stderr
    assert f"Case {case}, exhibit 1.1: not in the pack. The bytes of exhibit" in result.stderr
    assert "Originals that are not in the pack: 1." in result.stderr
    assert "exhibit 1.1 is absent" in verified(target)
    events = [json.loads(line) for line in terminal.type("audit", "export", "--stream", "system").stdout.splitlines()]
    assert events[-1]["detail"]["unopened"] == [[case, "1.1"]]


def test_all_cases_of_an_author_go_into_one_archive(terminal: Terminal) -> None:
    target = terminal.folder / "pack.zip"
    result = terminal.type("evidence", "pack", terminal.case(), "--author", "--to", str(target))
    assert result.exit_code == 0, result.stderr
    with zipfile.ZipFile(target) as packed:
        assert "pack/manifest.json" in packed.namelist()
    assert target.stat().st_mode & 0o077 == 0


def test_nothing_is_written_over_and_a_case_that_is_not_there_leaves_nothing_behind(terminal: Terminal) -> None:
    target = terminal.folder / "pack"
    target.mkdir()
    assert terminal.type("evidence", terminal.case(), "--to", str(target)).exit_code == 2
    target.rmdir()
    before = set(terminal.folder.iterdir())
    result = terminal.type("evidence", "nobody", "--to", str(target))
    assert result.exit_code == 2
    assert "There is no case nobody" in result.stderr
    assert {path.suffix for path in set(terminal.folder.iterdir()) - before} <= {".db-wal", ".db-shm"}


def test_somebody_whom_the_configuration_does_not_know_packs_nothing(terminal: Terminal) -> None:
    result = terminal.type("evidence", terminal.case(), "--to", str(terminal.folder / "p"), "--as", "nobody")
    assert result.exit_code == 1
    assert not (terminal.folder / "p").exists()


def test_who_is_not_of_the_safety_team_makes_no_pack_here_either(terminal: Terminal) -> None:
    result = terminal.type("evidence", terminal.case("escalated"), "--to", str(terminal.folder / "p"), "--as", "tom")
    assert result.exit_code == 1
    assert "tom is not of the safety team. Who is: nadia." in result.stderr
    assert not (terminal.folder / "p").exists()


def test_everything_is_encrypted_anew_under_the_first_key(terminal: Terminal) -> None:
    key = new_key()
    text = terminal.config.read_text(encoding="utf-8").replace("key_env: null", "key_env: EVIDENCE_KEY", 1)
    terminal.config.write_text(text, encoding="utf-8")
    result = terminal.type("evidence", "rotate", EVIDENCE_KEY=key)
    assert result.exit_code == 0, result.stderr
    assert "under the first key" in result.stdout


@only_sqlite
def test_what_no_key_opens_is_named_and_stays_as_it_was(terminal: Terminal) -> None:
    text = terminal.config.read_text(encoding="utf-8").replace("key_env: null", "key_env: EVIDENCE_KEY", 1)
    terminal.config.write_text(text, encoding="utf-8")
    hand = sqlite_hand(str(terminal.folder / "bot.db"), foreign_keys=True)
    capture = "INSERT INTO captures SELECT 'c', 1, id, 1, 'party', 'look', seen_at, '', '', 1, '', '' FROM mentions"
    hand.execute(f"{capture} LIMIT 1")
    shut = "INSERT INTO exhibits SELECT 'e', 'c', 1, 'thread', '', '', '[]', at, NULL, 1, '', 0, '', '', x'50'"
    hand.execute(f"{shut} FROM captures")
    hand.close()
    result = terminal.type("evidence", "rotate", EVIDENCE_KEY=new_key())
    assert result.exit_code == 1
    assert "as they were: e." in result.stderr


def test_without_a_key_there_is_nothing_to_rotate(terminal: Terminal) -> None:
    result = terminal.type("evidence", "rotate")
    assert result.exit_code == 2
    assert "evidence.key_env" in result.stderr


def test_a_key_is_printed_that_is_one() -> None:
    said = CliRunner().invoke(main, ["evidence", "key"]).stdout.strip()
    assert Vault([said]).encrypts
