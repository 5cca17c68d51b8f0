from __future__ import annotations

import json
import stat
from typing import TYPE_CHECKING

from bot.safety.wall import public_key_of
from tests.fakes.terminal import typed
from tests.fakes.wall import write_compliance

if TYPE_CHECKING:
    from pathlib import Path


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
    config = write_compliance(tmp_path)
    said = await typed("compliance", "figures", "--config", config, "--quarter", "2025-Q1", module=True)
    assert said.status == 0, said.err
    assert json.loads(said.out)["received"] is None
    wrong = await typed("compliance", "figures", "--config", config, "--quarter", "2025", module=True)
    assert (wrong.status, "like 2026-Q4" in wrong.err) == (2, True)
