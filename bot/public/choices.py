"""The page of a protected person: their consent, what they wish, and what they are asked before a reply is made.

A link that staff made opens it once; the address that it leads to is then the person's alone. Opening either changes
nothing: only a press on a button does. The address says nothing of who they are, and neither does the page.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from starlette.responses import RedirectResponse
from starlette.routing import Route

from bot.public.right_of_reply import unaddressed
from bot.store import Asked, ReplyWish, Wish
from bot.web.attempts import address_of
from bot.web.frame import message_page
from bot.web.pace import Pace, network_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.templating import Jinja2Templates

    from bot.store import Store

SEE_OTHER = 303
NOT_FOUND = 404
CONFLICT = 409
UNREADABLE = 422
TOO_MANY = 429
LONGEST_TOKEN = 100
WRONG_BY_ADDRESS = 20
"""Wrong links from one address within ten minutes."""
WORDS: Mapping[ReplyWish, tuple[str, str]] = {
    ReplyWish.FOR_ME: ("Reply for me", "Our people decide, and you need not look."),
    ReplyWish.ASK_ME: ("Ask me", "Nothing is posted before you say yes, on this page."),
    ReplyWish.NEVER: ("Never", "It is recorded, and nobody answers it. Threats still reach our safety team."),
}


@dataclass(frozen=True, kw_only=True)
class ChoicesPage:
    """Where a protected person gives and withdraws consent, chooses, and answers."""

    pages: Jinja2Templates
    store: Store
    without_link: Callable[[str], str]
    """A reply without the link in it, which is its author's alone to use."""
    clock: Callable[[], float]
    """Seconds; the world's own."""
    changed: Callable[[], None] = lambda: None
    """Called after each answer, so that desks redraw."""
    _wrong: Pace = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_wrong", Pace(self.clock, most=WRONG_BY_ADDRESS))

    def routes(self) -> list[Route]:
        """Its pages."""
        return [
            Route("/mine/open/{token}", self.offer, methods=["GET"]),
            Route("/mine/open/{token}", self.open, methods=["POST"]),
            Route("/mine/{token}", self.show, methods=["GET"]),
            Route("/mine/{token}/choose", self.choose, methods=["POST"]),
            Route("/mine/{token}/withdraw", self.withdraw, methods=["POST"]),
            Route("/mine/{token}/answer", self.answer, methods=["POST"]),
        ]

    async def offer(self, request: Request) -> Response:
        """What the link is for; it is not used up by looking, which a program that previews it does too."""
        token = request.path_params["token"]
        if len(token) > LONGEST_TOKEN or not await self.store.protected.waits(token):
            return self._nowhere(request)
        return self.pages.TemplateResponse(request, "choices_open.html", {})

    async def open(self, request: Request) -> Response:
        """Use the link up, and go to the page that is theirs from now on."""
        token = request.path_params["token"]
        page = await self.store.protected.open_link(token) if len(token) <= LONGEST_TOKEN else None
        return self._nowhere(request) if page is None else _to(page)

    async def show(self, request: Request) -> Response:
        """What they wish, and what waits for them."""
        return await self._with_wish(request, self._show)

    async def _show(self, request: Request, wish: Wish) -> Response:
        return await self._page(request, wish)

    async def choose(self, request: Request) -> Response:
        """Keep what they chose, and with it their consent."""
        return await self._with_wish(request, self._choose)

    async def _choose(self, request: Request, wish: Wish) -> Response:
        form = await request.form(max_files=0, max_fields=10)
        reply = str(form.get("reply", ""))
        if reply not in set(ReplyWish):
            alert = "Nothing was changed. Please choose what is to become of replies."
            return await self._page(request, wish, alert=alert, status=UNREADABLE)
        await self.store.protected.choose(
            wish.person, reply=ReplyWish(reply), shown=form.get("shown") != "no", weekly=form.get("weekly") == "yes"
        )
        self.changed()
        return _to(request.path_params["token"], "?kept=choice")

    async def withdraw(self, request: Request) -> Response:
        """Take their consent back: nothing of theirs is watched from now on."""
        return await self._with_wish(request, self._withdraw)

    async def _withdraw(self, request: Request, wish: Wish) -> Response:
        await self.store.protected.withdraw(wish.person)
        self.changed()
        return _to(request.path_params["token"])

    async def answer(self, request: Request) -> Response:
        """Their yes or no to one reply."""
        return await self._with_wish(request, self._answer)

    async def _answer(self, request: Request, wish: Wish) -> Response:
        form = await request.form(max_files=0, max_fields=10)
        said, case_id = str(form.get("said", "")), str(form.get("case", ""))
        if said not in {"yes", "no"} or not await self.store.protected.answer(wish.person, case_id, yes=said == "yes"):
            alert = "That one does not wait for you any more, so nothing was changed."
            return await self._page(request, wish, alert=alert, status=CONFLICT)
        self.changed()
        return _to(request.path_params["token"], f"?kept={said}")

    async def _with_wish(self, request: Request, do: Callable[[Request, Wish], Awaitable[Response]]) -> Response:
        token, address = request.path_params["token"], network_of(address_of(request))
        if wait := self._wrong.wait(address):
            text = f"Too many links that lead nowhere were tried from here. Please try again in {wait} minutes."
            return message_page(self.pages, request, title="Please wait", text=text, status=TOO_MANY)
        wish = await self.store.protected.of_page(token) if len(token) <= LONGEST_TOKEN else None
        return self._nowhere(request) if wish is None else await do(request, wish)

    def _bare(self, asked: Asked) -> Asked:
        """Our wording without the handle of whoever it answers, and without their link."""
        return replace(asked, draft=unaddressed(self.without_link(asked.draft)))

    def _nowhere(self, request: Request) -> Response:
        self._wrong.count(network_of(address_of(request)))
        text = "It was used already, is older than a week, or was replaced by a newer one. Ask us for another."
        return message_page(self.pages, request, title="This link opens nothing now", text=text, status=NOT_FOUND)

    async def _page(self, request: Request, wish: Wish, *, alert: str = "", status: int = 200) -> Response:
        asks = wish.given_at is not None and wish.reply is ReplyWish.ASK_ME
        context = {
            "address": f"/mine/{request.path_params['token']}",
            "wish": wish,
            "since": f"{wish.given_at:%-d %B %Y}" if wish.given_at else "",
            "withdrawn": f"{wish.withdrawn_at:%-d %B %Y}" if wish.withdrawn_at else "",
            "replies": [(each.value, *WORDS[each]) for each in ReplyWish],
            "asked": [self._bare(each) for each in await self.store.protected.asked(wish.person)] if asks else [],
            "week": await self.store.protected.week(wish.person) if wish.weekly and wish.given_at else None,
            "kept": KEPT.get(request.query_params.get("kept", ""), ""),
            "alert": alert,
        }
        return self.pages.TemplateResponse(request, "choices.html", context, status_code=status)


KEPT: Mapping[str, str] = {
    "choice": "Kept. It counts from now on.",
    "yes": "Thank you. Our people decide now; nothing is posted before one of them approves it.",
    "no": "Thank you. Nobody replies to it.",
}
"""What is said once something was kept."""


def _to(token: str, query: str = "") -> Response:
    return RedirectResponse(f"/mine/{token}{query}", status_code=SEE_OTHER)
