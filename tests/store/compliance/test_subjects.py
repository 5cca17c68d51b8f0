"""What is held on somebody is read for them on record, and the chain says no more than how much it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.store.compliance.test_erasing import Noted
from tests.store.compliance.test_tracing import AL, BEA, concluded, found, said

if TYPE_CHECKING:
    from tests.store.compliance.conftest import Behind


async def test_reading_for_somebody_is_on_record_at_each_referral_of_theirs(behind: Behind) -> None:
    mine, naming = await said(behind, "b1", AL), await said(behind, "b2", BEA, AL)
    await behind.store.switch_list(on=True, actor="greta")
    await behind.store.suspend([AL], actor="greta")
    held = await behind.store.subjects.held(await found(behind, AL), actor="hugo")
    [(referral, match, handed)] = held.written
    assert (referral.number, match and match.referral, handed) == (mine, mine, None)
    assert [each.number for each in held.naming] == [naming]
    assert held.listed == (behind.clock(),)
    assert [(each.kind, each.actor) for each in await behind.store.trail(mine)][-1] == ("referral.read", "hugo")
    assert all(each.kind != "referral.read" for each in await behind.store.trail(naming))
    [event] = [each for each in await behind.store.audit_events() if each.kind == "person.exported"]
    assert event.detail == {"referrals": 1, "naming": 1, "entries": 1}
    assert await behind.store.verify() == []


async def test_what_was_erased_since_it_was_found_is_left_out(behind: Behind) -> None:
    gone, waits = await said(behind, "b1", AL), await said(behind, "b2", AL)
    await concluded(behind, gone)
    there = await found(behind, AL)
    await Noted().erased(behind)
    held = await behind.store.subjects.held(there, actor="hugo")
    assert [referral.number for referral, _, _ in held.written] == [waits]
