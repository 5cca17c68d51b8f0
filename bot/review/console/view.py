"""What every page of the console carries: who is reading, what is paused, what waits, what staff were told."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.model import Reason, Role, State, Verb
from bot.review.condition import wrongs
from bot.review.words import moment, name_of, policy_words
from bot.rights import REASON_WORDS, REASONS, RELEASERS
from bot.web.frame import message_page, templates

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Container, Mapping

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.templating import Jinja2Templates

    from bot.model import Case, Reviewer
    from bot.review.card import CaseCard
    from bot.review.console.live import Live
    from bot.review.room import Room

    Act = Callable[[Request, Reviewer], Awaitable[Response]]
    """What answers a request of somebody who is signed in."""
    Route = tuple[str, str, Act]
    """Method, address, and what answers."""

NOT_FOUND = 404
SEES_SAFETY = frozenset({Role.SAFETY, Role.AUDITOR})
"""An auditor reads escalated cases too, and can do nothing to them."""
BRAKES = frozenset({Role.APPROVER, Role.SAFETY, Role.ADMIN, Role.PRINCIPAL})
"""Anyone who works here may stop the bot; an auditor only looks."""

READS_RULES = frozenset({Role.APPROVER, Role.SAFETY, Role.ADMIN, Role.AUDITOR})
"""Who reads the rules. A principal decides what their account says, not what counts as abuse."""

NAMED_CASE = re.compile(r"\bcase ([\w-]+)", re.IGNORECASE)
"""How a sentence to staff names a case."""

WAITING = frozenset({State.OPEN, State.FAILED, State.UNCONFIRMED})
"""What waits for staff, beside the questions about replies whose posts were edited."""

LIVE_HEADER = "x-live"
"""Marks a page that fetches itself anew, so that it cannot use up the sentence meant for the next page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One case as a list shows it."""

    case: Case
    card: CaseCard
    seconds_left: int | None
    """Until an approved reply may be posted; `None` when nothing is running."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A sentence to staff, cut where it names a case; `case_id` is empty when there is nothing to open."""

    before: str
    named: str = ""
    case_id: str = ""
    after: str = ""


def sees_safety(reviewer: Reviewer) -> bool:
    """Whether escalated cases exist for this reviewer."""
    return bool(reviewer.roles & SEES_SAFETY)


def may_see(case: Case, reviewer: Reviewer) -> bool:
    """Whether this case exists for this reviewer."""
    return sees_safety(reviewer) or not case.on_safety_desk


def console_templates() -> Jinja2Templates:
    """The console's own pages over the shared frame."""
    return templates(
        "bot.review.console", words={"policy": policy_words, "reason": _reason_words, "ruling": _ruling_words}
    )


def _reason_words(reason: Reason) -> str:
    """A reason's own part of its words: what stands after `Not abuse:` needs no repeating under that heading."""
    words = REASON_WORDS[reason]
    head, colon, rest = words.partition(": ")
    return rest.capitalize() if colon else head


def _ruling_words(code: str) -> str:
    """A decision as the figures name it: its reason, or its kind where no reason is asked."""
    return REASON_WORDS[Reason(code)] if code in set(Reason) else policy_words(code)


@dataclass(frozen=True, kw_only=True)
class View:
    """Renders pages for a reviewer who is signed in."""

    room: Room
    live: Live
    pages: Jinja2Templates
    party: str
    speed: float = 1.0
    """How much faster than the reader's clock the room's runs."""

    async def page(
        self, request: Request, me: Reviewer, name: str, context: Mapping[str, object], *, status: int = 200
    ) -> Response:
        """A page with its frame around it."""
        whole = {**await self._frame(request, me), **context}
        return self.pages.TemplateResponse(request, name, whole, status_code=status)

    def missing(self, request: Request) -> Response:
        """What someone sees who asks for a case that does not exist for them."""
        return message_page(
            self.pages,
            request,
            title="There is no such case",
            text="It may have been removed at the end of its retention, or it is not yours to see.",
            status=NOT_FOUND,
            link=("/", "To the queue"),
        )

    async def rows(self, cases: list[Case]) -> list[Row]:
        """The cases as lists show them."""
        cards = await self.room.cards(cases)
        paused = await self.room.store.paused()
        return [
            Row(case=case, card=card, seconds_left=self.seconds_left(case, paused))
            for case, card in zip(cases, cards, strict=True)
        ]

    def seconds_left(self, case: Case, paused: Container[str]) -> int | None:
        """Whole seconds of the undo window that are left, by the reader's clock; `None` where nothing is posted."""
        if case.state is not State.APPROVED or case.due_at is None or "all" in paused or case.account in paused:
            return None
        return max(0, round((case.due_at - self.room.now()).total_seconds() / self.speed))

    def counted(self, case: Case, text: str) -> tuple[int, int]:
        """How long the reply with this wording is as its platform counts, and how long it may be."""
        measure, handle = self.room.measure(case.account), case.mention.author.handle
        return measure.count(text if text.startswith(handle) else f"{handle} {text}"), measure.limit

    async def _frame(self, request: Request, me: Reviewer) -> dict[str, object]:
        store, safety = self.room.store, sees_safety(me)
        waiting = await store.cases(states=WAITING, safety=False, asked=True, in_front=True)
        escalated = await store.cases(states={State.ESCALATED}, safety=True) if safety else []
        return {
            "me": me,
            "party": self.party,
            "path": request.url.path,
            "answers": request.method == "POST",
            "waiting": len(waiting),
            "safety": safety,
            "ringing": sum(case.acknowledged_by is None for case in escalated),
            "paused": await self._paused(),
            "may_brake": bool(me.roles & BRAKES),
            "wrong": tuple(wrongs(await self.room.vitals(), self.room.accounts)),
            "stopped_rules": (await store.braked()).values(),
            "may_release": bool(me.roles & RELEASERS),
            "reads_rules": bool(me.roles & READS_RULES),
            "accounts": self.room.accounts,
            "notices": [await self._notice(text, me) for text in self.live.notices(safety=Role.SAFETY in me.roles)],
            "said": None if LIVE_HEADER in request.headers else request.session.pop("said", None),
            "shown": bool(request.session.get("shown", False)),
            "Verb": Verb,
            "REASONS": REASONS,
        }

    async def _notice(self, text: str, me: Reviewer) -> Notice:
        """The sentence, with a way to the case that it names if that exists for this reviewer."""
        named = NAMED_CASE.search(text)
        case = await self.room.store.case(named[1]) if named else None
        if named is None or case is None or not may_see(case, me):
            return Notice(before=text)
        return Notice(before=text[: named.start()], named=named[0], case_id=case.id, after=text[named.end() :])

    async def _paused(self) -> list[tuple[str, str]]:
        """Each paused scope and a sentence about it."""
        now = self.room.now()
        told = []
        for scope, pause in (await self.room.store.paused()).items():
            account = self.room.accounts.get(scope)
            what = account.handle if account else "Everything" if scope == "all" else scope
            who = name_of(pause.by, self.room.reviewers)
            why = f": {pause.reason}" if pause.reason else ""
            told.append((scope, f"{what} is paused. Nothing is posted. {who}, {moment(pause.at, now)}{why}"))
        return told
