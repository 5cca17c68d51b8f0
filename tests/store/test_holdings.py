"""What is held on a person is read as it stands, each version and each reply; the rest is in test_account_given."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.model import RejoinderKind
from tests.store.scene import START
from tests.store.test_rejoinders import LINK, answered

if TYPE_CHECKING:
    from tests.store.scene import Scene


async def test_each_version_and_each_reply_is_in_it(scene: Scene) -> None:
    case = await scene.published()
    await scene.receive(scene.received(said={"text": "worse", "edited_at": START + timedelta(hours=1)}))
    found = await scene.store.subjects.trace(["@al@other.example"])
    [post] = (await scene.store.subjects.holdings(found, safety=False)).posts
    assert [mention.text for _, mention, _ in post.versions] == ["you lot are vermin", "worse"]
    [held] = post.cases
    assert (held.id, held.state) == (case.id, "published")
    assert held.replies == (("@al@other.example Not in our name.", START, "https://fernwick.example/1"),)
    assert [kind for _, kind, _ in held.decided] == ["approve"]
    assert (held.mistaken, held.rejoinders) == (False, ())


async def test_what_was_said_to_our_reply_is_in_it_but_for_what_the_safety_desk_has(scene: Scene) -> None:
    await answered(scene)
    for words, safety in (("not me", False), ("I will come", True)):
        await scene.store.take_rejoinder(LINK, RejoinderKind.NOT_ME, words, safety=safety)
    found = await scene.store.subjects.trace(["@al@other.example"])
    [post] = (await scene.store.subjects.holdings(found, safety=False)).posts
    assert post.cases[0].rejoinders == ((START, "not_me", "not me", None),)
