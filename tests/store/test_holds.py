"""What a legal hold keeps outlives every clock, until a person lifts it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.store import NoSuchCase, Purged, Terms
from tests.store.scene import START

if TYPE_CHECKING:
    from tests.store.scene import Scene

AL = "https://other.example/u/al"
TERMS = Terms(ignored_days=7, recorded_days=30, closed_case_days=30)


async def purge(scene: Scene, days: float = 99) -> Purged:
    return await scene.store.purge(START + timedelta(days=days), TERMS)


async def test_a_case_on_hold_keeps_its_words_whatever_its_age(scene: Scene) -> None:
    case, other = await scene.dismissed("1"), await scene.dismissed("2")
    hold = await scene.store.subjects.hold_case(case.id, "a court asked for it", actor="cat")
    assert (await purge(scene)).cases == 1
    assert (await scene.case(case)).mention.text == "you lot are vermin"
    assert (await scene.case(other)).mention.text == ""
    assert await scene.store.subjects.lift_hold(hold.id, actor="cat")
    assert (await purge(scene)).cases == 1
    assert (await scene.case(case)).mention.text == ""
    assert await scene.store.verify() == []


async def test_an_author_on_hold_is_kept_with_what_was_only_recorded_and_what_is_yet_to_come(scene: Scene) -> None:
    await scene.receive(scene.received("1", "record"))
    await scene.store.subjects.hold_author(AL, "stalking", actor="cat")
    await scene.receive(scene.received("2", "record"))
    assert (await purge(scene)).recorded == 0


async def test_a_hold_is_seen_on_every_case_that_it_keeps(scene: Scene) -> None:
    first, second = await scene.dismissed("1"), await scene.opened("2")
    on_case = await scene.store.subjects.hold_case(first.id, "evidence", actor="cat")
    on_author = await scene.store.subjects.hold_author(AL, "stalking", actor="ann")
    assert await scene.store.subjects.holds_on(first.id) == [on_case, on_author]
    assert await scene.store.subjects.holds_on(second.id) == [on_author]
    assert await scene.store.subjects.holds() == [on_case, on_author]


async def test_there_is_one_hold_at_a_time_and_lifting_forgets_whose_it_was(scene: Scene) -> None:
    hold = await scene.store.subjects.hold_author(AL, "stalking", actor="cat")
    assert await scene.store.subjects.hold_author(AL, "again", actor="ann") == hold
    assert await scene.store.subjects.lift_hold(hold.id, actor="ann")
    assert not await scene.store.subjects.lift_hold(hold.id, actor="ann")
    with scene.by_hand() as hand:
        assert hand.execute("SELECT author_uri, reason FROM holds").fetchall() == [(None, None)]


async def test_nothing_is_held_that_is_not_there(scene: Scene) -> None:
    with pytest.raises(NoSuchCase):
        await scene.store.subjects.hold_case("no-such-case", "evidence", actor="cat")


async def test_the_audit_says_who_held_what_and_not_whom(scene: Scene) -> None:
    hold = await scene.store.subjects.hold_author(AL, "stalking by al", actor="cat")
    await scene.store.subjects.lift_hold(hold.id, actor="ann")
    events = [event for event in await scene.store.audit_events("system") if event.kind.startswith("hold.")]
    assert [(event.kind, event.actor) for event in events] == [("hold.placed", "cat"), ("hold.lifted", "ann")]
    assert "al" not in str([event.detail for event in events]).replace("placed", "").split()
    assert AL not in str(events)
