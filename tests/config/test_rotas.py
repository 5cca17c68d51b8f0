"""Rotas: every hour of the week has somebody of the safety team, and nobody is on who could do nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot import config
from bot.config import WEEKDAYS
from bot.yaml_file import BadFile

EXAMPLE = Path(__file__).parents[2] / "config.yaml"
ALL = list(WEEKDAYS)


def shift(start: str, end: str, *people: str, days: list[str] | None = None) -> dict[str, Any]:
    return {"days": days or ALL, "start": start, "end": end, "people": list(people or ("nadia",))}


def problems(folder: Path, **rotas: list[dict[str, Any]]) -> list[str]:
    """What `check` says of these rotas: key and message of everything that it names with a line."""
    settings = yaml.safe_load(EXAMPLE.read_text(encoding="utf-8")) | {"shifts": rotas, "limits": {}}
    for account in settings["accounts"]:
        account.pop("limits", None)
    (folder / "config.yaml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    try:
        config.load(folder / "config.yaml")
    except BadFile as bad:
        return [f"{problem.key}: {problem.message}" for problem in bad.problems if problem.line]
    return []


def gap(words: str) -> str:
    return f"shifts.safety: nobody is on from {words}: a threat then would ring for nobody"


@pytest.mark.parametrize(
    "safety",
    [
        [],
        [shift("00:00", "00:00")],
        [shift("08:00", "20:00"), shift("20:00", "08:00")],
        [shift("07:00", "07:00", days=ALL)],
        [shift("22:00", "06:00"), shift("06:00", "22:00", days=ALL[:6]), shift("06:00", "22:00", days=["sun"])],
    ],
)
def test_week_without_a_gap_is_right(tmp_path: Path, safety: list[dict[str, Any]]) -> None:
    assert problems(tmp_path, safety=safety) == []


@pytest.mark.parametrize(
    ("safety", "gaps"),
    [
        ([shift("08:00", "20:00", days=["mon"])], ["Mon 20:00 to Mon 08:00"]),
        (
            [shift("00:00", "00:00", days=ALL[:5]), shift("10:00", "00:00", days=["sat", "sun"])],
            ["Sat 00:00 to Sat 10:00", "Sun 00:00 to Sun 10:00"],
        ),
        ([shift("00:00", "00:00", days=ALL[1:6])], ["Sun 00:00 to Tue 00:00"]),
        ([shift("08:00", "08:00", days=ALL[:6])], ["Sun 08:00 to Mon 08:00"]),
        (
            [shift("00:00", "23:59", days=["wed"]), shift("00:00", "00:00", days=[d for d in ALL if d != "wed"])],
            ["Wed 23:59 to Thu 00:00"],
        ),
    ],
)
def test_every_hour_without_anybody_of_the_safety_team_is_named(
    tmp_path: Path, safety: list[dict[str, Any]], gaps: list[str]
) -> None:
    assert problems(tmp_path, safety=safety) == [gap(words) for words in gaps]


def test_staff_may_sleep(tmp_path: Path) -> None:
    assert problems(tmp_path, staff=[shift("09:00", "17:00", "mara", days=["mon"])]) == []


def test_people_who_are_unknown_or_could_do_nothing_are_refused(tmp_path: Path) -> None:
    whole = shift("00:00", "00:00", "nadja", "mara", "nadia", "nadia")
    found = problems(tmp_path, staff=[shift("09:00", "17:00", "wyn")], safety=[whole])
    assert found == [
        "shifts.safety[0].people[0]: there is no reviewer “nadja”; did you mean “nadia”?",
        "shifts.safety[0].people[1]: “mara” does not have the role safety, and could do nothing",
        "shifts.safety[0].people[3]: “nadia” is named twice",
        "shifts.staff[0].people[0]: “wyn” does not have the role approver or principal, and could do nothing",
    ]


def test_somebody_who_is_on_twice_at_the_same_time_is_refused(tmp_path: Path) -> None:
    staff = [
        shift("22:00", "06:00", "tom", "mara", days=["sun"]),
        shift("05:00", "09:00", "tom", days=["mon"]),
        shift("06:00", "09:00", "mara", days=["mon"]),
    ]
    found = problems(tmp_path, staff=staff)
    assert found == ["shifts.staff[1].people: tom is on from Mon 05:00 already, in shifts.staff[0]"]


def test_day_that_is_named_twice_is_refused(tmp_path: Path) -> None:
    found = problems(tmp_path, staff=[shift("09:00", "10:00", "tom", days=["mon", "mon"])])
    assert found == ["shifts.staff[0].days[1]: mon is named twice"]


def test_what_is_wrong_in_a_shift_causes_no_second_mistake(tmp_path: Path) -> None:
    broken = shift("00:00", "midnight")
    found = problems(tmp_path, safety=[broken, shift("09:00", "10:00")])
    assert [problem.partition(": ")[0] for problem in found] == ["shifts.safety[0].end"]
