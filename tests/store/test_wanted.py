"""Later looks at a post are noted where they are news, and now and then where they are not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.model import ExhibitKind
from bot.store import Store
from bot.vault import Vault, new_key
from tests.store.test_captures import BODY, captured

if TYPE_CHECKING:
    from tests.store.scene import Scene

URI = "https://other.example/1"


def looks(scene: Scene) -> list[str]:
    with scene.by_hand() as connection:
        rows = connection.execute("SELECT said FROM captures WHERE kind = 'look' ORDER BY seq").fetchall()
    return [row[0] for row in rows]


async def test_a_look_is_noted_where_it_is_news_and_every_six_hours(scene: Scene) -> None:
    await scene.opened()
    for _ in range(3):
        await scene.store.evidence.saw("party", {URI: "present"})
    assert looks(scene) == ["present"]
    scene.clock.forward(hours=6)
    await scene.store.evidence.saw("party", {URI: "present"})
    await scene.store.evidence.saw("party", {URI: "gone"})
    assert looks(scene) == ["present", "present", "gone"]
    assert await scene.store.verify() == []


async def test_posts_without_a_case_are_not_noted(scene: Scene) -> None:
    await scene.receive(scene.received(kind="record"))
    await scene.store.evidence.saw("party", {URI: "gone", "https://other.example/never": "gone"})
    assert looks(scene) == []


async def test_what_is_wanting_comes_with_the_post_as_it_was_received(scene: Scene) -> None:
    await captured(scene)
    (one,) = await scene.store.evidence.wanting("party")
    assert one.mention.original is not None
    assert one.mention.original.body == BODY
    assert one.kinds == frozenset(ExhibitKind) - {ExhibitKind.POST}
    assert await scene.store.evidence.wanting("leader") == []


async def test_of_a_post_that_was_not_kept_as_received_everything_is_wanting(scene: Scene) -> None:
    await scene.opened()
    (one,) = await scene.store.evidence.wanting("party")
    assert one.mention.original is None
    assert one.kinds == frozenset(ExhibitKind)


async def test_a_post_that_no_key_opens_holds_up_no_other_and_is_wanting_anew(scene: Scene) -> None:
    keys = [new_key(), new_key()]
    for number, key in enumerate(keys):
        await scene.store.close()
        scene.store = Store.open(scene.address, now=scene.clock, vault=Vault([key]))
        await captured(scene, str(number))
        scene.clock.forward(seconds=1)
    first, second = await scene.store.evidence.wanting("party")
    assert (first.mention.original, first.kinds) == (None, frozenset(ExhibitKind))
    assert second.mention.original is not None
    assert second.mention.original.body == BODY


async def test_a_case_that_has_been_quiet_for_a_day_waits_for_nothing(scene: Scene) -> None:
    await scene.opened()
    scene.clock.forward(days=1, seconds=1)
    assert await scene.store.evidence.wanting("party") == []
