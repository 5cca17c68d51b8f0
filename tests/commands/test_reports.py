"""From the office's database to the report, and from its export back to the same figures."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from bot.ages import Ages
from bot.report.periods import Length, Period

if TYPE_CHECKING:
    from pathlib import Path

    from tests.commands.conftest import Terminal


def this_month() -> tuple[str, ...]:
    period = Period(datetime.now(UTC).date().replace(day=1), Length.MONTH)
    return "--from", str(period.first), "--to", str(period.last)


def reported(terminal: Terminal) -> tuple[Path, Path]:
    """Where the report and the export are."""
    folder, export = terminal.folder / "out", terminal.folder / "export.jsonl"
    result = terminal.type("report", *this_month(), "--preview", "--out", str(folder))
    assert result.exit_code == 0, result.stderr
    export.write_text(terminal.type("audit", "export").stdout, encoding="utf-8")
    return folder / "report.json", export


def recompute(terminal: Terminal, *words: str) -> tuple[int, str, str]:
    from click.testing import CliRunner  # noqa: PLC0415 - the auditor has no configuration to name

    from bot.__main__ import main  # noqa: PLC0415

    result = CliRunner().invoke(main, ["audit", "recompute", *words])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


def test_a_report_is_three_files(terminal: Terminal) -> None:
    report, _ = reported(terminal)
    assert {path.name for path in report.parent.iterdir()} == {"report.html", "report.csv", "report.json"}
    assert json.loads(report.read_text(encoding="utf-8"))["preview"] is True
    assert "not for publication" in (report.parent / "report.html").read_text(encoding="utf-8")


def test_a_report_is_never_written_over_another(terminal: Terminal) -> None:
    report, _ = reported(terminal)
    result = terminal.type("report", *this_month(), "--preview", "--out", str(report.parent))
    assert result.exit_code == 2
    assert "exists; name a new folder" in result.stderr


def test_an_odd_period_is_refused_in_a_sentence(terminal: Terminal) -> None:
    result = terminal.type("report", "--from", "2026-11-03", "--to", "2026-11-20")
    assert result.exit_code == 2
    assert (
        "no whole calendar month, quarter or year. The month would be --from 2026-11-01 --to 2026-11-30"
        in result.stderr
    )


@pytest.mark.parametrize("day", ["1.11.2026", "2026-02-30", "yesterday"])
def test_a_day_that_there_is_not_is_refused_with_how_one_is_written(terminal: Terminal, day: str) -> None:
    result = terminal.type("report", "--from", day, "--to", "2026-11-30")
    assert result.exit_code == 2
    assert f"there is no day {day}. Write year, month and day: 2026-11-30." in result.stderr


def test_a_period_that_is_not_over_is_refused_unless_it_is_only_looked_at(terminal: Terminal) -> None:
    result = terminal.type("report", *this_month(), "--out", str(terminal.folder / "out"))
    assert result.exit_code == 2
    assert "is not over" in result.stderr
    assert not (terminal.folder / "out").exists()


def test_a_party_that_reports_by_the_year_reports_no_month(terminal: Terminal) -> None:
    text = terminal.config.read_text(encoding="utf-8")
    terminal.config.write_text(text.replace("base: month", "base: year"), encoding="utf-8")
    result = terminal.type("report", *this_month(), "--preview")
    assert result.exit_code == 2
    assert "published by the year and nothing shorter (report.base)" in result.stderr


LAST_YEAR = str(datetime.now(UTC).year - 1)
TOLD = Ages(quarter=f"{LAST_YEAR}-Q4", acknowledgement=4, outcome=21)


def told(terminal: Terminal, ages: Ages = TOLD, name: str = "told.json") -> str:
    """A file as the office has printed it."""
    (terminal.folder / name).write_text(ages.printed(), encoding="utf-8")
    return str(terminal.folder / name)


def test_what_the_compliance_office_printed_goes_in_and_the_auditor_finds_its_digest(terminal: Terminal) -> None:
    folder, export = terminal.folder / "out", terminal.folder / "export.jsonl"
    year = ("--from", f"{LAST_YEAR}-01-01", "--to", f"{LAST_YEAR}-12-31")
    result = terminal.type("report", *year, "--compliance", told(terminal), "--out", str(folder))
    assert result.exit_code == 0, result.stderr
    assert "21 days" in (folder / "report.html").read_text(encoding="utf-8")
    export.write_text(terminal.type("audit", "export").stdout, encoding="utf-8")
    status, _, notes = recompute(terminal, str(export), "--against", str(folder / "report.json"))
    assert status == 0, notes
    assert f"as a file of SHA-256 {TOLD.sha256}" in notes
    report = (folder / "report.json").read_text(encoding="utf-8")
    (folder / "report.json").write_text(report.replace('outcome": 21', 'outcome": 12'), encoding="utf-8")
    status, _, notes = recompute(terminal, str(export), "--against", str(folder / "report.json"))
    assert status == 1
    assert "The ages of referrals are not those that were noted" in notes


def test_a_file_that_does_not_belong_is_refused_and_nothing_is_written(terminal: Terminal) -> None:
    other = told(terminal, replace(TOLD, quarter="2024-Q1"), "other.json")
    (terminal.folder / "changed.json").write_text(TOLD.printed().replace("21", "12 "), encoding="utf-8")
    quarter = ("--from", f"{LAST_YEAR}-10-01", "--to", f"{LAST_YEAR}-12-31")
    for files, said in (
        ([other], "which does not lie in the fourth quarter"),
        ([told(terminal), told(terminal, name="twice.json")], "tell of the same quarter"),
        ([str(terminal.folder / "changed.json")], "was changed after it was printed"),
        ([str(terminal.config)], "is not what `compliance figures` prints"),
        ([str(terminal.folder / "nowhere.json")], "does not exist"),
    ):
        given = [word for file in files for word in ("--compliance", file)]
        result = terminal.type("report", *quarter, *given, "--out", str(terminal.folder / "out"))
        assert result.exit_code == 2
        assert said in result.stderr
    assert not (terminal.folder / "out").exists()
    assert "report.made" not in terminal.type("audit", "export").stdout


def test_the_auditor_gets_the_report_s_figures_from_the_export(terminal: Terminal) -> None:
    report, export = reported(terminal)
    status, said, notes = recompute(terminal, str(export), "--against", str(report))
    assert status == 0, notes
    assert "every chain is whole" in notes
    assert "The report was made from these figures" in notes
    assert [line.split() for line in said.splitlines() if " judged " in line] == [
        [datetime.now(UTC).strftime("%Y-%m"), "judged", row, "1"] for row in ("recorded", "reply", "safety")
    ]


def test_figures_of_a_period_need_no_report(terminal: Terminal) -> None:
    _, export = reported(terminal)
    status, said, _ = recompute(terminal, str(export), *this_month(), "--json")
    assert status == 0
    [month] = json.loads(said).values()
    assert month["tables"]["judged"] == {"recorded": 1, "reply": 1, "safety": 1}


def test_an_altered_event_is_named_and_nothing_is_recomputed(terminal: Terminal) -> None:
    report, export = reported(terminal)
    export.write_text(export.read_text(encoding="utf-8").replace('"respond"', '"record"', 1), encoding="utf-8")
    status, said, notes = recompute(terminal, str(export), "--against", str(report))
    assert (status, said) == (1, "")
    place, count = notes.splitlines()
    assert place == "leader 1: its content does not match its digest"
    assert count == "Places that were altered: 1."


def test_a_changed_report_is_found_out(terminal: Terminal) -> None:
    report, export = reported(terminal)
    found = json.loads(report.read_text(encoding="utf-8"))
    found["tables"][0]["total"]["count"] = 4_000
    report.write_text(json.dumps(found), encoding="utf-8")
    status, _, notes = recompute(terminal, str(export), "--against", str(report))
    assert status == 1
    assert notes.splitlines()[-1] == "The report is not what these chains give."


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"from": "2026-11-01", "to": "2026-11-30"}', "\x00"])
def test_what_is_no_report_is_refused(terminal: Terminal, text: str) -> None:
    _, export = reported(terminal)
    (terminal.folder / "other.json").write_text(text, encoding="utf-8")
    status, _, notes = recompute(terminal, str(export), "--against", str(terminal.folder / "other.json"))
    assert status == 2
    assert "is not a report.json as `report` writes it" in notes


def test_what_is_no_export_is_refused_with_its_line(terminal: Terminal) -> None:
    report, export = reported(terminal)
    export.write_text("Dear auditor,\n", encoding="utf-8")
    status, _, notes = recompute(terminal, str(export), "--against", str(report))
    assert status == 2
    assert "line 1 is no audit event" in notes


def test_a_period_or_a_report_has_to_be_named(terminal: Terminal) -> None:
    _, export = reported(terminal)
    status, _, notes = recompute(terminal, str(export))
    assert status == 2
    assert "--against report.json" in notes


def test_an_export_that_holds_nothing_is_no_whole_chain(terminal: Terminal) -> None:
    empty = terminal.folder / "empty.jsonl"
    empty.write_text("\n", encoding="utf-8")
    status, out, notes = recompute(terminal, str(empty), "--from", "2026-10-01", "--to", "2026-12-31")
    assert (status, out) == (2, "")
    assert notes == f"{empty}: no audit event is in it, so nothing was recomputed. Make it anew with `audit export`.\n"
