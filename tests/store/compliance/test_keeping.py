"""What was passed goes when its time after the outcome is over, and never before; what tells of the clock stays."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from bot.compliance.figures import figures
from bot.store.compliance import Outcome, Terms
from tests.fakes.databases import only_sqlite
from tests.store.compliance.test_conduct import AL, passed, switched_on

if TYPE_CHECKING:
    from tests.store.compliance.conftest import Behind

TERMS = Terms(referral_days=100, conduct_days=10, copy_days=5)


async def concluded(behind: Behind, name: str = "b1") -> int:
    number = await behind.number(name)
    await behind.store.conclude(number, version=1, actor="greta", outcome=Outcome.WARNING)
    return number


async def test_what_was_passed_goes_when_its_time_is_over_and_the_clock_stays(behind: Behind) -> None:
    number = await concluded(behind)
    [before] = await behind.store.concluded()
    behind.clock.forward(days=100, seconds=-1)
    assert await behind.store.purge(TERMS) == []
    behind.clock.forward(seconds=1)
    assert await behind.store.purge(TERMS) == [number]
    assert await behind.store.purge(TERMS) == []
    [after] = await behind.store.concluded()
    assert after == replace(before, content=None, author=None, version=before.version + 1)
    last = (await behind.store.trail(number))[-1]
    assert (last.kind, last.actor) == ("referral.erased", "bot")
    assert await behind.store.verify() == []


async def test_figures_of_a_quarter_are_the_same_after_it(behind: Behind) -> None:
    for number in range(12):
        await concluded(behind, f"b{number}")
    behind.clock.forward(days=200)
    before = figures(await behind.store.concluded(), "2026-Q4", now=behind.clock())
    assert len(await behind.store.purge(TERMS)) == 12
    assert figures(await behind.store.concluded(), "2026-Q4", now=behind.clock()) == before
    assert before["received"] == 12


async def test_open_procedure_has_no_clock(behind: Behind) -> None:
    number = await behind.number()
    await behind.store.acknowledge(number, version=1, actor="greta")
    behind.clock.forward(days=99_999)
    assert await behind.store.purge(TERMS) == []
    [waits] = await behind.store.waiting()
    assert waits.content


async def test_hold_stops_the_clock_until_it_is_lifted(behind: Behind) -> None:
    number = await concluded(behind)
    hold = await behind.store.hold(number, "A court asked.", actor="hugo")
    assert hold is not None
    behind.clock.forward(days=99_999)
    assert await behind.store.purge(TERMS) == []
    await behind.store.lift(hold.id, actor="hugo")
    assert await behind.store.purge(TERMS) == [number]


async def test_what_nobody_referred_has_a_clock_of_its_own(behind: Behind) -> None:
    await switched_on(behind, AL)
    number = await passed(behind)
    assert number is not None
    for person in ("greta", "hugo"):
        await behind.store.confirm(number, actor=person)
    await behind.store.conclude(number, version=1, actor="greta", outcome=Outcome.EXPULSION)
    behind.clock.forward(days=10, seconds=-1)
    assert await behind.store.purge(TERMS) == []
    behind.clock.forward(seconds=1)
    assert await behind.store.purge(TERMS) == [number]
    match = (await behind.store.conduct())[number]
    assert match.confirmed_by == ("greta", "hugo")


async def test_wrong_match_that_was_held_goes_once_the_hold_is_lifted(behind: Behind) -> None:
    await switched_on(behind, AL)
    number = await passed(behind)
    assert number is not None
    hold = await behind.store.hold(number, "A court asked.", actor="greta")
    assert hold is not None
    await behind.store.remove_match(number, actor="hugo")
    assert await behind.store.purge(TERMS) == []
    await behind.store.lift(hold.id, actor="greta")
    assert await behind.store.purge(TERMS) == [number]


async def test_hand_over_that_never_arrived_is_given_up_with_it(behind: Behind) -> None:
    number = await concluded(behind)
    await behind.store.hand_over(number, actor="greta")
    await behind.store.note_not_sent(number, why="The body's system cannot be reached.")
    behind.clock.forward(days=100)
    assert len(await behind.store.handovers_due()) == 1
    await behind.store.purge(TERMS)
    assert await behind.store.handovers_due() == []
    handed = await behind.store.handed_over(number)
    assert handed is not None
    assert handed.trouble == ""


async def test_what_the_bodys_system_calls_it_goes_too_and_does_not_come_later(behind: Behind) -> None:
    early, late = await concluded(behind), await concluded(behind, "b2")
    for number in (early, late):
        await behind.store.hand_over(number, actor="greta")
        await behind.store.note_sent(number, sha256="x")
    await behind.store.note_answered(early, reference="AL-17")
    behind.clock.forward(days=100)
    await behind.store.purge(TERMS)
    await behind.store.note_answered(late, reference="AL-18")
    for number in (early, late):
        handed = await behind.store.handed_over(number)
        assert handed is not None
        assert (handed.reference, handed.answered_at is None) == (None, False)


async def test_what_a_server_said_after_that_goes_with_the_next_look(behind: Behind) -> None:
    number = await concluded(behind)
    await behind.store.hand_over(number, actor="greta")
    behind.clock.forward(days=100)
    await behind.store.purge(TERMS)
    await behind.store.note_not_sent(number, why=f"No box for {AL} here.")
    await behind.store.purge(TERMS)
    handed = await behind.store.handed_over(number)
    assert handed is not None
    assert (handed.trouble, handed.attempts) == ("", 1)


async def test_copy_may_go_some_days_after_its_acknowledgement_or_with_what_was_passed(behind: Behind) -> None:
    answered, held, silent = [await concluded(behind, f"b{number}") for number in range(3)]
    for number in (answered, held, silent):
        await behind.store.hand_over(number, actor="greta")
        await behind.store.note_sent(number, sha256="x")
    for number in (answered, held):
        await behind.store.note_answered(number, reference="SB")
    await behind.store.hold(held, "A court asked.", actor="greta")
    everything = [answered, held, silent, 99]
    behind.clock.forward(days=5, seconds=-1)
    assert await behind.store.copies_over(everything, TERMS) == []
    behind.clock.forward(seconds=1)
    assert await behind.store.copies_over(everything, TERMS) == [answered]
    behind.clock.forward(days=100)
    await behind.store.purge(TERMS)
    assert await behind.store.copies_over(everything, TERMS) == [answered, silent]


@only_sqlite
async def test_nothing_of_it_is_left_in_the_file_or_its_journals(behind: Behind) -> None:
    for number in range(30):
        content = f'{{"of":"zebedee","filling":"{"zebedee " * 500 * (number % 7)}"}}'
        box = replace(behind.box(f"b{number}"), content=content, author="@zebedee@other.example")
        await behind.store.take_in(box)
        await behind.number(f"other{number}")
    for number in range(1, 60, 2):
        await behind.store.conclude(number, version=1, actor="greta", outcome=Outcome.WARNING)
    await behind.store.hand_over(1, actor="greta")
    await behind.store.note_sent(1, sha256="x")
    await behind.store.note_answered(1, reference="zebedee-17")
    folder = Path(behind.address.removeprefix("sqlite:///")).parent
    assert any(b"zebedee" in file.read_bytes() for file in folder.iterdir())
    behind.clock.forward(days=100)
    assert len(await behind.store.purge(TERMS)) == 30
    for file in folder.iterdir():
        assert b"zebedee" not in file.read_bytes(), file.name
