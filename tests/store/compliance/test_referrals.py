"""A referral is received once, read on record, and its clock never runs back."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from bot.store.compliance import Outcome
from bot.store.compliance.records import Overtaken

if TYPE_CHECKING:
    from tests.store.compliance.conftest import Behind


async def kinds(behind: Behind) -> list[str]:
    return [event.kind for event in await behind.store.audit_events() if event.stream == "compliance"]


async def test_referrals_are_numbered_as_they_arrive_and_a_box_counts_once(behind: Behind) -> None:
    assert [await behind.store.take_in(behind.box(name)) for name in ("b1", "b2", "b1")] == [1, 2, 1]
    assert await kinds(behind) == ["referral.received", "referral.received"]


async def test_two_that_arrive_at_once_have_each_a_number(behind: Behind) -> None:
    found = await asyncio.gather(*(behind.store.take_in(behind.box(f"b{n}")) for n in range(5)))
    assert sorted(number for number in found if number) == [1, 2, 3, 4, 5]


async def test_box_of_which_nothing_is_kept_is_known_all_the_same(behind: Behind) -> None:
    assert await behind.store.take_in(behind.box("b1", referred=False)) is None
    assert await behind.store.take_in(behind.box("b1", referred=False)) is None
    assert await behind.store.received(["b1", "b2"]) == {"b1"}
    assert await kinds(behind) == ["box.dropped"]


async def test_more_boxes_than_one_statement_takes_are_looked_for_too(behind: Behind) -> None:
    await behind.number()
    assert await behind.store.received(["b1", *(f"{n:016x}" for n in range(260_000))]) == {"b1"}


async def test_every_reading_is_on_record_whoever_reads(behind: Behind) -> None:
    number = await behind.number()
    for actor in ("greta", "greta", "ines"):
        assert await behind.store.read(number, actor=actor)
    read = [event.actor for event in await behind.store.trail(number) if event.kind == "referral.read"]
    assert read == ["greta", "greta", "ines"]
    assert await behind.store.read(99, actor="greta") is None


async def test_clock_goes_from_received_over_acknowledged_to_an_outcome(behind: Behind) -> None:
    number = await behind.number()
    start = behind.clock()
    behind.clock.forward(days=2)
    taken = await behind.store.acknowledge(number, version=1, actor="greta")
    behind.clock.forward(days=3)
    done = await behind.store.conclude(number, version=taken.version, actor="hugo", outcome=Outcome.WARNING)
    assert (done.received_at, done.acknowledged_by, done.outcome, done.outcome_by) == (
        start,
        "greta",
        Outcome.WARNING,
        "hugo",
    )
    assert done.acknowledged_at is not None
    assert done.outcome_at is not None
    assert ((done.acknowledged_at - start).days, (done.outcome_at - start).days) == (2, 5)
    assert (await behind.store.waiting(), [each.number for each in await behind.store.concluded()]) == ([], [number])
    assert await behind.store.verify() == []


async def test_outcome_acknowledges_what_nobody_has(behind: Behind) -> None:
    number = await behind.number()
    done = await behind.store.conclude(number, version=1, actor="hugo", outcome=Outcome.NOT_OURS)
    assert (done.acknowledged_by, done.acknowledged_at) == ("hugo", done.outcome_at)


async def test_second_is_told_that_somebody_was_first(behind: Behind) -> None:
    number = await behind.number()
    await behind.store.acknowledge(number, version=1, actor="greta")
    for again in (
        behind.store.acknowledge(number, version=1, actor="hugo"),
        behind.store.acknowledge(number, version=2, actor="hugo"),
        behind.store.conclude(number, version=1, actor="hugo", outcome=Outcome.ADVICE),
    ):
        with pytest.raises(Overtaken) as caught:
            await again
        assert caught.value.referral.acknowledged_by == "greta"
    assert await kinds(behind) == ["referral.received", "referral.acknowledged"]


async def test_outcome_stands(behind: Behind) -> None:
    number = await behind.number()
    done = await behind.store.conclude(number, version=1, actor="hugo", outcome=Outcome.NO_BREACH)
    with pytest.raises(Overtaken):
        await behind.store.conclude(number, version=done.version, actor="greta", outcome=Outcome.EXPULSION)
    with pytest.raises(LookupError):
        await behind.store.acknowledge(99, version=1, actor="greta")


async def test_box_that_does_not_open_is_remembered_once_until_it_does(behind: Behind) -> None:
    for _ in range(3):
        await behind.store.note_unopened("b1", sealed_sha256="x", why="It does not open.")
    [shut] = await behind.store.unopened()
    assert (shut.id, shut.why, shut.since) == ("b1", "It does not open.", behind.clock())
    assert await kinds(behind) == ["box.unopened"]
    await behind.number("b1")
    assert await behind.store.unopened() == []
