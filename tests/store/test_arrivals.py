"""Which posts belong to one pile-on, in whatever order and however they arrive."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.model import Author, Case, Event, Reason, State
from tests.store.scene import aimed

if TYPE_CHECKING:
    from tests.store.scene import Scene


def by(name: str) -> dict[str, object]:
    return {"author": Author(uri=f"https://other.example/u/{name}", handle=f"@{name}@other.example")}


async def arrive(scene: Scene, *names: str, at: str = "@imogen@fernwick.example", kind: str = "respond") -> list[Case]:
    """The cases that these posts open, on one page."""
    pile_on = None if kind == "escalate" else aimed(at)
    page = [scene.received(name, kind, said=by(name), pile_on=pile_on) for name in names]
    await scene.receive(*page)
    known = await scene.store.known(item.mention.uri for item in page)
    return [await scene.case(each.case_id) for each in known.values() if each.case_id]


async def sizes(scene: Scene, *names: str) -> list[int]:
    """Of how many posts the incident of each of these is; 0 when it stands alone."""
    known = await scene.store.known(f"https://other.example/{name}" for name in names)
    found = [await scene.case(known[f"https://other.example/{name}"].case_id or "") for name in names]
    return [case.incident.posts if case.incident else 0 for case in found]


async def test_third_post_makes_an_incident_of_those_before(scene: Scene) -> None:
    await arrive(scene, "1", "2")
    assert await sizes(scene, "1", "2") == [0, 0]
    scene.clock.forward(minutes=10)
    [third] = await arrive(scene, "3")
    assert await sizes(scene, "1", "2", "3") == [3, 3, 3]
    assert third.incident is not None
    assert (third.incident.people, third.incident.last_at - third.incident.first_at) == (3, timedelta(minutes=10))


async def test_one_page_may_hold_the_whole_of_it(scene: Scene) -> None:
    await arrive(scene, "1", "2", "3", "4")
    assert await sizes(scene, "1", "4") == [4, 4]


async def test_time_counts_from_the_last_post(scene: Scene) -> None:
    for name in ("1", "2", "3", "4"):
        await arrive(scene, name)
        scene.clock.forward(minutes=29)
    assert await sizes(scene, "1", "4") == [4, 4]
    scene.clock.forward(minutes=2)
    await arrive(scene, "late")
    assert await sizes(scene, "late") == [0]


async def test_each_target_has_its_own(scene: Scene) -> None:
    await arrive(scene, "1", "2")
    await arrive(scene, "3", at="@idris@parlour.example")
    await arrive(scene, "4", at="@IMOGEN@fernwick.example")
    assert await sizes(scene, "1", "2", "3", "4") == [3, 3, 0, 3]


async def test_an_escalation_is_never_part_of_one(scene: Scene) -> None:
    await arrive(scene, "1", "2", "3")
    [threat] = await arrive(scene, "threat", kind="escalate")
    assert threat.incident is None
    assert await sizes(scene, "1") == [3]


async def test_what_was_recorded_is_counted(scene: Scene) -> None:
    await arrive(scene, "before", kind="record")
    await arrive(scene, "1", "2", "3")
    await arrive(scene, "after", kind="record")
    assert await sizes(scene, "1") == [5]


async def test_what_was_recorded_alone_makes_none(scene: Scene) -> None:
    await arrive(scene, "1", "2", "3", "4", kind="record")
    await arrive(scene, "5")
    assert await sizes(scene, "5") == [0]


async def test_what_was_ruled_not_to_be_abuse_does_not_count_towards_one(scene: Scene) -> None:
    first, *_ = await arrive(scene, "1", "2")
    await scene.change(first, Event.DISMISSED, "ann", decides="dismiss", reason=Reason.IRONY)
    await arrive(scene, "3")
    assert await sizes(scene, "2", "3") == [0, 0]


async def test_what_was_dismissed_as_abuse_counts(scene: Scene) -> None:
    first, *_ = await arrive(scene, "1", "2")
    await scene.change(first, Event.DISMISSED, "ann", decides="dismiss", reason=Reason.NOT_ANSWERED)
    await arrive(scene, "3")
    assert await sizes(scene, "1", "2", "3") == [3, 3, 3]


async def answered(scene: Scene, case: Case) -> Case:
    case = await scene.claim(await scene.approve(case))
    await scene.intend(case)
    return await scene.change(case, Event.PUBLISHED, receipt=scene.receipt(case.id))


async def test_an_answer_given_before_is_the_answer_of_the_incident(scene: Scene) -> None:
    first, second = await arrive(scene, "1", "2")
    await answered(scene, second)
    third, *_ = await arrive(scene, "3")
    assert await sizes(scene, "1", "2", "3") == [3, 3, 3]
    for case in (first, third):
        now = await scene.case(case)
        assert (now.state, now.outcome) == (State.CLOSED, "incident_answered")


async def test_two_answers_given_before_are_of_two_incidents(scene: Scene) -> None:
    first, second = await arrive(scene, "1", "2")
    for case in (first, second):
        await answered(scene, case)
    await arrive(scene, "3")
    assert await sizes(scene, "1", "2", "3") == [2, 0, 2]
    assert await scene.store.verify() == []


async def test_an_approval_given_before_holds(scene: Scene) -> None:
    first, second = await arrive(scene, "1", "2")
    await scene.approve(second)
    third, *_ = await arrive(scene, "3")
    assert (await scene.case(second)).state is State.APPROVED
    assert {(await scene.case(case)).state for case in (first, third)} == {State.OPEN}


async def test_after_a_day_abuse_that_never_stops_is_a_new_incident(scene: Scene) -> None:
    for number in range(54):
        await arrive(scene, str(number))
        scene.clock.forward(minutes=29)
    assert await sizes(scene, "0", "49", "50", "53") == [50, 50, 4, 4]


async def test_an_edit_into_abuse_arrives_then(scene: Scene) -> None:
    await scene.receive(scene.received("calm", "record", said=by("calm")))
    await arrive(scene, "1", "2")
    edited = scene.received("calm", said={**by("calm"), "text": "and you are vermin"}, pile_on=aimed())
    await scene.receive(edited)
    assert await sizes(scene, "calm", "1") == [3, 3]


async def test_the_audit_says_what_belongs_together(scene: Scene) -> None:
    await arrive(scene, "1", "2", "3")
    await arrive(scene, "4")
    told = [event for event in await scene.store.audit_events("party") if event.kind.startswith("incident.")]
    assert [(event.kind, len(event.detail["mentions"])) for event in told] == [  # type: ignore[arg-type]
        ("incident.formed", 3),
        ("incident.joined", 1),
    ]
    assert await scene.store.verify() == []


@pytest.mark.parametrize("event", [Event.REFERRED, Event.ESCALATED])
async def test_what_a_person_did_to_one_post_leaves_the_others(scene: Scene, event: Event) -> None:
    first, *others = await arrive(scene, "1", "2", "3")
    ruling = "refer" if event is Event.REFERRED else "escalate"
    outcome = "referred" if event is Event.REFERRED else None
    await scene.change(first, event, "ann", decides=ruling, reason=Reason.DANGER, outcome=outcome)
    assert {(await scene.case(case)).state for case in others} == {State.OPEN}
