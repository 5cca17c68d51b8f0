"""The page of a protected person: their consent, what they wish, and what they are asked before a reply is made.

A link that staff made opens it once; the address that it leads to is then the person's alone. Opening either changes
nothing: only a press on a button does. The address says nothing of who they are, and neither does the page.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from starlette.responses import RedirectResponse
from starlette.routing import Route

from bot.public.right_of_reply import unaddressed
from bot.store import Asked, ReplyWish, Wish
from bot.web.attempts import stranger_of
from bot.web.frame import message_page
from bot.web.guard import SAFE_METHODS
from bot.web.pace import Pace

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from datetime import datetime

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
LONGEST_ADDRESS = 254
ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+", re.ASCII)
NO_MAIL = "Telling you by mail is not set up here."
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
    by_mail_on: str = ""
    """The day on which the week can be told by mail; empty where it cannot."""
    _wrong: Pace = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_wrong", Pace(self.clock, most=WRONG_BY_ADDRESS))

    def routes(self) -> list[Route]:
        """Its pages."""
        return [
            Route("/mine/open/{token}", self.offer, methods=["GET"]),
            Route("/mine/open/{token}", self.open, methods=["POST"]),
            Route("/mine/stop/{token}", self.offer_stop, methods=["GET"]),
            Route("/mine/stop/{token}", self.stop, methods=["POST"]),
            Route("/mine/{token}", self.show, methods=["GET"]),
            Route("/mine/{token}/choose", self.choose, methods=["POST"]),
            Route("/mine/{token}/withdraw", self.withdraw, methods=["POST"]),
            Route("/mine/{token}/answer", self.answer, methods=["POST"]),
            Route("/mine/{token}/read", self.read, methods=["POST"]),
            Route("/mine/{token}/no-more", self.no_more, methods=["POST"]),
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
        typed = {name: str(form.get(name, "")) for name in ("reply", "week", "mail", "shown", "support")}
        if why := self._wrong_in(typed, wish):
            return await self._page(request, wish, alert=f"Nothing was changed. {why}", typed=typed, status=UNREADABLE)
        await self.store.protected.choose(
            wish.person,
            reply=ReplyWish(typed["reply"]),
            shown=typed["shown"] != "no",
            weekly=typed["week"] in {"page", "mail"},
            support=typed["support"] != "no",
            mail=typed["mail"].strip() if typed["week"] == "mail" else None,
        )
        self.changed()
        return _to(request.path_params["token"], "?kept=choice")

    def _wrong_in(self, typed: Mapping[str, str], wish: Wish) -> str:
        """Why this cannot be kept, and what to do; empty when it can."""
        if typed["reply"] not in set(ReplyWish):
            return "Please choose what is to become of replies."
        if typed["week"] != "mail":
            return ""
        mail = typed["mail"].strip()
        if not mail and wish.mail_since is None:
            return "Please write the address at which you wish to be told of your week, or choose another way."
        if mail and not self.by_mail_on:
            return f"{NO_MAIL} Please choose another way."
        if mail and not (len(mail) <= LONGEST_ADDRESS and ADDRESS.fullmatch(mail)):
            return "That is no address of a mailbox as we can write to it: it looks like somebody@example.org."
        return ""

    async def withdraw(self, request: Request) -> Response:
        """Take their consent back: nothing of theirs is watched from now on."""
        return await self._with_wish(request, self._withdraw)

    async def _withdraw(self, request: Request, wish: Wish) -> Response:
        await self.store.protected.withdraw(wish.person, by_older=wish.older)
        self.changed()
        return _to(request.path_params["token"])

    async def answer(self, request: Request) -> Response:
        """Their yes or no to one reply."""
        return await self._with_wish(request, self._answer)

    async def _answer(self, request: Request, wish: Wish) -> Response:
        form = await request.form(max_files=0, max_fields=10)
        said, case_id = str(form.get("said", "")), str(form.get("case", ""))
        words = str(form.get("words", ""))
        if said not in {"yes", "no"} or not await self.store.protected.answer(
            wish.person, case_id, yes=said == "yes", words=words
        ):
            alert = "Nothing was changed: that one waits for you no more, or reads otherwise by now. Please look below."
            return await self._page(request, wish, alert=alert, status=CONFLICT)
        self.changed()
        return _to(request.path_params["token"], f"?kept={said}")

    async def read(self, request: Request) -> Response:
        """Note that they have read a message of support."""
        return await self._with_wish(request, self._read)

    async def _read(self, request: Request, wish: Wish) -> Response:
        form = await request.form(max_files=0, max_fields=10)
        await self.store.protected.mark_read(wish.person, str(form.get("message", "")))
        return _to(request.path_params["token"], "#support")

    async def no_more(self, request: Request) -> Response:
        """Let nobody write to them any more; what else they chose stays."""
        return await self._with_wish(request, self._no_more)

    async def _no_more(self, request: Request, wish: Wish) -> Response:
        if wish.given_at is not None:
            mail = None if wish.mail_since is None else ""
            await self.store.protected.choose(
                wish.person, reply=wish.reply, shown=wish.shown, weekly=wish.weekly, support=False, mail=mail
            )
            self.changed()
        return _to(request.path_params["token"], "?kept=no_more")

    async def offer_stop(self, request: Request) -> Response:
        """What the link in each letter is for; looking stops nothing, which a program that previews it does too."""
        return await self._with_stop(request, press=False)

    async def stop(self, request: Request) -> Response:
        """End the letters, and erase the address."""
        return await self._with_stop(request, press=True)

    async def _with_stop(self, request: Request, *, press: bool) -> Response:
        token = request.path_params["token"]
        if wait := self._wrong.wait(stranger_of(request)):
            return self._wait(request, wait)
        people = self.store.protected
        if len(token) > LONGEST_TOKEN or not await (people.stop_mail(token) if press else people.stops(token)):
            self._wrong.count(stranger_of(request))
            text = "No letters are sent by it any more. If some still come, ask us."
            return message_page(self.pages, request, title="This link stops nothing now", text=text, status=NOT_FOUND)
        return self.pages.TemplateResponse(request, "choices_stop.html", {"stopped": press})

    async def _with_wish(self, request: Request, do: Callable[[Request, Wish], Awaitable[Response]]) -> Response:
        token, address = request.path_params["token"], stranger_of(request)
        if wait := self._wrong.wait(address):
            return self._wait(request, wait)
        wish = await self.store.protected.of_page(token) if len(token) <= LONGEST_TOKEN else None
        if wish is None:
            return self._nowhere(request)
        if wish.older and do != self._withdraw:
            context = {
                "replaced": _day(wish.replaced_at),
                "withdrawn": _day(wish.withdrawn_at),
                "address": f"/mine/{token}",
            }
            status = 200 if request.method in SAFE_METHODS else CONFLICT
            return self.pages.TemplateResponse(request, "choices_older.html", context, status_code=status)
        if wish.unspoken and do in {self._answer, self._read, self._no_more}:
            alert = "Nothing was changed. Please choose on this page first what you wish."
            return await self._page(request, wish, alert=alert, status=CONFLICT)
        return await do(request, wish)

    def _wait(self, request: Request, minutes: int) -> Response:
        text = f"Too many links that lead nowhere were tried from here. Please try again in {minutes} minutes."
        return message_page(self.pages, request, title="Please wait", text=text, status=TOO_MANY)

    def _bare(self, asked: Asked) -> Asked:
        """Our wording without the handle of whoever it answers, and without their link."""
        return replace(asked, draft=unaddressed(self.without_link(asked.draft)))

    def _nowhere(self, request: Request) -> Response:
        self._wrong.count(stranger_of(request))
        text = "It was used already, is older than a week, or was replaced by a newer one. Ask us for another."
        return message_page(self.pages, request, title="This link opens nothing now", text=text, status=NOT_FOUND)

    async def _page(
        self,
        request: Request,
        wish: Wish,
        *,
        alert: str = "",
        typed: Mapping[str, str] | None = None,
        status: int = 200,
    ) -> Response:
        asks = wish.given_at is not None and wish.reply is ReplyWish.ASK_ME
        context = {
            "address": f"/mine/{request.path_params['token']}",
            "wish": wish,
            "since": _day(wish.given_at),
            "withdrawn": _day(wish.withdrawn_at),
            "replies": [(each.value, *WORDS[each]) for each in ReplyWish],
            "asked": [self._bare(each) for each in await self.store.protected.asked(wish.person)] if asks else [],
            "week": await self.store.protected.week(wish.person) if wish.weekly and wish.given_at else None,
            "messages": [] if wish.unspoken else await self.store.protected.messages(wish.person),
            "replaced": _day(wish.replaced_at),
            "link_made": _day(wish.link_made_at),
            "by_mail_on": self.by_mail_on,
            "no_mail": NO_MAIL,
            "mail_since": _day(wish.mail_since),
            "mail_refused": _day(wish.mail_refused_at),
            "typed": typed or _as_typed(wish),
            "kept": KEPT.get(request.query_params.get("kept", ""), ""),
            "alert": alert,
        }
        return self.pages.TemplateResponse(request, "choices.html", context, status_code=status)


KEPT: Mapping[str, str] = {
    "choice": "Kept. It counts from now on.",
    "yes": "Thank you. Our people decide now; nothing is posted before one of them approves it.",
    "no": "Thank you. Nobody replies to it.",
    "no_more": "Kept. Nobody is offered to write to you any more.",
}
"""What is said once something was kept."""


def _to(token: str, query: str = "") -> Response:
    return RedirectResponse(f"/mine/{token}{query}", status_code=SEE_OTHER)


def _as_typed(wish: Wish) -> Mapping[str, str]:
    """What was chosen before, as the form has it; an address that was given is not shown again."""
    return {
        "reply": wish.reply.value,
        "week": "mail" if wish.mail_since else "page" if wish.weekly else "none",
        "mail": "",
        "shown": "" if wish.shown else "no",
        "support": "" if wish.support else "no",
    }


def _day(moment: datetime | None) -> str:
    return f"{moment:%-d %B %Y}" if moment else ""
