"""Pages of the audit, its lines, and what of it exists for whom."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.model import Event, Reason
from bot.store import AuditSought, audit_line
from bot.store.encoding import sha256, to_json
from tests.store.scene import START

if TYPE_CHECKING:
    from bot.model import AuditEvent
    from tests.store.scene import Scene


async def found(scene: Scene, *, limit: int = 50, **sought: Any) -> list[AuditEvent]:
    sought.setdefault("safety", True)
    return await scene.store.audit_page(AuditSought(**sought), limit=limit)


async def test_latest_comes_first_across_all_chains(scene: Scene) -> None:
    await scene.opened("1")
    scene.clock.forward(minutes=1)
    await scene.receive(scene.received("2"), account="leader")
    scene.clock.forward(minutes=1)
    await scene.store.pause("all", actor="ann")
    events = await found(scene)
    assert [(event.kind, event.stream) for event in events[:3]] == [
        ("account.paused", "system"),
        ("case.opened", "leader"),
        ("case.opened", "party"),
    ]


@pytest.mark.parametrize("clock_goes", [1, -1])
async def test_pages_miss_nothing_whatever_the_clock_did(scene: Scene, clock_goes: int) -> None:
    for number in range(7):
        await scene.receive(scene.received(str(number)), account=("party", "leader")[number % 2])
        scene.clock.forward(minutes=clock_goes * number)
    whole = {(event.stream, event.seq) for event in await scene.store.audit_events()}
    before: dict[str, int] = {}
    seen: list[tuple[str, int]] = []
    while events := await found(scene, limit=3, before=before):
        seen += [(event.stream, event.seq) for event in events]
        before |= {event.stream: event.seq for event in events}
    assert sorted(seen) == sorted(whole)


async def test_each_filter_leaves_out_the_others(scene: Scene) -> None:
    first = await scene.dismissed("1")
    scene.clock.forward(days=1)
    await scene.receive(scene.received("2"), account="leader")
    assert {event.case_id for event in await found(scene, case_id=first.id)} == {first.id}
    assert [event.kind for event in await found(scene, actor="ann")] == ["case.dismissed"]
    assert [event.stream for event in await found(scene, kind="case.opened")] == ["leader", "party"]
    assert {event.stream for event in await found(scene, stream="leader")} == {"leader"}
    assert {event.at for event in await found(scene, since=START + timedelta(days=1))} == {scene.clock()}
    assert await found(scene, until=START) == []
    assert await found(scene, stream="nowhere") == []


async def test_what_happened_on_the_safety_desk_is_for_those_for_whom_it_exists(scene: Scene) -> None:
    await scene.dismissed("1")
    await scene.store.hand_over("quiet so far", actor="ann", safety=False)
    before = await found(scene, safety=False)
    await scene.opened("2", "escalate")
    edited = await scene.escalated_by_reviewer("3")
    await scene.change(edited, Event.DISMISSED, "cat", decides="dismiss", reason=Reason.IRONY)
    await scene.receive(gone=[edited.mention.uri])
    await scene.store.hand_over("look after that one", actor="cat", safety=True)
    assert await found(scene, safety=False) == before
    assert len(await found(scene, limit=1_000)) == len(await scene.store.audit_events())


async def test_what_the_safety_team_does_about_its_cases_is_for_those_for_whom_they_exist(scene: Scene) -> None:
    subjects, store = scene.store.subjects, scene.store
    staffs, threat = await scene.opened("1"), await scene.opened("2", "escalate")
    before = await found(scene, safety=False)
    held = await subjects.hold_case(threat.id, reason="The police asked.", actor="cat")
    assert await subjects.lift_hold(held.id, actor="cat")
    await store.note("evidence.read", actor="cat", stream="party", case_id=threat.id, detail={"case": threat.id})
    await store.note("evidence.packed", actor="cat", detail={"cases": [threat.id]})
    for what in ("relief", "shift:safety"):
        assert await store.announce(what, scene.clock()) is not None
    assert await store.safety.take_over(scene.clock(), actor="cat", relieved=[]) == []
    assert await found(scene, safety=False) == before
    scene.clock.forward(minutes=1)
    await subjects.hold_case(staffs.id, reason="The police asked.", actor="cat")
    await store.announce("shift:staff", scene.clock())
    assert [event.kind for event in await found(scene, safety=False)][:2] == ["desk.briefed", "hold.placed"]
    of_case = {event.kind for event in await store.trail(threat.id)}
    assert of_case == {"case.opened", "hold.placed", "hold.lifted", "evidence.read"}
    assert await store.verify() == []


async def test_heads_are_where_the_chains_end(scene: Scene) -> None:
    await scene.opened("1")
    ends = {event.stream: event for event in await scene.store.audit_events()}
    heads = await scene.store.chain_heads()
    assert [(head.stream, head.seq, head.digest) for head in heads] == [
        (stream, event.seq, event.digest) for stream, event in sorted(ends.items())
    ]


async def test_lines_hold_every_event_in_order_and_all_that_its_digest_is_made_of(scene: Scene) -> None:
    for number in range(3):
        await scene.dismissed(str(number))
    text = "".join([part async for part in scene.store.audit_lines()])
    events = await scene.store.audit_events()
    assert text.splitlines() == [audit_line(event) for event in events]
    for written in map(json.loads, text.splitlines()):
        digest = written.pop("digest")
        written |= {"case_id": written.pop("case")}
        assert sha256(to_json(written)) == digest


async def test_whoever_counts_gets_the_events_that_they_count_chain_by_chain_and_in_order(scene: Scene) -> None:
    await scene.dismissed("1")
    heads = await scene.store.chain_heads()
    await scene.dismissed("2")  # After the heads were taken, and so not counted.
    kinds = {"case.opened", "case.dismissed"}
    found = [(stream, *event) async for stream, events in scene.store.audit_told(heads, kinds) for event in events]
    events = [event for event in await scene.store.trail(found[0][3] or "") if event.kind in kinds]
    assert [(stream, kind, case) for stream, _, kind, case, _ in found] == [
        (event.stream, event.kind, event.case_id) for event in events
    ]
    assert [json.loads(detail) for *_, detail in found] == [event.detail for event in events]
