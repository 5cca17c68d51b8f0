from __future__ import annotations

import json
import re
import stat
from typing import TYPE_CHECKING

import pytest

from tests.fakes.databases import only_sqlite

if TYPE_CHECKING:
    from tests.commands.conftest import Terminal

LEN, SAM, VIC = "@len@tidewater.example", "@sam@tidewater.example", "@vic@tidewater.example"
"""Recorded without a case; with an open case; with a threat."""


def dismiss(terminal: Terminal) -> None:
    result = terminal.type("queue", "decide", terminal.case(), "dismiss", "--reason", "not_answered", "--as", "mara")
    assert result.exit_code == 0, result.stderr


def test_without_yes_it_is_only_said_what_would_go(terminal: Terminal) -> None:
    result = terminal.type("subject", "erase", LEN, "--as", "mara")
    assert result.exit_code == 0, result.stderr
    assert "posts: 1\n" in result.stdout
    assert result.stdout.endswith("Nothing was changed. Add --yes to erase all this.\n")
    assert terminal.type("subject", "erase", LEN, "--as", "mara").stdout == result.stdout


@only_sqlite
def test_with_yes_nothing_of_them_is_left_in_any_file_and_a_receipt_says_so(terminal: Terminal) -> None:
    dismiss(terminal)
    result = terminal.type("subject", "erase", SAM, "--as", "mara", "--yes")
    assert result.exit_code == 0, result.stderr
    assert re.match(r"Erased. Receipt \w+, \d\d \w+ \d{4}", result.stdout)
    assert "Left" not in result.stdout
    assert SAM not in result.stdout
    for file in terminal.folder.rglob("*"):
        assert not file.is_file() or b"sam@tidewater" not in file.read_bytes(), file
    assert terminal.type("audit", "verify").exit_code == 0
    exported = terminal.type("audit", "export").stdout
    [event] = [json.loads(line) for line in exported.splitlines() if "subject.erased" in line]
    assert (event["actor"], len(event["detail"]["cases"])) == ("mara", 1)


def test_receipt_can_be_read_by_a_program(terminal: Terminal) -> None:
    receipt = terminal.json("subject", "erase", LEN, "--as", "mara", "--yes")
    assert (receipt["posts"], receipt["cases"]) == (1, 0)
    assert terminal.json("subject", "erase", LEN, "--as", "mara")["posts"] == 0


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ((SAM, "--as", "mara"), "are not done"),
        ((VIC, "--as", "mara"), "safety must do this"),
        ((VIC, "--as", "nadia"), "are not done"),
        ((LEN, "--as", "wyn"), "not a reviewer with one of these roles"),
        ((LEN, "--as", "nobody"), "not a reviewer with one of these roles"),
        (("@party@fernwick.example", "--as", "mara"), "account of ours"),
    ],
)
def test_what_may_not_go_is_refused_in_a_sentence(terminal: Terminal, words: tuple[str, ...], why: str) -> None:
    result = terminal.type("subject", "erase", *words, "--yes")
    assert result.exit_code == 1, result.output
    assert why in result.stderr


def test_a_word_that_is_no_handle_is_a_mistake_of_typing(terminal: Terminal) -> None:
    result = terminal.type("subject", "erase", "len", "--as", "mara")
    assert result.exit_code == 2
    assert "like @name@server" in result.stderr


def test_a_hold_stands_in_the_way_until_it_is_lifted(terminal: Terminal) -> None:
    placed = terminal.type("hold", "place", LEN, "--reason", "A court asked for it.", "--as", "mara")
    assert placed.exit_code == 0, placed.stderr
    [held] = terminal.json("hold", "list")
    assert (held["on"], held["by"]) == ("an author", "mara")
    refused = terminal.type("subject", "erase", LEN, "--as", "mara", "--yes")
    assert refused.exit_code == 1
    assert "A legal hold keeps 1 of the records" in refused.stderr
    assert terminal.type("hold", "lift", held["hold"], "--as", "mara").exit_code == 0
    assert terminal.type("hold", "list").stdout == "No hold stands.\n"
    assert terminal.type("subject", "erase", LEN, "--as", "mara", "--yes").exit_code == 0


