"""Even-handedness in the console: the blind second reading of a ruling, and the page that shows what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

from pydantic import BeforeValidator, Field, ValidationError
from starlette.responses import RedirectResponse

from bot.evenness import kappa
from bot.model import Role
from bot.review.console.forms import Form
from bot.review.words import moment
from bot.store import SecondReading
from bot.web.frame import message_page

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from starlette.requests import Request
    from starlette.responses import Response

    from bot.config import EvenHanded
    from bot.evenness import Rates
    from bot.model import Reviewer
    from bot.review.console.view import Route, View

READERS = frozenset({Role.APPROVER})
LOOKERS = frozenset({Role.PRINCIPAL, Role.ADMIN, Role.AUDITOR})
SEE_OTHER, NO_RIGHT, UNREADABLE = 303, 403, 422
SAYS_SOMETHING = 30
"""From so many readings on the agreement is more than an accident."""
YEAR = timedelta(days=365)


class ReadingForm(Form):
    """What a second reader says; an answer without a clause is *not abuse*."""

    case: Annotated[str, Field(min_length=1, max_length=40)]
    answer: Annotated[str, Field(pattern="^(abuse|not_abuse)$")]
    policy: Annotated[str | None, BeforeValidator(lambda value: value or None), Field(max_length=40)] = None


@dataclass(frozen=True, kw_only=True)
class EvennessPages:
    """The pages of second readings and of rates."""

    view: View
    settings: EvenHanded
    rates: Callable[[], Awaitable[tuple[datetime, tuple[Rates, ...]]]]
    """When they were counted, and the rates."""

    def routes(self) -> list[Route]:
        """Where they are."""
        return [
            ("GET", "/readings", self.readings),
            ("POST", "/readings", self.read),
            ("GET", "/evenness", self.evenness),
        ]

    async def readings(self, request: Request, me: Reviewer) -> Response:
        """A post that was drawn, and nothing of what was ruled on it."""
        return await self._ask(request, me) if me.roles & READERS else self._not_a_reader(request)

    async def read(self, request: Request, me: Reviewer) -> Response:
        """Keep what the reader says, and go on to the next."""
        if not me.roles & READERS:
            return self._not_a_reader(request)
        try:
            form = ReadingForm.model_validate(dict(await request.form()))
        except ValidationError:
            return await self._ask(request, me, trouble="That could not be read. Answer once more.", status=UNREADABLE)
        abusive = form.answer == "abuse"
        if abusive and form.policy not in self.view.room.policies.clauses:
            trouble = "Say which clause it breaks, or that it is not abuse."
            return await self._ask(request, me, trouble=trouble, status=UNREADABLE)
        reading = SecondReading(
            case_id=form.case, reviewer=me.id, abusive=abusive, policy=form.policy if abusive else None
        )
        kept = await self.view.room.store.evenness.read_again(reading, self.settings.share, self._since())
        request.session["said"] = "Kept. Thank you." if kept else "Somebody else has read that one meanwhile."
        return RedirectResponse("/readings", status_code=SEE_OTHER)

    async def evenness(self, request: Request, me: Reviewer) -> Response:
        """The rates of the year with their intervals, and how far second readings agree with the rulings."""
        if not me.roles & LOOKERS:
            return message_page(
                self.view.pages,
                request,
                title="This page is for the leadership, admins and auditors",
                text="It shows whether abuse is judged alike, whoever it comes from and whoever it is aimed at.",
                status=NO_RIGHT,
                link=("/", "To the queue"),
            )
        room = self.view.room
        found = await room.store.evenness.readings(room.now() - YEAR)
        read = found.both + found.first + found.second + found.neither
        agreement = kappa(found.both, found.first, found.second, found.neither) if read >= SAYS_SOMETHING else None
        at, rates = await self.rates()
        context = {
            "at": moment(at, room.now()),
            "rates": rates,
            "found": found,
            "read": read,
            "least": SAYS_SOMETHING,
            "agreement": agreement,
            "agreement_words": None if agreement is None else agreement_words(agreement),
            "share": self.settings.share,
        }
        return await self.view.page(request, me, "evenness.html", context)

    async def _ask(self, request: Request, me: Reviewer, *, trouble: str = "", status: int = 200) -> Response:
        room = self.view.room
        case = await room.store.evenness.to_read_again(me.id, self.settings.share, self._since())
        context = {
            "drawn": case,
            "clauses": {name: policy.clause for name, policy in room.policies.clauses.items()},
            "trouble": trouble,
        }
        return await self.view.page(request, me, "readings.html", context, status=status)

    def _since(self) -> datetime:
        return self.view.room.now() - timedelta(days=self.settings.days)

    def _not_a_reader(self, request: Request) -> Response:
        return message_page(
            self.view.pages,
            request,
            title="Second readings are for approvers",
            text="They read a post that another has ruled on, without knowing what was ruled.",
            status=NO_RIGHT,
            link=("/", "To the queue"),
        )


def agreement_words(kappa_found: float) -> str:
    """What a kappa says, in words, by the usual bounds."""
    for bound, words in ((0.8, "almost perfect"), (0.6, "substantial"), (0.4, "moderate"), (0.2, "fair")):
        if kappa_found > bound:
            return words
    return "slight" if kappa_found > 0 else "none beyond chance"
