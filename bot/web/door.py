"""The door of a web application: signing in by a one-time link, the signed session, signing out."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.responses import RedirectResponse
from starlette.routing import Route

from bot.web.frame import message_page
from bot.web.links import LINK_SECONDS, LinkState

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.templating import Jinja2Templates

    from bot.web.links import SignInLinks

COOKIE = "desk"
HOUR = 3600
SEE_OTHER = 303
UNAUTHORISED = 401
GONE = 410


@dataclass(frozen=True, kw_only=True)
class Door:
    """Who may come in. `name_of` answers for a person's id, and `None` for one who has left the configuration."""

    pages: Jinja2Templates
    links: SignInLinks
    name_of: Callable[[str], str | None]
    clock: Callable[[], float]
    """Seconds; the world's own, not a demo's."""
    session_hours: int
    secure: bool
    """Whether browsers reach us over HTTPS only."""
    another_link: str
    """A sentence that says how to get another link."""
    keeps: str = "/case/"
    """Addresses that a stranger is led back to after signing in: those that stand in a chat."""
    key: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    """What sessions are signed with. New with each start, so that a restart signs everyone out."""
    _ended: set[str] = field(default_factory=set, init=False, repr=False)
    """Sessions that were signed out before their time: a copied cookie is worth nothing after that."""

    def middleware(self) -> Middleware:
        """What keeps the session in a signed cookie that scripts cannot read."""
        return Middleware(
            SessionMiddleware,
            secret_key=self.key,
            session_cookie=COOKIE,
            max_age=self.session_hours * HOUR,
            same_site="lax",
            https_only=self.secure,
        )

    def routes(self) -> list[Route]:
        """The pages of the door."""
        return [
            Route("/sign-in/{token}", self._show, methods=["GET"]),
            Route("/sign-in/{token}", self._enter, methods=["POST"]),
            Route("/sign-out", self._leave, methods=["POST"]),
        ]

    def who(self, request: Request) -> str | None:
        """The id of the person who is signed in; `None` when nobody is, or no longer."""
        session = request.session
        reviewer_id, until = session.get("reviewer"), session.get("until", 0)
        if reviewer_id is None or session.get("id") in self._ended or self.clock() > until:
            return None
        return reviewer_id if self.name_of(reviewer_id) is not None else None

    def stranger(self, request: Request) -> Response:
        """The answer to someone who is not signed in; where they wanted to go is kept for when they are."""
        if request.method == "GET" and request.url.path.startswith(self.keeps):
            request.session["next"] = request.url.path
        return message_page(
            self.pages,
            request,
            title="You are not signed in",
            text=f"This console opens with a one-time link. {self.another_link}",
            status=UNAUTHORISED,
        )

    async def _show(self, request: Request) -> Response:
        """The page behind a link. Seeing it uses nothing up, so that a chat's link preview cannot."""
        state, reviewer_id = self.links.look(request.path_params["token"])
        name = self.name_of(reviewer_id) if reviewer_id else None
        if state is not LinkState.GOOD or name is None:
            return self._no_good(request, state)
        context = {"name": name, "minutes": LINK_SECONDS // 60, "hours": self.session_hours}
        return _unreferred(self.pages.TemplateResponse(request, "sign_in.html", context))

    async def _enter(self, request: Request) -> Response:
        state, reviewer_id = self.links.use(request.path_params["token"])
        if state is not LinkState.GOOD or reviewer_id is None or self.name_of(reviewer_id) is None:
            return self._no_good(request, state)
        going_to = request.session.get("next", "/")
        request.session.clear()
        request.session.update(
            reviewer=reviewer_id,
            until=self.clock() + self.session_hours * HOUR,
            id=secrets.token_urlsafe(12),
        )
        return _unreferred(RedirectResponse(going_to, status_code=SEE_OTHER))

    async def _leave(self, request: Request) -> Response:
        ended = request.session.get("id")
        if ended is not None:
            self._ended.add(ended)
        request.session.clear()
        return message_page(
            self.pages,
            request,
            title="You are signed out",
            text=f"To come back you need another link. {self.another_link}",
            status=200,
        )

    def _no_good(self, request: Request, state: LinkState) -> Response:
        why = {
            LinkState.USED: "This link has been used already. Each works once, so that a forwarded one is worthless.",
            LinkState.STALE: f"This link is too old. Each is good for {LINK_SECONDS // 60} minutes.",
        }.get(state, "This link is not one of ours, or the bot has been restarted since.")
        text = f"{why} {self.another_link}"
        page = message_page(self.pages, request, title="This link does not open", text=text, status=GONE)
        return _unreferred(page)


def _unreferred(response: Response) -> Response:
    """The answer, with word to the browser never to pass on the address, which holds the token."""
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
