"""The pages on which responses are read: all of them by policy, one with its wordings, a draft, the history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import PurePath
from typing import TYPE_CHECKING

from starlette.responses import RedirectResponse

from bot.responses import NoSuchResponse
from bot.review.response_words import AUDIENCES, STATES, VOICES, altered
from bot.review.words import moment, name_of
from bot.rights import WRITERS
from bot.store import Fared, Revision, RevisionState, TextKind
from bot.texts import sheet_of
from bot.web.frame import message_page
from bot.yaml_file import BadFile

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.requests import Request
    from starlette.responses import Response as Answer

    from bot.model import Reviewer
    from bot.responses import Preview, Response, Responses
    from bot.review.console.view import Route, View
    from bot.review.difference import Piece
    from bot.review.response_words import Altered
    from bot.texts import Texts
    from bot.yaml_file import Problem

KIND = TextKind.RESPONSE
FARED_DAYS = 90
"""Over which it is counted how responses fared."""
SEVERAL = "several"
"""The heading of responses that serve more than one policy."""
SEE_OTHER = 303
NOT_FOUND = 404


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One response in the list."""

    response: Response
    fared: Fared
    drafted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A revision with its people, times and changes in words."""

    revision: Revision
    title: str
    written: str
    """Who wrote it, and when."""
    reviewed: str
    state: str
    case_id: str | None
    """Of the case that it came from, if this reader may see that."""
    altered: tuple[Altered, ...]


@dataclass(frozen=True, kw_only=True)
class ResponsePages:
    """Every page on which responses are read."""

    view: View
    texts: Texts

    def routes(self) -> list[Route]:
        """Where each is."""
        return [
            ("GET", "/responses", self.all_responses),
            ("GET", "/responses/{response}", self.one),
            ("GET", "/responses/{response}/draft", self.draft),
            ("GET", "/responses/{response}/history", self.history),
        ]

    @property
    def running(self) -> Responses:
        """What the bot answers by now."""
        return self.texts.files.responses

    async def all_responses(self, request: Request, me: Reviewer) -> Answer:
        """Every response by policy, with how it fared; first what waits for a review."""
        return await self.list_page(request, me)

    async def list_page(
        self,
        request: Request,
        me: Reviewer,
        *,
        alert: str = "",
        problems: Sequence[Problem] = (),
        status: int = 200,
    ) -> Answer:
        """The list; `alert` says why the files were not read again."""
        revisions, room = self.texts.store.revisions, self.view.room
        fared = await revisions.fared(room.now() - timedelta(days=FARED_DAYS))
        drafts = {name: draft for (_, name), draft in (await revisions.drafts(KIND)).items()}
        policies: dict[str, list[Line]] = {}
        for response in self.running.all:
            heading = response.policies[0] if len(response.policies) == 1 else SEVERAL
            drafted = any(PurePath(name).stem == response.id for name in drafts)
            line = Line(response=response, fared=fared.get(response.id, Fared()), drafted=drafted)
            policies.setdefault(heading, []).append(line)
        several = policies.pop(SEVERAL, [])
        context = {
            "path": "/responses",
            "policies": [*([(SEVERAL, several)] if several else []), *sorted(policies.items())],
            "drafts": [(PurePath(name).stem, await self.told(draft, me)) for name, draft in drafts.items()],
            "days": FARED_DAYS,
            "changed": await self.changed(),
            "unwritten": tuple(why for (kind, _), why in self.texts.unwritten.items() if kind is KIND),
            "alert": alert,
            "problems": problems,
        }
        return await self.page(request, me, "responses.html", context, status=status)

    async def changed(self) -> tuple[str, ...]:
        """The files that were changed by hand and not read since."""
        try:
            return tuple(await self.texts.changed_on_disk(KIND))
        except BadFile as bad:
            return tuple(problem.file for problem in bad.problems)

    async def one(self, request: Request, me: Reviewer) -> Answer:
        """One response: to whom it speaks, its wordings as they look, how it fared."""
        response_id = request.path_params["response"]
        try:
            response = self.running.get(response_id)
        except NoSuchResponse:
            return await self.not_live(request, me, response_id)
        history = await self.revisions(response_id)
        fared = await self.texts.store.revisions.fared(self.view.room.now() - timedelta(days=FARED_DAYS))
        live = next((each for each in history if each.state is RevisionState.LIVE), None)
        draft = next((each for each in history if each.state is RevisionState.DRAFT), None)
        context = {
            "response": response,
            "fared": fared.get(response_id, Fared()),
            "days": FARED_DAYS,
            "previews": previews(self.running, response_id),
            "live": await self.told(live, me) if live else None,
            "draft": await self.told(draft, me) if draft else None,
            "file": history[0].name if history else "",
            "case_id": await self.case_asked(request, me),
        }
        return await self.page(request, me, "response.html", context)

    async def not_live(self, request: Request, me: Reviewer, response_id: str) -> Answer:
        """The draft of a response that is not live yet, else a clear page."""
        history = await self.revisions(response_id)
        if history and history[0].state is RevisionState.DRAFT:
            return await self.draft_page(request, me, history[0])
        return self.missing(request)

    async def draft(self, request: Request, me: Reviewer) -> Answer:
        """What waits for a review: what it changes, and how it would look."""
        history = await self.revisions(request.path_params["response"])
        draft = next((each for each in history if each.state is RevisionState.DRAFT), None)
        if draft is not None:
            return await self.draft_page(request, me, draft)
        if any(each.state is RevisionState.LIVE for each in history):  # it was reviewed or withdrawn meanwhile
            return RedirectResponse(f"/responses/{request.path_params['response']}", status_code=SEE_OTHER)
        return self.missing(request)

    async def draft_page(
        self,
        request: Request,
        me: Reviewer,
        draft: Revision,
        *,
        alert: str = "",
        on_disk: tuple[Piece, ...] = (),
        status: int = 200,
    ) -> Answer:
        """The page of a draft; `alert` says why it did not go live, `on_disk` what the file has that we have not."""
        response_id = PurePath(draft.name).stem
        problems: tuple[Problem, ...] = ()
        shown: dict[str, list[Preview]] = {}
        try:
            trial = await self.texts.trial(KIND, draft.name, draft.text)
            shown = previews(trial.responses, response_id)
        except BadFile as bad:
            problems = bad.problems
        admins = [each for each in self.view.room.reviewers.values() if each.roles & WRITERS and each.id != me.id]
        context = {
            "path": f"/responses/{response_id}/draft",
            "response_id": response_id,
            "sheet": sheet_of(draft.text),
            "draft": await self.told(draft, me),
            "previews": shown,
            "problems": problems,
            "own": draft.written_by == me.id and draft.second_reviewer,
            "other_admins": [each.name for each in admins],
            "is_live": any(response.id == response_id for response in self.running.all),
            "alert": alert,
            "on_disk": on_disk,
        }
        return await self.page(request, me, "response_draft.html", context, status=status)

    async def history(self, request: Request, me: Reviewer) -> Answer:
        """Every revision of a response, the newest first, with what each changed."""
        response_id = request.path_params["response"]
        history = await self.revisions(response_id)
        if not history:
            return self.missing(request)
        context = {
            "response_id": response_id,
            "title": sheet_of(history[0].text).title,
            "revisions": [await self.told(each, me, history) for each in history],
            "seen": standing(history),
        }
        return await self.page(request, me, "response_history.html", context)

    async def revisions(self, response_id: str) -> list[Revision]:
        """The history of a response, whatever its file's name ends in."""
        for suffix in (".yaml", ".yml"):
            if found := await self.texts.history(KIND, response_id + suffix):
                return found
        return []

    async def told(self, revision: Revision, me: Reviewer, history: Sequence[Revision] = ()) -> Told:
        """A revision in words for this reader, with what it changed; `history` is read where it is not given."""
        room = self.view.room
        now, people = room.now(), room.reviewers
        case = await self.view.case(revision.case_id, me)
        history = history or await self.texts.history(KIND, revision.name)
        base = next((each for each in history if each.number == revision.base), None)
        who = "Found in the file" if revision.written_by is None else name_of(revision.written_by, people)
        reviewed = revision.reviewed_at and revision.reviewed_by
        return Told(
            revision=revision,
            title=sheet_of(revision.text).title,
            written=f"{who}, {moment(revision.written_at, now)}",
            reviewed=f"{name_of(revision.reviewed_by, people)}, {moment(revision.reviewed_at, now)}"
            if reviewed and revision.reviewed_at
            else "",
            state=STATES[revision.state.value],
            case_id=case.id if case is not None else None,
            altered=altered(sheet_of(base.text) if base else None, sheet_of(revision.text)),
        )

    async def case_asked(self, request: Request, me: Reviewer) -> str:
        """The id of the case that the address names, on which a mistake showed; nothing for one that is not theirs."""
        return await self.theirs(request.query_params.get("case", ""), me)

    async def theirs(self, case_id: str, me: Reviewer) -> str:
        """The id of a case if it exists for this reader, else nothing."""
        case = await self.view.case(case_id, me)
        return case.id if case is not None else ""

    async def page(
        self, request: Request, me: Reviewer, name: str, context: Mapping[str, object], *, status: int = 200
    ) -> Answer:
        """A page with what all of them need."""
        shared = {"audiences": AUDIENCES, "voices": VOICES, "may_write": bool(me.roles & WRITERS)}
        return await self.view.page(request, me, name, shared | dict(context), status=status)

    def missing(self, request: Request) -> Answer:
        """There is no such response, or nothing of it to be shown there."""
        return message_page(
            self.view.pages,
            request,
            title="There is no such response",
            text="It may have been renamed, or its draft was reviewed or withdrawn meanwhile.",
            status=NOT_FOUND,
            link=("/responses", "To the responses"),
        )


def previews(responses: Responses, response_id: str) -> dict[str, list[Preview]]:
    """How every wording looks, by platform."""
    return {platform: list(responses.preview(response_id, platform)) for platform in responses.platforms}


def standing(history: Sequence[Revision]) -> str:
    """The id of the draft that waits, else of what is live; empty when there is neither."""
    for state in (RevisionState.DRAFT, RevisionState.LIVE):
        for revision in history:
            if revision.state is state:
                return revision.id
    return ""
