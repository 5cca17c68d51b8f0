from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.platforms.simulated.seen import may_see
from tests.platforms.simulated.conftest import JO, LEADER, PARTY, SAM

if TYPE_CHECKING:
    from bot.platforms.simulated.world import World


@pytest.mark.parametrize(
    ("visibility", "seen_by"),
    [
        ("public", {None, PARTY, LEADER, JO, SAM}),
        ("unlisted", {None, PARTY, LEADER, JO, SAM}),
        ("private", {PARTY, JO, SAM}),
        ("direct", {PARTY, SAM}),
    ],
)
def test_each_visibility_has_its_readers(world: World, visibility: str, seen_by: set[str | None]) -> None:
    world.follow(JO, SAM)
    post = world.post(SAM, f"{PARTY} hello", visibility=visibility)
    readers = {
        handle for handle in (None, PARTY, LEADER, JO, SAM) if may_see(world.person(handle) if handle else None, post)
    }
    assert readers == seen_by


@pytest.mark.parametrize(("who", "whom"), [(PARTY, SAM), (SAM, PARTY)])
def test_a_block_hides_posts_both_ways_even_from_those_named(world: World, who: str, whom: str) -> None:
    post = world.post(SAM, f"{PARTY} hello")
    world.block(who, whom)
    assert not may_see(world.person(PARTY), post)
    assert may_see(world.person(JO), post)


def test_a_deleted_post_is_hidden_even_from_its_author(world: World) -> None:
    post = world.post(SAM, "hello")
    world.delete(post.uri)
    assert not may_see(world.person(SAM), post)
