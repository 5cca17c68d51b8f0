"""A database, a chain and people of its own; neither side opens the other's."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from bot.store import AuditSought, Store, StoreError
from bot.store.compliance import ComplianceStore
from tests.fakes.databases import address_in
from tests.store.scene import Clock, Scene, scene_in

if TYPE_CHECKING:
    from pathlib import Path

    from tests.store.compliance.conftest import Behind


async def test_bot_refuses_the_teams_database_and_the_team_the_bots(behind: Behind, tmp_path: Path) -> None:
    (tmp_path / "bot").mkdir()
    scene = await scene_in(tmp_path / "bot")
    with pytest.raises(StoreError, match="compliance team's database, which the bot must never open"):
        await asyncio.to_thread(Store.open, behind.address, now=behind.clock)
    with pytest.raises(StoreError, match="bot's database, which the compliance team must never open"):
        await asyncio.to_thread(ComplianceStore.open, scene.address, now=behind.clock)
    await scene.store.close()


async def test_schema_is_sound_and_opening_again_changes_nothing(behind: Behind) -> None:
    await behind.number()
    assert (await behind.store.check(), await behind.store.verify()) == ([], [])
    again = ComplianceStore.open(behind.address, now=behind.clock)
    assert [each.number for each in await again.waiting()] == [1]
    await again.close()


async def test_event_that_was_altered_is_named(behind: Behind) -> None:
    number = await behind.number()
    await behind.store.read(number, actor="greta")
    hand = Scene(store=None, clock=Clock(), address=behind.address)  # type: ignore[arg-type]  # only its hand is asked for
    hand.tamper("UPDATE audit_events SET actor = 'hugo' WHERE kind = 'referral.read'")
    [fault] = await behind.store.verify()
    assert (fault.stream, fault.seq) == ("compliance", 2)


async def test_events_are_asked_for_the_latest_first(behind: Behind) -> None:
    await behind.number()
    behind.clock.forward(seconds=1)
    await behind.store.note("office.opened", actor="bot")
    found = await behind.store.audit_page(AuditSought(safety=True), limit=1)
    assert [event.kind for event in found] == ["office.opened"]
    assert {head.stream for head in await behind.store.chain_heads()} == {"compliance", "system"}


async def test_new_database_has_nothing_in_it(tmp_path: Path) -> None:
    store = ComplianceStore.open(address_in(tmp_path, ComplianceStore), now=Clock(), exclusive=True)
    assert (await store.waiting(), await store.concluded(), await store.unopened()) == ([], [], [])
    await store.close()
