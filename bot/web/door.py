"""The door of a web application: who is signed in, letting somebody in, the one-time link, signing out.

The cookie holds a random token and the store its digest: a session survives a restart, ends when anybody ends it, and
neither a copy of the database nor a key on disk lets anybody in.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.responses import RedirectResponse
from starlette.routing import Route

from bot.store.encoding import sha256
from bot.web.attempts import stranger_of
from bot.web.devices import device
from bot.web.frame import message_page
from bot.web.links import LINK_SECONDS, LinkState
from bot.web.pace import Pace
from bot.web.returning import kept

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.templating import Jinja2Templates

    from bot.model import Reviewer, Role
    from bot.store import People, Session
    from bot.web.attempts import Attempts
    from bot.web.links import SignInLinks

SEEN_SECONDS = 60
"""A session is noted as seen no more often than this."""
KEPT_BY_ADDRESS = 20
"""So many forms of somebody who is not signed in are read within ten minutes; whoever sends more is no reviewer."""
SEE_OTHER = 303
UNAUTHORISED = 401
GONE = 410
TOO_MANY = 429


class Absence(StrEnum):
    """Why nobody is signed in."""

    NOBODY = "You are not signed in"
    OVER = "You are not signed in any more"
    ENDED = "This session was ended"
    LEFT = "You are no reviewer here any more"


WHY = {
    Absence.NOBODY: "",
    Absence.OVER: "A session lasts for some hours, and this one is over.",
    Absence.ENDED: "Somebody ended it: you, or an admin. If it was not you, and you did not expect it, ask them.",
    Absence.LEFT: "The configuration does not name you, or your sign-in leaves you no role. Ask whoever runs the bot.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Inside:
    """Somebody who is signed in, with the roles that this session has."""

    reviewer: Reviewer
    session: Session


@dataclass(frozen=True, slots=True)
class Offer:
    """A way of signing in that the page offers beside the link."""

    name: str
    """`passkey` or `provider`."""
    words: str
    """What stands on the button; for a passkey that cannot be used here, why not."""
    usable: bool = True


@dataclass(frozen=True, kw_only=True)
class Door:
    """Who may come in."""

    office: str
    """Whose door it is. Its cookies are named after it: a browser sends those of one port to every other as well."""
    pages: Jinja2Templates
    people: People
    links: SignInLinks
    attempts: Attempts
    reviewers: Mapping[str, Reviewer]
    """Those of the configuration; who is not among them is out, whatever their session says."""
    clock: Callable[[], float]
    """Seconds; the world's own, not a demo's."""
    session_hours: int
    secure: bool
    """Whether browsers reach us over HTTPS only."""
    another_link: str
    """A sentence that says how to get another link."""
    offers: Callable[[Request], list[Offer]] = lambda _request: []
    """The other ways of signing in."""
    keeps: str = "/case/"
    """Addresses that a stranger is led back to after signing in: those that stand in a chat."""
    key: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    """What signs the cookie of words. New with each start: what was said once need not last longer."""
    _read: Pace = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_read", Pace(self.clock, most=KEPT_BY_ADDRESS))

    @property
    def cookie(self) -> str:
        """The name of the cookie that lets somebody in; over HTTPS one that no other host can set."""
        return f"__Host-{self.office}" if self.secure else self.office

    def middleware(self) -> Middleware:
        """What carries a few words from one page to the next, in a signed cookie that scripts cannot read.

        It is for what is said once, and for a sign-in that is under way; it lets nobody in.
        """
        return Middleware(
            SessionMiddleware,
            secret_key=self.key,
            session_cookie=f"{self.cookie}-words",
            max_age=self.session_hours * 3600,
            same_site="lax",
            https_only=self.secure,
        )

    def routes(self) -> list[Route]:
        """The pages of the door."""
        return [
            Route("/sign-in", self._offered, methods=["GET"]),
            Route("/sign-in/{token}", self._show, methods=["GET"]),
            Route("/sign-in/{token}", self._enter, methods=["POST"]),
            Route("/sign-out", self._leave, methods=["POST"]),
        ]

    async def look(self, request: Request) -> Inside | Absence:
        """Who is signed in, with the roles that are theirs now; or why nobody is."""
        token = request.cookies.get(self.cookie, "")
        session = await self.people.session(sha256(token)) if token else None
        now = self.now()
        if session is None:
            return Absence.NOBODY
        reviewer = self.reviewers.get(session.reviewer)
        if reviewer is not None and session.roles is not None:
            reviewer = replace(reviewer, roles=reviewer.roles & session.roles)
        if reviewer is None or not reviewer.roles:
            return Absence.LEFT
        if session.ended_at is not None:
            return Absence.ENDED
        if now > session.until:
            return Absence.OVER
        if now - session.seen_at >= timedelta(seconds=SEEN_SECONDS):
            await self.people.see(session.id, at=now)
        return Inside(reviewer=reviewer, session=session)

    async def admit(
        self,
        request: Request,
        reviewer: Reviewer,
        way: str,
        *,
        roles: frozenset[Role] | None = None,
        let_in_by: frozenset[str] = frozenset(),
    ) -> Response:
        """Sign a reviewer in, in place of whoever was signed in here, and lead them to where they wanted to go.

        `roles` is what an identity provider allows them, or the session from which the link came; the stricter wins.
        `let_in_by` are those through whose links they come in.
        """
        before = await self.look(request)
        now, token = self.now(), secrets.token_urlsafe(32)
        if isinstance(before, Inside):
            await self.people.sign_out(before.session.id, actor=before.reviewer.id, at=now)
        await self.people.begin(
            sha256(token),
            reviewer=reviewer.id,
            way=way,
            roles=roles,
            device=device(request.headers.get("user-agent", "")),
            at=now,
            until=now + timedelta(hours=self.session_hours),
            let_in_by=let_in_by,
        )
        going_to = request.session.get("next", "/")
        request.session.clear()
        response = RedirectResponse(going_to, status_code=SEE_OTHER)
        response.set_cookie(
            self.cookie,
            token,
            max_age=self.session_hours * 3600,
            secure=self.secure,
            httponly=True,
            samesite="lax",  # a link in a chat must find its reader signed in; posts of others the guard refuses
        )
        return response

    async def refuse(  # noqa: PLR0913  each is a fact of its own, given by keyword
        self,
        request: Request,
        way: str,
        why: str,
        *,
        title: str,
        text: str,
        reviewer: str | None = None,
        status: int = UNAUTHORISED,
    ) -> Response:
        """Say why somebody was not let in, and put it on record; who fails too often is told when to try again."""
        minutes = self.attempts.wait(request)
        if minutes:
            return self._page(
                request,
                title="Too many attempts",
                text=f"Signing in has failed too often from where you are. Try again in {minutes} minutes. "
                "A link that is good opens all the same.",
                status=TOO_MANY,
            )
        self.attempts.failed(request)
        await self.people.refused(way, why, reviewer=reviewer)
        return self._page(request, title=title, text=text, status=status)

    async def stranger(self, request: Request, absence: Absence) -> Response:
        """The answer to someone who is not signed in; where they wanted to go, and what they typed, is kept."""
        if request.method == "GET" and request.url.path.startswith(self.keeps):
            request.session["next"] = request.url.path
        form, address = None, stranger_of(request)
        if request.method == "POST" and not self._read.wait(address):
            self._read.count(address)
            form = await kept(request)
        return self._page(request, title=absence.value, text=WHY[absence], status=UNAUTHORISED, form=form)

    def now(self) -> datetime:
        """The moment, by the world's clock."""
        return datetime.fromtimestamp(self.clock(), UTC)

    def _page(self, request: Request, *, title: str, text: str, status: int, form: object = None) -> Response:
        offers = {offer.name: offer for offer in self.offers(request)}
        context = {
            "title": title,
            "text": text,
            "form": form,
            "passkey": offers.get("passkey"),
            "provider": offers.get("provider"),
            "another_link": self.another_link,
        }
        return self.pages.TemplateResponse(request, "door.html", context, status_code=status)

    async def _offered(self, request: Request) -> Response:
        """The page of all ways in."""
        found = await self.look(request)
        if isinstance(found, Inside):
            return RedirectResponse("/", status_code=SEE_OTHER)
        return self._page(request, title="Sign in", text=WHY[found], status=200)

    async def _show(self, request: Request) -> Response:
        """The page behind a link. Seeing it uses nothing up, so that a chat's link preview cannot."""
        state, reviewer_id = self.links.look(request.path_params["token"])
        reviewer = self.reviewers.get(reviewer_id or "")
        if state is not LinkState.GOOD or reviewer is None:
            return await self._no_good(request, state, reviewer_id)
        context = {"name": reviewer.name, "minutes": LINK_SECONDS // 60, "hours": self.session_hours}
        return _unreferred(self.pages.TemplateResponse(request, "sign_in.html", context))

    async def _enter(self, request: Request) -> Response:
        state, reviewer_id = self.links.use(request.path_params["token"])
        reviewer = self.reviewers.get(reviewer_id or "")
        if state is not LinkState.GOOD or reviewer is None:
            return await self._no_good(request, state, reviewer_id)
        token = request.path_params["token"]
        roles, let_in_by = self.links.roles(token), self.links.let_in_by(token)
        return _unreferred(await self.admit(request, reviewer, "link", roles=roles, let_in_by=let_in_by))

    async def _leave(self, request: Request) -> Response:
        found = await self.look(request)
        if isinstance(found, Inside):
            await self.people.sign_out(found.session.id, actor=found.reviewer.id, at=self.now())
        request.session.clear()
        response = message_page(
            self.pages,
            request,
            title="You are signed out",
            text="This browser knows nothing of you any more.",
            status=200,
            link=("/sign-in", "Sign in again"),
        )
        response.delete_cookie(self.cookie, secure=self.secure, httponly=True, samesite="lax")
        return response

    async def _no_good(self, request: Request, state: LinkState, reviewer_id: str | None) -> Response:
        why = {
            LinkState.USED: "This link has been used already. Each works once, so that a forwarded one is worthless.",
            LinkState.STALE: f"This link is too old. Each is good for {LINK_SECONDS // 60} minutes.",
        }.get(state, "This link is not one of ours, or the bot has been restarted since.")
        title, whose = "This link does not open", reviewer_id if reviewer_id in self.reviewers else None
        if isinstance(await self.look(request), Inside):
            # A telephone that brings its pages back comes here again, and whoever holds it is signed in.
            await self.people.refused("link", str(state), reviewer=whose)
            text = f"{why} You are signed in already."
            link = ("/", "To the first page")
            return _unreferred(message_page(self.pages, request, title=title, text=text, status=GONE, link=link))
        page = await self.refuse(request, "link", str(state), title=title, text=why, reviewer=whose, status=GONE)
        return _unreferred(page)


def _unreferred(response: Response) -> Response:
    """The answer, with word to the browser never to pass on the address, which holds the token."""
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
