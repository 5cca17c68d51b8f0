"""What every page of the console carries: who is reading, what is paused, what waits, what staff were told."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Protocol

from markupsafe import Markup

from bot.attention import RINGS
from bot.model import Reason, Role, State, Verb
from bot.review.card import excerpt
from bot.review.condition import wrongs
from bot.review.cue_words import level_words
from bot.review.words import listed, moment, name_of, policy_words
from bot.rights import REASON_WORDS, REASONS, RELEASERS, SUPPORTERS, may_speak
from bot.store import Reader
from bot.web.frame import message_page, templates

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Container, Iterable, Mapping

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.templating import Jinja2Templates

    from bot.model import Case, Reviewer
    from bot.review.card import CaseCard
    from bot.review.console.live import Live
    from bot.review.console.shared import Shared
    from bot.review.console.shown import Shown
    from bot.review.room import Room
    from bot.store import Pause, QueueCounts

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

READS_SETTINGS = frozenset({Role.ADMIN, Role.PRINCIPAL, Role.AUDITOR})
"""Who answers for the installation, or looks at who does."""

_SEAMS = re.compile(r"(?<=[._])(?=\w)|(?=@)(?<=\w)")

NAMED_CASE = re.compile(r"\bcase ([\w-]+)", re.IGNORECASE)
"""How a sentence to staff names a case."""

BAR_SECONDS = 30
"""How long after an approval its undoing is offered wherever the reviewer goes; on the case itself it stays longer."""

LIVE_HEADER = "x-live"
"""Marks a page that fetches itself anew, so that it cannot use up the sentence meant for the next page."""


class Area(Protocol):
    """A part of the console: a class in a file of its own."""

    def routes(self) -> list[Route]:
        """Its pages and forms, those with an address of their own before those with a name in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One case as a list shows it."""

    case: Case
    card: CaseCard
    seconds_left: int | None
    """Until an approved reply may be posted; `None` when nothing is running."""
    open_by: str = ""
    """The names of the others who have it open, as one writes them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoBar:
    """The reply that its reader has just approved, and for how many of their seconds this is offered to be undone."""

    case: Case
    seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A sentence to staff, cut where it names a case; `case_id` is empty when there is nothing to open."""

    before: str
    named: str = ""
    case_id: str = ""
    after: str = ""
    alarm: bool = False
    """Whether it is of a case of the safety desk."""


def sees_safety(reviewer: Reviewer) -> bool:
    """Whether escalated cases exist for this reviewer."""
    return bool(reviewer.roles & SEES_SAFETY)


def may_see(case: Case, reviewer: Reviewer) -> bool:
    """Whether this case exists for this reviewer."""
    return sees_safety(reviewer) or not case.on_safety_desk


@cache
def console_templates() -> Jinja2Templates:
    """The console's own pages over the shared frame; made once, for compiling them takes longer than a page."""
    return templates(
        "bot.review.console",
        words={
            "policy": policy_words,
            "reason": _reason_words,
            "ruling": ruling_words,
            "excerpt": excerpt,
            "level": level_words,
            "breaking": breaking,
        },
    )


def breaking(name: str) -> Markup:
    """A handle or an id that may go on in the next line before an @ and after a dot, as after a hyphen anyway."""
    return Markup("<wbr>").join(_SEAMS.split(name))


def _reason_words(reason: Reason) -> str:
    """A reason's own part of its words: what stands after `Not abuse:` needs no repeating under that heading."""
    words = REASON_WORDS[reason]
    head, colon, rest = words.partition(": ")
    return rest.capitalize() if colon else head


def ruling_words(code: str) -> str:
    """A decision as the figures name it: its reason, or its kind where no reason is asked."""
    return REASON_WORDS[Reason(code)] if code in set(Reason) else policy_words(code)


