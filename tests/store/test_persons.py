"""The audit knows a protected person by a number that says nothing to whoever has not the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.store import ReplyWish, digest_of

if TYPE_CHECKING:
    from tests.store.scene import Scene

HANDLES = ("@imogen@fernwick.example", "@bo@fernwick.example")


async def test_no_handle_is_found_in_the_audit_and_no_choice(scene: Scene) -> None:
    for handle in HANDLES:
        await scene.store.protected.open_link(await scene.store.protected.make_link(handle, actor="cat"))
        person = digest_of(handle)
        await scene.store.protected.choose(person, reply=ReplyWish.ASK_ME, shown=False, weekly=False)
        await scene.store.protected.support(person, "We are with you.", actor="ann")
        await scene.store.protected.withdraw(person)
    events = [each for each in await scene.store.audit_events("system") if "person" in each.detail]
    assert [digest_of(handle) in str(events) for handle in HANDLES] == [False, False]
    assert [each.detail for each in events if each.kind == "protected.chose"] == [
        {"person": number} for number in dict.fromkeys(each.detail["person"] for each in events)
    ]
    assert len({each.detail["person"] for each in events}) == len(HANDLES)
    assert await scene.store.verify() == []


async def test_of_whom_no_wish_is_kept_the_audit_says_nothing(scene: Scene) -> None:
    await scene.store.protected.withdraw(digest_of(HANDLES[0]))
    [event] = [each for each in await scene.store.audit_events("system") if each.kind == "protected.withdrew"]
    assert event.detail["person"] == ""
