"""The cases behind a figure: as many as it says, and none that does not exist for who asks."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.model import Event, Proposal, Reason, Target, TargetKind
from bot.store import Outgoing, Sought
from tests.store.scene import START

if TYPE_CHECKING:
    from bot.model import Case
    from tests.store.scene import Scene

DAY = timedelta(days=1)


async def ids(scene: Scene, **sought: Any) -> list[str]:
    sought.setdefault("safety", False)
    cases, number = await scene.store.seek(Sought(**sought))
    assert number == len(cases)
    return [case.id for case in cases]


async def _told_apart(scene: Scene) -> tuple[Case, Case]:
    """Two cases that differ in all that can be asked for."""
    target = Target(kind=TargetKind.PROTECTED, handle="@imogen@fernwick.example", characteristic="sex")
    first = await scene.opened("1", verdict=scene.verdict(policy="sexism", target=target))
    first = await scene.change(
        first, Event.REWORDED, "ann", proposal=Proposal(text="@al@other.example Mine.", response=None)
    )
    (second_id,) = await scene.receive(scene.received("2", reply=None), account="leader")
    second = await scene.case(second_id)
    second = await scene.change(second, Event.DISMISSED, "ann", decides="dismiss", reason=Reason.QUOTED)
    return first, second


@pytest.mark.parametrize(
    "sought",
    [
        {"policy": "sexism"},
        {"standing": "open"},
        {"account": "party"},
        {"characteristic": "sex"},
        {"protected": "@imogen@fernwick.example"},
        {"rule": "sexism-1"},
        {"response": "racism-in-group"},
        {"edited": True},
    ],
)
async def test_each_question_finds_its_case_alone(scene: Scene, sought: dict[str, Any]) -> None:
    first, second = await _told_apart(scene)
    assert await ids(scene, **sought) == [first.id]
    assert sorted(await ids(scene)) == sorted([first.id, second.id])


async def test_sealed_case_is_found_by_nothing_that_it_says(scene: Scene) -> None:
    first, _ = await _told_apart(scene)
    box = Outgoing(id=first.id, kind="referral", sealed="c2VhbGVk")
    ruled: dict[str, Any] = {"decides": "refer", "reason": Reason.DISCIPLINARY, "outcome": "referred"}
    await scene.change(first, Event.REFERRED, "ann", passed=box, **ruled)
    said = {"policy": "sexism", "characteristic": "sex", "protected": "@imogen@fernwick.example", "rule": "sexism-1"}
    for question in ({name: value} for name, value in {**said, "response": "racism-in-group", "edited": True}.items()):
        assert await ids(scene, safety=True, **question) == []
    assert await ids(scene, standing="referred") == await ids(scene, account="party") == [first.id]


async def test_decisions_are_found_by_their_reason_and_day(scene: Scene) -> None:
    _, second = await _told_apart(scene)
    today = {"since": START, "until": START + DAY}
    assert await ids(scene, ruling="quoted", **today) == [second.id]
    assert await ids(scene, standing="dismissed") == [second.id]
    assert await ids(scene, ruling="quoted", since=START + DAY) == []


async def test_answered_cases_are_found_by_the_day_of_the_reply(scene: Scene) -> None:
    case = await scene.claimed("1")
    await scene.opened("2")
    scene.clock.forward(days=1)
    await scene.intend(case)
    await scene.change(case, Event.PUBLISHED, receipt=scene.receipt())
    assert await ids(scene, answered=True, since=START + DAY) == [case.id]
    assert await ids(scene, answered=True, until=START + DAY) == []
    assert len(await ids(scene, until=START + DAY)) == 2


async def test_cases_of_no_policy_are_found_by_an_empty_one(scene: Scene) -> None:
    await scene.opened("1")
    assert await ids(scene, policy="") == []
    assert len(await ids(scene, policy="racism")) == 1


async def test_pages_follow_each_other_without_a_gap(scene: Scene) -> None:
    for number in range(5):
        await scene.opened(str(number))
        scene.clock.forward(minutes=number % 2)
    whole = await ids(scene)
    found: list[str] = []
    before = None
    while len(found) < 5:
        page, number = await scene.store.seek(Sought(safety=False, before=before), limit=2)
        assert number == 5
        found += [case.id for case in page]
        before = (page[-1].opened_at, page[-1].id)
    assert found == whole
    assert len(set(found)) == 5


async def test_what_is_on_the_safety_desk_is_found_by_safety_alone(scene: Scene) -> None:
    threat = await scene.opened("1", "escalate")
    assert await ids(scene) == []
    assert await ids(scene, safety=True) == [threat.id]
