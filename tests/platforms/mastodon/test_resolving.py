"""A mention is found under the id that the account's own server has for it, and forgotten when it is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.platforms.mastodon.reader import Reader
from bot.platforms.mastodon.resolving import RESOLVED, Resolving
from tests.platforms.mastodon.conftest import LEADER, PARTY, POST, clock

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.platforms.mastodon.conftest import Network


@pytest.fixture
async def resolving(network: Network) -> AsyncIterator[Resolving]:
    """Of the leader, whose server is not the one that the mention was seen on."""
    reader = Reader(network.account(LEADER), network.world.grant(LEADER, POST), now=clock)
    yield Resolving(reader)
    await reader.close()


async def test_the_same_post_has_another_id_on_another_server(network: Network, resolving: Resolving) -> None:
    mention = await network.mention()
    status = await resolving.status(mention.uri)
    assert status is not None
    assert status.id != mention.native_id
    assert (status.uri, resolving.known(mention.uri)) == (mention.uri, status.id)


async def test_what_was_deleted_since_is_found_no_more_and_forgotten(network: Network, resolving: Resolving) -> None:
    mention = await network.mention()
    await resolving.status(mention.uri)
    network.world.delete(mention.uri)
    assert await resolving.status(mention.uri) is None
    assert resolving.known(mention.uri) is None


async def test_an_id_of_another_post_is_not_taken_for_this_one(network: Network, resolving: Resolving) -> None:
    one, other = await network.mention(f"{PARTY} one"), await network.mention(f"{PARTY} two")
    found = await resolving.status(other.uri)
    assert found is not None
    assert await resolving.status(one.uri, found.id) is None


def test_only_so_many_are_remembered(resolving: Resolving) -> None:
    for number in range(RESOLVED + 1):
        resolving.note(f"https://elsewhere.example/{number}", str(number))
    assert resolving.known("https://elsewhere.example/0") is None
    assert resolving.known("https://elsewhere.example/1") == "1"
