"""What is posted about a case: decisions, that its post was shown, and a wording to be measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.responses import JSONResponse, RedirectResponse, Response

from bot.model import Decision, Refusal, Verb
from bot.review.console.forms import DecisionForm, LengthForm, ShownForm, read_form
from bot.review.console.onward import note_decided
from bot.review.console.view import may_see

if TYPE_CHECKING:
    from starlette.requests import Request

    from bot.model import Case, Reviewer
    from bot.review.console.case import CasePages
    from bot.review.console.view import Route, View

DESK = "console"
SEE_OTHER = 303
UNREADABLE = 422
DONE, CONFLICT = 204, 409
STATUS = {"unknown_case": 404, "no_right": 403, "too_late": 409, "not_now": 409, "held": 409, "not_shown": 409}
"""The HTTP status for a refusal's code; any other is something to mend in the form."""

SAID = {
    Verb.APPROVE: "Approved.",
    Verb.REWORD: "Another wording. Approve it when it is right.",
    Verb.EDIT: "Your wording is saved. Approve it when it is right.",
    Verb.DISMISS: "Dismissed.",
    Verb.ESCALATE: "Escalated. The safety desk has it now.",
    Verb.REFER: "Referred.",
    Verb.REFUSE: "Refused. No reason is asked.",
    Verb.UNDO: "Undone. Nothing was posted.",
    Verb.ACKNOWLEDGE: "Acknowledged. It has stopped ringing.",
    Verb.RELEASE: "Sent back to the staff desk.",
    Verb.CONFIRM: "Noted: the reply is there.",
    Verb.DENY: "Noted: the reply is not there.",
    Verb.REOPEN: "Sent back to review.",
    Verb.KEEP: "Kept. Our reply stands.",
    Verb.CORRECT: "Asked. The bot takes the reply down now; then the post is in the queue as it now reads.",
    Verb.RETRACT: "Asked. The bot takes the reply down now.",
    Verb.MISTAKE: "Noted as our mistake: it is no strike. A correction is in the queue once the reply is down.",
}
"""What a reviewer is told when it was done."""

WORDING = frozenset({Verb.REWORD, Verb.EDIT})
"""After these a reviewer wants to read the reply again, not the top of the page."""

NOT_SHOWN = Refusal(
    code="not_shown",
    message="The post, as it now reads, has not been shown to you. Show it, read it, and then approve.",
)


