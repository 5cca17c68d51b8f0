"""The audit is recomputed once at a time, and what was found stays to be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.review.console.verifying import Verifying

if TYPE_CHECKING:
    from tests.review.console.conftest import Console


def verifying(console: Console, woken: list[int]) -> Verifying:
    return Verifying(store=console.office.store, now=console.office.clock.now, changed=lambda: woken.append(1))


async def test_whole_chains_are_found_whole_and_open_pages_are_woken(console: Console) -> None:
    woken: list[int] = []
    await console.office.opened()
    chains = verifying(console, woken)
    chains.begin("tom")
    assert chains.task is not None
    await chains.task
    assert chains.last is not None
    assert (chains.last.faults, chains.last.by, len(chains.last.heads) > 0, woken) == ((), "tom", True, [1])
    events = await console.office.store.audit_events("system")
    assert (events[-1].kind, events[-1].actor, events[-1].detail) == ("audit.verified", "tom", {"faults": 0})


async def test_two_presses_are_one_check(console: Console) -> None:
    woken: list[int] = []
    chains = verifying(console, woken)
    chains.begin("tom")
    first = chains.task
    chains.begin("nadia")
    assert chains.task is first
    assert first is not None
    await first
    assert woken == [1]
    assert not chains.under_way


async def test_database_that_does_not_answer_is_told_and_not_taken_for_whole(console: Console) -> None:
    chains = verifying(console, [])
    await console.office.store.close()
    chains.begin("tom")
    assert chains.task is not None
    await chains.task
    assert chains.last is not None
    assert chains.last.failed
