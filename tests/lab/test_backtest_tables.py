from __future__ import annotations

import json
from typing import TYPE_CHECKING

from bot.lab.backtest_tables import as_json, grids, rule_rows
from tests.fakes.office import ABUSE, RUDE

if TYPE_CHECKING:
    from bot.lab.backtest_tables import Report


def test_tables_tell_what_changes_without_the_texts(report: Report) -> None:
    tables = {grid.title: grid for grid in grids(report, with_text=False)}
    assert [row[:2] for row in tables["What changes"].rows] == [
        ("judged", 5), ("newly flagged", 0), ("no longer flagged", 2), ("another verdict", 1), ("another policy", 0),
        ("as before", 2),
    ]  # fmt: skip
    assert tables["Verdicts that change"].rows[0] == ("respond", "ignore", 2, "40 %")
    assert tables["By policy"].rows[0] == ("personal_abuse", 3, "60 %", 1, "20 %")
    [example] = tables["Some that are no longer flagged"].rows
    assert example[1:] == (2, "respond: personal_abuse", "ignore", "made-up-insult", "Y•• f••••, t•• l•• o• y••.")
    assert all(len(row) == len(grid.columns) for grid in tables.values() for row in grid.rows)


def test_rules_that_changed_come_first_with_how_they_changed(report: Report) -> None:
    rows = rule_rows(report)
    assert [(row.rule, row.state, row.gained, row.lost, row.moved) for row in rows] == [
        ("made-up-insult", "live → absent", 0, 2, True),
        ("made-up-novelty", "absent → shadow", 0, 0, True),
        ("made-up-rudeness", "live", 0, 0, False),
        ("made-up-threat", "live", 0, 0, False),
    ]


def test_scripts_find_everything(report: Report) -> None:
    told = json.loads(json.dumps(as_json(report, with_text=True)))
    assert (told["mentions"], told["unreadable"], told["old"]["flagged"], told["new"]["flagged"]) == (5, 1, 3, 1)
    assert told["changes"]["no_longer"]["count"] == 2
    [sample] = told["changes"]["no_longer"]["samples"]
    assert (sample["text"], sample["times"], sample["old"]["rules"]) == (ABUSE, 2, ["made-up-insult"])
    assert told["changes"]["verdict"]["samples"][0]["text"] == RUDE
    assert {row["rule"]: row["lost"] for row in told["rules"]}["made-up-insult"] == 2
    assert told["problems"][0].startswith("a.jsonl:6: ")
    assert ABUSE not in json.dumps(as_json(report, with_text=False))
