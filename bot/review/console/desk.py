"""The console as a desk: it shows what the store holds, wakes its open pages, lets reviewers in by one-time links."""

from __future__ import annotations

import functools
import re
import time
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount, Route

from bot.config import EvenHanded
from bot.model import Role
from bot.review.console.actions import Actions
from bot.review.console.auditing import Auditing
from bot.review.console.case import CasePages
from bot.review.console.checklist import Checklist
from bot.review.console.dashboard import Dashboard
from bot.review.console.deciding import Deciding
from bot.review.console.evenness import EvennessPages
from bot.review.console.exhibits import Exhibits
from bot.review.console.holding import Holding
from bot.review.console.kept import KeptFigures
from bot.review.console.keys import Keys
from bot.review.console.live import Live
from bot.review.console.pages import Pages
from bot.review.console.past import Past
from bot.review.console.people import PeoplePages
from bot.review.console.queue import Queue
from bot.review.console.reading import Reading
from bot.review.console.rehearsal import Rehearsal
from bot.review.console.rejoinders import RejoinderPages
from bot.review.console.response_edit import ResponseEdits
from bot.review.console.responses import ResponsePages
from bot.review.console.rule_changes import RuleChanges
from bot.review.console.rule_csv import UPLOADS, RuleCsv
from bot.review.console.rule_reviews import RuleReviews
from bot.review.console.rules import RulePages
from bot.review.console.search import Search
from bot.review.console.settings import SettingsPage
from bot.review.console.several import Several
from bot.review.console.shared import Shared
from bot.review.console.shown import Shown
from bot.review.console.support import SupportPages
from bot.review.console.verifying import Verifying
from bot.review.console.view import View, console_templates
from bot.web.attempts import Attempts
from bot.web.door import Door, Inside, Offer
from bot.web.frame import failures, static
from bot.web.guard import Guard
from bot.web.links import SignInLinks
from bot.web.listener import Listener
from bot.web.once import Once
from bot.web.passkeys import PasskeyDoor
from bot.web.provider_door import ProviderDoor

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator
    from datetime import datetime

    from starlette.requests import Request
    from starlette.types import ASGIApp

    from bot.evenness import Rates
    from bot.model import Reviewer
    from bot.review.console.view import Act, Area
    from bot.review.installation import Installation
    from bot.review.room import Room
    from bot.review.rule_edits import RuleEdits
    from bot.store import Choices
    from bot.support import Support
    from bot.texts import Texts
    from bot.web.provider_door import PartyAccounts

SEE_OTHER = 303
BROKEN = (
    "It stands in the log. Look at the case again before you repeat what you did; "
    "if this goes on, tell the person who runs the bot."
)

NAME = "localhost"
"""What this machine is called in links: a passkey belongs to a name, and an address of numbers is none."""

ROUTINE = re.compile(r"Case \S+ (waits since|has waited) ")
"""How a reminder of a case that waits begins; the console's queue shows those by itself."""


