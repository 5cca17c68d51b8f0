from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bot.model import Event, VerdictKind
from bot.store import Terms
from tests.store.scene import START

if TYPE_CHECKING:
    from tests.store.scene import Scene


def edited(text: str, minutes: int = 1) -> dict[str, Any]:
    return {"text": text, "edited_at": START + timedelta(minutes=minutes)}


async def test_most_cases_have_no_edit(scene: Scene) -> None:
    assert await scene.store.edits([await scene.opened("1"), await scene.published("2")]) == {}


async def test_a_case_that_came_back_to_review_shows_what_was_approved_and_what_stands_there_now(scene: Scene) -> None:
    case = await scene.approve(await scene.opened())
    for minutes, text in ((1, "you lot are rats"), (2, "you lot are lice")):
        await scene.receive(scene.received(said=edited(text, minutes), edits=case.id))
    now = await scene.case(case)
    edit = (await scene.store.edits([now]))[case.id]
    assert (edit.before.text, edit.after.text) == ("you lot are vermin", "you lot are lice")


async def test_a_case_that_nobody_had_approved_shows_the_last_edit(scene: Scene) -> None:
    case = await scene.opened()
    for minutes, text in ((1, "you lot are rats"), (2, "you lot are lice")):
        await scene.receive(scene.received(said=edited(text, minutes), edits=case.id))
    edit = (await scene.store.edits([case]))[case.id]
    assert (edit.before.text, edit.after.text) == ("you lot are rats", "you lot are lice")


async def test_after_a_reply_what_was_answered_stands_beside_the_newest(scene: Scene) -> None:
    case = await scene.published()
    for minutes, text in ((1, "you lot are rats"), (2, "I know where you live")):
        kind = "escalate" if minutes == 2 else "ignore"
        await scene.receive(scene.received(kind=kind, said=edited(text, minutes)))
    edit = (await scene.store.edits([case]))[case.id]
    assert (edit.before.text, edit.after.text) == ("you lot are vermin", "I know where you live")
    assert edit.verdict.kind is VerdictKind.ESCALATE


async def test_what_a_person_has_ruled_on_is_no_news(scene: Scene) -> None:
    case = await scene.published()
    await scene.receive(scene.received(said=edited("I am sorry")))
    kept = await scene.change(await scene.case(case), Event.KEPT, "ann")
    assert await scene.store.edits([kept]) == {}


async def test_what_was_blanked_is_not_shown(scene: Scene) -> None:
    case = await scene.published()
    await scene.receive(scene.received(said=edited("I am sorry")))
    scene.clock.forward(days=400)
    await scene.store.purge(scene.clock(), Terms(ignored_days=1, recorded_days=1, closed_case_days=1))
    assert await scene.store.edits([case]) == {}
