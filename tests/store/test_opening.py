"""What is gathered is written in the order in which it came, with one chain of events."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.store.encoding import evidence_of, sha256, to_json

if TYPE_CHECKING:
    from tests.store.scene import Scene


async def test_the_opening_event_holds_the_digests_of_what_was_judged_and_proposed(scene: Scene) -> None:
    received = scene.received(via="intake:ann")
    (case_id,) = await scene.receive(received)
    (event,) = await scene.store.trail(case_id)
    assert event.detail["evidence"] == sha256(evidence_of(received.mention))
    assert event.detail["judgement"] == sha256(to_json(received.verdict))
    assert received.proposal is not None
    assert event.detail["draft_sha256"] == sha256(received.proposal.text)
    told = {name: event.detail[name] for name in ("kind", "policy", "rules", "state", "version", "via")}
    assert told == {
        "kind": "respond",
        "policy": "racism",
        "rules": ["racism-1"],
        "state": "open",
        "version": 1,
        "via": "intake:ann",
    }


async def test_a_case_without_a_proposal_waits_without_a_draft(scene: Scene) -> None:
    case = await scene.opened(reply="")
    assert case.draft is None
    assert "draft" not in (await scene.store.trail(case.id))[0].detail


async def test_the_account_that_answers_need_not_be_the_one_that_saw(scene: Scene) -> None:
    case = await scene.opened(account="leader", approvals_required=2)
    assert (case.account, case.mention.account) == ("leader", "party")
    assert [event.stream for event in await scene.store.trail(case.id)] == ["leader"]
