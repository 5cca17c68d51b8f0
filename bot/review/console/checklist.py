"""The ticks on the checklist of an escalation. They decide nothing: what nobody ticked hinders nobody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.responses import RedirectResponse

from bot.review.console.forms import StepForm, read_form

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from bot.model import Reviewer
    from bot.review.console.case import CasePages
    from bot.review.console.view import Route, View

SEE_OTHER = 303
CONFLICT = 409


@dataclass(frozen=True, kw_only=True)
class Checklist:
    """What is posted from the list on the page of a case."""

    view: View
    pages: CasePages

    def routes(self) -> list[Route]:
        """Where it is posted to."""
        return [("POST", "/case/{case_id}/step", self.tick)]

    async def tick(self, request: Request, me: Reviewer) -> Response:
        """Note that a step is done, or is not after all, for whoever comes next."""
        form = read_form(StepForm, await request.form())
        case = await self.view.case(request.path_params["case_id"], me)
        if case is None:
            return self.view.missing(request)
        why = form if isinstance(form, str) else await self.view.room.tick(case, form.step, me, done=form.done)
        if why:
            return await self.pages.page(request, me, case, alert=why, status=CONFLICT)
        return RedirectResponse(f"/case/{case.id}#checklist", status_code=SEE_OTHER)