def test_a_case_of_the_safety_desk_is_held_by_that_desk_alone(terminal: Terminal) -> None:
    threat = terminal.case("escalated")
    refused = terminal.type("hold", "place", threat, "--reason", "evidence", "--as", "mara")
    assert refused.exit_code == 1
    assert terminal.type("hold", "place", threat, "--reason", "evidence", "--as", "nadia").exit_code == 0
    [held] = terminal.json("hold", "list")
    assert held["on"] == threat


@pytest.mark.parametrize(
    ("words", "status", "why"),
    [
        (("place", "no-such-case", "--reason", "x"), 1, "There is no case"),
        (("place", "@nobody@tidewater.example", "--reason", "x"), 1, "nothing to keep"),
        (("place", LEN, "--reason", " "), 2, "needs a reason"),
        (("lift", "no-such-hold"), 1, "No hold no-such-hold stands"),
    ],
)
def test_a_hold_that_cannot_be_is_refused(terminal: Terminal, words: tuple[str, ...], status: int, why: str) -> None:
    result = terminal.type("hold", *words, "--as", "mara")
    assert result.exit_code == status
    assert why in result.stderr


def test_export_is_written_for_its_owners_eyes_alone_and_goes_on_record(terminal: Terminal) -> None:
    folder = terminal.folder / "asked" / "for"
    result = terminal.type("subject", "export", LEN, "--as", "mara", "--out", str(folder))
    assert result.exit_code == 0, result.stderr
    files = sorted(folder.iterdir())
    assert [file.name for file in files] == ["subject.html", "subject.json"]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert len(json.loads(files[1].read_text(encoding="utf-8"))["posts"]) == 1
    [event] = [json.loads(line) for line in terminal.type("audit", "export").stdout.splitlines() if "exported" in line]
    assert (event["kind"], event["actor"], event["detail"]) == ("subject.exported", "mara", {"left_out": 0, "posts": 1})


def test_what_the_safety_desk_has_is_exported_by_that_role_alone(terminal: Terminal) -> None:
    without = terminal.type("subject", "export", VIC, "--as", "mara")
    assert json.loads(without.stdout)["posts"] == []
    assert "Left out, as the safety desk's: 1." in without.stderr
    assert len(json.loads(terminal.type("subject", "export", VIC, "--as", "nadia").stdout)["posts"]) == 1


def test_export_is_not_for_everybody(terminal: Terminal) -> None:
    result = terminal.type("subject", "export", LEN, "--as", "tom")
    assert result.exit_code == 1
    assert result.stdout == ""


def test_the_record_of_processing_is_written_without_a_database(terminal: Terminal) -> None:
    folder = terminal.folder / "docs"
    result = terminal.type("subject", "record", "--out", str(folder))
    assert result.exit_code == 0, result.stderr
    assert sorted(file.name for file in folder.iterdir()) == ["impact-assessment.md", "record-of-processing.md"]
    assert "places only the party can fill in" in result.stdout


@pytest.mark.parametrize("words", [("export", LEN, "--as", "mara"), ("record",)])
def test_a_folder_that_cannot_be_made_is_named_with_what_to_do(terminal: Terminal, words: tuple[str, ...]) -> None:
    (terminal.folder / "letter").write_text("A letter of theirs.", encoding="utf-8")
    folder = terminal.folder / "letter" / "answer"
    result = terminal.type("subject", *words, "--out", str(folder))
    assert result.exit_code == 2
    assert str(folder) in result.stderr
    assert "cannot be written: Not a directory. Name another folder with --out." in result.stderr
    assert (terminal.folder / "letter").read_text(encoding="utf-8") == "A letter of theirs."
