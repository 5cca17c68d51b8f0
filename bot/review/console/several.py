"""Dismissing several cases of the queue at once, for one reason. There is no such thing as approving several."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.responses import RedirectResponse

from bot.model import Decision, Reason, Refusal, State, Verb
from bot.review.console.deciding import DESK
from bot.review.console.forms import whole_number
from bot.rights import REASONS
from bot.web.frame import message_page

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from bot.model import Case, Reviewer
    from bot.review.console.view import Route, View

SEE_OTHER, UNREADABLE, CONFLICT = 303, 422, 409
MOST = 50
LONGEST_NOTE = 2_000


@dataclass(frozen=True, kw_only=True)
class Several:
    """The ticked cases of the queue."""

    view: View

    def routes(self) -> list[Route]:
        """Where they are posted to."""
        return [("POST", "/dismiss", self.dismiss)]

    async def dismiss(self, request: Request, me: Reviewer) -> Response:
        """Dismiss each ticked case that is open and as it was shown; list the others, which are left as they are."""
        form = await request.form()
        ticked = dict.fromkeys(str(each) for each in form.getlist("case"))
        reason, note = str(form.get("reason", "")), str(form.get("note", "")).strip()
        trouble = _trouble(list(ticked), reason, note)
        if trouble:
            return message_page(
                self.view.pages, request, title="Not done", text=trouble, status=UNREADABLE, link=("/", "To the queue")
            )
        left: list[tuple[Case, str]] = []
        done = gone = 0
        for each in ticked:
            case_id, _, version = each.rpartition(":")
            case = await self.view.case(case_id, me)
            if case is None:
                gone += 1
                continue
            why = await self._dismissed(case, int(version), Reason(reason), note, me)
            if why is None:
                done += 1
            else:
                left.append((await self.view.room.store.case(case_id) or case, why))
        words = f"Dismissed: {done}."
        if not left and not gone:
            request.session["said"] = words
            return RedirectResponse("/", status_code=SEE_OTHER)
        rows = await self.view.rows([case for case, _ in left], me)
        context = {
            "path": "/",
            "said": words,
            "gone": gone,
            "left": [(row, why) for row, (_, why) in zip(rows, left, strict=True)],
            "note": note,
        }
        return await self.view.page(request, me, "dismissed.html", context, status=CONFLICT)

    async def _dismissed(self, case: Case, version: int, reason: Reason, note: str, me: Reviewer) -> str | None:
        """Dismiss one; why it was left, or `None` when it is done."""
        if case.version == version and case.state is not State.OPEN:
            return "Only an open case is dismissed together with others. Look at it by itself."
        result = await self.view.room.decide(
            Decision(
                case_id=case.id,
                version=version,
                verb=Verb.DISMISS,
                reviewer=me.id,
                desk=DESK,
                reason=reason,
                note=note,
                roles=me.roles,
            )
        )
        return result.message if isinstance(result, Refusal) else None


def _trouble(ticked: list[str], reason: str, note: str) -> str:
    """Why nothing was dismissed, as a sentence; empty when the form can be obeyed."""
    if not ticked:
        return "No case was ticked, so nothing was dismissed. Go back and tick those that you mean."
    if len(ticked) > MOST:
        return f"{len(ticked)} cases were ticked, and at most {MOST} are dismissed at once. Nothing was changed."
    if not all(_well_formed(each) for each in ticked):
        return "The form could not be read. Nothing was changed; go back and try again."
    if reason not in {each.value for each in REASONS[Verb.DISMISS]}:
        return "To dismiss cases, choose a reason from the list. Nothing was changed; go back, and the ticks are kept."
    if len(note) > LONGEST_NOTE:
        return f"The note has {len(note):,} characters, and {LONGEST_NOTE:,} fit. Nothing was changed; go back."
    return ""


def _well_formed(ticked: str) -> bool:
    case_id, _, version = ticked.rpartition(":")
    return bool(case_id) and whole_number(version) is not None
