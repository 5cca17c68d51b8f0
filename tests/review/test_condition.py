"""How the bot is, as a press officer reads it at midnight."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bot.review.condition import TRIED_AGAIN, condition
from bot.web.vitals import Vitals

if TYPE_CHECKING:
    from bot.files import Files

NOW = datetime(2026, 11, 20, 21, 4, tzinfo=UTC)
WELL = Vitals(
    now=NOW,
    started_at=NOW - timedelta(hours=5),
    polled={"party": NOW - timedelta(seconds=10), "leader": NOW - timedelta(seconds=70)},
    fresh_for=timedelta(minutes=2),
)


def told(found: Vitals, files: Files, *, safety: bool = True) -> list[str]:
    return list(condition(found, files.accounts, safety=safety))


def test_a_quiet_evening_is_three_lines(files: Files) -> None:
    read = "Last read: @party@fernwick.example just now, @leader@fernwick.example 1 min ago."
    assert told(WELL, files) == ["All is well.", read, "Nothing waits."]


def test_what_fails_is_told_once_in_its_own_words_and_that_it_is_tried_again(files: Files) -> None:
    words = "Reading for @leader: the token is no longer accepted. Make a new one."
    found = told(replace(WELL, troubles={"poll:leader": words, "look:leader": words}), files)
    assert found[:3] == ["Something is wrong.", f"• {words}", TRIED_AGAIN]


def test_account_that_lags_without_an_error_is_wrong_too(files: Files) -> None:
    late = replace(WELL, polled={**WELL.polled, "leader": NOW - timedelta(minutes=34)})
    assert "• @leader@fernwick.example was last read to the end 34 min ago: mentions are late." in told(late, files)
    never = replace(WELL, polled={"leader": None})
    assert any("read to the end never" not in line for line in told(never, files))


def test_staff_are_told_of_nothing_that_waits_for_the_safety_desk(files: Files) -> None:
    hour = timedelta(hours=1)
    busy = replace(WELL, cases={"open": 1, "escalated": 1}, oldest=NOW - 3 * hour, oldest_of_staff=NOW - hour)
    assert told(busy, files)[-1] == "2 cases wait, the oldest for 3 h."
    assert told(busy, files, safety=False)[-1] == "1 case waits, the oldest for 1 h."
    assert told(replace(busy, cases={"escalated": 1}), files, safety=False)[-1] == "Nothing waits."


def test_pauses_and_what_waits_are_told_with_the_oldest_age(files: Files) -> None:
    busy = replace(
        WELL,
        paused=("leader", "all"),
        cases={"open": 2, "unconfirmed": 1, "published": 9},
        oldest=NOW - timedelta(hours=3),
    )
    assert told(busy, files)[2:] == [
        "Posting is paused for @leader@fernwick.example.",
        "Posting is paused for all accounts.",
        "3 cases wait, the oldest for 3 h.",
        "Of 1 of them it is not known whether the reply was posted: a person must look.",
    ]


def test_database_that_does_not_answer_is_told_and_no_number_is_made_up(files: Files) -> None:
    found = told(replace(WELL, store="bot.db: The disk is full. Make room"), files)
    assert found[1] == (
        "• The database does not work: bot.db: The disk is full. Make room. Nothing is decided or posted meanwhile."
    )
    assert not any("wait" in line for line in found)
