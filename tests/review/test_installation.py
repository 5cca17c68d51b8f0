"""What an installation is, in words: its brakes, its terms, and who is on."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from bot.files import Files
from bot.review.installation import Installation, Token
from tests.fakes.office import ROOT, write_files

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
"""A Friday."""


def installation(folder: Path, now: datetime = NOW, **changes: Any) -> Installation:
    files = Files.open(write_files(folder, **changes))

    async def ask() -> dict[str, Token]:
        return {"party": Token(at=now, scopes=("read",))}

    return Installation(
        files=lambda: files, now=lambda: now, ask=ask, version="0", digest="", database="one SQLite file"
    )


def test_limits_and_terms_are_in_words(tmp_path: Path) -> None:
    quiet = {"start": "22:00", "end": "07:00", "time_zone": "Europe/London"}
    here = installation(tmp_path, limits={"quiet_hours": quiet}, retention={"ignored_days": 0, "recorded_days": 1})
    assert ("Quiet hours", "22:00 to 07:00, Europe/London") in here.limits()
    assert ("Replies in an hour, for each account", "10") in here.limits()
    assert here.retention()[:2] == (
        ("Posts that were left alone", "not at all"),
        ("Abuse that was recorded", "1 day"),
    )


def test_of_an_account_only_what_differs_is_told(tmp_path: Path) -> None:
    here = replace(installation(tmp_path), files=lambda: Files.open(ROOT / "config.yaml"))
    assert here.own_limits("party") == ()
    assert here.own_limits("deputy") == (
        ("Replies in an hour, for each account", "5"),
        ("Quiet hours", "21:00 to 08:00, America/St_Johns"),
    )


def test_who_is_on_and_until_when(tmp_path: Path) -> None:
    days = ["mon", "tue", "wed", "thu", "fri"]
    shifts = {
        "staff": [{"days": days, "start": "08:00", "end": "13:00", "people": ["mara", "tom"]}],
        "safety": [],
    }
    party = {"time_zone": "UTC"}
    assert installation(tmp_path, shifts=shifts, party=party).shifts() == (
        ("Staff desk", "Mara Bright and Tom Hallow, until 13:00 UTC"),
        ("Safety desk", "everybody, always: there is no rota"),
    )
    late = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)
    [staff, _] = installation(tmp_path, late, shifts=shifts, party=party).shifts()
    assert staff == ("Staff desk", "nobody until 23 Nov, 08:00 UTC")


def test_where_reviewers_work_is_told_without_an_address_of_the_database(tmp_path: Path) -> None:
    here = installation(tmp_path, server={"public_url": "https://desk.fernwick.example"})
    assert ("Console", "https://desk.fernwick.example") in here.desks()
    assert ("Signing in", "passkey and one-time link") in here.desks()
    assert ("Telegram", "not used") in here.desks()


async def test_tokens_are_unknown_until_somebody_asks(tmp_path: Path) -> None:
    here = installation(tmp_path)
    assert here.tokens == {}
    await here.ask_tokens()
    assert here.tokens["party"].scopes == ("read",)
