"""Totals reach the audit when their day is over; second readings are drawn by what nobody can know while ruling."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bot.model import Author, Event, Reason, Side
from bot.store import Outgoing, Readings, SecondReading
from tests.store.scene import START

if TYPE_CHECKING:
    from bot.model import Case
    from tests.store.scene import Scene

LONG_AGO = START - timedelta(days=28)


async def noted(scene: Scene) -> list[dict[str, object]]:
    """What the audit says was counted."""
    return [event.detail for event in await scene.store.audit_events("system") if event.kind == "mentions.counted"]


async def drawn(scene: Scene, reviewer: str = "ben", share: float = 1.0) -> Case | None:
    return await scene.store.evenness.to_read_again(reviewer, share, LONG_AGO)


async def read(scene: Scene, case: Case, reviewer: str = "ben", *, policy: str | None = "racism") -> bool:
    reading = SecondReading(case_id=case.id, reviewer=reviewer, abusive=policy is not None, policy=policy)
    return await scene.store.evenness.read_again(reading, 1.0, LONG_AGO)


async def test_a_day_is_noted_in_totals_once_it_is_over(scene: Scene) -> None:
    await scene.receive(scene.received("1", side=Side.OURS), scene.received("2", "ignore", side=Side.ANOTHER))
    await scene.receive(scene.received("3", "escalate", side=Side.OURS), scene.received("4", "ignore"))
    assert await noted(scene) == []
    scene.clock.forward(days=1)
    await scene.receive(scene.received("5", "ignore"))
    assert await noted(scene) == [
        {
            "day": "2026-11-20",
            "counts": [
                ["another", "left_alone", 1],
                ["none", "left_alone", 1],
                ["ours", "abusive", 2],
                ["ours", "due", 1],
            ],
        }
    ]


async def test_what_was_noted_before_its_day_was_over_is_not_noted_twice(scene: Scene) -> None:
    await scene.receive(scene.received("1", "ignore"))
    await scene.store.evenness.note_counts()
    await scene.store.evenness.note_counts()
    await scene.receive(scene.received("2", "ignore"))
    await scene.store.evenness.note_counts()
    assert [each["counts"] for each in await noted(scene)] == [[["none", "left_alone", 1]]] * 2


async def test_a_mention_is_counted_once_and_no_event_of_it_says_which_side_its_author_claims(scene: Scene) -> None:
    received = scene.received("1", side=Side.ANOTHER)
    await scene.receive(received)
    await scene.receive(received)
    await scene.store.evenness.note_counts()
    assert [each["counts"] for each in await noted(scene)] == [[["another", "abusive", 1], ["another", "due", 1]]]
    said = [event for event in await scene.store.audit_events() if event.kind != "mentions.counted"]
    assert "another" not in repr(said)


async def test_a_reply_is_counted_when_it_is_out(scene: Scene) -> None:
    case = await scene.claimed()
    await scene.intend(case)
    await scene.change(case, Event.PUBLISHED, receipt=scene.receipt(), side=Side.OURS)
    await scene.store.evenness.note_counts()
    assert ["ours", "replied", 1] in (await noted(scene))[0]["counts"]  # type: ignore[operator]  # JSON


async def test_a_case_is_read_again_by_somebody_who_never_had_it_before_them(scene: Scene) -> None:
    case = await scene.dismissed()
    assert await drawn(scene, "ann") is None  # She has ruled on it.
    found = await drawn(scene, "ben")
    assert found is not None
    assert found.id == case.id
    await scene.store.note_opening(case.id, actor="ben", unless_within=timedelta(0))
    assert await drawn(scene, "ben") is None


@pytest.mark.parametrize(
    ("reason", "policy", "agreed"),
    [
        (Reason.IRONY, None, Readings(neither=1)),
        (Reason.IRONY, "racism", Readings(second=1)),
        (Reason.LOW_REACH, None, Readings(first=1)),
        (Reason.LOW_REACH, "racism", Readings(both=1, same_policy=1)),
        (Reason.LOW_REACH, "sexism", Readings(both=1)),
    ],
)
async def test_a_reading_is_held_against_the_ruling(
    scene: Scene, reason: Reason, policy: str | None, agreed: Readings
) -> None:
    case = await scene.dismissed(reason=reason)
    assert await read(scene, case, policy=policy)
    assert await scene.store.evenness.readings(LONG_AGO) == agreed
    [event] = [event for event in await scene.store.trail(case.id) if event.kind == "second_reading.made"]
    [kind] = [name for name in ("both", "first", "second", "neither") if getattr(agreed, name)]
    assert (event.actor, event.detail["agreed"]) == ("ben", kind)
    assert await scene.store.verify() == []


async def test_an_approval_says_that_it_is_abuse(scene: Scene) -> None:
    case = await scene.published()
    assert await read(scene, case)
    assert await scene.store.evenness.readings(LONG_AGO) == Readings(both=1, same_policy=1)


async def test_there_is_one_second_reading_of_a_case(scene: Scene) -> None:
    case = await scene.dismissed()
    assert not await read(scene, case, "ann")
    assert await read(scene, case, "ben")
    assert not await read(scene, case, "cat")
    assert await drawn(scene, "cat") is None


async def test_what_is_open_or_the_safety_desk_s_or_handed_on_is_not_read_again(scene: Scene) -> None:
    await scene.opened("1")
    await scene.opened("2", "escalate")
    await scene.escalated_by_reviewer("3")
    referred = await scene.opened("4")
    await scene.change(referred, Event.REFERRED, "ann", decides="refer", reason=Reason.POLICE)
    assert await drawn(scene, "ben") is None


async def test_what_a_later_case_of_its_post_took_over_the_wall_is_not_read_again(scene: Scene) -> None:
    first = await scene.dismissed()
    scene.clock.forward(minutes=1)
    again = await scene.opened(said={"text": "you lot are still vermin", "edited_at": scene.clock()})
    assert await drawn(scene, "ben") is not None
    box = Outgoing(id=again.id, kind="referral", sealed="c2VhbGVk")
    ruled: dict[str, Any] = {"decides": "refer", "reason": Reason.DISCIPLINARY, "outcome": "referred"}
    await scene.change(again, Event.REFERRED, "ann", passed=box, **ruled)
    assert await drawn(scene, "ben") is None
    assert not await read(scene, first)


async def test_what_was_ruled_too_long_ago_is_not_read_again(scene: Scene) -> None:
    await scene.dismissed()
    assert await scene.store.evenness.to_read_again("ben", 1.0, START + timedelta(days=1)) is None


async def test_the_share_that_is_drawn_goes_by_the_digest_of_the_ruling_s_event(scene: Scene) -> None:
    digests = {}
    for number in range(24):
        author = Author(uri=f"https://other.example/u/{number}", handle=f"@a{number}@other.example")
        case = await scene.opened(str(number), said={"author": author})
        case = await scene.change(case, Event.DISMISSED, "ann", decides="dismiss", reason=Reason.IRONY)
        [event] = [each for each in await scene.store.trail(case.id) if each.kind == "case.dismissed"]
        digests[case.id] = int(event.digest[:8], 16) / 16**8
    found = set()
    while (case := await drawn(scene, "ben", 0.5)) is not None:  # type: ignore[assignment]  # or none
        found.add(case.id)
        reading = SecondReading(case_id=case.id, reviewer="ben", abusive=False, policy=None)
        assert await scene.store.evenness.read_again(reading, 0.5, LONG_AGO)
    assert found == {case_id for case_id, place in digests.items() if place < 0.5}
    assert await drawn(scene, "cat", 0.0) is None


async def test_an_altered_reading_is_found(scene: Scene) -> None:
    case = await scene.dismissed()
    await read(scene, case, policy=None)
    scene.tamper("UPDATE second_readings SET reviewer_id = 'cat'")
    assert ["it was altered" in fault.what for fault in await scene.store.verify()] == [True]
