from __future__ import annotations

import io
import json
import re
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from bot.__main__ import main
from tests.fakes.office import ABUSE, FAIR, PACK, RUDE
from tests.fakes.terminal import typed

if TYPE_CHECKING:
    from pathlib import Path

    from tests.commands.conftest import Terminal

LABELLED = (
    f'id,text,label,category,source,licence\n1,"{ABUSE}",1,insult,hall,\n2,"{FAIR}",0,fair,hall,\n3,{RUDE},0,,,\n'
)


def labelled(terminal: Terminal, content: str = LABELLED, name: str = "town.csv") -> Path:
    path = terminal.folder / name
    path.write_text(content, encoding="utf-8")
    return path


def test_evaluation_is_told_in_tables_without_the_texts(terminal: Terminal) -> None:
    result = terminal.type("evaluate", str(labelled(terminal)))
    assert (result.exit_code, result.stderr) == (0, "")
    assert "made-up-rudeness" in result.stdout
    assert "1 live rules held on no text. With --all" in result.stdout
    assert "no text: made-up-threat." in terminal.type("evaluate", str(labelled(terminal)), "--all").stdout
    assert RUDE not in result.stdout
    assert RUDE in terminal.type("evaluate", str(labelled(terminal)), "--with-text").stdout


def test_evaluation_gives_scripts_its_figures(terminal: Terminal) -> None:
    found = terminal.json("evaluate", str(labelled(terminal)))
    assert (found["overall"]["n"], found["overall"]["fpr"], found["sources"]["hall"]["accuracy"]) == (3, 0.5, 1.0)


@pytest.mark.parametrize(
    ("gate", "status", "words"),
    [
        (("--min-precision", "0.5"), 0, ""),
        (("--min-precision", "0.51"), 1, "Precision is 0.5000, less than 0.51."),
        (("--max-fpr", "0.5"), 0, ""),
        (("--max-fpr", "0.1"), 1, "The false-positive rate is 0.5000, more than 0.1."),
        (("--max-fpr", "1.1"), 2, "--max-fpr"),
    ],
)
def test_gate_exits_with_one_when_a_figure_falls_short(
    terminal: Terminal, gate: tuple[str, str], status: int, words: str
) -> None:
    result = terminal.type("evaluate", str(labelled(terminal)), *gate)
    assert result.exit_code == status
    assert words in result.stderr


def test_nothing_to_judge_passes_no_gate(terminal: Terminal) -> None:
    result = terminal.type("evaluate", str(labelled(terminal, "text,label\n")), "--max-fpr", "1")
    assert (result.exit_code, result.stderr) == (1, "There was no labelled text to judge.\n")


def test_file_without_labels_is_said_and_the_other_is_judged(terminal: Terminal) -> None:
    bare = labelled(terminal, "id,text\n1,hello\n", "bare.csv")
    result = terminal.type("evaluate", str(bare), str(labelled(terminal)), "--json")
    assert result.exit_code == 1
    assert result.stderr == f"{bare}:1: there is no column label; the first line names: id, text\n"
    assert json.loads(result.stdout)["overall"]["n"] == 3


def test_hundredth_unreadable_row_is_only_counted(terminal: Terminal) -> None:
    result = terminal.type("evaluate", str(labelled(terminal, "text,label\n" + "x,?\n" * 100)))
    assert result.exit_code == 1
    assert len([line for line in result.stderr.splitlines() if "label: expected 0" in line]) == 5
    assert "town.csv: 95 more that could not be read" in result.stderr


def test_evaluation_by_broken_rules_says_where(terminal: Terminal) -> None:
    (terminal.folder / "packs" / "made-up.yaml").write_text("lang: en\nrules: nonsense\n", encoding="utf-8")
    result = terminal.type("evaluate", str(labelled(terminal)))
    assert result.exit_code == 2
    assert "made-up.yaml:2" in result.stderr


async def test_evaluation_by_several_processes_is_the_same(terminal: Terminal) -> None:
    path = labelled(terminal, "text,label\n" + "".join(f"{ABUSE[:9]} {n},1\n{RUDE} {n},0\n" for n in range(900)))
    said = await typed("evaluate", "--config", terminal.config, "--json", path, module=True)
    assert (said.status, said.err) == (0, "")
    figures = json.loads(said.out)["overall"]
    assert (figures["tp"], figures["fp"], figures["n"]) == (900, 900, 1800)


async def test_labels_come_from_standard_input_too(terminal: Terminal) -> None:
    said = await typed("evaluate", "--config", terminal.config, "--json", "-", given=LABELLED.encode(), module=True)
    assert said.status == 0
    assert json.loads(said.out)["sources"]["standard input"]["n"] == 1


@pytest.fixture
def archive(terminal: Terminal) -> str:
    path = terminal.folder / "past.jsonl"
    lines = [{"text": f"{text} {number}"} for number in range(3) for text in (ABUSE, FAIR, RUDE)]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return str(path)


@pytest.fixture
def milder(terminal: Terminal) -> str:
    """Packs without the made-up insult."""
    folder = terminal.folder / "milder"
    folder.mkdir()
    start, end = PACK.index("  - id: made-up-insult"), PACK.index("  - id: made-up-rudeness")
    (folder / "made-up.yaml").write_text(PACK[:start] + PACK[end:], encoding="utf-8")
    return str(folder)


