"""What is held on a person is read as it stands, each version and each reply; the rest is in test_account_given."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tests.store.scene import START

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
