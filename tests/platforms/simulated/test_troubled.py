from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import httpx
import pytest
from mastodon.errors import (
    MastodonAPIError,
    MastodonBadGatewayError,
    MastodonGatewayTimeoutError,
    MastodonInternalServerError,
    MastodonNetworkError,
    MastodonRatelimitError,
    MastodonServiceUnavailableError,
)

from tests.platforms.simulated.conftest import PARTY

if TYPE_CHECKING:
    from bot.platforms.simulated.hosts import Host
    from bot.platforms.simulated.world import World
    from tests.platforms.simulated.conftest import Network


@pytest.fixture
def host(world: World) -> Host:
    return world.hosts["fernwick.example"]


def posted(world: World) -> list[str]:
    return [post.now.text for post in world.posts.values()]


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (500, MastodonInternalServerError),
        (502, MastodonBadGatewayError),
        (503, MastodonServiceUnavailableError),
        (504, MastodonGatewayTimeoutError),
        (520, MastodonAPIError),
    ],
)
@pytest.mark.parametrize("acts", [False, True])
async def test_an_error_is_answered_with_or_without_acting(
    network: Network, host: Host, status: int, error: type[Exception], *, acts: bool
) -> None:
    host.faults.add("status", status=status, method="POST", acts=acts)
    with pytest.raises(error):
        await network.asks(PARTY, "status_post", "hello")
    assert posted(network.world) == (["hello"] if acts else [])
    assert (await network.asks(PARTY, "status_post", "again")).content == "<p>again</p>"


async def test_a_rate_limit_says_when_it_ends(network: Network, host: Host) -> None:
    host.faults.add("status", status=429, reset_after=90)
    with pytest.raises(MastodonRatelimitError):
        await network.asks(PARTY, "notifications")
    reset = network.api(PARTY).ratelimit_reset
    assert time.time() + 30 < reset < time.time() + 120


@pytest.mark.parametrize("trouble", ["html", "malformed"])
async def test_an_answer_of_200_that_is_not_json_is_an_error_of_the_library(
    network: Network, host: Host, trouble: str
) -> None:
    host.faults.add(trouble)
    with pytest.raises(MastodonAPIError, match="Could not parse"):
        await network.asks(PARTY, "notifications")


@pytest.mark.parametrize("acts", [False, True])
@pytest.mark.parametrize("trouble", ["cut", "torn"])
async def test_a_cut_connection_does_not_tell_whether_the_server_acted(
    network: Network, host: Host, trouble: str, *, acts: bool
) -> None:
    host.faults.add(trouble, method="POST", path="/statuses$", acts=acts)
    with pytest.raises(MastodonNetworkError):
        await network.asks(PARTY, "status_post", "hello")
    assert posted(network.world) == (["hello"] if acts else [])


@pytest.mark.parametrize("acts", [False, True])
async def test_a_server_that_hangs_lets_go_when_the_fault_is_cleared(
    network: Network, host: Host, *, acts: bool
) -> None:
    fault = host.faults.add("hang", method="POST", acts=acts)
    waiting = asyncio.create_task(network.asks(PARTY, "status_post", "hello"))
    await fault.struck.wait()
    host.faults.clear(fault.number)
    with pytest.raises(MastodonNetworkError):
        await waiting
    assert posted(network.world) == (["hello"] if acts else [])


async def test_a_held_post_arrives_after_its_sender_has_given_up(network: Network, host: Host) -> None:
    fault = host.faults.add("hold", method="POST")
    async with network.http(PARTY) as client:
        with pytest.raises(httpx.ReadTimeout):
            await client.post("/api/v1/statuses", data={"status": "late"}, timeout=0.05)
        assert fault.struck.is_set()
        assert posted(network.world) == []
        host.faults.clear(fault.number)
        await asyncio.wait_for(fault.done.wait(), 10)
    assert posted(network.world) == ["late"]


async def test_a_slow_server_acts_and_answers_in_the_end(network: Network, host: Host) -> None:
    fault = host.faults.add("slow", seconds=30)
    waiting = asyncio.create_task(network.asks(PARTY, "status_post", "slowly"))
    await fault.struck.wait()
    assert posted(network.world) == []
    host.faults.clear(fault.number)
    assert (await waiting).content == "<p>slowly</p>"


async def test_a_short_wait_ends_by_itself(network: Network, host: Host) -> None:
    host.faults.add("slow", seconds=0.01)
    assert (await network.asks(PARTY, "status_post", "soon")).content == "<p>soon</p>"


async def test_control_meets_no_fault(network: Network, host: Host) -> None:
    host.faults.add("cut", path="", times=None)
    async with network.control() as director:
        assert (await director.get("/sim/faults")).json()[0]["met"] == 0
