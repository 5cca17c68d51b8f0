"""What waits for a second admin, and what became of each change of rules: who, why, what it says, and the way back."""

from __future__ import annotations

import difflib
from concurrent.futures import BrokenExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.responses import RedirectResponse

from bot.crew import WorkerFailedError
from bot.review.console.forms import read_form
from bot.review.console.rule_changes import CONFLICT, NO_RIGHT, SEE_OTHER, UNREADABLE, shown_of
from bot.review.console.rule_forms import ReviewForm
from bot.review.console.view import READS_RULES, sees_safety
from bot.review.words import moment, name_of
from bot.rights import WRITERS
from bot.store import Revision, RevisionState, TextKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.requests import Request
    from starlette.responses import Response

    from bot.model import Reviewer
    from bot.review.console.rule_changes import Shown
    from bot.review.console.rules import RulePages
    from bot.review.console.view import Route, View
    from bot.review.rule_edits import RuleEdits
    from bot.texts import TextRefusal

CHANGES = ("/rules/changes", "To the changes")
"""Where to go from here, as address and words."""
STATUS = {"no_right": NO_RIGHT, "overtaken": CONFLICT, "on_disk": CONFLICT, "not_now": CONFLICT}
"""The HTTP status for a refusal's code; any other is something to mend in the text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A line of a file that a revision has and the one before it has not, or the other way round."""

    text: str
    added: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A revision in words."""

    revision: Revision
    about: str
    """What it changes, as a reader knows it: `the list pest`."""
    state: str
    written: str
    """Who wrote it and when."""
    reviewed: str
    """Who made it live and when; empty when nobody did."""


@dataclass(frozen=True, kw_only=True)
class RuleReviews:
    """The pages of revisions of rules."""

    view: View
    pages: RulePages
    edits: RuleEdits

    def routes(self) -> list[Route]:
        """Where each is."""
        return [
            ("GET", "/rules/changes", self.all_changes),
            ("GET", "/rules/changes/{revision}", self.one),
            ("POST", "/rules/changes/{revision}/effect", self.effect),
            ("POST", "/rules/changes/{revision}/review", self.review),
            ("POST", "/rules/changes/{revision}/withdraw", self.withdraw),
            ("POST", "/rules/changes/{revision}/restore", self.restore),
        ]

    async def all_changes(self, request: Request, me: Reviewer) -> Response:
        """The drafts that wait, and what is live of the party's own files."""
        if not me.roles & READS_RULES:
            return self.pages.not_yours(request)
        drafts = await self.edits.store.revisions.drafts(TextKind.RULES)
        live = await self.edits.store.revisions.live(TextKind.RULES)
        newest = sorted(live.values(), key=lambda each: each.reviewed_at or each.written_at, reverse=True)
        context = {
            "drafts": [self._told(each) for each in drafts.values()],
            "live": [self._told(each) for each in newest],
        }
        return await self.view.page(request, me, "rule_revisions.html", context)

    async def one(self, request: Request, me: Reviewer) -> Response:
        """One revision: who and why, what it says otherwise than the one before, and what may be done with it."""
        return await self._page(request, me)

    async def effect(self, request: Request, me: Reviewer) -> Response:
        """The same page with the effect that the draft would have by now."""
        if not me.roles & WRITERS:
            return self.pages.only_admins(request, link=CHANGES)
        draft = await self._of_rules(request)
        if draft is None or draft.state is not RevisionState.DRAFT:
            return await self._page(request, me)
        try:
            found = await self.edits.effect(draft.name, draft.text, safety=sees_safety(me))
        except (WorkerFailedError, BrokenExecutor) as error:
            return await self._page(request, me, alert=f"The effect could not be found out ({error}). Try again.")
        return await self._page(request, me, shown=shown_of(found))

    async def review(self, request: Request, me: Reviewer) -> Response:
        """Make a draft live, as another admin than its writer."""
        if not me.roles & WRITERS:
            return self.pages.only_admins(request, link=CHANGES)
        draft = await self._of_rules(request)
        if draft is None:
            return self.pages.missing(request)
        let_in_by = request.state.session.let_in_by
        result = await self.edits.texts.review(draft.id, by=me.id, let_in_by=let_in_by)
        return await self._done(request, me, result, "Live from now on.")

    async def withdraw(self, request: Request, me: Reviewer) -> Response:
        """Take a draft back."""
        if not me.roles & WRITERS:
            return self.pages.only_admins(request, link=CHANGES)
        draft = await self._of_rules(request)
        if draft is None:
            return self.pages.missing(request)
        result = await self.edits.texts.withdraw(draft.id, by=me.id)
        return await self._done(request, me, result, "Taken back. Its words stay in the history.")

    async def restore(self, request: Request, me: Reviewer) -> Response:
        """Draft an earlier revision anew."""
        if not me.roles & WRITERS:
            return self.pages.only_admins(request, link=CHANGES)
        old = await self._of_rules(request)
        form = read_form(ReviewForm, await request.form())
        if old is None:
            return self.pages.missing(request)
        if isinstance(form, str):
            return await self._page(request, me, alert=form)
        live, draft = await self.edits.standing(old.name)
        newest = draft or live
        result = await self.edits.texts.restore(
            old.kind,
            old.name,
            old.number,
            by=me.id,
            why=form.why,
            seen=newest.id if newest else None,
            let_in_by=request.state.session.let_in_by,
        )
        said = "Drafted anew. It goes live when an admin has reviewed it."
        return await self._done(request, me, result, said, typed=form.why)

    async def _of_rules(self, request: Request) -> Revision | None:
        """The revision that the address names; `None` for one of a response, which has a page of its own."""
        found = await self.edits.store.revisions.get(request.path_params["revision"])
        return found if found is not None and found.kind is TextKind.RULES else None

    async def _done(
        self, request: Request, me: Reviewer, result: Revision | TextRefusal, said: str, *, typed: str = ""
    ) -> Response:
        if isinstance(result, Revision):
            request.session["said"] = said
            return RedirectResponse(f"/rules/changes/{result.id}", status_code=SEE_OTHER)
        alert = " ".join([result.message, *map(str, result.problems)])
        status = STATUS.get(result.code, UNREADABLE)
        return await self._page(request, me, alert=alert, status=status, typed=typed)

    async def _page(
        self,
        request: Request,
        me: Reviewer,
        *,
        alert: str = "",
        shown: Shown | None = None,
        status: int = 200,
        typed: str = "",
    ) -> Response:
        if not me.roles & READS_RULES:
            return self.pages.not_yours(request)
        revision = await self._of_rules(request)
        if revision is None:
            return self.pages.missing(request)
        history = await self.edits.texts.history(revision.kind, revision.name)
        before = next((each for each in history if each.number == revision.base), None)
        case = await self.view.case(revision.case_id, me)
        context = {
            "path": f"/rules/changes/{revision.id}",
            "told": self._told(revision),
            "history": [self._told(each) for each in history],
            "differences": list(_differences(before.text if before else "", revision.text)),
            "case_id": case.id if case is not None else "",
            "danger": self.edits.near_danger(revision) if revision.state is RevisionState.DRAFT else (),
            "writes": bool(me.roles & WRITERS),
            "may_review": revision.written_by != me.id or not revision.second_reviewer,
            "alert": alert,
            "typed": typed,
            "shown_effect": shown,
        }
        return await self.view.page(request, me, "rule_revision.html", context, status=status)

    def _told(self, revision: Revision) -> Told:
        reviewers, now = self.view.room.reviewers, self.view.room.now()
        by = f"by {name_of(revision.written_by, reviewers)}" if revision.written_by else "found in the file"
        reviewed = ""
        if revision.reviewed_at is not None:
            reviewed = f"made live by {name_of(revision.reviewed_by, reviewers)}, {moment(revision.reviewed_at, now)}"
        return Told(
            revision=revision,
            about=_about(revision.name),
            state={"past": "was live"}.get(revision.state, str(revision.state)),
            written=f"{by}, {moment(revision.written_at, now)}",
            reviewed=reviewed,
        )


def _about(name: str) -> str:
    """What a file changes, in words."""
    file = name.rpartition("/")[2].removesuffix(".yaml").removesuffix(".yml")
    kind, _, what = file.partition("-")
    if kind == "list" and what:
        return f"The list {what.partition('-')[2].replace('_', ' ')}"
    return f"The rule {what}" if kind == "rule" and what else f"The file {name}"


def _differences(before: str, after: str) -> Iterator[Difference]:
    """The lines that differ, in their order."""
    for line in difflib.ndiff(before.splitlines(), after.splitlines()):
        if line[:2] in {"+ ", "- "} and line[2:].strip():
            yield Difference(text=line[2:], added=line[0] == "+")
