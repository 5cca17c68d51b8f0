"""The queue: in which order, narrowed how, and that its counts say what its pages hold."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.model import Event, State
from bot.store import Group, QueueView, Reader, Wanted
from tests.store.scene import aimed

if TYPE_CHECKING:
    from bot.model import Case
    from tests.store.scene import Scene

ANN = Reader(id="ann", speaks_for=frozenset({"party", "leader"}))
BEN = Reader(id="ben", speaks_for=frozenset({"party", "leader"}))
NOBODY = Reader(id="cat")


async def ids(scene: Scene, reader: Reader = ANN, **wanted: object) -> list[str]:
    page = await scene.store.queue(Wanted(**wanted), reader)  # type: ignore[arg-type]  # passed on
    return [case.id for case in page.cases]


async def failed(scene: Scene, name: str) -> Case:
    case = await scene.claimed(name)
    return await scene.change(case, Event.FAILED)


async def test_most_pressing_comes_first_and_then_the_oldest(scene: Scene) -> None:
    approved = await scene.approve(await scene.opened("1"))
    first = await scene.opened("2")
    second = await scene.opened("3")
    trouble = await failed(scene, "4")
    page = await scene.store.queue(Wanted(), ANN)
    assert [case.id for case in page.cases] == [trouble.id, first.id, second.id, approved.id]
    assert page.sizes == {Group.TROUBLE: 1, Group.OPEN: 2, Group.LEAVING: 1}


async def test_pages_follow_each_other_without_a_gap(scene: Scene) -> None:
    opened = list(await scene.receive(*(scene.received(str(number)) for number in range(7))))
    pages = [await scene.store.queue(Wanted(), ANN, limit=3, offset=offset) for offset in (0, 3, 6)]
    assert [case.id for page in pages for case in page.cases] == opened
    assert {page.sizes[Group.OPEN] for page in pages} == {7}


async def test_escalated_cases_are_in_no_view_and_counted_for_safety_alone(scene: Scene) -> None:
    await scene.opened("1", "escalate")
    acknowledged = await scene.escalated_by_reviewer("2")
    await scene.change(acknowledged, Event.ACKNOWLEDGED, "cat")
    for view in QueueView:
        assert await ids(scene, view=view) == []
    counts = await scene.store.queue_counts(safety=True)
    assert (counts.waiting, counts.escalated, counts.ringing) == (0, 2, 1)
    counts = await scene.store.queue_counts(safety=False)
    assert (counts.escalated, counts.ringing) == (0, 0)


async def test_queue_is_narrowed_to_an_account_a_policy_and_a_severity(scene: Scene) -> None:
    party = await scene.opened("1")
    leader = await scene.opened("2", account="leader", approvals_required=2)
    assert await ids(scene, account="leader") == [leader.id]
    assert await ids(scene, policy="racism", severity=2) == [party.id, leader.id]
    assert await ids(scene, policy="sexism") == []
    assert await ids(scene, severity=3) == []


async def test_for_my_approval_is_what_my_approval_would_bring_on(scene: Scene) -> None:
    case = await scene.opened("1")
    both = await scene.opened("2", account="leader", approvals_required=2)
    await scene.opened("3", reply="")
    assert await ids(scene, ANN, view=QueueView.APPROVAL) == [case.id, both.id]
    assert await ids(scene, NOBODY, view=QueueView.APPROVAL) == []
    both = await scene.approve(both, "ann")
    assert await ids(scene, ANN, view=QueueView.APPROVAL) == [case.id]
    assert await ids(scene, BEN, view=QueueView.APPROVAL) == [case.id, both.id]


async def test_last_approval_is_kept_for_the_principal(scene: Scene) -> None:
    own = await scene.opened("1", account="leader", principal="ben")
    assert own.approvals_required == 2
    assert await ids(scene, ANN, view=QueueView.APPROVAL) == await ids(scene, BEN, view=QueueView.APPROVAL) == [own.id]
    await scene.approve(own, "ann")
    assert await ids(scene, Reader(id="cat", speaks_for=ANN.speaks_for), view=QueueView.APPROVAL) == []
    assert await ids(scene, BEN, view=QueueView.APPROVAL) == [own.id]


async def test_mine_is_what_i_have_open_changed_or_ruled_on(scene: Scene) -> None:
    approved = await scene.approve(await scene.opened("1"), "ann")
    open_now, other = await scene.opened("2"), await scene.opened("3")
    reader = Reader(id="ann", has_open=frozenset({open_now.id}))
    assert await ids(scene, reader, view=QueueView.MINE) == [open_now.id, approved.id]
    assert await ids(scene, BEN, view=QueueView.MINE) == []
    assert other.id in await ids(scene, reader)


async def test_problems_and_unconfirmed_are_views_of_their_own(scene: Scene) -> None:
    trouble = await failed(scene, "1")
    unknown = await scene.claimed("2")
    await scene.intend(unknown)
    unknown = await scene.change(unknown, Event.UNCONFIRMED)
    await scene.opened("3")
    assert await ids(scene, view=QueueView.PROBLEMS) == [trouble.id, unknown.id]
    assert await ids(scene, view=QueueView.UNCONFIRMED) == [unknown.id]


async def test_counts_say_what_the_views_hold_and_since_when_the_oldest_waits(scene: Scene) -> None:
    first = await scene.opened("1")
    scene.clock.forward(minutes=5)
    await failed(scene, "2")
    await scene.approve(await scene.opened("3"), "ben")
    await scene.dismissed("4")
    counts = await scene.store.queue_counts(safety=False)
    assert (counts.waiting, counts.oldest) == (2, first.opened_at)
    assert await scene.store.in_views(ANN) == {view: len(await ids(scene, view=view)) for view in QueueView}


async def test_question_about_our_reply_waits_and_its_answer_ends_it(scene: Scene) -> None:
    case = await scene.published("1")
    scene.clock.forward(minutes=1)
    edited = scene.received("1", said={"text": "you lot are vermin, all of you", "edited_at": scene.clock()})
    await scene.receive(edited)
    asked = await scene.case(case)
    assert (await scene.store.queue(Wanted(), ANN)).sizes == {Group.ASKED: 1}
    assert (await scene.store.queue_counts(safety=False)).waiting == 1
    await scene.change(asked, Event.KEPT, "ann")
    assert await ids(scene) == []


async def test_of_a_pile_on_the_case_in_front_stands_for_all(scene: Scene) -> None:
    pile = aimed(cases=3)
    opened = await scene.receive(*(scene.received(str(number), pile_on=pile) for number in range(5)))
    assert await ids(scene) == [opened[0]]
    assert (await scene.store.queue_counts(safety=False)).waiting == 1
    assert len(await scene.store.cases(states=[State.OPEN])) == 5


async def test_number_of_audit_events_rises_with_each_change_and_with_nothing_else(scene: Scene) -> None:
    case = await scene.opened("1")
    before = await scene.store.height()
    await scene.store.case(case.id)
    assert await scene.store.height() == before
    await scene.approve(case)
    assert await scene.store.height() == before + 1
    await scene.store.note_opening(case.id, actor="ann", unless_within=timedelta(minutes=10))
    assert await scene.store.height() == before + 2


async def test_after_a_case_comes_the_next_that_waits_and_behind_the_last_the_first(scene: Scene) -> None:
    first, second, third = [await scene.opened(name) for name in "123"]
    trouble = await failed(scene, "4")
    await scene.approve(await scene.opened("5"))

    async def after(case: Case, avoid: tuple[str, ...] = (), **wanted: object) -> str | None:
        return await scene.store.next_in_queue(Wanted(**wanted), ANN, after=case, avoid=avoid)  # type: ignore[arg-type]  # passed on

    assert await after(first) == second.id
    assert await after(third) == trouble.id
    assert await after(third, view=QueueView.APPROVAL) == first.id
    assert await after(first, avoid=(second.id,)) == third.id
    assert await after(trouble, view=QueueView.PROBLEMS) is None
    assert await after(second, account="leader") is None


async def test_what_this_reader_has_approved_and_another_must_is_not_next(scene: Scene) -> None:
    first, second, third = [
        await scene.opened(name, account="leader", approvals_required=2, principal="") for name in "123"
    ]
    await scene.approve(second, "ann")
    assert await scene.store.next_in_queue(Wanted(), ANN, after=first) == third.id
    assert await scene.store.next_in_queue(Wanted(), BEN, after=first) == second.id