class ConsoleDesk:
    """A desk in the browser, on loopback. `refresh` and `tell` return at once and never fail."""

    name = "console"

    def __init__(  # noqa: PLR0913  each is a setting of its own, given by keyword
        self,
        room: Room,
        *,
        port: int = 0,
        party: str = "",
        public_url: str | None = None,
        session_hours: int = 10,
        another_link: str = "Ask the person who runs the bot for one.",
        clock: Callable[[], float] = time.time,
        speed: float = 1.0,
        rules: RuleEdits | None = None,
        sign_in: PartyAccounts | None = None,
        installation: Installation | None = None,
        texts: Texts | None = None,
        rehearse: bool = False,
        even_handed: EvenHanded | None = None,
        rates: Callable[[], Awaitable[tuple[datetime, tuple[Rates, ...]]]] | None = None,
        support: Support | None = None,
    ) -> None:
        """Nothing is opened yet. `public_url` is where a proxy of the party's own leads here.

        `another_link` tells a reviewer how to get a sign-in link. `clock` counts the world's seconds, for sessions;
        `speed` is how much faster than it the room's clock runs. Without `rules` there are no pages of rules, without
        `texts` none of responses, without `sign_in` the party's own sign-in is not offered, without `installation`
        there is no page of settings, without `rates` none of even-handedness, without `support` none for messages of
        support. With `rehearse` who signs in for the first time is led to the rehearsal, else offered on the queue.
        """
        self._room = room
        self._rules = rules
        self._installation = installation
        self._texts = texts
        self._rehearse = rehearse
        self._even_handed = even_handed or EvenHanded()
        self._rates = rates
        self._support = support
        self._port = port
        self._public_url = public_url.rstrip("/") if public_url else None
        self._clock = clock
        self._live = Live(clock)
        self._links = SignInLinks(clock)
        self._pages = console_templates()
        self._view = View(
            room=room,
            live=self._live,
            shared=Shared(room.store, room.now),
            shown=Shown(),
            pages=self._pages,
            party=party,
            speed=speed,
            supports=support is not None,
        )
        self._door = Door(
            office="console",
            pages=self._pages,
            people=room.store.people,
            links=self._links,
            attempts=Attempts(clock),
            reviewers=room.reviewers,
            clock=clock,
            session_hours=session_hours,
            secure=(self._public_url or "").startswith("https://"),
            another_link=another_link,
            offers=self._offers,
        )
        self._passkeys = PasskeyDoor(
            door=self._door,
            people=room.store.people,
            address=lambda: self.address,
            party=party,
            challenges=Once("challenge", clock),
        )
        self._provider = (
            ProviderDoor(
                door=self._door,
                accounts=sign_in,
                address=lambda: self.address,
                party=party,
                states=Once("state", clock),
            )
            if sign_in
            else None
        )
        self._listener: Listener | None = None

    async def refresh(self) -> None:
        """Let every open page fetch itself anew."""
        self._live.changed()

    async def tell(self, text: str, *, safety: bool = False) -> None:
        """Show a sentence on the open pages of staff, or of the safety team alone; routine reminders are left out."""
        if not ROUTINE.match(text):
            self._live.tell(text, safety=safety)

    def listen(self) -> int:
        """Bind to loopback and return the real port. Raises PortTakenError."""
        if self._listener is None:
            self._listener = Listener(self.app(), port=self._port, setting="desks.console.port")
        return self._listener.port

    async def run(self) -> None:
        """Serve until cancelled."""
        self.listen()
        if self._listener is not None:
            await self._listener.run(stopping=self._live.close)

    def close(self) -> None:
        """Let go of the port when the console never served."""
        if self._listener is not None:
            self._listener.close()

    @property
    def address(self) -> str:
        """Where browsers reach the console."""
        return self._public_url or f"http://{NAME}:{self.listen()}"

    def link_for(
        self, reviewer_id: str, roles: frozenset[Role] | None = None, let_in_by: frozenset[str] = frozenset()
    ) -> str:
        """A sign-in link for this person, good once and for 15 minutes. Whoever opens it is taken to be that person.

        `roles`, where given, are all that it opens; `let_in_by` are the people here who have it in their hands before.
        """
        return f"{self.address}/sign-in/{self._links.make(reviewer_id, roles, let_in_by)}"

    def case_link(self, case_id: str) -> str:
        """The address of a case."""
        return f"{self.address}/case/{case_id}"

    def app(self) -> ASGIApp:
        """The pages, behind guard and door. The guard is outermost, so that a failed page has its headers too."""
        cases = CasePages(view=self._view)
        areas: tuple[Area, ...] = (
            Queue(view=self._view),
            Search(view=self._view),
            Several(view=self._view),
            Rehearsal(view=self._view),
            *self._of_evenness(),
            cases,
            Checklist(view=self._view, pages=cases),
            Holding(view=self._view, pages=cases),
            Deciding(view=self._view, pages=cases),
            RejoinderPages(view=self._view),
            Exhibits(view=self._view),
            Keys(view=self._view),
            Pages(view=self._view),
            Reading(view=self._view),
            Actions(view=self._view, link_for=self.link_for),
            PeoplePages(
                view=self._view,
                link_for=self.link_for,
                forget_links=self._links.forget,
                now=self._door.now,
                passkeys=self._passkeys,
            ),
            Dashboard(view=self._view, kept=KeptFigures(store=self._room.store, now=self._room.now, clock=self._clock)),
            Past(view=self._view),
            Auditing(
                view=self._view,
                verifying=Verifying(store=self._room.store, now=self._room.now, changed=self._live.changed),
            ),
            *self._of_rules(),
            *self._of_texts(),
            *([SupportPages(view=self._view, support=self._support)] if self._support else []),
            *([SettingsPage(view=self._view, installation=self._installation)] if self._installation else []),
        )
        places = [place for area in areas for place in area.routes()]
        public_host = urlsplit(self._public_url).netloc if self._public_url else None
        pages_behind_door = Starlette(
            routes=[
                *(*self._passkeys.routes(), *self._door.routes()),
                *(self._provider.routes() if self._provider else ()),
                *(Route(path, self._known(act), methods=[method]) for method, path, act in places),
                Mount("/static", static()),
            ],
            middleware=[Middleware(GZipMiddleware, minimum_size=1_000, compresslevel=5), self._door.middleware()],
            exception_handlers=failures(self._pages, home=("/", "To the queue"), broken=BROKEN),
        )
        return Guard(pages_behind_door, public_host=public_host, uploads=UPLOADS)

    def _of_texts(self) -> tuple[Area, ...]:
        """The pages on which texts are read and written."""
        if self._texts is None:
            return ()
        responses = ResponsePages(view=self._view, texts=self._texts)
        return responses, ResponseEdits(pages=responses)

    def _of_evenness(self) -> tuple[Area, ...]:
        """Second readings, and the page of rates."""
        if self._rates is None:
            return ()
        return (EvennessPages(view=self._view, settings=self._even_handed, rates=self._rates),)

    def _rehearses(self, me: Reviewer, choices: Choices) -> bool:
        """Whether the queue waits until this reader has rehearsed, or left that out; the case in a link never waits."""
        return self._rehearse and choices.rehearsed_at is None and bool(me.roles - {Role.AUDITOR})

    def _of_rules(self) -> Iterator[Area]:
        """The pages of rules, if there are any."""
        if self._rules is None:
            return
        pages = RulePages(view=self._view, rules=self._rules.room)
        yield RuleChanges(view=self._view, pages=pages, edits=self._rules)
        yield RuleCsv(view=self._view, pages=pages, edits=self._rules)
        yield RuleReviews(view=self._view, pages=pages, edits=self._rules)
        yield pages

    def _offers(self, request: Request) -> list[Offer]:
        """The ways of signing in beside the link."""
        return [self._passkeys.offer(request), *([self._provider.offer()] if self._provider else [])]

    def _known(self, act: Act) -> Callable[[Request], Awaitable[Response]]:
        """The same page for people who are signed in, and the door for everyone else."""

        @functools.wraps(act)
        async def guarded(request: Request) -> Response:
            found = await self._door.look(request)
            if not isinstance(found, Inside):
                return await self._door.stranger(request, found)
            request.state.session = found.session
            request.state.still = functools.partial(self._still, request, found.reviewer)
            request.state.choices = await self._room.store.people.choices(found.reviewer.id)
            if request.url.path == "/" and self._rehearses(found.reviewer, request.state.choices):
                return RedirectResponse("/rehearsal", status_code=SEE_OTHER)
            return await act(request, found.reviewer)

        return guarded

    async def _still(self, request: Request, me: Reviewer) -> bool:
        """Whether who asked is signed in yet, with every role that they had then."""
        found = await self._door.look(request)
        return isinstance(found, Inside) and me.roles <= found.reviewer.roles
