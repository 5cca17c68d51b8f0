"""The port that a simulated server listens on: opened, shut in everybody's face, opened again, and cut connections."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from typing import TYPE_CHECKING

import uvicorn

if TYPE_CHECKING:
    from starlette.types import ASGIApp

_LOOPBACK = "127.0.0.1"


class Door:
    """One listening port on loopback, in the running event loop.

    uvicorn is used by its parts: its `serve` would take the signals of the whole program, and its `shutdown` would
    wait for requests that hang on purpose.
    """

    def __init__(self, app: ASGIApp, port: int = 0) -> None:
        self._app = app
        self._port = port
        self.opened = asyncio.Event()
        """Set while connections are taken."""
        self._ticking: asyncio.Task[None] | None = None
        self._reopening: asyncio.TimerHandle | None = None
        self._opening: asyncio.Task[None] | None = None
        config = uvicorn.Config(
            self._app, http="h11", ws="none", lifespan="off", log_config=None, access_log=False, server_header=False
        )
        config.load()
        self._server = uvicorn.Server(config)
        self._server.lifespan = config.lifespan_class(config)

    @property
    def address(self) -> str:
        """`http://127.0.0.1:PORT`, the port being known once the door has been opened."""
        return f"http://{_LOOPBACK}:{self._port}"

    @property
    def is_open(self) -> bool:
        """Whether connections are taken."""
        return self.opened.is_set()

    async def open(self) -> None:
        """Take connections; on the same port as before when it was open before. Raises OSError when it is taken."""
        if self.is_open:
            return
        listening = socket.create_server((_LOOPBACK, self._port), backlog=512)
        # asyncio sets it only where the socket's protocol is named; without it each answer takes 40 ms.
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._port = listening.getsockname()[1]
        await self._server.startup(sockets=[listening])
        self.opened.set()
        if self._ticking is None:
            self._ticking = asyncio.create_task(self._server.main_loop())

    def refuse(self, seconds: float | None = None) -> None:
        """Cut every connection and refuse new ones, for so long or until `open` is called."""
        self.opened.clear()
        for server in self._server.servers:
            server.close()
        self.cut()
        if seconds is not None:
            self._reopening = asyncio.get_running_loop().call_later(seconds, self._reopen)

    def cut(self, client: tuple[str, int] | None = None) -> None:
        """Cut the connection of that client, or every one, without another byte."""
        for connection in list(self._server.server_state.connections):
            if client in {None, connection.transport.get_extra_info("peername")}:
                # Closing waits for the loop's next turn; until then a client could still take it for a live connection.
                with contextlib.suppress(OSError):
                    connection.transport.get_extra_info("socket").shutdown(socket.SHUT_RDWR)
                connection.transport.abort()

    async def close(self) -> None:
        """Stop for good, cutting whatever is still under way."""
        if self._reopening is not None:
            self._reopening.cancel()
        if self._opening is not None:
            await self._opening
        self.refuse()
        self._server.should_exit = True
        waited = [*self._server.server_state.tasks, *([self._ticking] if self._ticking else [])]
        for task in waited:
            task.cancel()
        for task in waited:
            with contextlib.suppress(asyncio.CancelledError):
                await task

    def _reopen(self) -> None:
        self._opening = asyncio.get_running_loop().create_task(self.open())