@dataclass(frozen=True, kw_only=True)
class Deciding:
    """The forms of a case."""

    view: View
    pages: CasePages

    def routes(self) -> list[Route]:
        """Where each is posted to."""
        return [
            ("POST", "/case/{case_id}/length", self.length),
            ("POST", "/case/{case_id}/shown", self.shown),
            ("POST", "/case/{case_id}/{verb}", self.decide),
        ]

    async def decide(self, request: Request, me: Reviewer) -> Response:
        """Ask for a decision. Whoever came second is shown the case as it now is, and who was first."""
        raw = await request.form()  # before the case, which may change while somebody lets us wait for the form's end
        case = await self.view.case(request.path_params["case_id"], me)
        if case is None:
            return await self.view.taken_away(request, me, str(raw.get("text", "")))
        verb = request.path_params["verb"]
        form = read_form(DecisionForm, raw)
        if verb not in set(Verb) or isinstance(form, str):
            words = form if isinstance(form, str) else f"There is no such thing to do: {verb}."
            typed = str(raw["text"]) if "text" in raw else None
            return await self.pages.page(request, me, case, alert=words, typed=typed, status=UNREADABLE)
        return await self._ask(request, me, Verb(verb), form, case)

    async def _ask(self, request: Request, me: Reviewer, verb: Verb, form: DecisionForm, case: Case) -> Response:
        """Ask for one decision on the case as the form saw it, and for an approval after it where that was pressed."""
        if verb is Verb.APPROVE and await self._unseen(case, me, form):
            return await self.pages.page(request, me, case, alert=NOT_SHOWN.message, status=STATUS[NOT_SHOWN.code])
        result = await self.view.room.decide(
            Decision(
                case_id=case.id,
                version=form.version,
                verb=verb,
                reviewer=me.id,
                desk=DESK,
                reason=form.reason,
                text=form.text,
                note=form.note,
                ground=form.ground,
                whole=form.whole,
                roles=me.roles,
                let_in_by=request.state.session.let_in_by,
            )
        )
        if isinstance(result, Refusal):
            return await self._refused(request, me, result, form, case)
        if verb is not Verb.EDIT or not form.approve:
            return self._done(request, me, verb, result)
        _, advice = self.view.room.lint(result, form.text or "")
        if advice:
            request.session["said"] = "Saved, and not approved yet: read above what speaks against it."
            return RedirectResponse(f"/case/{result.id}", status_code=SEE_OTHER)
        return await self._ask(request, me, Verb.APPROVE, form.model_copy(update={"version": result.version}), result)

    async def _unseen(self, case: Case, me: Reviewer, form: DecisionForm) -> bool:
        """Whether they would approve a reply to words that were not shown to them; if so, it is put on record."""
        asked = form.version >= case.version and Verb.APPROVE in self.view.room.verbs(case, me)
        if not asked or self.view.shown.to(me.id, case):
            return False
        detail = {"asked": str(Verb.APPROVE), "code": NOT_SHOWN.code, "desk": DESK}
        await self.view.room.store.note(
            "decision.refused", actor=me.id, stream=case.account, case_id=case.id, detail=detail
        )
        return True

    def _done(self, request: Request, me: Reviewer, verb: Verb, case: Case) -> Response:
        said = SAID[verb]
        if verb is Verb.APPROVE and len(case.approvals) < case.approvals_required:
            said = "Your approval counts. Another person must approve too."
        elif verb is Verb.APPROVE:
            request.session["approved"] = case.id
        request.session["said"] = said
        note_decided(request, verb, case)
        to_reply = "#reply" if verb in WORDING else ""
        return RedirectResponse(f"/case/{case.id}{to_reply}" if may_see(case, me) else "/", status_code=SEE_OTHER)

    async def _refused(
        self, request: Request, me: Reviewer, refusal: Refusal, form: DecisionForm, before: Case
    ) -> Response:
        """The case as it now is, with the reason on top, what happened meanwhile, and what the reviewer had typed."""
        case = await self.view.room.store.case(before.id) or before
        if not may_see(case, me):
            return await self.view.taken_away(request, me, form.text or "")
        return await self.pages.page(
            request,
            me,
            case,
            alert=refusal.message,
            typed=form.text,
            seen=form.seen if refusal.code == "too_late" else None,
            status=STATUS.get(refusal.code, UNREADABLE),
        )

    async def shown(self, request: Request, me: Reviewer) -> Response:
        """The reader has uncovered the post: from now on they may approve a reply to it."""
        case = await self.view.case(request.path_params["case_id"], me)
        form = read_form(ShownForm, await request.form())
        if case is None or isinstance(form, str):
            return Response(status_code=UNREADABLE)
        if form.mention_version != case.mention_version:
            return Response(status_code=CONFLICT)
        self.view.shown.note(me.id, case)
        return Response(status_code=DONE)

    async def length(self, request: Request, me: Reviewer) -> Response:
        """How long a wording is, and what speaks against it, while it is being typed: just what will decide."""
        case = await self.view.case(request.path_params["case_id"], me)
        form = read_form(LengthForm, await request.form())
        if case is None or isinstance(form, str):
            return JSONResponse({}, status_code=UNREADABLE)
        length, limit, words = self.view.counted(case, form.text)
        refusals, advice = self.view.room.lint(case, form.text)
        return JSONResponse({"length": length, "limit": limit, "words": words, "refusals": refusals, "advice": advice})
