"""The audit is a chain that an outsider can recompute with a few lines."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import TYPE_CHECKING

from tests.store.scene import START

if TYPE_CHECKING:
    from tests.store.scene import Scene


async def test_an_outsider_can_recompute_the_chain_with_the_standard_library(scene: Scene) -> None:
    await scene.published()
    await scene.store.note("bot.started", actor="bot", detail={"version": "0.1", "modes": {"party": "live", "é": 1}})
    for stream in ("party", "system"):
        digest = hashlib.sha256(f"stream:{stream}".encode()).hexdigest()
        for number, event in enumerate(await scene.store.audit_events(stream), start=1):
            assert (event.seq, event.prev) == (number, digest)
            content = {
                "stream": event.stream,
                "seq": event.seq,
                "at": event.at.isoformat(timespec="microseconds"),
                "kind": event.kind,
                "actor": event.actor,
                "case_id": event.case_id,
                "detail": event.detail,
                "prev": event.prev,
            }
            canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
            digest = hashlib.sha256(canonical.encode()).hexdigest()
            assert event.digest == digest


async def test_each_account_has_a_chain_of_its_own(scene: Scene) -> None:
    await scene.opened("1")
    await scene.opened("2", account="leader", approvals_required=2)
    await scene.store.note("bot.started", actor="bot")
    events = await scene.store.audit_events()
    assert [(event.stream, event.seq) for event in events] == [("leader", 1), ("party", 1), ("system", 1)]


async def test_a_note_says_who_what_and_when(scene: Scene) -> None:
    case = await scene.opened()
    await scene.store.note("card.lost", actor="ann", stream="party", case_id=case.id, detail={"desk": "telegram"})
    event = (await scene.store.trail(case.id))[-1]
    assert (event.kind, event.actor, event.at, event.detail) == ("card.lost", "ann", START, {"desk": "telegram"})


async def test_a_trail_holds_one_case_in_order(scene: Scene) -> None:
    case, other = await scene.opened("1"), await scene.opened("2")
    case = await scene.approve(case)
    await scene.approve(other)
    await scene.claim(case)
    assert await scene.kinds(case) == ["case.opened", "case.approved", "case.claimed"]


async def test_opening_a_case_is_noted_once_for_one_look_and_changes_nothing_in_it(scene: Scene) -> None:
    case = await scene.opened()
    look = timedelta(minutes=10)
    for actor, minutes in (("ann", 0), ("ann", 9), ("ben", 0), ("ann", 2), ("ann", 1)):
        scene.clock.forward(minutes=minutes)
        await scene.store.note_opening(case.id, actor=actor, unless_within=look)
    events = [event for event in await scene.store.trail(case.id) if event.kind == "case.read"]
    assert [(event.actor, event.detail) for event in events] == [("ann", {}), ("ben", {}), ("ann", {})]
    assert {event.stream for event in events} == {case.account}
    assert await scene.case(case) == case
    assert await scene.store.verify() == []


async def test_opening_of_no_case_is_not_noted(scene: Scene) -> None:
    before = await scene.store.height()
    await scene.store.note_opening("nothing", actor="ann", unless_within=timedelta(minutes=10))
    assert await scene.store.height() == before
