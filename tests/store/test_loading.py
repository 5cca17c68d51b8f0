"""A case is built from its rows, however many there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.model import Event, Proposal, State

if TYPE_CHECKING:
    from tests.store.scene import Scene


async def test_no_case_of_that_id_is_none(scene: Scene) -> None:
    assert await scene.store.case("nothing") is None


async def test_each_case_in_a_list_is_as_it_is_by_itself(scene: Scene) -> None:
    await scene.published("1")
    await scene.claimed("2")
    await scene.dismissed("3")
    await scene.opened("4", "escalate")
    half = await scene.opened("5", account="leader", approvals_required=2)
    await scene.approve(half, "ann")
    reworded = await scene.opened("6")
    await scene.change(reworded, Event.REWORDED, "ben", proposal=Proposal(text="Otherwise.", response=None))
    together = await scene.store.cases(states=list(State))
    assert len(together) == 6
    assert together == [await scene.case(case) for case in together]


async def test_only_the_newest_draft_counts_with_its_approvals(scene: Scene) -> None:
    case = await scene.approve(await scene.opened(account="leader", approvals_required=2), "ann")
    assert [approval.reviewer_id for approval in case.approvals] == ["ann"]
    case = await scene.change(case, Event.REWORDED, "ben", proposal=Proposal(text="Otherwise.", response=None))
    assert case.draft is not None
    assert (case.draft.text, case.approvals) == ("Otherwise.", ())
    first, second = await scene.store.drafts(case.id)
    assert second == case.draft
    assert first.revision == 1
