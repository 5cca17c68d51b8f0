"""The layer around a simulated server that makes planned faults happen to requests."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from starlette.responses import HTMLResponse, JSONResponse, Response

from bot.platforms.simulated.entities import timestamp
from bot.platforms.simulated.faults import Fault, Trouble

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from bot.platforms.simulated.hosts import Host

_RATE_LIMITED = 429
_PAGE = "<!DOCTYPE html><html><head><title>{0}</title></head><body><h1>{0}</h1><hr>proxy</body></html>"


class Troubled:
    """An ASGI application in which requests meet the planned faults; the control interface meets none."""

    def __init__(self, app: ASGIApp, host: Host) -> None:
        self._app = app
        self._host = host

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or fail to."""
        is_exempt = scope["type"] != "http" or scope["path"].startswith("/sim/")
        fault = None if is_exempt else self._host.faults.strike(scope["method"], scope["path"])
        if fault is None:
            await self._app(scope, receive, send)
            return
        try:
            await self._fail(fault, scope, receive, send)
        finally:
            fault.done.set()

    async def _fail(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        # The body is read first: once the client has gone, it could not be had any more, and a late arrival needs it.
        fault.heard = await _body(receive)
        replay = _Replay(fault.heard)
        if fault.trouble is Trouble.SLOW:
            await _wait(fault, fault.seconds)
        if fault.trouble is Trouble.HOLD:
            await fault.cleared.wait()
        if fault.trouble in {Trouble.SLOW, Trouble.HOLD}:
            await self._app(scope, replay, send)
            return
        if fault.acts:
            await self._app(scope, replay, _unheard)
        if fault.trouble is Trouble.HANG:
            await fault.cleared.wait()
        if fault.trouble is Trouble.TORN:
            await _begin(send)
        if fault.trouble in {Trouble.HANG, Trouble.CUT, Trouble.TORN}:
            if self._host.door is not None:
                self._host.door.cut(scope["client"])
            while (await receive())["type"] != "http.disconnect":
                pass
            return
        await _answer(fault)(scope, replay, send)


class _Replay:
    """A `receive` that gives a body that was read before."""

    def __init__(self, body: bytes) -> None:
        self._body: bytes | None = body

    async def __call__(self) -> Message:
        if self._body is None:
            return {"type": "http.disconnect"}
        body, self._body = self._body, None
        return {"type": "http.request", "body": body, "more_body": False}


async def _body(receive: Receive) -> bytes:
    parts = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(parts)


async def _unheard(_message: Message) -> None:
    """What the server would have answered; nobody hears it."""


async def _wait(fault: Fault, seconds: float) -> None:
    try:
        await asyncio.wait_for(fault.cleared.wait(), seconds)
    except TimeoutError:
        return


async def _begin(send: Send) -> None:
    """The head of an answer, and as much of its body as shows that there is more."""
    headers = [(b"content-type", b"application/json"), (b"content-length", b"4000")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b'{"id": "1', "more_body": True})


def _answer(fault: Fault) -> Response:
    if fault.trouble is Trouble.HTML:
        return HTMLResponse(_PAGE.format("Welcome"))
    if fault.trouble is Trouble.MALFORMED:
        return Response('[{"id": "1", "content": "<p>brok', media_type="application/json")
    if fault.status == _RATE_LIMITED:
        reset = datetime.fromtimestamp(time.time() + fault.reset_after, UTC)
        headers = {
            "X-RateLimit-Limit": "300",
            "X-RateLimit-Remaining": "0",
            "X-RateLimit-Reset": str(timestamp(reset)),
        }
        return JSONResponse({"error": "Too many requests"}, _RATE_LIMITED, headers)
    if fault.status >= 500:  # noqa: PLR2004  # the statuses that a proxy answers in the server's place
        return HTMLResponse(_PAGE.format(f"{fault.status} Error"), fault.status)
    return JSONResponse({"error": "simulated"}, fault.status)
