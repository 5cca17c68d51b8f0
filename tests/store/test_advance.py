"""A case changes in one way: compared, set and audited in one transaction."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.model import TRANSITIONS, Event, Proposal, Reason, State
from bot.store import Change, NoSuchCase, Stale, StoreError
from tests.store.scene import OWNER, PEOPLE, START, copy_of

if TYPE_CHECKING:
    from tests.store.scene import Scene


async def test_a_change_is_stored_with_its_audit_event(scene: Scene) -> None:
    case = await scene.opened()
    scene.clock.forward(minutes=3)
    due = scene.clock() + timedelta(minutes=1)
    now = await scene.approve(case, due_at=due, note="plainly abusive")
    assert (now.state, now.version, now.changed_by, now.changed_at) == (State.APPROVED, 2, "ann", scene.clock())
    assert (now.due_at, now.note) == (due, "plainly abusive")
    assert [approval.reviewer_id for approval in now.approvals] == ["ann"]
    event = (await scene.store.trail(case.id))[-1]
    assert (event.kind, event.actor, event.detail["version"]) == ("case.approved", "ann", 2)
    assert event.detail["decision"] == now.approvals[0].decision_id
    (decision,) = await scene.store.decisions(case.id)
    assert (decision.kind, decision.reviewer, decision.desk) == ("approve", "ann", "console")
    assert case.draft is not None
    assert decision.draft_id == case.draft.id


async def test_a_change_that_fails_in_the_middle_leaves_neither_row_nor_event(scene: Scene) -> None:
    case = await scene.opened()
    with pytest.raises(TypeError):
        await scene.approve(case, detail={"unwritable": object()})
    assert await scene.case(case) == case
    assert await scene.kinds(case) == ["case.opened"]
    assert await scene.store.decisions(case.id) == []


async def test_of_two_at_the_same_moment_one_wins_and_the_other_is_told_how_it_stands(scene: Scene) -> None:
    case = await scene.opened()
    results = await asyncio.gather(scene.approve(case, "ann"), scene.approve(case, "ben"), return_exceptions=True)
    (won,) = [result for result in results if not isinstance(result, BaseException)]
    (lost,) = [result for result in results if isinstance(result, Stale)]
    assert lost.case == won
    assert len(await scene.store.decisions(case.id)) == 1


async def test_an_unknown_case_is_said_to_be_unknown(scene: Scene) -> None:
    with pytest.raises(NoSuchCase, match="There is no case nothing"):
        await scene.store.advance(Change(case_id="nothing", version=1, event=Event.DISMISSED, actor="ann"))


@pytest.mark.parametrize("event", [event for event in Event if (State.OPEN, event) not in TRANSITIONS])
async def test_what_is_not_in_the_table_does_not_happen(scene: Scene, event: Event) -> None:
    case = await scene.opened()
    with pytest.raises(Stale):
        await scene.change(case, event, "ann")
    assert await scene.case(case) == case


@pytest.mark.parametrize("event", [Event.REMINDED, Event.PASSED_ON])
async def test_a_reminder_does_not_spoil_the_card_that_a_reviewer_sees(scene: Scene, event: Event) -> None:
    case = await scene.opened()
    scene.clock.forward(minutes=30)
    now = await scene.change(case, event)
    assert (now.version, now.called_at, now.passed_on) == (1, scene.clock(), int(event is Event.PASSED_ON))
    assert (await scene.approve(case)).state is State.APPROVED


async def test_changed_at_moves_even_when_the_clock_does_not(scene: Scene) -> None:
    case = await scene.opened()
    once = await scene.change(case, Event.REMINDED)
    twice = await scene.change(case, Event.REMINDED)
    assert case.changed_at < once.changed_at < twice.changed_at


async def test_a_hold_keeps_who_approved_and_moves_when_it_is_due(scene: Scene) -> None:
    case = await scene.approve(await scene.opened())
    later = START + timedelta(hours=8)
    now = await scene.change(case, Event.HELD, due_at=later, note="quiet hours")
    assert (now.version, now.changed_by, now.due_at, now.note) == (case.version, "ann", later, "quiet hours")


async def test_an_approval_that_crosses_another_wording_is_not_an_approval_of_that(scene: Scene) -> None:
    seen = await scene.opened()
    await scene.change(seen, Event.REWORDED, "ben", proposal=Proposal(text="My own words.", response=None))
    with pytest.raises(Stale):
        await scene.approve(seen, "ann")
    assert await scene.store.decisions(seen.id) == []


async def test_another_wording_needs_approval_anew(scene: Scene) -> None:
    case = await scene.opened(account="leader", approvals_required=2)
    case = await scene.approve(case, "ann")
    now = await scene.change(case, Event.REWORDED, "ben", proposal=Proposal(text="My own words.", response=None))
    assert now.draft is not None
    assert (now.draft.revision, now.draft.text, now.draft.written_by) == (2, "My own words.", "ben")
    assert now.approvals == ()
    filled = Proposal(text="Another response.", response="racism-space", variant=3)
    now = await scene.change(now, Event.REWORDED, "ben", proposal=filled)
    assert now.draft is not None
    assert (now.draft.written_by, now.draft.response, now.draft.variant) == (None, "racism-space", 3)
    assert [draft.revision for draft in await scene.store.drafts(case.id)] == [1, 2, 3]


async def test_two_approvals_come_from_two_people(scene: Scene) -> None:
    case = await scene.approve(await scene.opened(account="leader", approvals_required=2), "ann")
    assert case.state is State.OPEN
    with pytest.raises(StoreError, match="decides once on a draft"):
        await scene.approve(case, "ann")
    now = await scene.approve(case, "ben")
    assert now.state is State.APPROVED
    assert [approval.reviewer_id for approval in now.approvals] == ["ann", "ben"]


async def test_a_case_is_not_approved_before_the_last_approval(scene: Scene) -> None:
    case = await scene.opened(account="leader", approvals_required=2)
    with pytest.raises(StoreError, match="lacks approvals"):
        await scene.change(case, Event.APPROVED, "ann", decides="approve")
    assert await scene.store.decisions(case.id) == []


@pytest.mark.parametrize("event", [Event.UNDONE, Event.APPROVAL_LAPSED])
async def test_an_approval_that_was_taken_back_never_counts_again(scene: Scene, event: Event) -> None:
    before = await scene.approve(await scene.opened())
    now = await scene.change(before, event, "ann")
    assert (now.state, now.approvals, now.due_at) == (State.OPEN, (), None)
    assert before.draft is not None
    assert now.draft is not None
    assert (now.draft.text, now.draft.revision) == (before.draft.text, 2)
    assert (await scene.approve(now, "ann")).state is State.APPROVED


async def test_a_released_case_begins_anew(scene: Scene) -> None:
    case = await scene.escalated_by_reviewer()
    case = await scene.change(case, Event.ACKNOWLEDGED, "cat")
    assert (case.acknowledged_by, case.reason) == ("cat", Reason.DANGER)
    now = await scene.change(case, Event.RELEASED, "cat")
    assert (now.state, now.acknowledged_by, now.reason, now.approvals) == (State.OPEN, None, None, ())


async def test_an_escalated_verdict_is_never_released(scene: Scene) -> None:
    case = await scene.opened(kind="escalate")
    with pytest.raises(Stale):
        await scene.change(case, Event.RELEASED, "cat")


async def test_an_escalation_rings_without_changing_version(scene: Scene) -> None:
    case = await scene.opened(kind="escalate")
    scene.clock.forward(minutes=10)
    now = await scene.change(case, Event.RUNG)
    assert (now.version, now.called_at) == (1, scene.clock())


@pytest.mark.parametrize(
    ("event", "outcome"),
    [
        (Event.DISMISSED, "dismissed"),
        (Event.REFERRED, "referred"),
        (Event.REFUSED, "refused"),
        (Event.EXPIRED, "expired"),
        (Event.WITHDRAWN, "withdrawn"),
    ],
)
async def test_a_closed_case_says_how_it_ended(scene: Scene, event: Event, outcome: str) -> None:
    now = await scene.change(await scene.opened(), event)
    assert (now.state, now.outcome) == (State.CLOSED, outcome)


async def test_a_rehearsal_ends_as_a_dry_run(scene: Scene) -> None:
    case = await scene.approve(await scene.opened(account="quiet"))
    assert (await scene.change(case, Event.REHEARSED)).outcome == "dry_run"


async def test_a_principals_refusal_offers_another_account_in_the_same_transaction(scene: Scene) -> None:
    case = await scene.opened(account="leader", approvals_required=2)
    successor = scene.received(account="party")
    closed = await scene.change(case, Event.REFUSED, "ben", successor=successor)
    assert closed.outcome == "refused"
    known = (await scene.store.known([case.mention.uri]))[case.mention.uri]
    assert known.state is State.OPEN
    assert known.case_id is not None
    follower = await scene.case(known.case_id)
    assert (follower.account, follower.approvals_required, follower.mention) == ("party", 1, case.mention)
    assert follower.draft is not None
    assert await scene.store.verify() == []


async def test_a_successor_that_cannot_open_keeps_the_old_case_as_it_was(scene: Scene) -> None:
    case = await scene.opened(account="leader", approvals_required=2)
    with pytest.raises(StoreError):
        await scene.change(case, Event.REFUSED, "ben", successor=scene.received(account="unknown"))
    with pytest.raises(StoreError, match="needs an account"):
        await scene.change(case, Event.REFUSED, "ben", successor=scene.received())
    assert await scene.case(case) == case


async def test_a_superseded_case_is_followed_by_one_on_the_new_words(scene: Scene) -> None:
    case = await scene.opened()
    threat = scene.received(kind="escalate", account="party", said={"text": "worse"})
    await scene.change(case, Event.SUPERSEDED, successor=threat)
    (follower,) = await scene.store.cases(states=[State.ESCALATED])
    assert (follower.mention.text, follower.mention_version) == ("worse", 2)
    assert await scene.store.verify() == []


async def test_the_bot_decides_nothing(scene: Scene) -> None:
    with pytest.raises(StoreError, match="named person"):
        await scene.approve(await scene.opened(), "bot")


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
async def test_however_a_case_is_driven_its_books_agree(template: str, data: st.DataObject) -> None:
    async with copy_of(template) as scene:
        await drive(scene, data)
        assert await scene.store.verify() == []


async def drive(scene: Scene, data: st.DataObject) -> None:
    """Whatever may happen to a case, some of it impossible."""
    case = await scene.opened("1", data.draw(st.sampled_from(["respond", "respond", "escalate"])))
    for _ in range(data.draw(st.integers(1, 10))):
        events = [event for state, event in TRANSITIONS if state is case.state]
        event = data.draw(st.sampled_from(events or [Event.APPROVED]))
        actor = data.draw(st.sampled_from([person.id for person in PEOPLE]))
        more: dict[str, object] = {}
        if event in {Event.APPROVED, Event.APPROVAL_ADDED}:
            more["decides"] = "approve"
        if event is Event.CLAIMED:
            more |= {"owner": OWNER, "claimed_until": scene.clock()}
        if event is Event.REWORDED:
            more["proposal"] = Proposal(text="Otherwise.", response=None)
        before = case
        try:
            case = await scene.change(case, event, actor, **more)
        except (Stale, StoreError):
            assert await scene.case(case) == before
            continue
        if case.state is State.PUBLISHING and data.draw(st.booleans()):
            await scene.intend(case)
        case = await scene.case(case)
        if case.state in {State.APPROVED, State.PUBLISHING, State.PUBLISHED}:
            assert len({approval.reviewer_id for approval in case.approvals}) >= case.approvals_required
        if case.state is State.PUBLISHED:
            assert case.publication is not None
