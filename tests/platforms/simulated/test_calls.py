from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from bot.platforms.simulated.hosts import Settings
from bot.platforms.simulated.world import World
from tests.platforms.simulated.conftest import PARTY, Network, populated

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


async def limited(run: Callable[[World], Awaitable[Network]], settings: Settings) -> Network:
    world = World()
    world.add_server("fernwick.example", settings)
    return await run(populated(world))


async def test_every_answer_counts_down_and_the_last_is_429(run: Callable[[World], Awaitable[Network]]) -> None:
    network = await limited(run, Settings(calls_per_window=3))
    async with network.http(PARTY) as client, network.http(None) as passer_by:
        answers = [await client.get("/api/v1/notifications") for _ in range(4)]
        other = await passer_by.get("/api/v1/instance")
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert [answer.headers["X-RateLimit-Remaining"] for answer in answers] == ["2", "1", "0", "0"]
    assert answers[3].json() == {"error": "Too many requests"}
    assert datetime.fromisoformat(answers[3].headers["X-RateLimit-Reset"]) > datetime.now(UTC)
    assert other.status_code == 200


async def test_the_reset_is_written_in_seconds_where_a_server_does_so(
    run: Callable[[World], Awaitable[Network]],
) -> None:
    network = await limited(run, Settings(reset_style="unix"))
    async with network.http(PARTY) as client:
        assert (await client.get("/api/v1/notifications")).headers["X-RateLimit-Reset"].isdecimal()


async def test_without_a_limit_there_are_no_headers_of_it(run: Callable[[World], Awaitable[Network]]) -> None:
    network = await limited(run, Settings(calls_per_window=None))
    async with network.http(PARTY) as client:
        assert "X-RateLimit-Limit" not in (await client.get("/api/v1/notifications")).headers


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer made-up", "Basic abc"])
async def test_a_missing_or_made_up_token_is_unauthorized(network: Network, header: str) -> None:
    async with network.http(None) as client:
        answer = await client.get("/api/v1/notifications", headers={"Authorization": header})
    assert (answer.status_code, answer.json()) == (401, {"error": "The access token is invalid"})


async def test_the_token_of_an_application_is_nobody(network: Network) -> None:
    async with network.http(None) as client:
        form = {"grant_type": "client_credentials", "scope": "read"}
        token = (await client.post("/oauth/token", data=form)).json()["access_token"]
        answer = await client.get("/api/v1/notifications", headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.json()["error"]) == (422, "This method requires an authenticated user")
