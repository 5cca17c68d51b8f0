"""What every page of the compliance team carries: who is reading, where the wall stands, what could not be opened."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING, Protocol

from bot.compliance.words import KIND_WORDS, OUTCOME_WORDS, day, moment
from bot.model import Role
from bot.naming import policy_name
from bot.web.frame import message_page, templates

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.templating import Jinja2Templates

    from bot.compliance.office import Office
    from bot.model import Reviewer

    Act = Callable[[Request, Reviewer], Awaitable[Response]]
    """What answers a request of somebody who is signed in."""
    Place = tuple[str, str, Act]
    """Method, address, and what answers."""

FORBIDDEN, NOT_FOUND = 403, 404
MOST_DIGITS = 9
"""Of a number that anything here can have; Python refuses to read one of thousands."""


class Area(Protocol):
    """A part of the pages: a class in a file of its own."""

    def routes(self) -> list[Place]:
        """Its pages and forms."""


@cache
def compliance_templates(time_zone: str) -> Jinja2Templates:
    """The team's own pages over the shared frame; made once for each zone."""
    words: dict[str, Callable[..., object]] = {
        "moment": partial(moment, time_zone=time_zone),
        "day": partial(day, time_zone=time_zone),
        "outcome": OUTCOME_WORDS.get,
        "kind": KIND_WORDS.get,
        "policy": policy_name,
    }
    return templates("bot.compliance", words=words)


def works_here(person: Reviewer) -> bool:
    """Whether somebody may change anything; an auditor reads."""
    return Role.COMPLIANCE in person.roles


def number_in(text: str) -> int:
    """The number that somebody sent us; 0, which nothing has, for what is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS else 0


@dataclass(frozen=True, kw_only=True)
class View:
    """Renders pages for somebody who is signed in."""

    office: Office
    pages: Jinja2Templates

    async def page(
        self, request: Request, me: Reviewer, name: str, context: Mapping[str, object], *, status: int = 200
    ) -> Response:
        """A page with its frame around it."""
        frame = {
            "me": me,
            "works": works_here(me),
            "path": request.url.path,
            "one_process": self.office.one_process,
            "trouble": self.office.trouble,
            "keeps_list": self.office.settings.suspended.enabled,
            "unopened": await self.office.store.unopened(),
            "said": request.session.pop("said", None),
        }
        return self.pages.TemplateResponse(request, name, {**frame, **context}, status_code=status)

    def missing(self, request: Request) -> Response:
        """What someone sees who asks for a referral that is not there."""
        return message_page(
            self.pages,
            request,
            title="There is no such referral",
            text="Numbers are given in the order in which referrals arrive here.",
            status=NOT_FOUND,
            link=("/", "To the referrals"),
        )

    def not_yours(self, request: Request) -> Response:
        """What an auditor sees who asks for a change."""
        return message_page(
            self.pages,
            request,
            title="You can read this, and change nothing",
            text="You are an auditor here. Nothing was changed.",
            status=FORBIDDEN,
            link=("/", "To the referrals"),
        )
