from __future__ import annotations

import hashlib
import json
import stat
from typing import TYPE_CHECKING

from bot.safety.wall import public_key_of
from bot.store.compliance import ComplianceStore
from tests.fakes.databases import address_in, only_sqlite
from tests.fakes.terminal import typed
from tests.fakes.wall import write_compliance
from tests.store.by_hand import sqlite_hand

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def write_office(folder: Path) -> Path:
    """The configuration of an office that has run before."""
    return write_compliance(folder, database=address_in(folder, ComplianceStore))


async def test_keys_are_made_for_their_owner_alone_and_only_the_public_one_is_said(tmp_path: Path) -> None:
    target = tmp_path / "compliance.env"
    said = await typed("compliance", "keys", target, module=True)
    assert said.status == 0, said.err
    lines = dict(line.split("=", 1) for line in target.read_text(encoding="utf-8").splitlines())
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert public_key_of(lines["COMPLIANCE_KEY"]) in said.out
    assert lines["COMPLIANCE_KEY"] not in said.out
    assert lines["OUTBOX_TOKEN"] not in said.out
    again = await typed("compliance", "keys", target, module=True)
    assert (again.status, "never written over" in again.err) == (2, True)


async def test_office_that_lacks_its_key_says_so_and_ends(tmp_path: Path) -> None:
    said = await typed("run", "--role", "compliance", "--config", write_compliance(tmp_path), module=True)
    assert said.status == 2
    assert "COMPLIANCE_KEY must hold the private key" in said.err


async def test_figures_are_json_of_a_quarter_that_is_over(tmp_path: Path) -> None:
    config = write_office(tmp_path)
    said = await typed("compliance", "figures", "--config", config, "--quarter", "2025-Q1", module=True)
    assert said.status == 0, said.err
    assert "received" not in json.loads(said.out)
    counts = await typed("compliance", "figures", "--config", config, "--quarter", "2025-Q1", "--counts", module=True)
    assert json.loads(counts.out)["received"] is None
    wrong = await typed("compliance", "figures", "--config", config, "--quarter", "2025", module=True)
    assert (wrong.status, "like 2026-Q4" in wrong.err) == (2, True)


async def test_what_was_printed_is_noted_with_its_digest_in_the_office_s_own_chain(tmp_path: Path) -> None:
    config = write_office(tmp_path)
    said = await typed("compliance", "figures", "--config", config, "--quarter", "2025-Q1", module=True)
    digest = hashlib.sha256(said.out.encode()).hexdigest()
    await typed("compliance", "figures", "--config", config, "--quarter", "2025-Q5", module=True)
    told = await typed("compliance", "told", "--config", config, module=True)
    assert told.status == 0, told.err
    assert [line.split()[3:] for line in told.out.splitlines()[-1:]] == [["2025-Q1", "ages", digest]]


@only_sqlite
async def test_a_digest_that_was_altered_in_the_chain_is_named(tmp_path: Path) -> None:
    config = write_office(tmp_path)
    await typed("compliance", "figures", "--config", config, "--quarter", "2025-Q1", module=True)
    hand = sqlite_hand(str(tmp_path / "bot.db"), foreign_keys=False)
    for (name,) in hand.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        hand.execute(f"DROP TRIGGER {name}")
    hand.execute("UPDATE audit_events SET detail = replace(detail, '2025-Q1', '2025-Q2')")
    hand.close()
    told = await typed("compliance", "told", "--config", config, module=True)
    assert (told.status, told.out) == (1, "")
    assert "Places that were altered: 1." in told.err


@only_sqlite
async def test_where_there_is_no_database_there_are_no_figures_and_none_is_made(tmp_path: Path) -> None:
    config = write_compliance(tmp_path)
    for command in (("figures", "--quarter", "2025-Q1"), ("told",)):
        said = await typed("compliance", *command, "--config", config, module=True)
        assert (said.status, said.out, "There is no database at" in said.err) == (2, "", True)
    assert not (tmp_path / "compliance.db").exists()


async def test_office_runs_with_its_own_file_where_none_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config.yaml").write_text("party: {}\n", encoding="utf-8")
    said = await typed("run", "--role", "compliance")
    assert (said.status, said.err) == (2, "compliance.yaml: cannot be read: No such file or directory\n")


async def test_bot_does_not_run_with_the_office_s_file_and_says_whose_it_is(tmp_path: Path) -> None:
    config = write_compliance(tmp_path)
    said = await typed("run", "--config", config)
    assert said.status == 2
    assert said.err == f"{config} is the compliance team's. To run their office, add: --role compliance\n"
