from __future__ import annotations

from typing import TYPE_CHECKING

from bot.platforms.simulated import threads
from tests.platforms.simulated.conftest import JO, LEADER, PARTY, SAM

if TYPE_CHECKING:
    from bot.platforms.simulated.world import World
    from tests.platforms.simulated.conftest import Clock


def test_a_thread_nests_open_answers_and_leaves_private_ones_out(world: World) -> None:
    first = world.post(PARTY, "Our plan")
    rude = world.post(SAM, "rude", in_reply_to=first.uri)
    world.post(JO, "psst", in_reply_to=rude.uri, visibility="direct")
    answer = world.post(LEADER, "Not in our name.", in_reply_to=rude.uri, visibility="unlisted")
    found = threads.branch(world, threads.root(answer))
    assert [post.uri for post in found.posts()] == [first.uri, rude.uri, answer.uri]
    assert found.size == 3


def test_a_thread_begins_where_it_becomes_open(world: World) -> None:
    secret = world.post(SAM, f"{JO} psst", visibility="direct")
    open_answer = world.post(JO, "I will not whisper", in_reply_to=secret.uri)
    assert threads.root(open_answer) is open_answer


def test_the_liveliest_thread_comes_first(world: World, clock: Clock) -> None:
    first = world.post(SAM, "first")
    clock.move(minutes=1)
    second = world.post(JO, "second #buses")
    assert [thread.post for thread in threads.newest(world)] == [second, first]
    clock.move(minutes=1)
    world.post(LEADER, "answer", in_reply_to=first.uri, visibility="unlisted")
    assert [thread.post for thread in threads.newest(world)] == [first, second]
    assert [thread.post for thread in threads.newest(world, tag="Buses")] == [second]
