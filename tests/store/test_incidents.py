"""One card for an incident, one reply, and what becomes of its other posts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.model import Case, Event, Reason, State
from bot.store import Card, Change, Stale, Standing, Terms
from tests.store.scene import aimed

if TYPE_CHECKING:
    from tests.store.scene import Scene

HALF_AN_HOUR = timedelta(minutes=30)
IMOGEN = "@imogen@fernwick.example"


async def pile_on(scene: Scene, number: int = 4) -> list[Case]:
    found = await scene.receive(*(scene.received(str(n), pile_on=aimed()) for n in range(number)))
    return [await scene.case(case_id) for case_id in found]


async def publish(scene: Scene, case: Case) -> Case:
    case = await scene.claim(await scene.approve(case))
    await scene.intend(case)
    return await scene.change(case, Event.PUBLISHED, receipt=scene.receipt(case.id))


async def in_front(scene: Scene) -> list[str]:
    cases = await scene.store.cases(states={State.OPEN, State.APPROVED, State.FAILED}, in_front=True)
    return [case.id for case in cases]


def card(case: Case, message_id: int = 1) -> Card:
    posts = case.incident.posts if case.incident else 0
    return Card(
        case_id=case.id, desk="telegram", chat_id=-1, message_id=message_id, drawn_at=case.changed_at, posts=posts
    )


async def test_the_earliest_stands_in_front_and_later_posts_never_take_its_place(scene: Scene) -> None:
    first, *_ = await pile_on(scene)
    alone = await scene.opened("alone")
    await scene.receive(scene.received("later", pile_on=aimed()))
    assert await in_front(scene) == [first.id, alone.id]


async def test_what_is_to_be_answered_stands_in_front(scene: Scene) -> None:
    _, second, *_ = await pile_on(scene)
    await scene.approve(second)
    assert await in_front(scene) == [second.id]


async def test_when_one_is_answered_the_others_close_with_an_outcome_of_their_own(scene: Scene) -> None:
    first, *others = await pile_on(scene)
    answer = await publish(scene, first)
    for case in others:
        now = await scene.case(case)
        assert (now.state, now.outcome, now.changed_by) == (State.CLOSED, "incident_answered", None)
        assert (await scene.store.trail(case.id))[-1].detail["answered"] == answer.id
    assert await scene.store.verify() == []


async def test_a_dry_run_answers_the_incident_too(scene: Scene) -> None:
    first, second, *_ = await pile_on(scene)
    await scene.change(await scene.approve(first), Event.REHEARSED, outcome="dry_run")
    assert (await scene.case(second)).outcome == "incident_answered"


async def test_undo_gives_the_incident_back_whole(scene: Scene) -> None:
    first, *others = await pile_on(scene)
    await scene.change(await scene.approve(first), Event.UNDONE, "ann")
    assert {(await scene.case(case)).state for case in (first, *others)} == {State.OPEN}
    assert await in_front(scene) == [first.id]


async def test_second_post_to_be_approved_is_refused_and_names_the_first(scene: Scene) -> None:
    first, second, *_ = await pile_on(scene)
    await scene.approve(first)
    with pytest.raises(Stale) as refused:
        await scene.approve(second, "ben")
    assert refused.value.case.id == first.id
    assert (await scene.case(second)).state is State.OPEN
    assert await scene.store.decisions(second.id) == []


@pytest.mark.parametrize("last", [Event.FAILED, Event.DENIED])
async def test_when_the_answer_fails_the_others_are_offered_again(scene: Scene, last: Event) -> None:
    first, second, *_ = await pile_on(scene)
    first = await scene.claim(await scene.approve(first))
    await scene.intend(first)
    if last is Event.DENIED:
        first = await scene.change(first, Event.UNCONFIRMED, looked=True)
        assert await in_front(scene) == []
        with pytest.raises(Stale):
            await scene.approve(second)
    await scene.change(first, last, "ann")
    assert await in_front(scene) == [first.id, second.id]
    await publish(scene, second)
    now = await scene.case(first)
    assert (now.state, now.outcome) == (State.CLOSED, "incident_answered")


async def test_a_reply_that_was_taken_back_was_the_one_reply(scene: Scene) -> None:
    first, *_ = await pile_on(scene)
    asked = await scene.change(await publish(scene, first), Event.RETRACTION_ASKED, "ann")
    await scene.change(asked, Event.RETRACTED)
    (again,) = await scene.receive(scene.received("again", pile_on=aimed()))
    assert (await scene.case(again)).outcome == "incident_answered"


async def test_an_escalated_post_stays_with_the_safety_team(scene: Scene) -> None:
    first, second, *_ = await pile_on(scene)
    escalated = await scene.change(first, Event.ESCALATED, "ann", decides="escalate", reason=Reason.DANGER)
    assert await in_front(scene) == [second.id]
    await publish(scene, second)
    assert (await scene.case(escalated)).state is State.ESCALATED
    released = await scene.change(await scene.case(escalated), Event.RELEASED, "cat")
    with pytest.raises(Stale):
        await scene.approve(released)


async def test_all_that_wait_are_dismissed_at_once_each_by_a_decision(scene: Scene) -> None:
    first, *others = await pile_on(scene)
    change = Change(
        case_id=first.id,
        version=first.version,
        event=Event.DISMISSED,
        actor="ann",
        decides="dismiss",
        reason=Reason.NOT_ANSWERED,
        outcome="dismissed",
        whole=True,
    )
    await scene.store.advance(change)
    for case in (first, *others):
        now = await scene.case(case)
        assert (now.state, now.outcome, now.changed_by) == (State.CLOSED, "dismissed", "ann")
        assert [record.reviewer for record in await scene.store.decisions(case.id)] == ["ann"]
    assert await scene.store.verify() == []


async def test_an_incident_has_one_card_and_those_before_it_give_theirs_up(scene: Scene) -> None:
    alone = [await scene.opened(str(n), pile_on=aimed()) for n in range(2)]
    cards = [card(case, n) for n, case in enumerate(alone)]
    for each in cards:
        await scene.store.keep_card(each)
    await scene.opened("third", pile_on=aimed())
    ((front, known),) = await scene.store.stale_cards("telegram")
    assert (front.id, known) == (alone[0].id, tuple(cards))
    await scene.store.drop_card(cards[1])
    await scene.store.keep_card(card(front, 0))
    assert await scene.store.stale_cards("telegram") == []


async def test_a_new_arrival_raises_the_counter_of_the_same_card(scene: Scene) -> None:
    first, *_ = await pile_on(scene)
    await scene.store.keep_card(card(first))
    await scene.receive(scene.received("recorded", "record", pile_on=aimed()))
    ((drawn, known),) = await scene.store.stale_cards("telegram")
    assert (drawn.id, drawn.version, drawn.changed_at) == (first.id, first.version, first.changed_at)
    assert (drawn.incident and drawn.incident.posts, known) == (5, (card(first),))


async def test_a_card_stays_with_the_post_that_it_was_turned_to(scene: Scene) -> None:
    _, second, *_ = await pile_on(scene)
    await scene.store.keep_card(card(second))
    assert await scene.store.stale_cards("telegram") == []
    assert len(await scene.store.stale_cards("another desk")) == 1


async def test_a_card_goes_to_the_post_that_is_to_be_answered(scene: Scene) -> None:
    first, second, *_ = await pile_on(scene)
    await scene.store.keep_card(card(second))
    first = await scene.approve(first)
    assert [(case.id, known) for case, known in await scene.store.stale_cards("telegram")] == [
        (first.id, (card(second),))
    ]
    await scene.store.keep_card(card(first))
    assert await scene.store.cards("telegram") == [card(first)]


async def test_a_standing_tells_how_far_it_has_come(scene: Scene) -> None:
    async def standing() -> Standing | None:
        return (await scene.background(targets=[IMOGEN, "@nobody@x.example"])).standings.get(IMOGEN)

    assert await standing() is None
    first, *_ = await pile_on(scene, 2)
    assert await standing() == Standing(cases=2, waiting=2)
    await scene.opened("third", pile_on=aimed())
    assert await standing() == Standing(formed=True, cases=3, waiting=3)
    await publish(scene, await scene.case(first))
    assert await standing() == Standing(formed=True, cases=3, answered=True)
    scene.clock.forward(minutes=31)
    assert await standing() is None


async def test_purged_names_leave_the_number_of_posts(scene: Scene) -> None:
    first, *_ = await pile_on(scene)
    await publish(scene, first)
    scene.clock.forward(days=2)
    await scene.store.purge(scene.clock(), Terms(ignored_days=1, recorded_days=1, closed_case_days=1))
    now = await scene.case(first)
    assert now.incident is not None
    assert (now.incident.posts, now.incident.people) == (4, 0)
    with scene.by_hand() as connection:
        assert connection.execute("SELECT count(aim) FROM mentions").fetchone() == (0,)


async def test_every_case_of_an_incident_can_be_read(scene: Scene) -> None:
    first, *others = await pile_on(scene)
    await publish(scene, first)
    assert first.incident is not None
    found = await scene.store.incident(first.incident.id)
    assert [case.id for case in found] == [case.id for case in (first, *others)]
    assert [replace(case, draft=None).state for case in found] == [State.PUBLISHED, *[State.CLOSED] * 3]
