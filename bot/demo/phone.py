"""The telephone of the demo's safety team: what rings it arrives here, over real HTTP, as at any webhook."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from bot.web.listener import Listener

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from starlette.requests import Request


@dataclass(kw_only=True)
class Phone:
    """Hears what the bot rings for, and says it aloud."""

    aloud: Callable[[str], None]
    heard: list[str] = field(default_factory=list)
    address: str = ""
    """Where to ring, as Apprise writes it."""

    async def ring(self, request: Request) -> Response:
        """Take one call."""
        words = str((await request.json()).get("message", "")).strip()
        self.heard.append(words)
        self.aloud(words.splitlines()[0] if words else "")
        return Response()


@asynccontextmanager
async def ringing(aloud: Callable[[str], None]) -> AsyncIterator[Phone]:
    """A telephone that can be rung while the play lasts."""
    phone = Phone(aloud=aloud)
    listener = Listener(Starlette(routes=[Route("/", phone.ring, methods=["POST"])]), port=0, setting="")
    phone.address = f"json://127.0.0.1:{listener.port}/"
    serving = asyncio.create_task(listener.run())
    try:
        yield phone
    finally:
        serving.cancel()
        with suppress(asyncio.CancelledError):
            await serving
        listener.close()
