"""The frame of every page: one base template, one style sheet, one small script; whatever is put in is data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from starlette.staticfiles import StaticFiles
from starlette.templating import Jinja2Templates

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.requests import Request
    from starlette.responses import Response

STATIC_SECONDS = 300


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
