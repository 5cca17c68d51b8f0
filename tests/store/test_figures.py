"""The figures of the dashboard: each thing once, and nothing that does not exist for who asks."""

from __future__ import annotations

from dataclasses import fields
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.model import Event, Proposal, Reason, Target, TargetKind, Verdict
from bot.store import Change, ResponseFigures, RuleFigures
from tests.store.scene import START

if TYPE_CHECKING:
    from bot.model import Case
    from bot.store import Figures
    from tests.store.scene import Scene

UNTIL = START.replace(hour=0) + timedelta(days=1)
SINCE = UNTIL - timedelta(days=7)


async def figures(scene: Scene, *, safety: bool = False) -> Figures:
    return await scene.store.figures(SINCE, UNTIL, safety=safety)


async def test_days_count_what_came_and_what_became_of_it(scene: Scene) -> None:
    scene.clock.forward(days=-2)
    await scene.receive(scene.received("1", "ignore"), scene.received("2", "ignore"), scene.received("3", "record"))
    await scene.published("4")
    scene.clock.forward(days=2)
    await scene.opened("5")
    *_, earlier, between, today = (await figures(scene)).days
    assert (earlier.day, earlier.ignored, earlier.recorded, earlier.cases, earlier.replies) == (
        "2026-11-18",
        2,
        1,
        1,
        1,
    )
    assert (between.mentions, today.mentions, earlier.mentions) == (0, 1, 4)
    assert len((await figures(scene)).days) == 7


async def test_policies_say_what_was_answered(scene: Scene) -> None:
    await scene.receive(scene.received("1", "record"))
    await scene.published("2")
    await scene.opened("3")
    (policy,) = (await figures(scene)).policies
    assert (policy.policy, policy.recorded, policy.cases, policy.replies) == ("racism", 1, 2, 1)


async def test_waiting_is_counted_whenever_it_opened(scene: Scene) -> None:
    scene.clock.forward(days=-30)
    old = await scene.opened("1")
    scene.clock.forward(days=30)
    await scene.opened("2")
    found = await figures(scene)
    assert (found.waiting, found.oldest) == ({"open": 2}, old.opened_at)
    assert found.standing == {"open": 1}


async def test_time_to_decision_is_told_of_half_and_of_nine_in_ten(scene: Scene) -> None:
    for minutes in range(1, 11):
        case = await scene.opened(str(minutes))
        scene.clock.forward(minutes=minutes)
        await scene.change(case, Event.DISMISSED, "ann", decides="dismiss", reason=Reason.IRONY)
    found = await figures(scene)
    assert found.decided == 10
    assert [round(each.total_seconds() / 60, 3) for each in (found.median, found.nine_in_ten) if each] == [5, 9]


async def test_nobody_having_decided_there_is_no_time(scene: Scene) -> None:
    await scene.opened("1")
    found = await figures(scene)
    assert (found.decided, found.median, found.nine_in_ten) == (0, None, None)


async def test_rules_are_measured_by_what_reviewers_ruled(scene: Scene) -> None:
    await scene.dismissed("1", Reason.NOT_ABUSE)
    await scene.dismissed("2", Reason.LOW_REACH)
    await scene.published("3")
    await scene.opened("4")
    expired = await scene.opened("5")
    await scene.change(expired, Event.EXPIRED)
    (rule,) = (await figures(scene)).rules
    assert rule == RuleFigures(rule="racism-1", cases=5, ruled=3, refused=2, not_abuse=1)


async def test_responses_say_how_often_their_words_were_changed_or_refused(scene: Scene) -> None:
    case = await scene.opened("1")
    await scene.store.advance(
        Change(case_id=case.id, version=case.version, event=Event.REWORDED, actor="ann", proposal=_own())
    )
    await scene.dismissed("2")
    await scene.opened("3")
    (response,) = (await figures(scene)).responses
    assert response == ResponseFigures(response="racism-in-group", proposed=3, edited=1, refused=1)


def _own() -> Proposal:
    return Proposal(text="@al@other.example In my own words. Not in our name.", response=None)


