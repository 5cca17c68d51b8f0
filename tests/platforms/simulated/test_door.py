from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import httpx
import pytest

from tests.platforms.simulated.conftest import PARTY

if TYPE_CHECKING:
    from bot.platforms.simulated.door import Door
    from tests.platforms.simulated.conftest import Network


@pytest.fixture
def door(network: Network) -> Door:
    found = network.world.hosts["fernwick.example"].door
    assert found is not None
    return found


async def test_a_shut_door_refuses_and_opens_again_at_the_same_address(network: Network, door: Door) -> None:
    async with network.http(PARTY) as client:
        assert (await client.get("/health")).text == "OK"
        address = door.address
        door.refuse()
        assert not door.is_open
        with pytest.raises(httpx.ConnectError):
            await client.get("/health")
        await door.open()
        await door.open()
        assert door.address == address
        assert (await client.get("/health")).text == "OK"


async def test_a_door_shut_for_a_time_opens_by_itself(network: Network, door: Door) -> None:
    door.refuse(0.01)
    await asyncio.wait_for(door.opened.wait(), 10)
    async with network.http(PARTY) as client:
        assert (await client.get("/health")).text == "OK"


async def test_connections_under_way_are_cut_when_the_door_is_shut(network: Network, door: Door) -> None:
    fault = network.world.hosts["fernwick.example"].faults.add("hang")
    async with network.http(PARTY) as client:
        waiting = asyncio.create_task(client.get("/api/v1/notifications"))
        await fault.struck.wait()
        door.refuse()
        with pytest.raises(httpx.HTTPError):
            await waiting
