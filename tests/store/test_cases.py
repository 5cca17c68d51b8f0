"""The queue, what is closed, what was decided, and what is still looked at."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.model import Event, Reason, State
from tests.store.scene import START

if TYPE_CHECKING:
    from tests.store.scene import Scene


async def test_the_queue_is_oldest_first_in_the_order_of_the_page(scene: Scene) -> None:
    ids = await scene.receive(*(scene.received(str(number)) for number in range(20)))
    assert [case.id for case in await scene.store.cases(states=[State.OPEN])] == list(ids)
    assert [case.id for case in await scene.store.cases(states=[State.OPEN], limit=2)] == list(ids[:2])


async def test_the_queue_is_narrowed_to_states_accounts_and_desks(scene: Scene) -> None:
    opened = await scene.opened("1")
    ours = await scene.opened("2", account="leader", approvals_required=2)
    threat = await scene.opened("3", "escalate")
    passed = await scene.escalated_by_reviewer("4")
    both = {State.OPEN, State.ESCALATED}

    async def ids(**narrowed: bool | str | None) -> list[str]:
        return [case.id for case in await scene.store.cases(states=both, **narrowed)]  # type: ignore[arg-type]  # passed on

    assert await ids() == [opened.id, ours.id, threat.id, passed.id]
    assert await ids(safety=True) == [threat.id, passed.id]
    assert await ids(safety=False) == [opened.id, ours.id]
    assert await ids(account="leader") == [ours.id]
    assert await scene.store.cases(states=[State.APPROVED]) == []


async def test_each_desk_sees_exactly_the_cases_that_are_its_own(scene: Scene) -> None:
    await scene.opened("1", "escalate")
    await scene.escalated_by_reviewer("2")
    await scene.opened("3")
    for safety in (True, False):
        found = await scene.store.cases(states=list(State), safety=safety)
        assert {case.on_safety_desk for case in found} == {safety}


async def test_closed_cases_are_latest_first_and_threats_apart(scene: Scene) -> None:
    first = await scene.published("1")
    scene.clock.forward(minutes=1)
    second = await scene.dismissed("2")
    threat = await scene.opened("3", "escalate")
    threat = await scene.change(threat, Event.REFERRED, "cat", decides="refer", reason=Reason.POLICE)
    assert await scene.store.closed() == [second, first]
    assert await scene.store.closed(1) == [second]
    assert await scene.store.closed(safety=True) == [threat]


async def test_decisions_tell_who_ruled_what_and_why(scene: Scene) -> None:
    case = await scene.dismissed()
    (decision,) = await scene.store.decisions(case.id)
    told = (decision.kind, decision.reviewer, decision.reason, decision.note, decision.draft_id)
    assert told == ("dismiss", "ann", Reason.NOT_ABUSE, "seen worse", None)


async def test_what_is_looked_at_are_the_mentions_of_cases_that_an_edit_still_concerns(scene: Scene) -> None:
    expected = [
        await scene.opened("1"),
        await scene.approve(await scene.opened("2")),
        await scene.opened("3", "escalate"),
    ]
    await scene.dismissed("5")
    await scene.receive(scene.received("6"), account="leader")
    assert await scene.store.live_mentions("party") == [case.mention for case in expected]
    assert [mention.native_id for mention in await scene.store.live_mentions("leader")] == ["6"]


async def looked_at(scene: Scene) -> list[str]:
    return [mention.native_id for mention in await scene.store.live_mentions("party")]


async def test_what_was_recorded_within_a_day_is_looked_at_after_the_live_newest_first(scene: Scene) -> None:
    await scene.receive(scene.received("too old", "record"))
    scene.clock.forward(hours=1)
    await scene.receive(scene.received("recorded", "record"), scene.received("ignored", "ignore"))
    await scene.receive(scene.received("deleted", "record"))
    await scene.receive(gone=["https://other.example/deleted"])
    scene.clock.forward(hours=1)
    await scene.published("answered")
    await scene.receive(scene.received("another's", "record"), account="leader")
    scene.clock.forward(hours=22, minutes=30)
    await scene.opened("live")
    assert await looked_at(scene) == ["live", "recorded"]


async def test_what_was_answered_is_looked_at_for_as_long_as_asked_the_newest_first(scene: Scene) -> None:
    await scene.published("answered too long ago")
    scene.clock.forward(hours=1)
    await scene.published("answered first")
    scene.clock.forward(hours=1)
    await scene.published("deleted")
    await scene.receive(gone=["https://other.example/deleted"])
    unconfirmed = await scene.claimed("perhaps answered")
    await scene.intend(unconfirmed)
    await scene.change(unconfirmed, Event.UNCONFIRMED)
    await scene.opened("live")
    found = await scene.store.answered_mentions("party", START + timedelta(minutes=30))
    assert [mention.native_id for mention in found] == ["perhaps answered", "answered first"]
    assert await scene.store.answered_mentions("leader", START) == []


async def test_an_answered_mention_that_became_a_threat_is_looked_at_once(scene: Scene) -> None:
    await scene.published("answered")
    said = {"text": "I know where you live"}
    await scene.receive(scene.received("answered", "escalate", said=said))
    assert [mention.text for mention in await scene.store.live_mentions("party")] == ["I know where you live"]
    assert await scene.store.answered_mentions("party", START) == []


async def test_questions_about_replies_are_among_what_waits_when_asked_for(scene: Scene) -> None:
    case = await scene.published("answered")
    waiting = await scene.opened("open")
    await scene.receive(scene.received("answered", said={"text": "I am sorry"}))
    found = await scene.store.cases(states={State.OPEN}, asked=True)
    assert [each.id for each in found] == [case.id, waiting.id]
    assert await scene.store.cases(states={State.OPEN}) == [waiting]


async def test_no_more_than_two_hundred_settled_mentions_are_looked_at(scene: Scene) -> None:
    await scene.receive(*(scene.received(f"r{number}", "record") for number in range(230)))
    await scene.receive(*(scene.received(f"live{number}") for number in range(3)))
    found = await looked_at(scene)
    assert (len(found), found[:4]) == (203, ["live0", "live1", "live2", "r229"])


async def test_the_queue_shows_a_storm_whole(scene: Scene) -> None:
    ids = await scene.receive(*(scene.received(str(number)) for number in range(250)))
    assert len(await scene.store.cases(states=[State.OPEN])) == len(ids) == 250
