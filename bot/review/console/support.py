"""Where a few kind words are written to somebody who was attacked; what was written is shown to nobody here again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from pydantic import Field
from starlette.responses import RedirectResponse

from bot.model import Role
from bot.review.console.forms import Form, read_form
from bot.rights import SUPPORTERS
from bot.support import MOST_CHARACTERS
from bot.web.frame import message_page

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from bot.model import Reviewer
    from bot.review.console.view import Route, View
    from bot.support import Support

SEE_OTHER, NO_RIGHT, CONFLICT, UNREADABLE = 303, 403, 409, 422
LOOKERS = SUPPORTERS | {Role.AUDITOR}
"""Who sees to whom one can write; an auditor writes nothing."""


class SupportForm(Form):
    """A message, and to whom."""

    person: Annotated[str, Field(max_length=64)] = ""
    text: str = ""
    """As long as a form may be, so that too much of it is given back as well."""


@dataclass(frozen=True, kw_only=True)
class SupportPages:
    """The page on which messages of support are written."""

    view: View
    support: Support

    def routes(self) -> list[Route]:
        """Where it is."""
        return [("GET", "/support", self.show), ("POST", "/support", self.write)]

    async def show(self, request: Request, me: Reviewer) -> Response:
        """The people to whom one can write, and room to do so."""
        if not me.roles & LOOKERS:
            return self._not_theirs(request)
        return await self._page(request, me, SupportForm(person=request.query_params.get("to", "")[:64]))

    async def write(self, request: Request, me: Reviewer) -> Response:
        """Put a message into somebody's queue; what cannot be kept is given back with the reason."""
        if not me.roles & SUPPORTERS:
            return self._not_theirs(request)
        form = read_form(SupportForm, await request.form(max_files=0, max_fields=5))
        if isinstance(form, str):
            return await self._page(request, me, SupportForm(), alert=form, status=UNREADABLE)
        if not form.person:
            return await self._page(
                request, me, form, alert="Nothing was kept. Choose to whom it is.", status=UNREADABLE
            )
        if why := await self.support.write(form.person, form.text, by=me.id):
            return await self._page(request, me, form, alert=why, status=CONFLICT)
        request.session["said"] = "Kept. It waits on their own page, and nobody here sees it again."
        return RedirectResponse("/support", status_code=SEE_OTHER)

    async def _page(
        self, request: Request, me: Reviewer, form: SupportForm, *, alert: str = "", status: int = 200
    ) -> Response:
        context = {
            "people": await self.support.people(),
            "chosen": form.person,
            "typed": form.text,
            "most": MOST_CHARACTERS,
            "may_write": bool(me.roles & SUPPORTERS),
            "alert": alert,
        }
        return await self.view.page(request, me, "support.html", context, status=status)

    def _not_theirs(self, request: Request) -> Response:
        return message_page(
            self.view.pages,
            request,
            title="Messages of support are for approvers and the safety team",
            text="They read what was said, and can leave a few kind words to whom it was aimed at.",
            status=NO_RIGHT,
            link=("/", "To the queue"),
        )
