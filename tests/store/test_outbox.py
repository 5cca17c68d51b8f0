"""What was sealed is put down with its decision, taken once, and never changed or withdrawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.model import Event, Reason
from bot.store import Outgoing, StoreError
from bot.store.outbox import KEPT
from bot.store.records import Terms
from tests.fakes.wall import pass_on

if TYPE_CHECKING:
    from bot.model import Case
    from tests.store.scene import Scene

BOX = Outgoing(id="box", kind="mention", sealed="c2VhbGVk")


async def refer(scene: Scene, case: Case, box_id: str | None = None) -> Case:
    box = Outgoing(id=box_id or case.id, kind="referral", sealed="c2VhbGVk")
    return await scene.change(
        case, Event.REFERRED, "ann", decides="refer", reason=Reason.DISCIPLINARY, outcome="referred", passed=box
    )


async def test_box_stands_there_with_the_decision_and_the_event_names_its_digest(scene: Scene) -> None:
    case = await refer(scene, await scene.opened())
    [box] = await scene.store.outbox.waiting(10)
    assert (box.id, box.sealed, box.made_at) == (case.id, "c2VhbGVk", scene.clock())
    event = (await scene.store.trail(case.id))[-1]
    assert (event.kind, event.detail["outbox"]) == ("case.referred", case.id)
    assert event.detail["sealed_sha256"] == box.sealed_sha256


async def test_case_whose_box_cannot_be_put_down_is_not_referred(scene: Scene) -> None:
    await refer(scene, await scene.opened("1"), "same")
    case = await scene.opened("2")
    with pytest.raises(StoreError):
        await refer(scene, case, "same")
    assert await scene.case(case) == case
    assert len(await scene.store.outbox.waiting(10)) == 1


async def test_nothing_of_a_case_behind_the_wall_is_given_out(scene: Scene) -> None:
    before = await scene.opened(said={"text": "you lot are zebras", "url": "https://other.example/1"})
    after = await refer(scene, before)
    assert after.behind_wall
    assert (after.mention.text, after.mention.uri, after.mention.author.handle) == ("", "", "")
    assert (after.draft, after.approvals, after.note, after.verdict.policy, after.verdict.matches) == (
        None,
        (),
        "",
        None,
        (),
    )
    assert await scene.store.drafts(after.id) == []
    for words in ("zebras", "al@other", "Not in our name", after.id):
        assert await scene.store.search(words, safety=True) == []
    assert await scene.store.verify() == []


async def test_escalated_case_that_was_referred_stays_the_safety_teams_to_read(scene: Scene) -> None:
    case = await scene.opened(kind="escalate")
    after = await refer(scene, case)
    assert not after.behind_wall
    assert after.mention == case.mention


async def test_box_is_taken_once_and_a_second_word_of_it_changes_nothing(scene: Scene) -> None:
    await pass_on(scene.store, BOX)
    assert await scene.store.outbox.take([BOX.id, "unknown"]) == 1
    scene.clock.forward(hours=1)
    assert await scene.store.outbox.take([BOX.id]) == 0
    assert await scene.store.outbox.waiting(10) == []
    assert [event.kind for event in await scene.store.audit_events("system")] == ["outbox.taken"]


async def test_what_was_taken_is_held_for_a_month_and_blanked_then(scene: Scene) -> None:
    await pass_on(scene.store, BOX)
    await scene.store.outbox.take([BOX.id])
    terms = Terms(ignored_days=1, recorded_days=999, closed_case_days=999)
    await scene.store.purge(scene.clock() + KEPT / 2, terms)
    assert await scene.store.outbox.held() == [BOX.id]
    await scene.store.purge(scene.clock() + KEPT, terms)
    assert (await scene.store.outbox.held(), await scene.store.outbox.box(BOX.id)) == ([], None)


async def test_what_nobody_has_taken_is_kept_however_old(scene: Scene) -> None:
    await pass_on(scene.store, BOX)
    terms = Terms(ignored_days=1, recorded_days=1, closed_case_days=1)
    await scene.store.purge(scene.clock() + 100 * KEPT, terms)
    assert [box.id for box in await scene.store.outbox.waiting(10)] == [BOX.id]


async def test_evidence_is_every_version_up_to_the_one_at_which_the_case_stands(scene: Scene) -> None:
    case = await scene.opened()
    edited = scene.mention(text="you lot are worse", edited_at=scene.clock.forward(minutes=1))
    await scene.receive(scene.received(mention=edited, edits=case.id))
    found = await scene.store.outbox.evidence(case.id)
    assert [each.number for each in found] == [1, 2]
    assert "vermin" in found[0].evidence
    assert "worse" in found[1].evidence


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("UPDATE outbox SET sealed = 'x'", "it was altered"),
        ("UPDATE outbox SET made_at = '2020'", "what is noted with it was altered"),
        ("UPDATE outbox SET sealed = 'x', sealed_sha256 = 'y'", "what is noted with it was altered"),
        ("DELETE FROM outbox", "is gone"),
        ("UPDATE outbox SET id = 'another'", "is named by no event"),
    ],
)
async def test_audit_names_a_box_that_was_altered_or_taken_away(scene: Scene, statement: str, fault: str) -> None:
    await refer(scene, await scene.opened())
    assert await scene.store.verify() == []
    scene.tamper(statement)
    assert any(fault in found.what for found in await scene.store.verify())
