"""The rehearsal: three invented cases with the real card and the real buttons. Nobody's first press is a real one.

Nothing of it is stored but that somebody has done it, or left it out.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from starlette.responses import JSONResponse, RedirectResponse, Response

from bot.model import Reason, Role, Verb
from bot.review import invented
from bot.review.console.case import CasePages
from bot.review.console.deciding import DONE, NOT_SHOWN, UNREADABLE
from bot.review.console.forms import DecisionForm, LengthForm, read_form
from bot.review.console.shown import Shown

if TYPE_CHECKING:
    from starlette.requests import Request

    from bot.model import Case, Reviewer
    from bot.review.console.view import Route, View

SEE_OTHER = 303
PAGE = "/rehearsal"
CASE = "rehearsal-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """One thing to practise."""

    step: int
    words: invented.Words
    verb: Verb
    """The press that is asked for."""
    title: str
    text: str
    hint: str
    """What is said to another press."""
    then: str
    """The lesson after this one; empty after the last."""


LESSONS = {
    "1": Lesson(
        step=1,
        words=invented.FAIR,
        verb=Verb.DISMISS,
        title="A fair critic",
        text="Show the post and read it. It is hard on a plan, and on nobody: fair criticism is never answered. "
        "Dismiss it, with a reason from “It is not abuse”.",
        hint="This one is fair criticism. Choose Dismiss, and a reason from “It is not abuse”.",
        then="2",
    ),
    "2": Lesson(
        step=2,
        words=invented.INSULT,
        verb=Verb.APPROVE,
        title="An insult",
        text="Show the post, read it, and read the proposed reply as its author would. If it is right, approve it.",
        hint="Here the reply may go out as it is. Show the post, then choose Approve.",
        then="2-approved",
    ),
    "2-approved": Lesson(
        step=2,
        words=invented.INSULT,
        verb=Verb.UNDO,
        title="Time to think again",
        text="You have approved. Nothing is posted until the time below is over, and until then you can take it back. "
        "Do that now: choose Undo.",
        hint="Choose Undo, while there is time.",
        then="3",
    ),
    "3": Lesson(
        step=3,
        words=invented.THREAT,
        verb=Verb.ESCALATE,
        title="A threat that the rules took for an insult",
        text="Show the post and read it to the end. Somebody may be in danger: no reply helps here. "
        "Escalate it to the safety desk, and say what the danger is.",
        hint="Somebody may be in danger here, and a reply would not help. Choose Escalate to the safety desk.",
        then="",
    ),
}


@dataclass(frozen=True, kw_only=True)
class Rehearsal:
    """The pages of the rehearsal and what their buttons do: nothing."""

    view: View
    _shown: Shown = field(default_factory=Shown, init=False)

    def routes(self) -> list[Route]:
        """Where each is; the cases' own addresses come before those of real ones."""
        each = f"/case/{CASE}{{lesson}}"
        return [
            ("GET", PAGE, self.begin),
            ("POST", f"{PAGE}/over", self.over),
            ("GET", each, self.lesson),
            ("POST", f"{each}/length", self.length),
            ("POST", f"{each}/shown", self.was_shown),
            ("POST", f"{each}/{{verb}}", self.press),
        ]

    async def begin(self, request: Request, me: Reviewer) -> Response:
        """What the rehearsal is, and the ways in and past it."""
        return await self.view.page(request, me, "rehearsal.html", {"done": False})

    async def over(self, request: Request, me: Reviewer) -> Response:
        """Leave it out, or be done with it."""
        await self.view.room.store.people.rehearsed(me.id)
        request.session["said"] = "You find the rehearsal under More whenever you want it."
        return RedirectResponse("/", status_code=SEE_OTHER)

    async def lesson(self, request: Request, me: Reviewer) -> Response:
        """One invented case, on the page that real ones have."""
        found = self._found(request, me)
        if found is None:
            return self.view.missing(request)
        lesson, case = found
        if request.query_params.get("shown") == "1" or request.state.choices.shown:
            self._shown.note(me.id, case)
        return await self._page(request, me, lesson, case)

    async def press(self, request: Request, me: Reviewer) -> Response:
        """What a button does here: on to the next, or a word on which to choose."""
        found = self._found(request, me)
        if found is None:
            return self.view.missing(request)
        lesson, case = found
        form = read_form(DecisionForm, await request.form())
        if isinstance(form, str):
            return await self._page(request, me, lesson, case, alert=form)
        if lesson.verb is Verb.APPROVE and not self._shown.to(me.id, case):
            return await self._page(request, me, lesson, case, alert=NOT_SHOWN.message)
        if not _right(lesson, request.path_params["verb"], form.reason):
            return await self._page(request, me, lesson, case, alert=lesson.hint, typed=form.text)
        if lesson.then:
            return RedirectResponse(f"/case/{CASE}{lesson.then}", status_code=SEE_OTHER)
        await self.view.room.store.people.rehearsed(me.id)
        return await self.view.page(request, me, "rehearsal.html", {"path": PAGE, "done": True})

    async def was_shown(self, request: Request, me: Reviewer) -> Response:
        """The post was uncovered by the script of the page."""
        found = self._found(request, me)
        if found is not None:
            self._shown.note(me.id, found[1])
        return Response(status_code=DONE)

    async def length(self, request: Request, me: Reviewer) -> Response:
        """How long a wording is, as for real."""
        found, form = self._found(request, me), read_form(LengthForm, await request.form())
        if found is None or isinstance(form, str):
            return JSONResponse({}, status_code=UNREADABLE)
        length, limit, words = self.view.counted(found[1], form.text)
        return JSONResponse({"length": length, "limit": limit, "words": words, "refusals": [], "advice": []})

    def _found(self, request: Request, me: Reviewer) -> tuple[Lesson, Case] | None:
        name = request.path_params["lesson"]
        lesson, now = LESSONS.get(name), self.view.room.now()
        if lesson is None:
            return None
        case = invented.case(f"{CASE}{name}", lesson.words, now)
        return lesson, invented.approved(case, me.id, now) if lesson.verb is Verb.UNDO else case

    async def _page(
        self,
        request: Request,
        me: Reviewer,
        lesson: Lesson,
        case: Case,
        *,
        alert: str = "",
        typed: str | None = None,
    ) -> Response:
        """The page of a case, in a room with one account more, in which this reader may approve."""
        room = self.view.room
        practice = replace(room, accounts={**room.accounts, invented.ACCOUNT: invented.account(me.id)})
        pages = CasePages(view=replace(self.view, room=practice, shown=self._shown))
        request.state.lesson = lesson
        request.session.pop("approved", None)
        reader = replace(me, roles=me.roles | {Role.APPROVER})
        return await pages.page(request, reader, case, alert=alert, typed=typed, status=UNREADABLE if alert else 200)


def _right(lesson: Lesson, verb: str, reason: Reason | None) -> bool:
    """Whether the press is the one that is asked for, with a reason that fits where one is needed."""
    if verb != lesson.verb:
        return False
    if lesson.verb is Verb.DISMISS:
        return reason is not None and not reason.abusive
    return lesson.verb is not Verb.ESCALATE or reason is not None
