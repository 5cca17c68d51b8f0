"""A web application listening on one address, inside the running event loop and without touching signals."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from typing import TYPE_CHECKING

import uvicorn
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse
from uvicorn.protocols.http.h11_impl import H11Protocol

from bot.web.guard import LARGEST_UPLOAD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK = "127.0.0.1"
GRACE_SECONDS = 3
"""How long open requests may take to finish when the listener stops."""
MOST_CONNECTIONS = 200
"""So many at once, further ones are told 503. An open page holds one, and a browser six at the most: room for a team of
thirty; and four listeners stay below the 1024 files that a process may have open by default."""
HEAD_SECONDS = 20
"""How long a connection may stand without a whole head: a new one, and one whose last request is answered."""
BODY_SECONDS = 20
"""How long the body may take to come in, beside the time that its length takes at `SLOWEST`."""
SLOWEST = 64 * 1024
"""Bytes a second: the largest file, over half a megabit, in less than five minutes."""
UNMEASURED = (
    "Refused: a request here says its length beforehand (Content-Length, and no Transfer-Encoding). A proxy in between"
    " must buffer requests before it passes them on.\n"
)
TOO_LARGE = f"Refused: that is more than {LARGEST_UPLOAD // 1024**2} MB, the most that anything here can have.\n"
LATE = "Refused: the rest of this request did not come in time. Send it again, over a faster line.\n"


class PortTakenError(Exception):
    """The port is in use, or may not be used; the message names it and says what to do."""


class _QuietServer(uvicorn.Server):
    """A server that leaves signals to whoever owns the event loop."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class _Impatient(H11Protocol):
    """A connection that ends when no whole head comes in time, for which uvicorn itself would wait without end."""

    _waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        self._wait()

    def on_response_complete(self) -> None:
        self._wait()
        super().on_response_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
        super().connection_lost(exc)

    def _wait(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
        self._waiting = self.loop.call_later(HEAD_SECONDS, self._hang_up)

    def _hang_up(self) -> None:
        if self.cycle is None or self.cycle.response_complete:  # type: ignore[redundant-expr]  # before the first there is none
            self.transport.close()


class _Bounded:
    """The application, which no stranger can make read or wait without end."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request, or say why not."""
        if "transfer-encoding" in Headers(scope=scope):
            # Beside it a length means nothing, and what looks at lengths before it reads would look at nothing.
            await _refusal(UNMEASURED, status=411)(scope, receive, send)
            return
        exchange = _Exchange(scope, receive, send)
        with contextlib.suppress(ClientDisconnect):  # nobody is there to be answered
            await self._app(scope, exchange.receive, exchange.send)


class _Exchange:
    """One request, whose body is counted and timed as it comes in, and its answer."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._scope = scope
        self._receive = receive
        self._send = send
        self._came = 0
        self._complete = self._begun = self._refused = False
        length = min(int(Headers(scope=scope).get("content-length", "0")), LARGEST_UPLOAD)
        self._until = asyncio.get_running_loop().time() + BODY_SECONDS + length / SLOWEST

    async def receive(self) -> Message:
        """The next part of the body; once it is refused, that the other side has gone."""
        if self._complete:  # an open page waits here, for hours, until its reader has gone
            return await self._receive()
        try:
            async with asyncio.timeout_at(self._until):
                message = await self._receive()
        except TimeoutError:
            return await self._refuse(LATE, status=408)
        self._came += len(message.get("body", b""))
        self._complete = not message.get("more_body", False)
        return await self._refuse(TOO_LARGE, status=413) if self._came > LARGEST_UPLOAD else message

    async def send(self, message: Message) -> None:
        """Answer, unless that has been done by a refusal."""
        if not self._refused:
            self._begun = True
            await self._send(message)

    async def _refuse(self, words: str, *, status: int) -> Message:
        if not self._begun:
            self._refused = True
            await _refusal(words, status=status)(self._scope, self._receive, self._send)
        return {"type": "http.disconnect"}


def _refusal(words: str, *, status: int) -> PlainTextResponse:
    """An answer after which the rest of the request is not waited for."""
    return PlainTextResponse(words, status_code=status, headers={"Connection": "close"})


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
                _Bounded(self._app),
                http=_Impatient,
                limit_concurrency=MOST_CONNECTIONS,
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
