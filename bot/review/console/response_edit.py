"""What admins do to responses: write, review, withdraw, bring back, have files read. What was typed is never lost."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import TYPE_CHECKING

from starlette.responses import JSONResponse, RedirectResponse

from bot.model import VerdictKind
from bot.responses import Audience
from bot.review.card import characters
from bot.review.console.forms import LengthForm, read_form, whole_number
from bot.review.console.response_form import Typed, shown, typed
from bot.review.console.responses import KIND, previews, standing
from bot.review.difference import changes
from bot.review.response_words import altered
from bot.rights import WRITERS
from bot.store import Revision, RevisionState
from bot.texts import Sheet, TextRefusal, new_text, sheet_of, spelt
from bot.web.frame import message_page
from bot.yaml_file import BadFile, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request
    from starlette.responses import Response as Answer

    from bot.model import Reviewer
    from bot.review.console.responses import ResponsePages
    from bot.review.console.view import Route
    from bot.texts import Texts

SEE_OTHER = 303
NO_RIGHT = 403
UNREADABLE = 422
RESPONSE_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
STATUS = {"no_right": 403, "overtaken": 409, "on_disk": 409, "not_now": 409, "unknown": 404}
"""The HTTP status for a refusal's code; any other is something to mend in the form."""


@dataclass(frozen=True, kw_only=True)
class ResponseEdits:
    """The form of a response, and every button that changes one."""

    pages: ResponsePages

    def routes(self) -> list[Route]:
        """Where each is."""
        return [
            ("GET", "/new-response", self.new),
            ("POST", "/new-response", self.save_new),
            ("POST", "/response-length", self.length),
            ("GET", "/responses/{response}/edit", self.edit),
            ("POST", "/responses/{response}/edit", self.save),
            ("POST", "/responses/{response}/review", self.review),
            ("POST", "/responses/{response}/withdraw", self.withdraw),
            ("POST", "/responses/{response}/restore", self.restore),
            ("POST", "/read-files", self.read_files),
        ]

    @property
    def texts(self) -> Texts:
        """Where texts go."""
        return self.pages.texts

    # ── the form ─────────────────────────────────────────────────────────────────────────────────────────────────

    async def new(self, request: Request, me: Reviewer) -> Answer:
        """An empty form."""
        if not me.roles & WRITERS:
            return self._not_yours(request)
        empty = replace(shown(Sheet(), seen="", case_id=await self.pages.case_asked(request, me)), blank=6)
        return await self._form(request, me, "", empty)

    async def edit(self, request: Request, me: Reviewer) -> Answer:
        """The form of a response, with the draft that waits, else with what is live."""
        if not me.roles & WRITERS:
            return self._not_yours(request)
        response_id = request.path_params["response"]
        history = await self.pages.revisions(response_id)
        newest = next((each for each in history if each.id == standing(history)), None)
        if newest is None:
            return self.pages.missing(request)
        case_id = await self.pages.case_asked(request, me) or await self.pages.theirs(newest.case_id or "", me)
        opened = shown(sheet_of(newest.text), seen=newest.id, case_id=case_id)
        return await self._form(request, me, response_id, opened, newest=newest)

    async def save_new(self, request: Request, me: Reviewer) -> Answer:
        """Draft a response that is not there yet."""
        if not me.roles & WRITERS:
            return self._not_yours(request)
        form = typed(await request.form(), kept=0)
        if form.act == "add" or form.problems or not form.id:
            if not form.id and form.act != "add":
                form = form.with_problems([*form.problems, Problem("", None, "id", "is empty: give it a short name")])
            return await self._form(request, me, "", form, status=UNREADABLE if form.problems else 200)
        if RESPONSE_ID.fullmatch(form.id) is None:
            wrong = Problem("", None, "id", "has small letters, digits, - and _ alone, at most 40, the first no sign")
            return await self._form(request, me, "", form.with_problems([wrong]), status=UNREADABLE)
        if await self.pages.revisions(form.id) and not form.seen:
            taken = Problem("", None, "id", f"is taken: there is, or was, a response “{form.id}”; edit that one")
            return await self._form(request, me, "", form.with_problems([taken]), status=UNREADABLE)
        text = new_text(form.id, form.sheet, lang=self.texts.files.config.party.lang.partition("-")[0])
        return await self._take(request, me, form, f"{form.id}.yaml", text, response_id="")

    async def save(self, request: Request, me: Reviewer) -> Answer:
        """Draft what was typed, or show how it would look."""
        if not me.roles & WRITERS:
            return self._not_yours(request)
        response_id = request.path_params["response"]
        history = await self.pages.revisions(response_id)
        if not history:
            return self.pages.missing(request)
        live = next((each for each in history if each.state is RevisionState.LIVE), None)
        kept = len(sheet_of(live.text).variants) if live else 0
        form = typed(await request.form(), kept=kept)
        if form.act == "add" or form.problems:
            return await self._form(request, me, response_id, form, status=UNREADABLE if form.problems else 200)
        return await self._take(request, me, form, history[0].name, self._spelt(form, history), response_id=response_id)

    def _spelt(self, form: Typed, history: Sequence[Revision]) -> str:
        """What was typed as YAML: in place of what was last written, as far as its wordings are all still there."""
        for revision in history:
            here = revision.state in {RevisionState.DRAFT, RevisionState.LIVE}
            if here and len(sheet_of(revision.text).variants) <= len(form.sheet.variants):
                return spelt(form.sheet, revision.text)
        name = PurePath(history[0].name).stem
        return new_text(name, form.sheet, lang=self.texts.files.config.party.lang.partition("-")[0])

    async def _take(
        self, request: Request, me: Reviewer, form: Typed, name: str, text: str, *, response_id: str
    ) -> Answer:
        """Keep the text as a draft, or say why not with everything that was typed."""
        if form.act == "preview":
            return await self._form(request, me, response_id, form, preview=(name, text))
        case_id = await self.pages.theirs(form.case_id, me) or None
        result = await self.texts.draft(
            KIND,
            name,
            text,
            by=me.id,
            why=form.why,
            seen=form.seen or None,
            case_id=case_id,
            let_in_by=request.state.session.let_in_by,
        )
        if isinstance(result, Revision):
            request.session["said"] = "Kept as a draft. What is live stays live until the draft is reviewed."
            return RedirectResponse(f"/responses/{PurePath(name).stem}/draft", status_code=SEE_OTHER)
        form = form.with_problems(result.problems)
        if result.code == "overtaken" and result.newest is not None:
            form = replace(form, seen=result.newest.id)
        return await self._form(
            request, me, response_id, form, refusal=result, status=STATUS.get(result.code, UNREADABLE)
        )

    async def _form(  # noqa: PLR0913  what was typed, and what is to be said of it
        self,
        request: Request,
        me: Reviewer,
        response_id: str,
        form: Typed,
        *,
        newest: Revision | None = None,
        refusal: TextRefusal | None = None,
        preview: tuple[str, str] | None = None,
        status: int = 200,
    ) -> Answer:
        looks, problems = {}, form.problems
        if preview is not None:
            try:
                trial = await self.texts.trial(KIND, *preview)
                looks = previews(trial.responses, PurePath(preview[0]).stem)
            except BadFile as bad:
                problems, status = bad.problems, UNREADABLE
        form = form.with_problems(problems)
        history = await self.pages.revisions(response_id) if response_id else []
        live = next((each for each in history if each.state is RevisionState.LIVE), None)
        theirs = refusal.newest if refusal and refusal.code == "overtaken" else None
        context = {
            "path": f"/responses/{response_id}/edit" if response_id else "/new-response",
            "response_id": response_id,
            "form": form,
            "kept": len(sheet_of(live.text).variants) if live else 0,
            "policies": self._policies(form.sheet),
            "alert": refusal.message if refusal else "",
            "newest": await self.pages.told(newest, me) if newest and newest.state is RevisionState.DRAFT else None,
            "theirs": await self.pages.told(theirs, me) if theirs else None,
            "between": altered(sheet_of(theirs.text), form.sheet) if theirs else (),
            "previews": looks,
            "lengths": [self.pages.running.measured(text) for text in form.sheet.variants],
        }
        return await self.pages.page(request, me, "response_edit.html", context, status=status)

    def _policies(self, sheet: Sheet) -> list[str]:
        """The policies that a response may serve: those that are answered, and what was chosen already."""
        clauses = self.texts.files.config.policies.clauses
        answered = [name for name, clause in clauses.items() if clause.verdict is not VerdictKind.ESCALATE]
        return [*answered, *(name for name in sheet.policies if name not in answered)]

    async def length(self, request: Request, me: Reviewer) -> Answer:
        """How long a wording can get, and what is wrong with it, while it is being typed: as it will be decided."""
        form = read_form(LengthForm, await request.form())
        audience = request.query_params.get("audience", "")
        if isinstance(form, str) or not me.roles & WRITERS or audience not in set(Audience):
            return JSONResponse({}, status_code=UNREADABLE)
        running = self.pages.running
        length, limit = running.measured(form.text) or (len(form.text), (running.measured("") or (0, 0))[1])
        wrong = running.faults(form.text, Audience(audience)) if form.text else ()
        refusals = [*wrong, *self.texts.files.abuse_in(form.text)]
        words = characters(length, limit, length)
        return JSONResponse({"length": length, "limit": limit, "words": words, "refusals": refusals, "advice": []})

    # ── what becomes of a draft ──────────────────────────────────────────────────────────────────────────────────

    async def review(self, request: Request, me: Reviewer) -> Answer:
        """Make live the draft that this admin looked at."""
        if not me.roles & WRITERS:
            return self._not_yours(request)
        named = await self._named(request)
        if named is None:
            return self.pages.missing(request)
        result = await self.texts.review(named, by=me.id, let_in_by=request.state.session.let_in_by)
        if isinstance(result, Revision):
            why = self.texts.unwritten.get((KIND, result.name))
            request.session["said"] = f"Live. {why}" if why else "Live. Replies are chosen by it from now on."
            return RedirectResponse(f"/responses/{request.path_params['response']}", status_code=SEE_OTHER)
        return await self._refused(request, me, result)

    async def withdraw(self, request: Request, me: Reviewer) -> Answer:
        """Take a draft back."""
        if not me.roles & WRITERS:
            return self._not_yours(request)
        named = await self._named(request)
        if named is None:
            return self.pages.missing(request)
        result = await self.texts.withdraw(named, by=me.id)
        if isinstance(result, Revision):
            request.session["said"] = "Withdrawn. Its text stays in the history."
            return RedirectResponse(f"/responses/{request.path_params['response']}/history", status_code=SEE_OTHER)
        return await self._refused(request, me, result)

    async def restore(self, request: Request, me: Reviewer) -> Answer:
        """Draft an earlier text anew."""
        if not me.roles & WRITERS:
            return self._not_yours(request)
        raw, response_id = await request.form(), request.path_params["response"]
        number, why = whole_number(str(raw.get("number", ""))), str(raw.get("why", ""))[:1000]
        history = await self.pages.revisions(response_id)
        if not history or number is None:
            return self.pages.missing(request)
        why = why.strip() or f"Back to revision {number}."
        seen = str(raw.get("seen", "")) or None
        let_in_by = request.state.session.let_in_by
        result = await self.texts.restore(
            KIND, history[0].name, number, by=me.id, why=why, seen=seen, let_in_by=let_in_by
        )
        if isinstance(result, Revision):
            request.session["said"] = f"Revision {number} is a draft again. It goes live when it is reviewed."
            return RedirectResponse(f"/responses/{response_id}/draft", status_code=SEE_OTHER)
        return await self._refused(request, me, result)

    async def read_files(self, request: Request, me: Reviewer) -> Answer:
        """Take what was changed by hand in the files."""
        if not me.roles & WRITERS:
            return self._not_yours(request)
        result = await self.texts.reload(by=me.id)
        if isinstance(result, TextRefusal):
            return await self.pages.list_page(
                request, me, alert=result.message, problems=result.problems, status=UNREADABLE
            )
        names = ", ".join(revision.name for revision in result)
        request.session["said"] = f"Read again. Live now: {names}." if names else "Read again. Nothing new was found."
        return RedirectResponse("/responses", status_code=SEE_OTHER)

    async def _named(self, request: Request) -> str | None:
        """Id of the revision that the page showed; `None` when it is none of this response."""
        named = str((await request.form()).get("revision", ""))
        history = await self.pages.revisions(request.path_params["response"])
        return next((each.id for each in history if each.id == named), None)

    async def _refused(self, request: Request, me: Reviewer, refusal: TextRefusal) -> Answer:
        """Why it was not done: on the page of the draft that waits now, if there is one."""
        status = STATUS.get(refusal.code, UNREADABLE)
        history = await self.pages.revisions(request.path_params["response"])
        draft = next((each for each in history if each.state is RevisionState.DRAFT), None)
        if draft is None:
            return message_page(
                self.pages.view.pages,
                request,
                title="Not done",
                text=" ".join([refusal.message, *(str(problem) for problem in refusal.problems)]),
                status=status,
                link=(f"/responses/{request.path_params['response']}", "To the response"),
            )
        live = next((each for each in history if each.state is RevisionState.LIVE), None)
        by_hand = changes(live.text, refusal.on_disk or "") if refusal.code == "on_disk" and live else ()
        return await self.pages.draft_page(request, me, draft, alert=refusal.message, on_disk=by_hand, status=status)

    def _not_yours(self, request: Request) -> Answer:
        return message_page(
            self.pages.view.pages,
            request,
            title="You can read responses, not change them",
            text="Only an admin may change them. Tell one what should read otherwise.",
            status=NO_RIGHT,
            link=("/responses", "To the responses"),
        )