async def test_who_is_attacked_is_told_by_account_characteristic_and_protected_person(scene: Scene) -> None:
    protected = Target(kind=TargetKind.PROTECTED, handle="@imogen@fernwick.example", characteristic="sex")
    person = Target(kind=TargetKind.PERSON, handle="@someone@else.example", characteristic="race")
    await scene.opened("1", verdict=scene.verdict(target=protected))
    await scene.receive(scene.received("2", "record", verdict=scene.verdict("record", target=person)), account="leader")
    found = await figures(scene)
    assert [(each.name, each.posts, each.cases) for each in found.accounts] == [("leader", 1, 0), ("party", 1, 1)]
    assert [(each.name, each.posts, each.cases) for each in found.characteristics] == [("race", 1, 0), ("sex", 1, 1)]
    assert found.protected == {"@imogen@fernwick.example": 1}


async def test_languages_that_nobody_reads_are_counted(scene: Scene) -> None:
    unread = Verdict(read=False)
    await scene.receive(
        scene.received("1", "ignore", verdict=unread, said={"lang": "cy"}),
        scene.received("2", "ignore", verdict=unread),
    )
    assert (await figures(scene)).not_read == {"cy": 1, "und": 1}


async def test_attempts_made_again_are_counted(scene: Scene) -> None:
    case = await scene.claimed("1")
    await scene.intend(case)
    case = await scene.change(case, Event.POSTPONED, due_at=scene.clock())
    await scene.intend(await scene.claim(case))
    await scene.receive(malformed=["what was that"])
    found = await figures(scene)
    assert (found.retried, found.malformed) == (1, 1)


async def _of_the_safety_desk(scene: Scene) -> list[Case]:
    """Cases of every kind that staff must not hear of: a threat, one that a reviewer escalated, two that have ended."""
    threat = await scene.opened("t1", "escalate")
    await scene.escalated_by_reviewer("t2")
    ended = await scene.escalated_by_reviewer("t3")
    await scene.change(ended, Event.REFERRED, "cat", decides="refer", reason=Reason.POLICE)
    edited = await scene.escalated_by_reviewer("t4")
    worse = scene.mention("t4", text="now it is a threat", edited_at=START + timedelta(minutes=1))
    await scene.receive(scene.received("t4", "escalate", mention=worse))
    edited = await scene.case(edited)
    await scene.change(edited, Event.DISMISSED, "cat", decides="dismiss", reason=Reason.IRONY)
    return [threat, ended, edited]


async def test_no_figure_for_staff_changes_with_what_the_safety_desk_has(scene: Scene) -> None:
    await scene.published("1")
    await scene.dismissed("2")
    await scene.receive(scene.received("3", "ignore"), scene.received("4", "record"))
    before, whole_before = await figures(scene), await figures(scene, safety=True)
    await _of_the_safety_desk(scene)
    after, whole_after = await figures(scene), await figures(scene, safety=True)
    assert after == before
    assert (after.escalated, whole_after.escalated) == (0, 4)
    changed = {each.name for each in fields(whole_after)}
    changed -= {name for name in changed if getattr(whole_after, name) == getattr(whole_before, name)}
    assert {"days", "policies", "waiting", "standing", "decisions", "rules", "responses", "live"} <= changed


async def test_safety_team_counts_what_is_on_its_desk(scene: Scene) -> None:
    await _of_the_safety_desk(scene)
    found = await figures(scene, safety=True)
    assert sum(found.standing.values()) == 4
    assert found.waiting == {"escalated": 2}
    assert found.days[-1].cases == 4
    assert found.live["racism-1"] == 4


async def test_figures_end_where_they_are_asked_to(scene: Scene) -> None:
    await scene.published("1")
    found = await scene.store.figures(SINCE - timedelta(days=7), SINCE, safety=True)
    assert (found.standing, found.decided, found.decisions, found.live) == ({}, 0, {}, {})
    assert sum(day.mentions + day.replies for day in found.days) == 0
