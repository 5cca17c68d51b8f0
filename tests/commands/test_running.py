from __future__ import annotations

import json
import re
import socket
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from bot.__main__ import main
from tests.commands.conftest import stop_a_rule
from tests.fakes.databases import only_sqlite
from tests.fakes.office import SILENT
from tests.fakes.terminal import typed

if TYPE_CHECKING:
    from tests.commands.conftest import Terminal


def test_run_without_tokens_names_every_variable_that_is_missing(terminal: Terminal) -> None:
    result = terminal.type("run", "--strict", PARTY_TOKEN=None, LEADER_TOKEN=None, DEPUTY_TOKEN=None)
    assert result.exit_code == 2
    assert "PARTY_TOKEN, LEADER_TOKEN, DEPUTY_TOKEN" in result.stderr
    assert "Traceback" not in result.stderr


@only_sqlite
@pytest.mark.parametrize("role", ["watch", "publish", "desk"])
def test_role_of_several_processes_is_refused_on_a_file_with_what_to_do(terminal: Terminal, role: str) -> None:
    result = terminal.type("run", "--strict", "--role", role)
    assert result.exit_code == 2
    assert "--role needs a database on PostgreSQL" in result.stderr
    assert "db move" in result.stderr


def test_run_with_a_port_that_is_taken_says_which_and_what_to_do(terminal: Terminal) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        text = terminal.config.read_text(encoding="utf-8")
        terminal.config.write_text(text.replace(f"health_port: {SILENT}", f"health_port: {port}"), encoding="utf-8")
        result = terminal.type("run")
    assert result.exit_code == 2
    assert f"Port {port}" in result.stderr
    assert "server.health_port" in result.stderr


async def test_demo_with_a_port_that_is_taken_says_so() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = await typed("demo", "--port", str(port))
    assert said.status == 2
    assert said.err.startswith(f"Port {port}")
    assert "Traceback" not in said.err


def test_pause_and_resume_show_in_the_status(terminal: Terminal) -> None:
    paused = terminal.type("pause", "--as", "nadia", "--reason", "A death in the family")
    assert (paused.exit_code, paused.stdout) == (0, "Paused: all. Nothing is posted until `resume`.\n")
    assert terminal.json("status")["paused"] == ["all"]
    resumed = terminal.type("resume", "--as", "mara")
    assert (resumed.exit_code, resumed.stdout) == (0, "Resumed: all.\n")
    assert terminal.json("status")["paused"] == []


def test_one_account_can_be_paused_alone(terminal: Terminal) -> None:
    assert terminal.type("pause", "--as", "tom", "--account", "leader").exit_code == 0
    assert terminal.json("status")["paused"] == ["leader"]
    unknown = terminal.type("pause", "--as", "tom", "--account", "nobody")
    assert unknown.exit_code == 2
    assert "party, leader, deputy" in unknown.stderr


@pytest.mark.parametrize(
    ("word", "may"),
    [("pause", {"mara", "tom", "nadia"}), ("resume", {"mara", "tom"})],
)
def test_only_those_with_the_role_pull_or_let_go_of_the_stop(terminal: Terminal, word: str, may: set[str]) -> None:
    for who in ("mara", "tom", "nadia", "rosa", "idris", "wyn", "nobody"):
        result = terminal.type(word, "--as", who)
        assert result.exit_code == (0 if who in may else 1), who
        assert (result.stderr == "") == (who in may)


def test_stop_is_audited_with_whoever_pulled_it(terminal: Terminal) -> None:
    terminal.type("pause", "--as", "nadia")
    lines = [json.loads(line) for line in terminal.type("audit", "export").stdout.splitlines()]
    assert [line["actor"] for line in lines if "paused" in line["kind"]] == ["nadia"]


def test_status_counts_the_last_day_and_names_nobody(terminal: Terminal) -> None:
    found = terminal.json("status")
    assert (found["mentions"], found["ignored"], found["recorded"], found["escalated"]) == (4, 1, 1, 1)
    assert (found["waiting"], found["posted"], found["cases"]) == (2, 0, {"open": 1, "escalated": 1})
    assert found["accounts"] == {"party": "live", "leader": "live", "deputy": "live"}
    said = terminal.type("status")
    assert said.exit_code == 0
    assert "mentions: 4" in said.stdout
    assert "accounts: party live, leader live, deputy live\npaused: none\n" in said.stdout
    assert re.search(r"^oldest since: \d+ \w+ \d{4}, \d\d:\d\d UTC$", said.stdout, re.MULTILINE)
    assert "{" not in said.stdout
    assert "sam" not in said.stdout + json.dumps(found)


def test_status_names_the_rules_that_the_brake_has_stopped(terminal: Terminal) -> None:
    assert terminal.json("status")["braked"] == {}
    stop_a_rule(terminal)
    assert list(terminal.json("status")["braked"]) == ["made-up-insult"]


def test_check_warns_of_rules_that_wait_for_an_admin(terminal: Terminal) -> None:
    stop_a_rule(terminal)
    result = terminal.type("check", "--offline")
    assert result.exit_code == 0
    assert re.search(r"warning: .*rules\.brake.* Rule made-up-insult is in shadow since", result.stderr)


def test_check_of_what_is_right_exits_with_nought(terminal: Terminal) -> None:
    result = terminal.type("check", "--offline")
    assert result.exit_code == 0, result.stderr
    assert "errors: 0" in result.stdout


def test_check_names_every_mistake_and_exits_with_one(terminal: Terminal) -> None:
    text = terminal.config.read_text(encoding="utf-8")
    text = text.replace("respond_from:", "respond_form:").replace("mode: live", "mode: alive", 1)
    terminal.config.write_text(text, encoding="utf-8")
    result = terminal.type("check", "--offline")
    assert result.exit_code == 1
    assert "respond_form" in result.stderr
    assert "accounts[0].mode" in result.stderr
    found: list[dict[str, Any]] = json.loads(terminal.type("check", "--offline", "--json").stdout)
    assert len([finding for finding in found if finding["level"] == "error"]) >= 2


@pytest.mark.parametrize("words", [("--speed", "0.5"), ("--port", "99999"), ("--replay", "nowhere.csv"), ("--colour",)])
def test_demo_refuses_what_makes_no_sense(terminal: Terminal, words: tuple[str, ...]) -> None:
    result = CliRunner().invoke(main, ["demo", *words])
    assert result.exit_code == 2
    assert words[0] in result.stderr


def test_run_without_a_configuration_ends_at_once_for_there_is_nobody_to_tell(terminal: Terminal) -> None:
    result = terminal.type("run", "--config", str(terminal.folder / "nowhere.yaml"))
    assert result.exit_code == 2
    assert "nowhere.yaml" in result.stderr
    assert "Safe mode" not in result.stderr
