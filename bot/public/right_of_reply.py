"""The page behind the link in our reply: not me · out of context · I am sorry, with room for a few words.

Opening it changes nothing, so that whoever previews a link says nothing by it; only a press on the button does. A link
that is unknown and one that is kept no longer are answered alike.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from starlette.responses import RedirectResponse
from starlette.routing import Route

from bot.model import RejoinderKind
from bot.rejoinders import KIND_WORDS
from bot.responses import digest_of
from bot.store import PostedReply, Taken
from bot.web.attempts import stranger_of
from bot.web.frame import message_page
from bot.web.pace import Pace

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.templating import Jinja2Templates

    from bot.model import Account
    from bot.rejoinders import Rejoinders
    from bot.responses import ReplyLinks
    from bot.store import Store

SEE_OTHER = 303
NOT_FOUND = 404
UNREADABLE = 422
TOO_MANY = 429
MOST_WORDS = 1_000
"""Characters of what somebody may add."""
LONGEST_TOKEN = 100
BY_LINK, BY_ADDRESS, WRONG_BY_ADDRESS = 5, 10, 20
"""How often within ten minutes: what one link may say, what one address may say, wrong links from one address."""
READ_BY_ADDRESS = 100
"""Forms that are read from one address, whatever is in them; reading itself is work that a stranger makes."""
EXPLAINED: Mapping[RejoinderKind, str] = {
    RejoinderKind.NOT_ME: "Somebody else wrote it, or our reply went to the wrong person.",
    RejoinderKind.OUT_OF_CONTEXT: "We misread it, or it was not meant as we took it.",
    RejoinderKind.SORRY: "A person reads it, and an apology that is accepted closes the matter.",
}


@dataclass(frozen=True, kw_only=True)
class RightOfReply:
    """Where somebody whom we answered has their say."""

    pages: Jinja2Templates
    store: Store
    accounts: Mapping[str, Account]
    links: ReplyLinks
    rejoinders: Rejoinders
    clock: Callable[[], float]
    """Seconds; the world's own."""
    _of_link: Pace = field(init=False)
    _of_address: Pace = field(init=False)
    _read: Pace = field(init=False)
    _wrong: Pace = field(init=False)

    def __post_init__(self) -> None:
        paces = {"_of_link": BY_LINK, "_of_address": BY_ADDRESS, "_read": READ_BY_ADDRESS, "_wrong": WRONG_BY_ADDRESS}
        for name, most in paces.items():
            object.__setattr__(self, name, Pace(self.clock, most=most))

    def routes(self) -> list[Route]:
        """Its pages."""
        return [
            Route("/r/{token}", self.show, methods=["GET"]),
            Route("/r/{token}", self.say, methods=["POST"]),
            Route("/r/{token}/received", self.received, methods=["GET"]),
        ]

    async def show(self, request: Request) -> Response:
        """Our reply, and what can be said to it."""
        reply = await self._reply(request)
        return self._page(request, reply) if isinstance(reply, PostedReply) else reply

    async def say(self, request: Request) -> Response:
        """Keep what was said, once however often it is sent; what cannot be kept is given back with the reason."""
        reply = await self._reply(request)
        if not isinstance(reply, PostedReply):
            return reply
        address = stranger_of(request)
        if wait := self._read.wait(address):
            return self._please_wait(
                request, f"Nothing was sent: very much came from here. Try again in {wait} minutes."
            )
        self._read.count(address)
        form = await request.form(max_files=0, max_fields=10)
        chosen, words = str(form.get("kind", "")), _plain(str(form.get("words", "")))
        kind = RejoinderKind(chosen) if chosen in set(RejoinderKind) else None
        if kind is None or len(words) > MOST_WORDS:
            alert = f"Please choose one of the {len(RejoinderKind)}." if kind is None else _too_long(words)
            return self._page(request, reply, alert=alert, kind=kind, words=words, status=UNREADABLE)
        link = digest_of(request.path_params["token"])
        if wait := self._of_address.wait(address):
            return self._page(request, reply, alert=_in(wait), kind=kind, words=words, status=TOO_MANY)
        self._of_address.count(address)
        wait = self._of_link.wait(link)
        if await self.rejoinders.hear(link, kind, words, crowded=wait > 0) is Taken.FULL:
            alert = "Nothing was sent: much has been said to this reply, and a person has to read that first."
            return self._page(
                request, reply, alert=_in(wait) if wait else alert, kind=kind, words=words, status=TOO_MANY
            )
        self._of_link.count(link)
        return RedirectResponse(f"/r/{request.path_params['token']}/received", status_code=SEE_OTHER)

    async def received(self, request: Request) -> Response:
        """What happens now."""
        reply = await self._reply(request)
        if not isinstance(reply, PostedReply):
            return reply
        return self.pages.TemplateResponse(request, "received.html", {})

    async def _reply(self, request: Request) -> PostedReply | Response:
        """The reply of the link in the address; else the page that says that there is none."""
        address, token = stranger_of(request), request.path_params["token"]
        if wait := self._wrong.wait(address):
            text = f"Too many links that lead nowhere were tried from here. Please try again in {wait} minutes."
            return self._please_wait(request, text)
        reply = await self.store.posted_reply(digest_of(token)) if len(token) <= LONGEST_TOKEN else None
        if reply is not None:
            return reply
        self._wrong.count(address)
        text = "It may be mistyped, or older than what we keep. If you wish to reach us, the party's own pages say how."
        return message_page(self.pages, request, title="This link leads nowhere now", text=text, status=NOT_FOUND)

    def _please_wait(self, request: Request, text: str) -> Response:
        return message_page(self.pages, request, title="Please wait", text=text, status=TOO_MANY)

    def _page(
        self,
        request: Request,
        reply: PostedReply,
        *,
        alert: str = "",
        kind: RejoinderKind | None = None,
        words: str = "",
        status: int = 200,
    ) -> Response:
        account = self.accounts.get(reply.account)
        context = {
            "account": account.handle if account else "",
            "said": unaddressed(self.links.without(reply.text)),
            "taken_down": reply.taken_down,
            "posted_on": f"{reply.posted_at:%-d %B %Y}",
            "kinds": [(each.value, KIND_WORDS[each], EXPLAINED[each]) for each in RejoinderKind],
            "chosen": kind.value if kind else "",
            "words": words,
            "most": MOST_WORDS,
            "alert": alert,
        }
        return self.pages.TemplateResponse(request, "right_of_reply.html", context, status_code=status)


def _plain(words: str) -> str:
    """What was typed, with one character for the end of a line, as browsers count."""
    return words.replace("\r\n", "\n").replace("\r", "\n").strip()


def _in(minutes: int) -> str:
    return f"Nothing was sent: there were many answers just now. Please try again in {minutes} minutes."


def _too_long(words: str) -> str:
    over = len(words) - MOST_WORDS
    return f"Nothing was sent: your words have {len(words):,} characters, {over:,} more than there is room for."


def unaddressed(text: str) -> str:
    """What a reply says, without the handle in front, which the page need not repeat."""
    return text.partition(" ")[2] if text.startswith("@") else text
