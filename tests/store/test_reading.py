"""What staff can read, and the figures they are shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.model import Event, Reason, Verdict
from tests.store.scene import START, aimed

if TYPE_CHECKING:
    from tests.store.scene import Scene


async def test_totals_count_everything_since_the_database_was_made(scene: Scene) -> None:
    await scene.receive(scene.received("0", "ignore"), scene.received("00", "record"))
    await scene.published("1")
    await scene.dismissed("2")
    first = await scene.opened("3")
    scene.clock.forward(hours=1)
    await scene.opened("4", "escalate")
    totals = await scene.store.totals()
    assert (totals.judged, totals.posted, totals.refused) == (6, 1, 1)
    assert totals.cases == {"published": 1, "open": 1, "escalated": 1}
    assert totals.oldest == first.opened_at


async def test_totals_count_pile_ons_that_wait(scene: Scene) -> None:
    for target in ("@imogen@fernwick.example", "@idris@parlour.example"):
        await scene.receive(*(scene.received(f"{target}{n}", pile_on=aimed(target)) for n in range(3)))
    assert (await scene.store.totals()).incidents == 2
    await scene.published("alone")
    assert (await scene.store.totals()).incidents == 2


async def test_what_was_left_alone_is_shown_without_its_author_latest_first(scene: Scene) -> None:
    await scene.receive(scene.received("1", "ignore", said={"text": "you are useless", "lang": "en"}))
    scene.clock.forward(minutes=1)
    await scene.receive(scene.received("2", "ignore", said={"text": "shame on you"}))
    second, first = await scene.store.left_alone()
    assert (first.text, first.lang, first.read, first.account) == ("you are useless", "en", True, "party")
    assert (second.text, second.at) == ("shame on you", START + timedelta(minutes=1))
    assert [alone.text for alone in await scene.store.left_alone(1)] == ["shame on you"]
    assert "@al" not in f"{first} {second}"


async def test_what_was_recorded_is_shown_with_its_verdict(scene: Scene) -> None:
    received = scene.received("1", "record")
    await scene.receive(received)
    await scene.opened("2")
    (kept,) = await scene.store.recorded()
    assert (kept.mention, kept.verdict, kept.at) == (received.mention, received.verdict, START)


async def test_figures_count_each_thing_once(scene: Scene) -> None:
    await scene.receive(
        scene.received("1", "ignore"),
        scene.received("2", "ignore", verdict=Verdict(read=False), said={"lang": "cy"}),
        scene.received("3", "ignore", verdict=Verdict(read=False)),
        scene.received("4", "record"),
    )
    await scene.published("5")
    await scene.dismissed("6", Reason.QUOTED)
    await scene.opened("7", "escalate")
    await scene.escalated_by_reviewer("8")
    withdrawn = await scene.opened("9")
    await scene.change(withdrawn, Event.WITHDRAWN)
    scene.clock.forward(hours=2)
    stats = await scene.store.stats(START, safety=True)
    assert (stats.mentions, stats.ignored, stats.recorded, stats.posted, stats.escalated) == (9, 3, 1, 1, 2)
    assert stats.not_read == {"cy": 1, "und": 1}
    assert stats.cases == {"published": 1, "dismissed": 1, "escalated": 2, "withdrawn": 1}
    assert stats.policies == {"racism": 6}
    assert stats.rules == {"racism-1": 6}
    assert stats.decisions == {"approve": 1, "quoted": 1, "danger": 1}
    assert stats.oldest_open == timedelta(hours=2)


async def test_figures_of_staff_are_the_same_whatever_the_safety_desk_has(scene: Scene) -> None:
    await scene.receive(scene.received("1", "ignore"), scene.received("2", "record"))
    await scene.published("3")
    await scene.dismissed("4")
    scene.clock.forward(minutes=5)
    before = await scene.store.stats(START, safety=False)
    await scene.opened("5", "escalate", verdict=scene.verdict("escalate", policy="threat"))
    await scene.receive(scene.received("3", "escalate", said={"text": "I will find you", "edited_at": scene.clock()}))
    taken = await scene.opened("6", "escalate")
    await scene.change(taken, Event.DISMISSED, "cat", decides="dismiss", reason=Reason.LOW_REACH)
    after = await scene.store.stats(START, safety=False)
    # What becomes of the reply to a post that reads as a threat now, is for staff to say.
    assert (before.oldest_open, after.oldest_open) == (None, timedelta(0))
    assert (before.policies, after.policies) == ({"racism": 3}, {"racism": 2})
    assert replace(after, policies={}, oldest_open=None) == replace(before, policies={}, oldest_open=None)
    assert (after.mentions, after.cases, after.escalated) == (4, {"published": 1, "dismissed": 1}, None)


async def test_totals_tell_apart_what_waits_for_staff(scene: Scene) -> None:
    threat = await scene.opened("1", "escalate")
    scene.clock.forward(hours=1)
    await scene.opened("2")
    totals = await scene.store.totals()
    assert (totals.oldest, totals.oldest_of_staff) == (threat.opened_at, scene.clock())


async def test_figures_of_a_quiet_day_are_nought(scene: Scene) -> None:
    stats = await scene.store.stats(START, safety=True)
    assert (stats.mentions, stats.cases, stats.oldest_open) == (0, {}, None)


async def test_figures_begin_where_they_are_asked_to(scene: Scene) -> None:
    await scene.published("1")
    scene.clock.forward(days=2)
    await scene.opened("2")
    stats = await scene.store.stats(START + timedelta(days=1), safety=True)
    assert (stats.mentions, stats.posted, stats.cases) == (1, 0, {"open": 1})
    assert stats == replace(await scene.store.stats(START + timedelta(days=2), safety=True), since=stats.since)
