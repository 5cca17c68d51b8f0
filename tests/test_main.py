from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version

import click
import pytest
from click.testing import CliRunner

from bot.__main__ import main
from tests.commands.conftest import inside
from tests.fakes.terminal import typed

COMMANDS = [
    "audit",
    "backtest",
    "check",
    "compliance",
    "db",
    "demo",
    "evaluate",
    "evidence",
    "hold",
    "intake",
    "judge",
    "pause",
    "protected",
    "queue",
    "report",
    "responses",
    "resume",
    "rules",
    "run",
    "status",
    "subject",
]


def test_every_command_that_is_promised_is_there() -> None:
    assert sorted(inside(main)) == COMMANDS


@pytest.mark.parametrize("word", COMMANDS)
def test_every_command_explains_itself(word: str) -> None:
    for asking in ("--help", "-h"):
        result = CliRunner().invoke(main, [word, asking])
        assert result.exit_code == 0
        assert result.stdout.startswith("Usage: ")


def test_inner_commands_are_those_that_are_promised() -> None:
    inner = {name: sorted(inside(group)) for name, group in inside(main).items() if isinstance(group, click.Group)}
    assert inner == {
        "audit": ["export", "recompute", "verify"],
        "compliance": ["figures", "keys", "subject", "told"],
        "db": ["backup", "check", "move", "upgrade"],
        "evidence": ["key", "pack", "rotate"],
        "hold": ["lift", "list", "place"],
        "protected": ["link", "list"],
        "queue": ["decide", "show"],
        "responses": ["check", "history", "list", "preview", "restore"],
        "rules": ["check", "list", "release", "schema", "test"],
        "subject": ["erase", "export", "record"],
    }


def test_unknown_command_is_wrong_usage() -> None:
    result = CliRunner().invoke(main, ["publish"])
    assert result.exit_code == 2
    assert "publish" in result.stderr


@pytest.mark.parametrize("module", [False, True], ids=["script", "module"])
async def test_program_is_the_same_by_either_name(module: bool) -> None:  # noqa: FBT001  a case of the table
    said = await typed("--version", module=module)
    assert (said.status, said.err) == (0, "")
    assert version("not-in-our-name") in said.out


def test_what_is_heavy_is_loaded_by_the_command_that_needs_it() -> None:
    """`judge` starts in half a second, and a quarter of that would be the store's."""
    program = (
        "import sys, bot.__main__; print(*{'apscheduler', 'httpx', 'sqlalchemy', 'telegram'} & sys.modules.keys())"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)  # noqa: S603  ourselves
    assert (done.stdout.split(), done.stderr) == ([], "")
