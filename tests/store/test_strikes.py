"""A strike is what a person has ruled to be abuse, once for a post, until it fades, is forgiven, or was our mistake."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.model import Event, Reason, RejoinderKind, Ruling
from tests.store.scene import START
from tests.store.test_rejoinders import LINK, answered

if TYPE_CHECKING:
    from tests.store.scene import Scene

AL = "https://other.example/u/al"


async def strikes(scene: Scene) -> int:
    return (await scene.store.histories([AL], START))[AL].strikes


async def test_what_rules_found_and_nobody_ruled_on_is_no_strike(scene: Scene) -> None:
    await scene.receive(scene.received("1", "ignore"), scene.received("2", "record"))
    await scene.opened("3")
    await scene.opened("4", "escalate")
    await scene.escalated_by_reviewer("5")
    assert await strikes(scene) == 0


@pytest.mark.parametrize(
    ("event", "more"),
    [
        (Event.REFUSED, {"outcome": "refused"}),
        (Event.EXPIRED, {"outcome": "expired"}),
        (Event.WITHDRAWN, {"outcome": "withdrawn"}),
        (Event.SUPERSEDED, {"outcome": "superseded"}),
        (Event.INCIDENT_ANSWERED, {}),
    ],
)
async def test_what_closed_without_a_ruling_is_no_strike(scene: Scene, event: Event, more: dict[str, str]) -> None:
    await scene.change(await scene.opened(), event, **more)
    assert await strikes(scene) == 0


@pytest.mark.parametrize("reason", list(Reason))
async def test_dismissal_is_a_strike_where_its_reason_says_abuse(scene: Scene, reason: Reason) -> None:
    await scene.dismissed("1", reason)
    assert await strikes(scene) == int(reason.abusive)


async def test_referral_is_a_strike_of_a_threat_as_well(scene: Scene) -> None:
    for name, kind in (("1", "respond"), ("2", "escalate")):
        case = await scene.opened(name, kind)
        await scene.change(case, Event.REFERRED, "cat", decides="refer", reason=Reason.POLICE)
    assert await strikes(scene) == 2


async def test_approval_is_a_strike_until_it_is_undone(scene: Scene) -> None:
    approved = await scene.approve(await scene.opened())
    assert await strikes(scene) == 1
    await scene.change(approved, Event.UNDONE, "ann")
    assert await strikes(scene) == 0


async def test_reply_taken_down_leaves_the_strike(scene: Scene) -> None:
    case = await scene.change(await scene.published(), Event.RETRACTION_ASKED, "ann")
    await scene.change(case, Event.RETRACTED)
    assert await strikes(scene) == 1


async def test_post_with_two_cases_is_one_strike(scene: Scene) -> None:
    first = await scene.published()
    edited = scene.received(said={"text": "vermin, all of you", "edited_at": scene.clock.forward(hours=1)})
    await scene.receive(edited)
    asked = await scene.change(await scene.case(first), Event.CORRECTION_ASKED, "ann")
    successor = replace(edited, account="party")
    await scene.change(asked, Event.CORRECTED, outcome="corrected", successor=successor)
    second = (await scene.store.known([edited.mention.uri]))[edited.mention.uri].case_id or ""
    await scene.approve(await scene.case(second))
    assert [case.strike for case in (await scene.store.histories([AL], START))[AL].cases] == [True, False]
    assert await strikes(scene) == 1


async def test_concern_for_an_author_is_no_strike_of_theirs(scene: Scene) -> None:
    verdict = scene.verdict("escalate", "at_risk")
    worried = replace(verdict, matches=(replace(verdict.matches[0], concern=True),))
    case = await scene.opened("1", "escalate", verdict=worried)
    await scene.change(case, Event.DISMISSED, "cat", decides="dismiss", reason=Reason.VULNERABLE)
    assert await strikes(scene) == 0


async def test_post_that_a_person_reported_and_then_answered_is_a_strike(scene: Scene) -> None:
    reported = replace(scene.verdict("respond"), matches=(), policy=None, severity=0)
    await scene.approve(await scene.opened("1", verdict=reported))
    assert await strikes(scene) == 1


async def test_apology_closes_the_strike_when_a_person_has_accepted_it_and_not_before(scene: Scene) -> None:
    await answered(scene)
    await scene.store.take_rejoinder(LINK, RejoinderKind.SORRY, "sorry", safety=False)
    assert await strikes(scene) == 1
    [rejoinder] = await scene.store.rejoinders(safety=False)
    await scene.store.rule(rejoinder.id, Ruling.ACCEPTED, by="ann")
    assert await strikes(scene) == 0


async def test_apology_that_was_read_and_not_accepted_leaves_the_strike(scene: Scene) -> None:
    await answered(scene)
    await scene.store.take_rejoinder(LINK, RejoinderKind.SORRY, "sorry, but you deserve it", safety=False)
    [rejoinder] = await scene.store.rejoinders(safety=False)
    await scene.store.rule(rejoinder.id, Ruling.STANDS, by="ann")
    assert await strikes(scene) == 1


async def test_mistake_of_ours_is_no_strike_from_the_ruling_on_and_of_no_crowd(scene: Scene) -> None:
    case = await answered(scene)
    await scene.change(case, Event.MISTAKEN, "ann")
    assert await strikes(scene) == 0
    assert (await scene.background(accounts=["party"], since=START - timedelta(days=1))).crowds["party"] == ()
