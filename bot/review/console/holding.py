"""A legal hold on a case: placed with a reason, and lifted, by an admin or by the safety team."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.responses import RedirectResponse

from bot.review.console.forms import HoldForm, LiftForm, read_form
from bot.rights import HOLDERS

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from bot.model import Case, Reviewer
    from bot.review.console.case import CasePages
    from bot.review.console.view import Route, View

SEE_OTHER = 303
NO_RIGHT = 403
CONFLICT = 409
UNREADABLE = 422


@dataclass(frozen=True, kw_only=True)
class Holding:
    """What is posted from the page of a case."""

    view: View
    pages: CasePages

    def routes(self) -> list[Route]:
        """Where it is posted to."""
        return [("POST", "/case/{case_id}/hold", self.place), ("POST", "/case/{case_id}/lift", self.lift)]

    async def place(self, request: Request, me: Reviewer) -> Response:
        """Keep the case from every clock and every erasure."""
        form = read_form(HoldForm, await request.form())
        case = await self._case(request, me)
        if case is None or not me.roles & HOLDERS:
            return await self._not_theirs(request, me, case)
        if isinstance(form, str):
            return await self.pages.page(request, me, case, alert=form, status=UNREADABLE)
        await self.view.room.store.subjects.hold_case(case.id, form.reason, actor=me.id)
        return RedirectResponse(f"/case/{case.id}#holds", status_code=SEE_OTHER)

    async def lift(self, request: Request, me: Reviewer) -> Response:
        """Let the clocks go on, for one of the holds by which this case is kept."""
        form = read_form(LiftForm, await request.form())
        case = await self._case(request, me)
        if case is None or not me.roles & HOLDERS:
            return await self._not_theirs(request, me, case)
        subjects = self.view.room.store.subjects
        theirs = {hold.id for hold in await subjects.holds_on(case.id)}
        if isinstance(form, str) or form.hold not in theirs or not await subjects.lift_hold(form.hold, actor=me.id):
            alert = "That hold does not stand any more."
            return await self.pages.page(request, me, case, alert=alert, status=CONFLICT)
        return RedirectResponse(f"/case/{case.id}#holds", status_code=SEE_OTHER)

    async def _case(self, request: Request, me: Reviewer) -> Case | None:
        """The case, where it is this reviewer's to see and not behind the wall."""
        case = await self.view.case(request.path_params["case_id"], me)
        return None if case is None or case.behind_wall else case

    async def _not_theirs(self, request: Request, me: Reviewer, case: Case | None) -> Response:
        if case is None:
            return self.view.missing(request)
        alert = "Only an admin or the safety team may place a legal hold, or lift one."
        return await self.pages.page(request, me, case, alert=alert, status=NO_RIGHT)
