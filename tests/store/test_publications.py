"""A publication is written before the first attempt, from approvals of exactly that text."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.model import Event, Mode, State, Visibility
from bot.store import Stale, StoreError
from tests.store.scene import LEADER, OWNER, PARTY, PEOPLE, START

if TYPE_CHECKING:
    from tests.store.scene import Scene


async def test_what_is_due_longest_comes_first(scene: Scene) -> None:
    late = await scene.approve(await scene.opened("1"), due_at=START + timedelta(seconds=80))
    soon = await scene.approve(await scene.opened("2"), due_at=START + timedelta(minutes=1))
    assert await scene.store.next_due("party", START, owner=OWNER) is None
    assert await scene.store.next_due_at() == soon.due_at
    now = START + timedelta(seconds=90)
    assert await scene.store.next_due("party", now, owner=OWNER) == soon
    await scene.claim(soon)
    assert await scene.store.next_due("party", now, owner=OWNER) == late
    assert await scene.store.next_due("leader", now, owner=OWNER) is None
    assert await scene.store.accounts_due(now, owner=OWNER) == ["party"]


@pytest.mark.parametrize("scope", ["all", "party"])
async def test_what_is_paused_is_not_due(scene: Scene, scope: str) -> None:
    await scene.approve(await scene.opened())
    now = START + timedelta(hours=1)
    assert await scene.store.accounts_due(now, owner=OWNER) == ["party"]
    await scene.store.pause(scope, actor="ann")
    assert await scene.store.accounts_due(now, owner=OWNER) == []
    assert await scene.store.next_due("party", now, owner=OWNER) is None
    await scene.store.resume(scope, actor="ann")
    await scene.store.pause("leader", actor="ann")
    assert await scene.store.accounts_due(now, owner=OWNER) == ["party"]


async def test_claims_that_did_not_end_come_first_then_what_is_to_be_taken_down(scene: Scene) -> None:
    approved = await scene.approve(await scene.opened("1"))
    retracting = await scene.change(await scene.published("2"), Event.RETRACTION_ASKED, "ann")
    claimed = await scene.claimed("3")
    await scene.store.pause("all", actor="ann")
    now = START + timedelta(hours=1)
    found = await scene.store.next_due("party", now, owner=OWNER)
    assert found == claimed
    await scene.change(claimed, Event.FAILED)
    assert await scene.store.next_due("party", now, owner=OWNER) == retracting
    await scene.change(retracting, Event.RETRACTED)
    assert await scene.store.next_due("party", now, owner=OWNER) is None
    await scene.store.resume("all", actor="ann")
    assert await scene.store.next_due("party", now, owner=OWNER) == approved


async def test_nothing_is_due_when_nothing_is_approved(scene: Scene) -> None:
    await scene.opened()
    assert await scene.store.next_due_at() is None


async def test_a_reply_carries_the_approved_text_and_who_approved_it(scene: Scene) -> None:
    case = await scene.opened(account="leader", approvals_required=2, said={"lang": "en"})
    case = await scene.claim(await scene.approve(await scene.approve(case, "ann"), "ben"))
    reply = await scene.intend(case)
    assert case.draft is not None
    assert (reply.case_id, reply.account, reply.mention_uri) == (case.id, "leader", case.mention.uri)
    assert (reply.text, reply.visibility, reply.lang) == (case.draft.text, Visibility.UNLISTED, "en")
    assert reply.approved_by == ("ann", "ben")
    assert reply.decisions == tuple(approval.decision_id for approval in case.approvals)
    assert reply.intended_at == START
    assert reply.key.isascii()
    assert await scene.store.reply_of(case.id) == reply


async def test_a_claim_belongs_to_whoever_made_it(scene: Scene) -> None:
    case = await scene.claimed()
    with pytest.raises(Stale):
        await scene.store.intend(case, owner="another", visibility=Visibility.UNLISTED)
    unclaimed = await scene.approve(await scene.opened("2"))
    with pytest.raises(Stale):
        await scene.intend(unclaimed)
    assert await scene.store.reply_of(case.id) is None


async def test_nothing_is_intended_once_the_author_has_edited_the_mention(scene: Scene) -> None:
    case = await scene.claimed()
    await scene.receive(scene.received(said={"text": "sorry"}, edits=case.id))
    with pytest.raises(Stale):
        await scene.intend(case)
    assert await scene.store.reply_of(case.id) is None


async def test_a_postponed_publication_is_tried_again_with_its_key(scene: Scene) -> None:
    case = await scene.claimed()
    first = await scene.intend(case)
    case = await scene.change(case, Event.POSTPONED, due_at=START + timedelta(minutes=5), note="unreachable")
    assert (case.state, case.due_at, case.note) == (State.APPROVED, START + timedelta(minutes=5), "unreachable")
    scene.clock.forward(minutes=6)
    second = await scene.intend(await scene.claim(case))
    assert (second.key, second.intended_at) == (first.key, first.intended_at)
    publication = (await scene.case(case)).publication
    assert publication is not None
    assert (publication.attempts, publication.key) == (2, first.key)


async def test_a_postponed_publication_is_not_tried_again_once_the_mention_was_edited(scene: Scene) -> None:
    case = await scene.claimed()
    await scene.intend(case)
    case = await scene.claim(await scene.change(case, Event.POSTPONED))
    await scene.receive(scene.received(said={"text": "sorry"}, edits=case.id))
    with pytest.raises(Stale):
        await scene.intend(case)


async def test_a_published_case_has_its_receipt_and_two_audit_events(scene: Scene) -> None:
    case = await scene.published()
    assert case.publication is not None
    assert case.publication.receipt == scene.receipt("1")
    *_, changed, published = await scene.store.trail(case.id)
    assert (changed.kind, published.kind) == ("case.published", "reply.published")
    assert published.detail["approved_by"] == ["ann"]
    assert case.draft is not None
    assert published.detail["draft_sha256"] == case.draft.text_sha256


async def test_nothing_is_published_that_was_not_intended(scene: Scene) -> None:
    case = await scene.claimed()
    with pytest.raises(StoreError, match="published by its publication"):
        await scene.change(case, Event.PUBLISHED, receipt=scene.receipt())


async def test_a_failed_publication_makes_room_for_another_after_a_new_approval(scene: Scene) -> None:
    case = await scene.claimed()
    first = await scene.intend(case)
    failed = await scene.change(case, Event.FAILED, note="the account is suspended")
    assert (failed.publication, failed.note) == (None, "the account is suspended")
    assert await scene.store.reply_of(case.id) is None
    reopened = await scene.change(failed, Event.REOPENED, "ann")
    assert (reopened.approvals, reopened.note) == ((), "")
    second = await scene.intend(await scene.claim(await scene.approve(reopened)))
    assert second.key != first.key


async def test_an_undone_publication_has_failed(scene: Scene) -> None:
    case = await scene.claimed()
    await scene.intend(case)
    case = await scene.change(case, Event.POSTPONED)
    case = await scene.change(case, Event.UNDONE, "ann")
    assert case.publication is None


@pytest.mark.parametrize(("event", "state"), [(Event.CONFIRMED, State.PUBLISHED), (Event.DENIED, State.FAILED)])
async def test_a_person_settles_what_is_not_known(scene: Scene, event: Event, state: State) -> None:
    case = await scene.claimed()
    await scene.intend(case)
    case = await scene.change(case, Event.AWAITED, claimed_until=START + timedelta(minutes=9), looked=True)
    assert case.publication is not None
    assert (case.state, case.publication.looks) == (State.PUBLISHING, 1)
    case = await scene.change(case, Event.UNCONFIRMED, looked=True)
    assert case.publication is not None
    assert case.publication.looks == 2
    assert (await scene.change(case, event, "ann")).state is state


async def test_a_retraction_is_asked_for_and_then_done(scene: Scene) -> None:
    case = await scene.change(await scene.published(), Event.RETRACTION_ASKED, "ann")
    assert case.state is State.RETRACTING
    back = await scene.change(case, Event.RETRACTION_FAILED, note="unreachable")
    assert back.state is State.PUBLISHED
    case = await scene.change(await scene.change(back, Event.RETRACTION_ASKED, "ann"), Event.RETRACTED)
    assert case.state is State.RETRACTED


async def test_a_claim_that_ran_out_or_is_anothers_is_found(scene: Scene) -> None:
    case = await scene.claimed()
    assert await scene.store.next_due("party", START, owner=OWNER) is None
    assert await scene.store.next_due("party", START, owner="the next bot") == case
    assert await scene.store.next_due("party", START + timedelta(minutes=3), owner=OWNER) == case


async def test_the_second_look_waits_for_its_time_even_when_another_bot_has_taken_over(scene: Scene) -> None:
    case = await scene.claimed()
    await scene.intend(case)
    case = await scene.change(case, Event.AWAITED, owner=OWNER, claimed_until=START + timedelta(minutes=9), looked=True)
    assert await scene.store.next_due("party", START + timedelta(minutes=8), owner="the next bot") is None
    assert await scene.store.next_due("party", START + timedelta(minutes=9), owner="the next bot") == case


async def test_replies_are_counted_from_when_they_were_or_may_have_been_posted(scene: Scene) -> None:
    await scene.published("1")
    scene.clock.forward(hours=1)
    unknown = await scene.claimed("2")
    await scene.intend(unknown)
    await scene.change(unknown, Event.UNCONFIRMED)
    failed = await scene.claimed("3")
    await scene.intend(failed)
    await scene.change(failed, Event.FAILED)
    assert await scene.store.replies_since("party", START) == [START, START + timedelta(hours=1)]
    assert await scene.store.replies_since("party", START + timedelta(minutes=1)) == [START + timedelta(hours=1)]
    assert await scene.store.replies_since("leader", START) == []


async def test_an_account_that_is_no_longer_live_publishes_nothing(scene: Scene) -> None:
    case = await scene.claimed()
    await scene.store.seed([replace(PARTY, mode=Mode.WATCH), LEADER], PEOPLE)
    with pytest.raises(StoreError, match="only a live account publishes"):
        await scene.intend(case)


async def test_a_text_that_was_altered_on_disk_is_never_handed_out(scene: Scene) -> None:
    case = await scene.claimed()
    scene.tamper("UPDATE drafts SET text = 'Something else'")
    with pytest.raises(StoreError, match="not the one that was approved"):
        await scene.intend(case)
