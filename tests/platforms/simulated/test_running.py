from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING

import httpx
import pytest

from bot.platforms.simulated.running import running
from tests.platforms.simulated.conftest import PARTY, SAM

if TYPE_CHECKING:
    from bot.platforms.simulated.world import World


async def test_each_server_has_an_address_and_those_not_to_run_have_none(world: World) -> None:
    async with running(world) as addresses:
        assert sorted(addresses) == ["brindle.example", "fernwick.example"]
        async with httpx.AsyncClient(trust_env=False) as client:
            titles = [
                (await client.get(f"{address}/api/v2/instance")).json()["domain"] for address in addresses.values()
            ]
        assert titles == list(addresses)
        assert world.url(world.post(PARTY, "hi")).startswith(addresses["fernwick.example"] + "/@party/")
        assert world.url(world.post(SAM, "hi")).startswith(addresses["fernwick.example"] + "/@sam@elsewhere.example/")
    assert world.url(world.post(SAM, "hi")).startswith("https://elsewhere.example/@sam/")


async def test_a_port_can_be_chosen_and_is_free_again_afterwards(world: World) -> None:
    async with running(world) as addresses:
        port = int(addresses["fernwick.example"].rpartition(":")[2])
    for _ in range(2):
        async with running(world, {"fernwick.example": port}) as addresses:
            assert addresses["fernwick.example"] == f"http://127.0.0.1:{port}"


async def test_a_port_that_is_taken_is_an_error_and_leaves_nothing_open(world: World) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(OSError, match="in use"):
        async with running(world, {"brindle.example": taken.getsockname()[1]}):
            pass
    assert world.hosts["fernwick.example"].address is None


async def test_stopping_does_not_wait_for_what_hangs(world: World) -> None:
    async with httpx.AsyncClient(trust_env=False) as client:
        async with running(world) as addresses:
            fault = world.hosts["fernwick.example"].faults.add("hang", times=None)
            waiting = asyncio.create_task(client.get(f"{addresses['fernwick.example']}/api/v1/instance"))
            await fault.struck.wait()
        with pytest.raises(httpx.HTTPError):
            await waiting
