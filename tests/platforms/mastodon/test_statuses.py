from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.platforms.mastodon.reader import Reader
from bot.platforms.mastodon.statuses import Statuses
from bot.ports import PlatformError
from tests.platforms.mastodon.conftest import PARTY, SAM, clock, status_json

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.platforms.mastodon.conftest import Network, Scripted

MANY = "/api/v1/statuses"


@pytest.fixture
async def odd(scripted: Scripted) -> AsyncIterator[Statuses]:
    reader = Reader(scripted.account(), "a-token", now=clock)
    yield Statuses(reader)
    await reader.close()


async def test_many_posts_are_asked_for_twenty_at_a_time(scripted: Scripted, odd: Statuses) -> None:
    ids = [str(number) for number in range(45)]
    scripted.say(MANY, [status_json(native_id) for native_id in ids])
    assert set(await odd.of(ids)) == set(ids)
    assert len(scripted.asked) == 3


async def test_a_post_that_is_missing_among_many_is_asked_for_by_itself(network: Network) -> None:
    world, host = network.world, network.host(PARTY)
    posts = [world.post(SAM, f"{PARTY} {number}") for number in range(3)]
    ids = [host.learn(post) for post in posts]
    world.delete(posts[1].uri)
    reader = Reader(network.account(PARTY), world.grant(PARTY, "read"), now=clock)
    assert list(await Statuses(reader).of(ids)) == [ids[0], ids[2]]
    await reader.close()


async def test_a_server_that_cannot_is_asked_one_by_one_from_then_on(scripted: Scripted, odd: Statuses) -> None:
    for native_id in ("1", "2"):
        scripted.say(f"{MANY}/{native_id}", status_json(native_id))
    for _ in range(2):
        assert set(await odd.of(["1", "2", "3"])) == {"1", "2"}
    assert [path for path, _ in scripted.asked].count(MANY) == 1


async def test_a_server_that_answers_with_nothing_is_found_out(scripted: Scripted, odd: Statuses) -> None:
    scripted.say(MANY, [])
    for native_id in ("1", "2"):
        scripted.say(f"{MANY}/{native_id}", status_json(native_id))
    for _ in range(2):
        assert set(await odd.of(["1", "2"])) == {"1", "2"}
    assert [path for path, _ in scripted.asked].count(MANY) == 1


async def test_posts_in_trouble_are_not_taken_for_gone(scripted: Scripted, odd: Statuses) -> None:
    scripted.say(f"{MANY}/1", {}, status=500)
    with pytest.raises(PlatformError):
        await odd.of(["1"])


async def test_questions_are_left_over_for_reading_mentions(scripted: Scripted, odd: Statuses) -> None:
    scripted.say(f"{MANY}/1", status_json("1"), headers={"X-RateLimit-Remaining": "3"})
    with pytest.raises(PlatformError) as caught:
        await odd.of(["1", "2"])
    assert caught.value.code == "rate_limited"
