"""A web application listening on one address, inside the running event loop and without touching signals."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from typing import TYPE_CHECKING

import uvicorn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from starlette.types import ASGIApp

LOOPBACK = "127.0.0.1"
GRACE_SECONDS = 3
"""How long open requests may take to finish when the listener stops."""


class PortTakenError(Exception):
    """The port is in use, or may not be used; the message names it and says what to do."""


class _QuietServer(uvicorn.Server):
    """A server that leaves signals to whoever owns the event loop."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class Listener:
    """One bound socket and the application behind it. Bound at once, so that `port` is known before it serves."""

    def __init__(self, app: ASGIApp, *, port: int, setting: str, host: str = LOOPBACK) -> None:
        """Bind. `setting` is the configuration key of the port, for the message when it is taken; 0 takes any free one.

        Raises PortTakenError.
        """
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._socket = socket.socket(family)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # What is accepted inherits it; asyncio sets it only on sockets made with an explicit protocol, and without it
        # each answer on a kept connection waits 40 ms for the other side's delayed acknowledgement.
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            self._socket.bind((host, port))
            self._socket.listen()  # at once: until it listens, another process could bind the same port
        except OSError as error:
            self._socket.close()
            why = f"Port {port} on {host} cannot be used ({error.strerror}). "
            raise PortTakenError(f"{why}Is the bot running already? Else set {setting} to another port.") from error
        self.port: int = self._socket.getsockname()[1]
        self.started = asyncio.Event()
        """Set once requests are answered."""
        self._app = app

    async def run(self, *, stopping: Callable[[], None] | None = None) -> None:
        """Serve until cancelled; then `stopping` is called, open requests get a moment, and the port is let go."""
        server = _QuietServer(
            uvicorn.Config(
                self._app,
                log_config=None,
                access_log=False,
                lifespan="off",
                proxy_headers=False,
                server_header=False,
                ws="none",
                timeout_graceful_shutdown=GRACE_SECONDS,
            )
        )
        serving = asyncio.create_task(server.serve(sockets=[self._socket]))
        self.started.set()
        try:
            await asyncio.shield(serving)
        finally:
            if stopping is not None:
                stopping()
            server.should_exit = True
            await serving

    def close(self) -> None:
        """Let go of the port when it never served."""
        self._socket.close()
