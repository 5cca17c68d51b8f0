"""What the console's forms do besides deciding: each asks the room, and says plainly what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.responses import RedirectResponse

from bot.model import Refusal, Role
from bot.review.console.deciding import STATUS
from bot.review.console.forms import (
    BrakeForm,
    HandoverForm,
    LinkForm,
    RuleForm,
    read_form,
)
from bot.review.console.view import BRAKES, may_see, sees_safety
from bot.review.words import on_its_way
from bot.rights import RELEASERS
from bot.web.frame import message_page

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from bot.model import Reviewer
    from bot.review.console.view import Route, View

SEE_OTHER = 303
UNREADABLE = 422
NO_RIGHT = 403


@dataclass(frozen=True, kw_only=True)
class Actions:
    """The forms that are about no single case."""

    view: View
    link_for: Callable[[str, frozenset[Role] | None, frozenset[str]], str]

    def routes(self) -> list[Route]:
        """Where each is posted to."""
        return [
            ("POST", "/add", self.add),
            ("POST", "/pause", self.pause),
            ("POST", "/resume", self.resume),
            ("POST", "/release-rule", self.release_rule),
            ("POST", "/hand-over", self.hand_over),
            ("POST", "/another-device", self.another_device),
            ("POST", "/safety/take-over", self.take_over),
        ]

    async def add(self, request: Request, me: Reviewer) -> Response:
        """Open a case from the address of a post."""
        if not me.roles - {Role.AUDITOR}:
            return self._only_reading(request)
        raw = await request.form()
        form = read_form(LinkForm, raw)
        if isinstance(form, str):
            words = "That is not the address of a post. It begins with https:// and is copied from the post itself."
            return await self._not_added(request, me, words, str(raw.get("url", "")))
        result = await self.view.room.intake(str(form.url), me.id)
        if isinstance(result, str):
            return await self._not_added(request, me, result, str(form.url))
        if not may_see(result, me):
            request.session["said"] = "Thank you. The safety desk has it now."
            return RedirectResponse("/", status_code=SEE_OTHER)
        request.session["said"] = "Here is its case."
        return RedirectResponse(f"/case/{result.id}", status_code=SEE_OTHER)

    async def _not_added(self, request: Request, me: Reviewer, words: str, typed: str) -> Response:
        return await self.view.page(request, me, "add.html", {"alert": words, "typed": typed}, status=UNREADABLE)

    async def pause(self, request: Request, me: Reviewer) -> Response:
        """Stop posting, everywhere or for one account."""
        return await self._brake(request, me, stop=True)

    async def resume(self, request: Request, me: Reviewer) -> Response:
        """Let posting go on."""
        return await self._brake(request, me, stop=False)

    async def _brake(self, request: Request, me: Reviewer, *, stop: bool) -> Response:
        if not me.roles & BRAKES:
            return self._only_reading(request)
        form = read_form(BrakeForm, await request.form())
        room = self.view.room
        if isinstance(form, str) or form.scope not in {"all", *room.accounts, *await room.store.paused()}:
            words = form if isinstance(form, str) else f"There is no account {form.scope!r}."
            return message_page(
                self.view.pages, request, title="Not done", text=words, status=UNREADABLE, link=("/more", "Back")
            )
        if stop:
            late = on_its_way(await room.pause(form.scope, me.id, form.reason))
            said = f"Paused. Nothing is posted until someone resumes.{late}"
        else:
            await room.resume(form.scope, me.id)
            said = "Resumed."
        request.session["said"] = said
        return RedirectResponse("/", status_code=SEE_OTHER)

    async def release_rule(self, request: Request, me: Reviewer) -> Response:
        """Let a rule go on that the brake has stopped."""
        form = read_form(RuleForm, await request.form())
        refusal: Refusal | None
        if isinstance(form, str):
            refusal = Refusal(code="bad_text", message=form)
        elif not me.roles & RELEASERS:  # those of the session, which may be fewer than the configuration gives
            refusal = Refusal(code="no_right", message="Only an admin may release a rule.")
        else:
            refusal = await self.view.room.release(form.rule, me.id)
        if refusal is not None:
            status = STATUS.get(refusal.code, UNREADABLE)
            return message_page(
                self.view.pages,
                request,
                title="Not done",
                text=refusal.message,
                status=status,
                link=("/", "To the queue"),
            )
        request.session["said"] = "Released. It judges again from the next mentions on."
        return RedirectResponse("/", status_code=SEE_OTHER)

    async def hand_over(self, request: Request, me: Reviewer) -> Response:
        """Keep a note for whoever comes next."""
        if not me.roles - {Role.AUDITOR}:
            return self._only_reading(request)
        form = read_form(HandoverForm, await request.form())
        if isinstance(form, str) or (form.safety and Role.SAFETY not in me.roles):
            words = form if isinstance(form, str) else "That desk is not yours."
            return message_page(
                self.view.pages, request, title="Not done", text=words, status=UNREADABLE, link=("/", "To the queue")
            )
        request.session["said"] = await self.view.room.hand_over(form.text, me.id, safety=form.safety)
        return RedirectResponse("/safety" if form.safety else "/", status_code=SEE_OTHER)

    async def take_over(self, request: Request, me: Reviewer) -> Response:
        """Have from now on what the last shift of the safety team left."""
        if Role.SAFETY not in me.roles:
            return self.view.missing(request) if not sees_safety(me) else self._only_reading(request)
        request.session["said"] = await self.view.room.take_over(me)
        return RedirectResponse("/safety", status_code=SEE_OTHER)

    async def another_device(self, request: Request, me: Reviewer) -> Response:
        """A one-time link for the same person, to open on their phone."""
        await self.view.room.store.people.link_made(me.id, actor=me.id)
        session = request.state.session
        context = {"path": "/more", "address": self.link_for(me.id, session.roles, session.let_in_by)}
        return await self.view.page(request, me, "another_device.html", context)

    def _only_reading(self, request: Request) -> Response:
        return message_page(
            self.view.pages,
            request,
            title="You can read here, not act",
            text="Your role is auditor. Someone with another role has to do this.",
            status=NO_RIGHT,
            link=("/", "To the queue"),
        )
