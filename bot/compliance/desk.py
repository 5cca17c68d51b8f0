"""The compliance team's pages: a listener, a door and sessions of their own, and nothing of the bot's behind them."""

from __future__ import annotations

import functools
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.routing import Mount, Route

from bot.compliance.answering import answering_app
from bot.compliance.queue import QueuePages
from bot.compliance.suspended import UPLOADS, SuspendedPages
from bot.compliance.view import View, compliance_templates
from bot.web.attempts import Attempts
from bot.web.door import Door, Inside
from bot.web.frame import failures, static
from bot.web.guard import Guard
from bot.web.links import SignInLinks
from bot.web.listener import Listener

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import ASGIApp, Receive, Scope, Send

    from bot.compliance.office import Office
    from bot.compliance.view import Act, Area

BROKEN = "It stands in the log. Look at the referral again before you repeat what you did."
NAME = "localhost"


@dataclass(kw_only=True)
class ComplianceDesk:
    """The pages of one office, on loopback."""

    office: Office
    clock: Callable[[], float] = time.time
    """Counts the world's seconds, for sessions."""

    def __post_init__(self) -> None:
        settings = self.office.settings
        public = str(settings.public_url).rstrip("/") if settings.public_url else None
        self._public = public
        self._links = SignInLinks(self.clock)
        self._pages = compliance_templates(settings.time_zone)
        self._view = View(office=self.office, pages=self._pages)
        self._door = Door(
            office="compliance",
            pages=self._pages,
            people=self.office.store.people,
            links=self._links,
            attempts=Attempts(self.clock),
            reviewers=self.office.people,
            clock=self.clock,
            session_hours=settings.session_hours,
            secure=(public or "").startswith("https://"),
            another_link=self.office.another_link,
            keeps="/referral/",
        )
        self._listener: Listener | None = None

    def listen(self) -> int:
        """Bind to loopback and return the real port. Raises PortTakenError."""
        if self._listener is None:
            self._listener = Listener(self.app(), port=self.office.settings.port, setting="port in compliance.yaml")
        return self._listener.port

    async def run(self) -> None:
        """Serve until cancelled."""
        self.listen()
        if self._listener is not None:
            await self._listener.run()

    def close(self) -> None:
        """Let go of the port when it never served."""
        if self._listener is not None:
            self._listener.close()

    @property
    def address(self) -> str:
        """Where browsers reach the pages."""
        return self._public or f"http://{NAME}:{self.listen()}"

    def link_for(self, person: str) -> str:
        """A sign-in link for this person, good once and for 15 minutes."""
        return f"{self.address}/sign-in/{self._links.make(person)}"

    def app(self) -> ASGIApp:
        """The pages, behind guard and door."""
        areas: tuple[Area, ...] = (QueuePages(view=self._view), SuspendedPages(view=self._view))
        places = [place for area in areas for place in area.routes()]
        pages = Starlette(
            routes=[
                *self._door.routes(),
                *(Route(path, self._known(act), methods=[method]) for method, path, act in places),
                Mount("/static", static()),
            ],
            middleware=[self._door.middleware()],
            exception_handlers=failures(self._pages, home=("/", "To the referrals"), broken=BROKEN),
        )
        public_host = urlsplit(self._public).netloc if self._public else None
        guarded = Guard(pages, public_host=public_host, uploads=UPLOADS)
        return self._beside_the_answers(guarded) if self.office.settings.handover else guarded

    def _beside_the_answers(self, guarded: ASGIApp) -> ASGIApp:
        """The pages, and beside them the one address that is a machine's, which shows a signature and no cookie."""
        answers = answering_app(self.office.store, secret=self.office.secret, now=self.office.now)

        async def either(scope: Scope, receive: Receive, send: Send) -> None:
            machine = scope["type"] == "http" and scope["path"].startswith("/handover/")
            await (answers if machine else guarded)(scope, receive, send)

        return either

    def _known(self, act: Act) -> Callable[[Request], Awaitable[Response]]:
        """The same page for people who are signed in, and the door for everyone else."""

        @functools.wraps(act)
        async def guarded(request: Request) -> Response:
            found = await self._door.look(request)
            if not isinstance(found, Inside):
                return await self._door.stranger(request, found)
            return await act(request, found.reviewer)

        return guarded