def test_backtest_tells_what_would_change_without_the_texts(terminal: Terminal, milder: str, archive: str) -> None:
    result = terminal.type("backtest", "live", milder, archive)
    assert (result.exit_code, result.stderr) == (0, "")
    assert re.search(r"no longer flagged +3 +33.3 %", result.stdout)
    assert re.search(r"made-up-insult +personal_abuse +live → absent", result.stdout)
    assert "9 mentions in " in result.stdout
    assert ABUSE not in result.stdout
    assert ABUSE in terminal.type("backtest", "live", milder, archive, "--with-text").stdout


def test_backtest_draws_the_same_texts_again(terminal: Terminal, milder: str, archive: str) -> None:
    once, again = (terminal.json("backtest", "live", milder, archive, "--samples", "2")["changes"] for _ in range(2))
    assert once == again
    assert len(once["no_longer"]["samples"]) == 2


def test_backtest_of_live_against_its_own_packs_says_that_nothing_can_differ(terminal: Terminal, archive: str) -> None:
    for other, why in (("live", "with themselves"), (str(terminal.folder / "packs"), "under rules.packs already")):
        result = terminal.type("backtest", "live", other, archive)
        assert result.exit_code == 0
        assert "so nothing can differ" in result.stdout
        assert why in result.stdout
        assert terminal.json("backtest", "live", other, archive)["same_rules"] is True


def test_backtest_shows_what_rules_in_shadow_would_find_if_they_were_live(terminal: Terminal, archive: str) -> None:
    folder = terminal.folder / "packs"
    state = PACK.replace("id: made-up-insult", "id: made-up-insult\n    state: shadow")
    (folder / "made-up.yaml").write_text(state, encoding="utf-8")
    result = terminal.type("backtest", "live", str(folder), archive, "--with-text")
    assert re.search(r"made-up-insult +personal_abuse +3 +33.3 % +3", result.stdout)
    assert f"made-up-insult  {ABUSE}" in result.stdout
    found = terminal.json("backtest", "live", str(folder), archive)["shadow"]
    assert (found["count"], found["rules"]) == (3, {"made-up-insult": 3})
    assert {sample["times"] for sample in found["samples"]} == {1}


def test_backtest_writes_a_page(terminal: Terminal, milder: str, archive: str) -> None:
    page = terminal.folder / "report.html"
    assert terminal.type("backtest", "live", milder, archive, "--html", str(page)).exit_code == 0
    assert "made-up-insult" in page.read_text(encoding="utf-8")


def test_page_that_can_not_be_written_is_refused_before_the_work(terminal: Terminal, milder: str, archive: str) -> None:
    result = terminal.type("backtest", "live", milder, archive, "--html", str(terminal.folder / "nowhere" / "a.html"))
    assert (result.exit_code, result.stdout) == (2, "")
    assert "nowhere" in result.stderr


@pytest.mark.parametrize("named", ["yesterday", "git:main", "3"])
def test_version_that_is_none_is_refused_with_what_is_one(terminal: Terminal, archive: str, named: str) -> None:
    result = terminal.type("backtest", named, "live", archive)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"{named}: not a version of the rules; give a folder of rule packs, ")


def test_backtest_goes_on_past_what_can_not_be_read_and_exits_with_one(
    terminal: Terminal, milder: str, archive: str
) -> None:
    broken = terminal.folder / "broken.jsonl"
    broken.write_bytes(b'{"text": "fine"}\noops\n{"text": "\\ud800"}\n{"text": "cut')
    result = terminal.type("backtest", "live", milder, str(broken), "nowhere.csv", archive)
    assert result.exit_code == 1
    told = [line.partition(": ")[0] for line in result.stderr.splitlines()]
    assert told == [*(f"{broken}:{line}" for line in (2, 3, 4)), "nowhere.csv"]
    assert "10 mentions in " in result.stdout


async def test_backtest_by_several_processes_is_the_same(terminal: Terminal, milder: str) -> None:
    lines = b"".join(json.dumps({"text": f"{ABUSE} {number % 50}"}).encode() + b"\n" for number in range(3_500))
    words = ("live", milder, "-", "--json", "--samples", "50")
    said = await typed("backtest", "--config", terminal.config, *words, given=lines, module=True)
    assert (said.status, said.err) == (0, "")
    found = json.loads(said.out)
    assert found["changes"]["no_longer"]["count"] == found["mentions"] == 3_500
    assert {sample["times"] for sample in found["changes"]["no_longer"]["samples"]} == {70}


class Stopped(io.BytesIO):
    """Standard input of somebody who presses Ctrl-C when so many lines were read."""

    left = 1_500

    def readline(self, size: int | None = -1, /) -> bytes:
        self.left -= 1
        if self.left < 0:
            raise KeyboardInterrupt
        return super().readline(size)


def test_backtest_that_is_stopped_tells_what_it_has_found(terminal: Terminal, milder: str) -> None:
    given = Stopped((json.dumps({"text": ABUSE}) + "\n").encode() * 2_000)
    words = ["backtest", "--config", str(terminal.config), "live", milder, "-", "--json"]
    result = CliRunner().invoke(main, words, input=given)
    assert result.exit_code == 1
    assert "Stopped before the end" in result.stderr
    found = json.loads(result.stdout)
    assert (found["whole"], found["mentions"], found["changes"]["no_longer"]["count"]) == (False, 1_000, 1_000)
