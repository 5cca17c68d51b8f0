"""The public pages of a simulated server: the timeline, a thread, a profile. They renew themselves.

What people wrote is only ever data: every value is escaped by the template, and the page may load and run nothing
but its own style and script.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

import jinja2
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from bot.platforms.simulated import threads
from bot.platforms.simulated.entities import Entities
from bot.platforms.simulated.picture import drawn

if TYPE_CHECKING:
    from datetime import datetime

    from starlette.requests import Request

    from bot.platforms.simulated.hosts import Host
    from bot.platforms.simulated.people import Person
    from bot.platforms.simulated.world import World

_THREADS_ON_A_PAGE = 40
_TEMPLATES = jinja2.Environment(
    loader=jinja2.PackageLoader("bot.platforms.simulated"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_POLICY = (
    "default-src 'none'; style-src 'nonce-{0}'; script-src 'nonce-{0}'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def _clock(moment: datetime) -> str:
    return f"{moment:%-d %b %H:%M} UTC"


_TEMPLATES.filters["clock"] = _clock


def _place(request: Request) -> tuple[World, Host]:
    return request.app.state.world, request.app.state.host


def _person(request: Request) -> Person | None:
    world, host = _place(request)
    name = request.path_params["acct"].lower()
    return world.people.get(name if "@" in name else f"{name}@{host.domain}")


def _shown(request: Request, template: str, *, status: int = 200, **values: Any) -> Response:  # noqa: ANN401  # a template takes anything
    """The page, or 304 when nothing has happened since the reader's copy was made."""
    world, host = _place(request)
    tag = f'W/"{id(world):x}-{world.revision}"'
    if status == 200 and request.headers.get("if-none-match") == tag:  # noqa: PLR2004  # HTTP's own number
        return Response(status_code=304, headers={"ETag": tag})
    nonce = secrets.token_urlsafe(12)
    page = _TEMPLATES.get_template(template).render(
        world=world,
        host=host,
        nonce=nonce,
        tag_now=tag,
        frame="part.html" if request.headers.get("x-part") == "main" else "page.html",
        html=Entities(world, host).html,
        **values,
    )
    headers = {
        "Content-Security-Policy": _POLICY.format(nonce),
        "Cache-Control": "no-cache",
        "Vary": "X-Part",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "ETag": tag,
    }
    return HTMLResponse(page, status, headers)


async def timeline(request: Request) -> Response:
    """The public threads, the liveliest first; under a tag, those that begin with it."""
    world, _ = _place(request)
    tag = request.path_params.get("tag")
    asked = request.query_params.get("page", "1")
    number = max(1, int(asked)) if asked.isdecimal() else 1
    found = threads.newest(world, tag=tag)
    start = (number - 1) * _THREADS_ON_A_PAGE
    return _shown(
        request,
        "timeline.html",
        threads=found[start : start + _THREADS_ON_A_PAGE],
        number=number,
        has_more=len(found) > start + _THREADS_ON_A_PAGE,
        tag=tag,
    )


async def thread(request: Request) -> Response:
    """One thread from its first open post down, with the post that was asked for marked.

    A post is found by its number at home and, as on a real server, by the id that it has on this one.
    """
    world, host = _place(request)
    person, number = _person(request), request.path_params["number"]
    post = host.posts.get(number) or (world.numbered(person.domain, number) if person else None)
    if post is None or post.author is not person or not threads.is_open(post):
        return _shown(request, "missing.html", status=404)
    return _shown(request, "thread.html", thread=threads.branch(world, threads.root(post)), chosen=post)


async def profile(request: Request) -> Response:
    """Somebody's profile with what they wrote in public."""
    world, _ = _place(request)
    person = _person(request)
    if person is None:
        return _shown(request, "missing.html", status=404)
    written = [threads.Branch(post, ()) for post in reversed(world.by(person)) if threads.is_open(post)]
    return _shown(request, "profile.html", person=person, written=written[:_THREADS_ON_A_PAGE])


async def picture(request: Request) -> Response:
    """A picture that was attached to a post; gone with it."""
    _, host = _place(request)
    post = host.posts.get(request.path_params["id"])
    number = request.path_params["number"]
    if post is None or post.deleted_at or not threads.is_open(post) or not 0 < number <= len(post.now.media):
        return _shown(request, "missing.html", status=404)
    return Response(drawn(post.uri, number), media_type="image/png")


def routes() -> list[Route]:
    """Every route of this module."""
    return [
        Route("/media/{id}/{number:int}.png", picture),
        Route("/", timeline),
        Route("/tags/{tag}", timeline),
        Route("/@{acct}", profile),
        Route("/@{acct}/{number}", thread),
    ]
