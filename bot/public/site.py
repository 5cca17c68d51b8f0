"""The listener for people outside: its guard, its headers, and the pages that are hung into it.

It has no session and sets no cookie, so another site could post nothing here in anybody's name: whatever a form here
does, its link alone allows. The guard refuses posts from other sites all the same.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.routing import Mount

from bot.web.frame import message_page, static, templates
from bot.web.guard import Guard
from bot.web.listener import Listener

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import BaseRoute
    from starlette.templating import Jinja2Templates
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

NOT_FOUND = 404
METHOD_NOT_ALLOWED = 405
OUR_FAULT = 500
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; "
        "base-uri 'none'"
    ),
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}
"""Stricter than the console's: no page here has a script; and none is for search engines."""


@cache
def public_templates(party: str) -> Jinja2Templates:
    """The templates of these pages, which say whose they are; made once for each party."""
    pages = templates("bot.public", words={})
    pages.env.globals["party"] = party
    return pages


def public_app(routes: Sequence[BaseRoute], *, pages: Jinja2Templates, url: str) -> ASGIApp:
    """These pages behind their guard. `url` is where strangers reach the proxy in front of it."""

    async def lost(request: Request, _error: Exception) -> Response:
        text = "The address may be mistyped. The link in our reply leads to the right page."
        return message_page(pages, request, title="There is no such page", text=text, status=NOT_FOUND)

    async def broken(request: Request, _error: Exception) -> Response:
        text = "It is on our side, and it stands in our log. Nothing was kept; please try again later."
        return message_page(pages, request, title="Something is wrong", text=text, status=OUR_FAULT)

    app = Starlette(
        routes=[*routes, Mount("/static", static())],
        exception_handlers={NOT_FOUND: lost, METHOD_NOT_ALLOWED: lost, OUR_FAULT: broken},
    )
    return Guard(_with_headers(app), public_host=urlsplit(url).netloc, setting="public.url")


class PublicSite:
    """The pages on one port, on loopback: a proxy of the party's own leads here."""

    def __init__(self, routes: Sequence[BaseRoute], *, pages: Jinja2Templates, url: str, port: int) -> None:
        """Bind at once. Raises PortTakenError."""
        self._listener = Listener(public_app(routes, pages=pages, url=url), port=port, setting="public.port")

    @property
    def port(self) -> int:
        """The real port."""
        return self._listener.port

    async def run(self) -> None:
        """Serve until cancelled."""
        await self._listener.run()

    def close(self) -> None:
        """Let go of the port when it never served."""
        self._listener.close()


def _with_headers(app: ASGIApp) -> ASGIApp:
    """The same application, each of whose answers carries these headers."""

    async def answering(scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                more = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]
                message["headers"] = [*message.get("headers", ()), *more]
            await send(message)

        await app(scope, receive, with_headers)

    return answering