@dataclass(frozen=True, kw_only=True)
class View:
    """Renders pages for a reviewer who is signed in."""

    room: Room
    live: Live
    shared: Shared
    shown: Shown
    pages: Jinja2Templates
    party: str
    speed: float = 1.0
    """How much faster than the reader's clock the room's runs."""
    supports: bool = False
    """Whether there is a page for messages of support."""

    async def page(
        self, request: Request, me: Reviewer, name: str, context: Mapping[str, object], *, status: int = 200
    ) -> Response:
        """A page with its frame around it."""
        if request.method == "GET" and LIVE_HEADER not in request.headers and "case" not in context:
            self.live.goes_elsewhere(me.id)
        whole = {**await self._frame(request, me), **context}
        return self.pages.TemplateResponse(request, name, whole, status_code=status)

    async def case(self, case_id: str | None, me: Reviewer) -> Case | None:
        """The case of that id, if it exists for this reader; `None` for no id too."""
        case = await self.room.store.case(case_id) if case_id else None
        return case if case is not None and may_see(case, me) else None

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

    async def taken_away(self, request: Request, me: Reviewer, typed: str) -> Response:
        """As `missing`, for someone who may have typed words about it: these are given back to them."""
        if not typed:
            return self.missing(request)
        return await self.page(request, me, "taken_away.html", {"typed": typed}, status=NOT_FOUND)

    async def rows(self, cases: list[Case], me: Reviewer) -> list[Row]:
        """The cases as lists show them to this reader."""
        return self.timed(list(zip(cases, await self.room.cards(cases), strict=True)), me, await self.paused())

    def timed(self, drawn: Iterable[tuple[Case, CaseCard]], me: Reviewer, paused: Container[str]) -> list[Row]:
        """The same, with what is another at each moment and for each reader."""
        others = self.live.openings(safety=sees_safety(me), but=me.id)
        return [
            Row(
                case=case,
                card=card,
                seconds_left=self.seconds_left(case, paused),
                open_by=self.names(others.get(case.id, ())),
            )
            for case, card in drawn
        ]

    def names(self, reviewers: Iterable[str]) -> str:
        """These people, as one writes them; empty for none."""
        return listed([name_of(each, self.room.reviewers) for each in reviewers])

    def reader(self, me: Reviewer) -> Reader:
        """Whose queue it is, for the store."""
        speaks = frozenset(account.id for account in self.room.accounts.values() if may_speak(me, account))
        return Reader(id=me.id, speaks_for=speaks, has_open=self.live.has_open(me.id))

    async def counts(self, *, safety: bool) -> QueueCounts:
        """How many cases wait."""
        return await self.shared.get(("counts", safety), lambda: self.room.store.queue_counts(safety=safety))

    async def paused(self) -> Mapping[str, Pause]:
        """The pauses in force, by scope."""
        return await self.shared.get("paused", self.room.store.paused)

    async def undo_bar(self, request: Request, me: Reviewer) -> UndoBar | None:
        """What this reader approved a moment ago, while it can be undone; `None` when there is no such thing."""
        approved = request.session.get("approved")
        case = await self.room.store.case(approved) if approved else None
        left = self.seconds_left(case, await self.paused()) if case is not None else None
        if case is None or not left or case.changed_by != me.id:
            request.session.pop("approved", None)
            return None
        passed = (self.room.now() - case.changed_at).total_seconds() / self.speed
        seconds = min(left, round(BAR_SECONDS - passed))
        return UndoBar(case=case, seconds=seconds) if seconds > 0 else None

    def seconds_left(self, case: Case, paused: Container[str]) -> int | None:
        """Whole seconds of the undo window that are left, by the reader's clock; `None` where nothing is posted."""
        if case.state is not State.APPROVED or case.due_at is None or "all" in paused or case.account in paused:
            return None
        return max(0, round((case.due_at - self.room.now()).total_seconds() / self.speed))

    def counted(self, case: Case, text: str) -> tuple[int, int, str]:
        """How long the reply with this wording is as its platform counts, how long it may be, and both in words."""
        return self.room.measure(case.account).of(case, text)

    async def _frame(self, request: Request, me: Reviewer) -> dict[str, object]:
        store, safety = self.room.store, sees_safety(me)
        counts = await self.counts(safety=safety)
        lesson = getattr(request.state, "lesson", None)
        return {
            "me": me,
            "party": self.party,
            "path": request.url.path,
            "answers": request.method == "POST",
            "waiting": counts.waiting,
            "safety": safety,
            "ringing": counts.ringing,
            "paused": await self._paused(),
            "may_brake": bool(me.roles & BRAKES) and lesson is None,
            "lesson": lesson,
            "wrong": (*self.room.standing(), *wrongs(await self.room.vitals(figures=False), self.room.accounts)),
            "stopped_rules": (await self.shared.get("braked", store.braked)).values(),
            "may_release": bool(me.roles & RELEASERS),
            "reads_rules": bool(me.roles & READS_RULES),
            "reads_settings": bool(me.roles & READS_SETTINGS),
            "supports": self.supports and bool(me.roles & (SUPPORTERS | {Role.AUDITOR})),
            "accounts": self.room.accounts,
            "notices": await self._notices(me),
            "said": None if LIVE_HEADER in request.headers else request.session.pop("said", None),
            "shown": request.state.choices.shown,
            "grey": request.state.choices.grey,
            "keys_off": bool(request.session.get("keys_off", False)),
            "Verb": Verb,
            "REASONS": REASONS,
        }

    async def _notices(self, me: Reviewer) -> list[Notice]:
        """What staff were told last of each case of the safety desk, and what they were told last of all else.

        What is not so any more is left out; the newest comes first.
        """
        told = [await self._notice(text, me) for text in self.live.notices(safety=Role.SAFETY in me.roles)]
        last: dict[str, Notice] = {}
        for notice in told:
            if notice is not None:
                last.setdefault(notice.case_id if notice.alarm else "", notice)
        return list(last.values())

    async def _notice(self, text: str, me: Reviewer) -> Notice | None:
        """The sentence, with a way to the case that it names if that exists for this reviewer.

        `None` where it says that nobody has taken an escalation on, and somebody has.
        """
        named = NAMED_CASE.search(text)
        case = await self.case(named[1], me) if named else None
        if named is None or case is None:
            return Notice(before=text)
        if text.startswith(RINGS) and (case.acknowledged_by is not None or case.state is not State.ESCALATED):
            return None
        before, after = text[: named.start()], text[named.end() :]
        return Notice(before=before, named=named[0], case_id=case.id, after=after, alarm=case.on_safety_desk)

    async def _paused(self) -> list[tuple[str, str]]:
        """Each paused scope and a sentence about it."""
        now = self.room.now()
        told = []
        for scope, pause in (await self.paused()).items():
            account = self.room.accounts.get(scope)
            what = account.handle if account else "Everything" if scope == "all" else scope
            who = name_of(pause.by, self.room.reviewers)
            why = f": {pause.reason}" if pause.reason else ""
            told.append((scope, f"{what} is paused. Nothing is posted. {who}, {moment(pause.at, now)}{why}"))
        return told
