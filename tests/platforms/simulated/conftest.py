"""A small invented network, running on loopback, and clients for it."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from mastodon import Mastodon

from bot.platforms.simulated.hosts import Settings
from bot.platforms.simulated.running import running
from bot.platforms.simulated.world import World

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

PARTY = "@party@fernwick.example"
LEADER = "@leader@brindle.example"
SAM = "@sam@elsewhere.example"
JO = "@jo@fernwick.example"


class Clock:
    """A clock that moves when it is told to."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def move(self, **by: float) -> None:
        self.time += timedelta(**by)


def populated(world: World) -> World:
    world.add_person(PARTY, display_name="Fernwick Greens", bio="We plant trees.", official=True)
    world.add_person(LEADER, display_name="Iona Marsh", official=True)
    world.add_person(SAM, display_name="Sam", bio="Member since 2015", followers=12)
    world.add_person(JO)
    return world


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def world(clock: Clock) -> World:
    """Two servers that will run, and one that is only there for its people to come from."""
    made = World(clock, control_token="let-me-direct")
    made.add_server("fernwick.example", Settings(title="Fernwick Social"))
    made.add_server("brindle.example")
    return populated(made)


@dataclass
class Network:
    """A running world with the ways into it."""

    world: World
    addresses: dict[str, str]
    stack: AsyncExitStack
    _clients: dict[tuple[str, str], Mastodon] = field(default_factory=dict)

    def api(self, handle: str, scopes: str = "read write") -> Mastodon:
        """The real library, signed in as that person."""
        known = self._clients.get((handle, scopes))
        if known is None:
            known = Mastodon(
                access_token=self.world.grant(handle, scopes),
                api_base_url=self.addresses[handle.rpartition("@")[2]],
                ratelimit_method="throw",
                request_timeout=10,
            )
            self.stack.callback(known.session.close)
            self._clients[handle, scopes] = known
        return known

    async def asks(self, handle: str, method: str, *arguments: Any, scopes: str = "read write", **named: Any) -> Any:
        """One call of that person through the real library, in a thread of its own."""
        return await asyncio.to_thread(getattr(self.api(handle, scopes), method), *arguments, **named)

    def http(
        self, handle: str | None, scopes: str = "read write", domain: str = "fernwick.example"
    ) -> httpx.AsyncClient:
        """A plain HTTP client, signed in as that person, or as nobody."""
        headers = {"Authorization": f"Bearer {self.world.grant(handle, scopes)}"} if handle else {}
        return httpx.AsyncClient(base_url=self.addresses[domain], headers=headers, timeout=10, trust_env=False)

    def control(self, token: str | None = None, domain: str = "fernwick.example") -> httpx.AsyncClient:
        """A client for the control interface."""
        headers = {"Authorization": f"Bearer {token or self.world.control_token}"}
        return httpx.AsyncClient(base_url=self.addresses[domain], headers=headers, timeout=10, trust_env=False)


@pytest.fixture
async def network(world: World) -> AsyncIterator[Network]:
    async with AsyncExitStack() as stack:
        addresses = await stack.enter_async_context(running(world))
        yield Network(world, addresses, stack)


@pytest.fixture
async def run() -> AsyncIterator[Callable[[World], Any]]:
    """Runs another world for the length of a test."""
    async with AsyncExitStack() as stack:

        async def start(world: World) -> Network:
            return Network(world, await stack.enter_async_context(running(world)), stack)

        yield start
