"""One page under every address, for a console that cannot open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.routing import Mount, Route

from bot.web.frame import message_page, static, templates
from bot.web.guard import Guard

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import ASGIApp

UNAVAILABLE = 503


def closed_app(*, title: str, text: str, public_host: str | None = None) -> ASGIApp:
    """An application that says one thing, whatever it is asked. The words are for anybody: nobody is signed in."""
    pages = templates(words={})

    async def closed(request: Request) -> Response:
        return message_page(pages, request, title=title, text=text, status=UNAVAILABLE)

    anything = Route("/{path:path}", closed, methods=["GET", "POST"])
    return Guard(Starlette(routes=[Mount("/static", static()), anything]), public_host=public_host)
