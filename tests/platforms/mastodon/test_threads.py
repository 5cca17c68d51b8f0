from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from structlog.testing import capture_logs

from bot.platforms.mastodon.entities import Status
from bot.platforms.mastodon.reader import Reader
from bot.platforms.mastodon.statuses import Statuses
from bot.platforms.mastodon.threads import Place, Threads
from tests.platforms.mastodon.conftest import PARTY, SAM, clock

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.platforms.simulated.people import Post
    from tests.platforms.mastodon.conftest import Network


@pytest.fixture
async def reader(network: Network) -> AsyncIterator[Reader]:
    reader = Reader(network.account(PARTY), network.world.grant(PARTY, "read:statuses"), now=clock)
    yield reader
    await reader.close()


@pytest.fixture
def threads(reader: Reader) -> Threads:
    return Threads(reader, Statuses(reader))


async def statuses(network: Network, reader: Reader, posts: list[Post]) -> list[Status]:
    host = network.host(PARTY)
    return [await reader.one(f"/api/v1/statuses/{host.learn(post)}", Status) for post in posts]


async def test_a_reply_knows_its_parent_and_the_root_of_its_thread(
    network: Network, reader: Reader, threads: Threads
) -> None:
    world = network.world
    root = world.post(PARTY, "Our manifesto")
    middle = world.post(SAM, f"{PARTY} hm", in_reply_to=root.uri)
    last = world.post(SAM, f"{PARTY} hm again", in_reply_to=middle.uri)
    (status,) = await statuses(network, reader, [last])
    place = (await threads.places([status]))[status.id]
    assert place.parent is not None
    assert (place.parent.uri, place.parent.author, place.parent.text) == (middle.uri, SAM, "@party hm")
    assert place.thread == root.uri


async def test_a_post_that_answers_nothing_begins_its_thread(
    network: Network, reader: Reader, threads: Threads
) -> None:
    (status,) = await statuses(network, reader, [network.world.post(SAM, f"{PARTY} hello")])
    assert (await threads.places([status]))[status.id] == Place(None, "")


async def test_a_pile_on_asks_for_its_parent_once(network: Network, reader: Reader, threads: Threads) -> None:
    world = network.world
    root = world.post(PARTY, "Our manifesto")
    posts = [world.post(SAM, f"{PARTY} {number}", in_reply_to=root.uri) for number in range(12)]
    read = await statuses(network, reader, posts)
    fault = network.host(PARTY).faults.add("slow", seconds=0, path="/statuses", times=None)
    places = await threads.places(read)
    assert {place.thread for place in places.values()} == {root.uri}
    assert fault.met == 1
    await threads.places(read)
    assert fault.met == 1


async def test_a_parent_that_was_deleted_is_left_out(network: Network, reader: Reader, threads: Threads) -> None:
    world = network.world
    root = world.post(PARTY, "Our manifesto")
    (status,) = await statuses(network, reader, [world.post(SAM, f"{PARTY} hm", in_reply_to=root.uri)])
    world.delete(root.uri)
    assert (await threads.places([status]))[status.id] == Place()


async def test_a_mention_does_not_wait_for_a_parent_that_cannot_be_read(
    network: Network, reader: Reader, threads: Threads
) -> None:
    world = network.world
    root = world.post(PARTY, "Our manifesto")
    (status,) = await statuses(network, reader, [world.post(SAM, f"{PARTY} hm", in_reply_to=root.uri)])
    network.host(PARTY).faults.add("status", status=500, times=None)
    with capture_logs() as logs:
        assert (await threads.places([status]))[status.id] == Place()
    assert [entry["code"] for entry in logs if entry["event"] == "parents.unread"] == ["server_error"]


async def test_an_edited_parent_is_read_anew_after_forgetting(
    network: Network, reader: Reader, threads: Threads
) -> None:
    world = network.world
    root = world.post(PARTY, "Our manifesto")
    (status,) = await statuses(network, reader, [world.post(SAM, f"{PARTY} hm", in_reply_to=root.uri)])
    await threads.places([status])
    world.edit(root.uri, "Our better manifesto")
    threads.forget()
    parent = (await threads.places([status]))[status.id].parent
    assert parent is not None
    assert parent.text == "Our better manifesto"
