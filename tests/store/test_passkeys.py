"""A passkey belongs to one person, its counter goes on, and what was removed signs nobody in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.store import Passkey
from tests.store.scene import LEADER, PARTY, PEOPLE, QUIET, START

if TYPE_CHECKING:
    from tests.store.scene import Scene

PHONE = Passkey(id="k1", reviewer="ann", public_key="AAAA", sign_count=4_000_000_000, name="My phone", added_at=START)


async def test_passkey_is_kept_with_its_counter_and_its_name_is_in_no_audit(scene: Scene) -> None:
    people = scene.store.people
    assert await people.add_passkey(PHONE)
    assert not await people.add_passkey(PHONE)
    assert await people.passkey("k1") == PHONE
    assert await people.passkeys("ann") == [PHONE]
    assert await people.passkeys("ben") == []
    events = [event for event in await scene.store.audit_events("system") if event.kind == "person.passkey_added"]
    assert [event.actor for event in events] == ["ann"]
    assert "phone" not in str(events)


async def test_of_two_uses_at_once_one_counts(scene: Scene) -> None:
    people = scene.store.people
    await people.add_passkey(PHONE)
    assert await people.use_passkey(PHONE, sign_count=4_000_000_001, at=START)
    assert not await people.use_passkey(PHONE, sign_count=4_000_000_001, at=START)
    found = await people.passkey("k1")
    assert found is not None
    assert (found.sign_count, found.used_at) == (4_000_000_001, START)


async def test_nobody_removes_anothers_passkey(scene: Scene) -> None:
    people = scene.store.people
    await people.add_passkey(PHONE)
    assert not await people.remove_passkey("k1", of="ben", actor="ben")
    assert await people.remove_passkey("k1", of="ann", actor="ann")
    assert not await people.remove_passkey("k1", of="ann", actor="ann")
    assert await people.passkey("k1") is None
    assert await scene.store.verify() == []


async def test_passkeys_of_leavers_are_forgotten(scene: Scene) -> None:
    await scene.store.people.add_passkey(PHONE)
    await scene.store.seed([PARTY, LEADER, QUIET], PEOPLE[1:])
    assert await scene.store.people.passkey("k1") is None
