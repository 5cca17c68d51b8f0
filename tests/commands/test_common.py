from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest

from bot.__main__ import main
from bot.app import CannotStartError
from bot.commands.common import clear_errors, fail, say_json, table
from bot.store import StoreError
from bot.web.listener import PortTakenError
from bot.yaml_file import BadFile, Problem
from tests.commands.conftest import TOKENS

if TYPE_CHECKING:
    from tests.commands.conftest import Terminal

COMMANDS: list[tuple[str, ...]] = [
    ("check", "--offline"),
    ("queue",),
    ("queue", "--json"),
    ("queue", "show", "CASE"),
    ("queue", "decide", "CASE", "approve", "--version", "1", "--as", "mara"),
    ("intake", "https://tidewater.example/@sam/1", "--as", "mara"),
    ("rules", "list"),
    ("rules", "check"),
    ("responses", "list"),
    ("responses", "check"),
    ("responses", "preview", "racism-space"),
    ("judge", "--explain", "You florp."),
    ("audit", "verify"),
    ("audit", "export"),
    ("db", "upgrade"),
    ("db", "check"),
    ("pause", "--as", "mara"),
    ("resume", "--as", "mara"),
    ("status",),
    ("status", "--json"),
]
READING = [words for words in COMMANDS if words[0] != "intake"]


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_no_command_ever_prints_a_secret(terminal: Terminal, words: tuple[str, ...]) -> None:
    words = tuple(terminal.case() if word == "CASE" else word for word in words)
    result = terminal.type(*words)
    assert result.exit_code in {0, 1}, result.stderr
    for token in TOKENS.values():
        assert token not in result.output
        assert token.partition(":")[2] or token not in result.stderr


@pytest.mark.parametrize("words", READING, ids=" ".join)
def test_every_command_says_which_configuration_is_missing(terminal: Terminal, words: tuple[str, ...]) -> None:
    result = terminal.type(*words, "--config", "nowhere.yaml")
    assert result.exit_code == (1 if words[0] == "check" else 2)
    assert "nowhere.yaml" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("words", READING, ids=" ".join)
def test_every_command_names_file_line_and_key_of_a_mistake(terminal: Terminal, words: tuple[str, ...]) -> None:
    text = terminal.config.read_text(encoding="utf-8")
    terminal.config.write_text(text.replace("respond_from:", "respond_form:"), encoding="utf-8")
    line = text[: text.index("respond_from:")].count("\n") + 1
    result = terminal.type(*words)
    assert result.exit_code == (1 if words[0] == "check" else 2)
    assert f"config.yaml:{line}: " in result.stderr
    assert "policies.respond_form" in result.stderr
    assert "respond_from" in result.stderr
    assert words[0] == "check" or result.stdout == ""


@pytest.mark.parametrize(
    "error",
    [
        BadFile([Problem("config.yaml", 3, "party", "is missing")]),
        StoreError("The disk is full."),
        CannotStartError("No token."),
        PortTakenError("Port 8311 is taken."),
        ExceptionGroup("tasks", [ExceptionGroup("inner", [StoreError("The disk is full.")])]),
    ],
)
def test_error_that_a_user_can_mend_becomes_its_message(error: Exception, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end, clear_errors():
        raise error
    assert end.value.code == 2
    told = capsys.readouterr()
    assert told.out == ""
    inner = error.exceptions[0].exceptions[0] if isinstance(error, ExceptionGroup) else error
    assert told.err == f"{inner}\n"


def test_mistake_of_ours_is_not_dressed_up() -> None:
    with pytest.raises(ExceptionGroup) as raised, clear_errors():
        raise ExceptionGroup("tasks", [ZeroDivisionError()])
    assert raised.group_contains(ZeroDivisionError)


def test_failing_says_why_on_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        fail("No.", status=1)
    assert end.value.code == 1
    assert capsys.readouterr() == ("", "No.\n")


def test_table_in_a_pipe_cuts_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    table(["a", "b"], [("x" * 100, "y" * 100), ("[red]not markup[/red]", 5)])
    out = capsys.readouterr().out
    assert "x" * 100 in out
    assert "y" * 100 in out
    assert "[red]not markup[/red]" in out


def test_nothing_in_a_table_or_an_error_moves_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    table(["a"], [("x\x1b[2Jy\u202ez",)])
    with pytest.raises(SystemExit):
        fail("no rule x\x1b[2J")
    said = capsys.readouterr()
    assert "x\\u001b[2Jy\\u202ez" in said.out
    assert said.err == "no rule x\\u001b[2J\n"


def test_json_is_one_document_with_its_letters_kept(capsys: pytest.CaptureFixture[str]) -> None:
    say_json({"é": Path("x"), "n": [1, None]})
    out = capsys.readouterr().out
    assert json.loads(out) == {"é": "x", "n": [1, None]}
    assert "é" in out


def test_every_command_says_in_one_sentence_what_it_does(terminal: Terminal) -> None:
    def sentences(command: click.Command) -> None:
        assert command.help, command.name
        assert command.help.strip().endswith("."), command.name
        for inner in command.commands.values() if isinstance(command, click.Group) else ():
            sentences(inner)

    sentences(main)


def test_config_may_stand_before_or_after_the_inner_command(terminal: Terminal) -> None:
    case_id, config = terminal.case(), str(terminal.config)
    assert terminal.type("queue", "--config", config, "show", case_id).exit_code == 0
    assert terminal.type("queue", "show", case_id, "--config", config).exit_code == 0
