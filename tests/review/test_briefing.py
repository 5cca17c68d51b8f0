"""What a shift is told when it begins, and the digest of the morning: everything that matters, once, about nobody."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from bot.model import Refusal, Verb
from bot.review.briefing import Briefing
from bot.review.room import Room
from tests.fakes.office import FAIR, ROOT, THREAT, Office
from tests.fakes.quiet import QuietLoops, QuietTroubles, quiet

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

WEEK = ["mon", "tue", "wed", "thu", "fri"]
SHIFTS: dict[str, Any] = {
    "staff": [
        {"days": WEEK, "start": "09:00", "end": "13:00", "people": ["mara", "tom"]},
        {"days": WEEK, "start": "13:00", "end": "17:00", "people": ["tom"]},
    ],
    "safety": [{"days": [*WEEK, "sat", "sun"], "start": "00:00", "end": "00:00", "people": ["nadia"]}],
}
FRIDAY = datetime(2026, 11, 20, tzinfo=UTC)
TROUBLE = "Reading mentions for @leader@fernwick.example: the token is no longer accepted."


@pytest.fixture
async def shifts(tmp_path: Path) -> AsyncIterator[Office]:
    office = await Office.open(tmp_path, shifts=SHIFTS)
    yield office
    await office.store.close()


def briefing(office: Office, **told: Any) -> Briefing:
    async def unused(*_given: str) -> Any:
        return Refusal(code="not_now", message="")

    settings = office.files.config
    room = Room(
        store=office.store,
        accounts=office.files.accounts,
        reviewers=office.files.reviewers,
        policies=settings.policies,
        referral=settings.referral,
        now=office.clock.now,
        decide=office.pipeline.decide,
        intake=unused,
        pause=unused,
        resume=unused,
        release=unused,
        vitals=quiet(office.store, office.clock.now, QuietLoops(troubles=QuietTroubles(**told))),
        safety_rota=lambda: office.pipeline.attention.safety,
    )
    return Briefing(room=room, attention=office.pipeline.attention)


def at(office: Office, hour: float, *, days: int = 0) -> None:
    office.clock.at = FRIDAY + timedelta(days=days, hours=hour)


async def test_shift_is_told_once_who_is_on_what_was_left_and_what_is_open_oldest_first(shifts: Office) -> None:
    told = briefing(shifts)
    at(shifts, 9, days=-1)
    assert await told.shift(safety=False) != ""
    at(shifts, 18, days=-1)
    old = await shifts.opened(by="kim")
    await told.room.hand_over("  Ring the Gazette before ten.  ", "tom", safety=False)
    at(shifts, 23, days=-1)
    new = await shifts.opened(by="lee")
    assert await told.shift(safety=False) == ""
    at(shifts, 9.02)
    assert await told.shift(safety=False) == (
        "A shift begins: Mara Bright, Tom Hallow, until 13:00.\n"
        "Hand-over by Tom Hallow, 19 Nov, 18:00 UTC: Ring the Gazette before ten.\n"
        "2 wait, the oldest first:\n"
        f"• case {old.id}: Personal abuse, for 15 h\n"
        f"• case {new.id}: Personal abuse, for 10 h"
    )
    assert await told.shift(safety=False) == ""
    at(shifts, 13)
    assert (await told.shift(safety=False)).startswith("A shift begins: Tom Hallow, until 17:00.\n2 wait")


async def test_safety_desk_has_shifts_notes_and_cases_of_its_own(shifts: Office) -> None:
    told = briefing(shifts)
    at(shifts, 1)
    await shifts.opened(by="kim")
    threat = await shifts.opened(THREAT, by="vic")
    await told.room.hand_over("The school was told.", "nadia", safety=True)
    text = await told.shift(safety=True)
    assert text.startswith("A shift begins: Nadia Sorrel, until 00:00.")
    assert "The school was told." in text
    assert f"1 waits, the oldest first:\n• case {threat.id}: Threat" in text
    at(shifts, 9)
    assert "school" not in await told.shift(safety=False)


async def test_without_a_rota_no_shift_ever_begins(office: Office) -> None:
    assert await briefing(office).shift(safety=False) == ""


async def test_digest_says_once_what_came_what_was_done_what_waits_and_what_is_wrong(office: Office) -> None:
    told = briefing(office, now={"poll:leader": TROUBLE})
    office.clock.at = FRIDAY + timedelta(hours=1)
    await office.opened(by="kim")
    case = await office.opened(by="lee")
    await office.opened(THREAT, by="vic")
    await office.receive(office.network.say(FAIR, by="dot"))
    await office.decide(case, Verb.APPROVE)
    office.clock.pass_(minutes=5)
    await office.publish()
    await office.store.pause("leader", actor="mara")
    await told.room.hand_over("Ring the Gazette.", "tom", safety=False)
    office.clock.at = FRIDAY + timedelta(hours=8)
    digest = await told.digest()
    assert digest == (
        "Good morning. The last 24 hours:\n"
        "3 mentions came: 1 left alone, 0 recorded.\n"
        "Replies posted: 1. Cases: open 1, published 1.\n"
        "Waiting now: 1, the oldest for 7 h.\n"
        "Paused: @leader@fernwick.example.\n"
        f"Failing: {TROUBLE}\n"
        "Hand-over by Tom Hallow, 01:05 UTC: Ring the Gazette."
    )
    assert not any(name in digest for name in ("kim", "lee", "vic", "dot"))
    assert await told.digest() == ""
    office.clock.pass_(days=1)
    assert (await told.digest()).startswith("Good morning.")


async def test_note_without_words_or_without_end_is_not_kept(office: Office) -> None:
    room = briefing(office).room
    for text in ("", "   ", "x" * 2_001):
        assert (await room.hand_over(text, "tom", safety=False)).startswith("Nothing was kept.")
    assert await room.handed_over(safety=False) == ()
    assert (await room.hand_over("x" * 2_000, "tom", safety=False)).startswith("Kept.")


async def test_notes_are_read_newest_first_for_a_day(office: Office) -> None:
    room = briefing(office).room
    for text in ("First.", "Second."):
        await room.hand_over(text, "tom", safety=False)
        office.clock.pass_(hours=1)
    assert [note.rpartition(": ")[2] for note in await room.handed_over(safety=False)] == ["Second.", "First."]
    office.clock.pass_(days=1)
    assert await replace(room).handed_over(safety=False) == ()


TWO_SHIFTS = [
    {"days": [*WEEK, "sat", "sun"], "start": "06:00", "end": "18:00", "people": ["uma"]},
    {"days": [*WEEK, "sat", "sun"], "start": "18:00", "end": "06:00", "people": ["nadia"]},
]


async def test_next_shift_is_asked_to_take_over_until_somebody_has(tmp_path: Path) -> None:
    example = yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))["reviewers"]
    uma = {"id": "uma", "name": "Uma Fenn", "roles": ["safety"]}
    office = await Office.open(tmp_path, reviewers=[*example, uma], shifts={"safety": TWO_SHIFTS})
    told = briefing(office)
    at(office, 17)
    case = await office.opened(THREAT)
    await office.decide(case, Verb.ACKNOWLEDGE, "uma")
    assert await told.relief() == ""
    at(office, 18.01)
    words = await told.relief()
    assert words == (
        f"Nadia Sorrel, please say “I have it” (/takeover): 1 case of the last shift, the first {case.id}."
        " Until then these are on as well: Uma Fenn."
    )
    assert await told.relief() == ""
    at(office, 18.18)
    assert await told.relief() == words
    people = told.room.reviewers
    assert (await told.room.take_over(people["uma"])).startswith(
        "Nothing was taken over: that is for whoever is on now"
    )
    assert (await told.room.take_over(people["mara"])).startswith("Nothing was taken over")
    assert await told.room.take_over(people["nadia"]) == "You have it: 1 case. Uma Fenn can go."
    assert await told.room.take_over(people["nadia"]) == "There is nothing to take over."
    assert (await office.now(case)).acknowledged_by == "nadia"
    at(office, 19)
    assert await told.relief() == ""
    await office.store.close()
