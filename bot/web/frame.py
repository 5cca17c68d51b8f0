"""The frame of every page: one base template, one style sheet, one small script; whatever is put in is data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.templating import Jinja2Templates

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from starlette.requests import Request

    Handler: TypeAlias = Callable[[Request, Exception], Awaitable[Response]]

STATIC_SECONDS = 300
GONE_AWAY, NOT_FOUND, METHOD_NOT_ALLOWED, OUR_FAULT = 400, 404, 405, 500


def templates(*packages: str, words: Mapping[str, Callable[..., object]]) -> Jinja2Templates:
    """Templates of these packages over the shared ones. Every name escapes; a name that is missing is an error.

    `words` become filters.
    """
    environment = Environment(
        loader=ChoiceLoader([PackageLoader(package) for package in (*packages, "bot.web")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(words)
    return Jinja2Templates(env=environment)


def message_page(
    pages: Jinja2Templates,
    request: Request,
    *,
    title: str,
    text: str,
    status: int,
    link: tuple[str, str] | None = None,
) -> Response:
    """A page that says one thing; `link` is where to go from here, as address and words."""
    context = {"title": title, "text": text, "link": link}
    return pages.TemplateResponse(request, "message.html", context, status_code=status)


def failures(pages: Jinja2Templates, *, home: tuple[str, str], broken: str) -> dict[Any, Handler]:
    """What a desk answers where there is no page, and where one failed: handlers by status or error, for Starlette.

    `home` is where to go from there, as address and words; `broken` is what to do after a mistake of ours.
    """

    async def lost(request: Request, _error: Exception) -> Response:
        text = "The address may be mistyped or out of date."
        return message_page(pages, request, title="There is no such page", text=text, status=NOT_FOUND, link=home)

    async def gone(_request: Request, _error: Exception) -> Response:
        """Nobody reads this: the browser went to another page while it was still sending, as a script's may."""
        return Response(status_code=GONE_AWAY)

    async def failed(request: Request, _error: Exception) -> Response:
        title = "Something is wrong on our side"
        return message_page(pages, request, title=title, text=broken, status=OUR_FAULT, link=home)

    return {NOT_FOUND: lost, METHOD_NOT_ALLOWED: lost, OUR_FAULT: failed, ClientDisconnect: gone}


class Static(StaticFiles):
    """The style sheet and the script, which alone may be kept by the browser for a while."""

    def file_response(self, *args: object, **kwargs: object) -> Response:
        """The file, with how long it may be kept."""
        response = super().file_response(*args, **kwargs)  # type: ignore[arg-type]  # passed on as given
        response.headers["Cache-Control"] = f"private, max-age={STATIC_SECONDS}"
        return response


def static() -> Static:
    """What the base template asks for under `/static`."""
    return Static(packages=[("bot.web", "static")])
