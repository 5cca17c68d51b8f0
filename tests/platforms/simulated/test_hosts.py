from __future__ import annotations

from typing import TYPE_CHECKING

from tests.platforms.simulated.conftest import PARTY, SAM

if TYPE_CHECKING:
    from bot.platforms.simulated.world import World


def test_a_post_keeps_its_number_at_home_and_gets_another_elsewhere(world: World) -> None:
    post = world.post(SAM, f"{PARTY} hello")
    home, away = world.hosts["elsewhere.example"], world.hosts["fernwick.example"]
    assert home.learn(post) == post.number
    assert away.learn(post) == away.learn(post) != post.number
    assert away.posts[away.learn(post)] is post


def test_a_server_knows_only_whom_it_has_met(world: World) -> None:
    away, sam = world.hosts["fernwick.example"], world.person(SAM)
    assert not away.has_met(sam)
    assert away.meet(sam, world.now()) == away.meet(sam, world.now())
    assert away.has_met(sam)
