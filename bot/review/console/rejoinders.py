"""They answered: what was said to our replies by their links, for a person to read and to rule on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from pydantic import Field
from starlette.responses import RedirectResponse

from bot.model import Role, Ruling, Verb
from bot.rejoinders import KIND_WORDS
from bot.review.console.forms import Form, read_form
from bot.review.console.view import may_see, sees_safety
from bot.review.words import moment, name_of
from bot.web.frame import message_page

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.requests import Request
    from starlette.responses import Response

    from bot.model import Case, Rejoinder, Reviewer
    from bot.review.card import CaseCard
    from bot.review.console.view import Route, View

PAGE = "/answers"
SEE_OTHER = 303
STATUS = {"unknown_rejoinder": 404, "too_late": 409, "not_now": 409}
UNREADABLE = 422
RULING_WORDS = {
    Ruling.ACCEPTED: "Apology accepted: the strike is closed",
    Ruling.STANDS: "Our reply stands",
    Ruling.MISTAKE: "Our mistake",
}
SAID = {
    Ruling.ACCEPTED: "Accepted. The strike is closed. Nobody is answered.",
    Ruling.STANDS: "Noted: our reply stands. Nobody is answered.",
}


class RulingForm(Form):
    """What a person made of a rejoinder."""

    ruling: Annotated[Ruling, Field()]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One rejoinder as a page shows it."""

    rejoinder: Rejoinder
    kind: str
    when: str
    case: Case
    card: CaseCard
    may_rule: bool
    may_correct: bool
    """Whether the reader may rule that our reply was a mistake."""
    ruled: str
    """What was ruled, by whom and when, in words; empty while nobody has."""


@dataclass(frozen=True, kw_only=True)
class RejoinderPages:
    """What waits to be read, and the forms of rulings."""

    view: View

    def routes(self) -> list[Route]:
        """Where each is."""
        return [("GET", PAGE, self.waiting), ("POST", "/answers/{rejoinder_id}", self.rule)]

    async def waiting(self, request: Request, me: Reviewer) -> Response:
        """All that nobody has ruled on; what is for the safety desk, to those for whom it exists."""
        store = self.view.room.store
        found = [
            *(await store.rejoinders(safety=True) if sees_safety(me) else ()),
            *await store.rejoinders(safety=False),
        ]
        context = {
            "rejoinders": await self.shown(found, me),
            "reads_only": not me.roles - {Role.AUDITOR},
        }
        return await self.view.page(request, me, "answers.html", context)

    async def shown(self, rejoinders: Iterable[Rejoinder], me: Reviewer) -> list[Said]:
        """These, as far as they exist for this reader, in their order."""
        room, now, told = self.view.room, self.view.room.now(), []
        for each in rejoinders:
            case = await room.store.case(each.case_id)
            if case is None or not may_see(case, me) or (each.safety and not sees_safety(me)):
                continue
            ruled = f"{_ruling(each)}. {name_of(each.ruled_by, room.reviewers)}" if each.ruling else ""
            may_rule = room.rejoinders is not None and await room.rejoinders.may_rule(each, me)
            told.append(
                Said(
                    rejoinder=each,
                    kind=KIND_WORDS[each.kind],
                    when=moment(each.at, now),
                    case=case,
                    card=await room.card(case),
                    may_rule=may_rule and each.ruling is None,
                    may_correct=each.ruling is None and Verb.MISTAKE in room.verbs(case, me),
                    ruled=f"{ruled}, {moment(each.ruled_at, now)}." if ruled and each.ruled_at else "",
                )
            )
        return told

    async def rule(self, request: Request, me: Reviewer) -> Response:
        """Write down a ruling; on our mistake is ruled with the case's own button."""
        form = read_form(RulingForm, await request.form())
        rejoinders = self.view.room.rejoinders
        if isinstance(form, str) or rejoinders is None:
            return self._not_done(
                request, form if isinstance(form, str) else "Nothing can be ruled on here.", UNREADABLE
            )
        refusal = await rejoinders.rule(request.path_params["rejoinder_id"], form.ruling, me)
        if refusal is not None:
            return self._not_done(request, refusal.message, STATUS[refusal.code])
        request.session["said"] = SAID[form.ruling]
        return RedirectResponse(PAGE, status_code=SEE_OTHER)

    def _not_done(self, request: Request, words: str, status: int) -> Response:
        return message_page(
            self.view.pages, request, title="Not done", text=words, status=status, link=(PAGE, "To what they answered")
        )


def _ruling(rejoinder: Rejoinder) -> str:
    """What was ruled; the safety desk rules on no reply, and says that it has read the words."""
    if rejoinder.ruling is None:
        return ""
    return "Read" if rejoinder.safety else RULING_WORDS[rejoinder.ruling]
