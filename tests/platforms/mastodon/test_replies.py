from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from structlog.testing import capture_logs

from bot.platforms.mastodon.reader import Reader
from bot.platforms.mastodon.replies import A_PAGE, THREADS_A_POLL, Replies, find_profile
from bot.platforms.mastodon.statuses import Statuses
from bot.platforms.mastodon.threads import Threads
from bot.ports import PlatformError
from tests.platforms.mastodon.conftest import LEADER, PARTY, SAM, WATCH, clock

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from datetime import datetime

    from tests.platforms.mastodon.conftest import Network


@pytest.fixture
async def reader(network: Network) -> AsyncIterator[Reader]:
    reader = Reader(network.account(PARTY), network.world.grant(PARTY, WATCH), now=clock)
    yield reader
    await reader.close()


@pytest.fixture
def start() -> datetime:
    return clock().replace(microsecond=0)


def watching(reader: Reader, *handles: str) -> Replies:
    return Replies(reader, Threads(reader, Statuses(reader)), handles, now=clock)


async def uris(replies: Replies, since: datetime) -> list[str]:
    return [status.uri for status in await replies.fresh(since)]


async def test_a_reply_that_names_nobody_is_found(network: Network, reader: Reader, start: datetime) -> None:
    post = network.world.post(PARTY, "Good evening")
    reply = network.world.post(SAM, "no name in here", in_reply_to=post.uri)
    assert await uris(watching(reader, PARTY), start) == [reply.uri]


async def test_a_reply_to_a_reply_is_found_in_turn(network: Network, reader: Reader, start: datetime) -> None:
    replies = watching(reader, PARTY)
    post = network.world.post(PARTY, "Good evening")
    reply = network.world.post(SAM, "hm", in_reply_to=post.uri)
    assert await uris(replies, start) == [reply.uri]
    replies.settle(stored=True)
    deeper = network.world.post(SAM, "and another thing", in_reply_to=reply.uri)
    network.host(PARTY).learn(deeper)
    assert await uris(replies, start) == [deeper.uri]


async def test_replies_under_a_protected_person_s_posts_are_found(
    network: Network, reader: Reader, start: datetime
) -> None:
    post = network.world.post(LEADER, "My evening")
    reply = network.world.post(SAM, "hm", in_reply_to=post.uri)
    network.host(PARTY).meet(network.world.person(LEADER), clock())
    for known in (post, reply):
        network.host(PARTY).learn(known)
    assert await uris(watching(reader, PARTY, LEADER), start) == [reply.uri]


async def test_what_was_not_stored_is_found_again_and_what_was_is_not(
    network: Network, reader: Reader, start: datetime
) -> None:
    replies = watching(reader, PARTY)
    post = network.world.post(PARTY, "Good evening")
    reply = network.world.post(SAM, "hm", in_reply_to=post.uri)
    assert await uris(replies, start) == [reply.uri]
    replies.settle(stored=False)
    assert await uris(replies, start) == [reply.uri]
    replies.settle(stored=True)
    assert await uris(replies, start) == []


async def test_an_edited_reply_is_found_again(network: Network, reader: Reader, start: datetime) -> None:
    replies = watching(reader, PARTY)
    post = network.world.post(PARTY, "Good evening")
    reply = network.world.post(SAM, "hm", in_reply_to=post.uri)
    await uris(replies, start)
    replies.settle(stored=True)
    network.world.edit(reply.uri, "something else")
    assert await uris(replies, start) == [reply.uri]


async def test_replies_from_before_the_start_are_left_alone(network: Network, reader: Reader) -> None:
    post = network.world.post(PARTY, "Good evening")
    network.world.post(SAM, "hm", in_reply_to=post.uri)
    assert await uris(watching(reader, PARTY), clock()) == []


async def test_quiet_threads_are_read_one_a_turn_and_busy_ones_within_bounds(
    network: Network, reader: Reader, start: datetime
) -> None:
    replies = watching(reader, PARTY)
    expected = set()
    for number in range(THREADS_A_POLL + 2):
        post = network.world.post(PARTY, f"Part {number}")
        expected.add(network.world.post(SAM, "hm", in_reply_to=post.uri).uri)
    contexts = network.host(PARTY).faults.add("slow", seconds=0, path="/context$", times=None)
    found = set(await uris(replies, start))
    assert (len(found), contexts.met) == (THREADS_A_POLL, THREADS_A_POLL)
    replies.settle(stored=True)
    found |= set(await uris(replies, start))
    assert found == expected
    replies.settle(stored=True)
    read = contexts.met
    assert await uris(replies, start) == []
    assert contexts.met == read + 1


async def test_a_thread_with_very_many_replies_is_handed_over_in_parts(
    network: Network, reader: Reader, start: datetime
) -> None:
    replies = watching(reader, PARTY)
    post = network.world.post(PARTY, "Good evening")
    written = [network.world.post(SAM, f"hm {number}", in_reply_to=post.uri).uri for number in range(A_PAGE + 5)]
    found = await uris(replies, start)
    assert (len(found), replies.more) == (A_PAGE, True)
    replies.settle(stored=True)
    found += await uris(replies, start)
    assert (found, replies.more) == (written, False)


async def test_a_person_who_cannot_be_found_does_not_hold_up_the_others(
    network: Network, reader: Reader, start: datetime
) -> None:
    replies = watching(reader, "@nobody@fernwick.example", PARTY)
    post = network.world.post(PARTY, "Good evening")
    reply = network.world.post(SAM, "hm", in_reply_to=post.uri)
    with capture_logs() as logs:
        assert await uris(replies, start) == [reply.uri]
        await uris(replies, start)
    [entry] = [entry for entry in logs if entry["event"] == "person.unknown"]
    assert entry["hint"] == "a protected person's handle is not known there"
    assert "nobody" not in str(entry)


async def test_when_few_questions_are_left_they_belong_to_the_notifications(
    network: Network, reader: Reader, start: datetime
) -> None:
    network.world.post(SAM, "hm", in_reply_to=network.world.post(PARTY, "Good evening").uri)
    reader.remaining = 5
    assert await uris(watching(reader, PARTY), start) == []


async def test_somebody_is_found_with_a_token_that_may_only_watch(reader: Reader) -> None:
    profile = await find_profile(reader, PARTY)
    assert profile is not None
    assert profile.acct == "party"


async def test_somebody_whom_the_server_has_not_met_is_searched_for(network: Network) -> None:
    network.world.add_person("@kim@brindle.example")
    reader = Reader(network.account(PARTY), network.world.grant(PARTY, "read"), now=clock)
    profile = await find_profile(reader, "@kim@brindle.example")
    assert profile is not None
    assert profile.acct == "kim@brindle.example"
    await reader.close()


async def test_a_revoked_token_is_not_taken_for_an_unknown_person(network: Network) -> None:
    token = network.world.grant(PARTY, WATCH)
    network.world.revoke(token)
    reader = Reader(network.account(PARTY), token, now=clock)
    with pytest.raises(PlatformError) as caught:
        await find_profile(reader, PARTY)
    assert caught.value.code == "token_revoked"
    await reader.close()
