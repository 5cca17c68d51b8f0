from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from bot.lab.evaluation import Evaluation, build
from bot.lab.evaluation_tables import as_json, grids, left_out
from bot.lab.labelled import Labelled
from bot.lab.versions import version
from tests.fakes.office import ABUSE, FAIR, RUDE

if TYPE_CHECKING:
    from pathlib import Path

TEXTS = [
    Labelled("1", ABUSE, True, "insult", "hall"),  # noqa: FBT003  the columns in order
    Labelled("2", FAIR, False, "", "hall"),  # noqa: FBT003
    Labelled("3", RUDE, False, "insult", "street"),  # noqa: FBT003
]


@pytest.fixture
def found(config_file: Path) -> Evaluation:
    made = Evaluation()
    for text, said in build(version("live", config_file))(TEXTS):
        made.add(text, said)
    return made


def test_tables_show_each_view_and_hide_the_texts(found: Evaluation) -> None:
    tables = {grid.title: grid for grid in grids(found, with_text=False, whole=True)}
    assert [row[:3] for row in tables["By source"].rows] == [("hall", 2, 1), ("street", 1, 0), ("all", 3, 1)]
    assert [row[:4] for row in tables["By category"].rows] == [("hall", "insult", 1, 1), ("street", "insult", 1, 1)]
    assert tables["By policy"].rows[0][:3] == ("personal_abuse", 1, 1)
    assert [row[0] for row in tables["By rule, those that err most first"].rows] == [
        "made-up-rudeness",
        "made-up-insult",
    ]
    [miss] = tables["Fair, and flagged"].rows
    assert miss == ("3", "street", "insult", "record", "made-up-rudeness", "Y•• b••••.")
    assert all(len(row) == len(grid.columns) for grid in tables.values() for row in grid.rows)


def test_who_did_not_ask_for_all_sees_what_errs(config_file: Path) -> None:
    found = Evaluation()
    texts = [Labelled(str(n), RUDE, n % 2 == 0, f"kind {n:02}", "hall") for n in range(30)]
    for text, said in build(version("live", config_file))([*texts, TEXTS[0]]):
        found.add(text, said)
    tables = {grid.title: grid for grid in grids(found, with_text=False)}
    assert [row[1] for row in tables["By category"].rows] == [f"kind {n:02}" for n in range(1, 25, 2)]
    assert [row[0] for row in tables["Rules that err"].rows] == ["made-up-rudeness"]
    told = left_out(found, ["made-up-threat"], whole=False)
    assert told == "1 rules held on abusive texts alone; 1 live rules held on no text. With --all each is named."


def test_texts_are_shown_when_asked_for(found: Evaluation) -> None:
    told = {grid.title: grid for grid in grids(found, with_text=True)}
    assert told["Fair, and flagged"].rows[0][-1] == RUDE
    assert RUDE in json.dumps(as_json(found, (), with_text=True))
    assert RUDE not in json.dumps(as_json(found, (), with_text=False))


def test_scripts_find_every_figure_by_its_name(found: Evaluation) -> None:
    told = json.loads(json.dumps(as_json(found, ["made-up-threat"], with_text=False)))
    names = {"n", "tp", "fp", "tn", "fn", "accuracy", "precision", "recall", "f1", "fpr"}
    assert names <= told["overall"].keys()
    assert names <= told["sources"]["hall"].keys()
    assert (told["overall"]["tp"], told["overall"]["fp"], told["overall"]["precision"]) == (1, 1, 0.5)
    assert told["categories"]["insult"] == {"n": 2, "accuracy": 0.5, "flagged": 2}
    assert told["sources"]["street"]["categories"]["insult"] == {"n": 1, "accuracy": 0.0, "flagged": 1}
    assert told["rules"]["made-up-insult"]["precision"] == 1
    assert told["never_held"] == ["made-up-threat"]
