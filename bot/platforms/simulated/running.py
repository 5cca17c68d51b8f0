"""Runs the servers of a simulated world on loopback, inside the running event loop."""

from __future__ import annotations

from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

from bot.platforms.simulated.door import Door
from bot.platforms.simulated.server import create_app
from bot.platforms.simulated.troubled import Troubled

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from bot.platforms.simulated.hosts import Host
    from bot.platforms.simulated.world import World


@asynccontextmanager
async def running(world: World, ports: Mapping[str, int] | None = None) -> AsyncIterator[dict[str, str]]:
    """Every server of the world that is to run, each on a port of its own; yields domain → base address.

    `ports` names ports by domain; a server without one takes any that is free. Raises OSError when a port is taken.
    At the end every connection is cut, and whatever hung is let go.
    """
    async with AsyncExitStack() as stack:
        for host in [host for host in world.hosts.values() if host.runs]:
            await _open(world, host, (ports or {}).get(host.domain, 0))
            stack.push_async_callback(_close, host)
        yield {host.domain: host.address for host in world.hosts.values() if host.address}


async def _open(world: World, host: Host, port: int) -> None:
    app = create_app(world, host)
    door = Door(Troubled(app, host), port)
    await door.open()
    host.door, host.address = door, door.address


async def _close(host: Host) -> None:
    host.faults.clear()
    if host.door is not None:
        await host.door.close()
    host.door = host.address = None
