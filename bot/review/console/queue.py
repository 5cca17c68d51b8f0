"""The queue and the safety desk: what waits, narrowed by the address, a page at a time."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from starlette.responses import RedirectResponse

from bot.model import Role, State, Verb
from bot.review.console.forms import whole_number
from bot.review.console.reading import aside_words, read_by_nobody, set_aside
from bot.review.console.rejoinders import PAGE as ANSWERS
from bot.review.console.view import LIVE_HEADER, sees_safety
from bot.review.words import acknowledged_words, age_of, case_count
from bot.rights import REASONS
from bot.store import Group, QueueView, Wanted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from bot.model import Case, Reviewer
    from bot.review.card import CaseCard
    from bot.review.console.view import Route, Row, View
    from bot.store import Reader

LATELY = timedelta(days=28)
"""So far back the safety desk looks at how long escalations waited."""
PAGE = 40
"""Cases on one page of a list: drawing them takes most of its time, and more than that nobody goes through at once."""
LAST = 99_999
"""More pages than there are cases."""
WORST = 9
SEE_OTHER = 303
CAME_FROM = "queue"
"""Where this reader looked at the queue last, in what their browser keeps."""
DISMISSERS = frozenset({Role.APPROVER, Role.SAFETY})
"""Who may dismiss cases of the queue, several at once."""
VIEWS = {
    QueueView.ALL: "All",
    QueueView.APPROVAL: "For my approval",
    QueueView.PROBLEMS: "Publishing problems",
    QueueView.UNCONFIRMED: "Unconfirmed",
    QueueView.MINE: "Mine",
}


@dataclass(frozen=True, kw_only=True)
class Queue:
    """What waits, for staff and for the safety team."""

    view: View

    def routes(self) -> list[Route]:
        """Where each is."""
        return [("GET", "/", self.queue), ("GET", "/safety", self.safety)]

    async def queue(self, request: Request, me: Reviewer) -> Response:
        """What waits for staff, the most pressing first; escalated cases are never here."""
        asked = request.query_params
        if asked.get("view") == "escalated":
            return RedirectResponse("/safety", status_code=SEE_OTHER) if sees_safety(me) else self.view.missing(request)
        wanted, number = wanted_by(asked), _number(asked.get("page", ""))
        narrowed = wanted != Wanted(view=wanted.view)
        if LIVE_HEADER not in request.headers:
            request.session[CAME_FROM] = address(wanted)
        wanted = without_spared(wanted, request.state.choices.spared)
        reader = self.view.reader(me)
        # Each goes through all that waits; at once, so that none waits for another.
        counts, numbers, (sizes, drawn) = await asyncio.gather(
            self.view.counts(safety=sees_safety(me)),
            self.view.shared.get(("views", reader), lambda: self.view.room.store.in_views(reader)),
            self.view.shared.get(
                ("queue", wanted, number, reader if wanted.view in PERSONAL else None),
                lambda: self._page(wanted, number, reader),
            ),
        )
        rows, whole = self.view.timed(drawn, me, await self.view.paused()), sum(sizes.values())
        context = {
            "groups": [(group, sizes.get(group, 0), [row for row in rows if _group(row) is group]) for group in Group],
            "rows": rows,
            "wanted": wanted,
            "narrowed": narrowed,
            "aside": aside_words(await set_aside(self.view.room, wanted, reader), list(wanted.without)),
            "offer_rehearsal": request.state.choices.rehearsed_at is None and bool(me.roles - {Role.AUDITOR}),
            "read_by_nobody": await read_by_nobody(self.view.room, me),
            "views": [
                *self._views(wanted, numbers, counts.escalated, me),
                (ANSWERS, "They answered", await self._answers(me), False),
            ],
            "pages": _pages(wanted, number, whole),
            "first": number * PAGE + 1,
            "whole": whole,
            "oldest": age_of(counts.oldest, self.view.room.now()) if counts.oldest else "",
            "notes": await self.view.room.handed_over(safety=False),
            "on_safety": False,
            "may_note": bool(me.roles - {Role.AUDITOR}),
            "may_dismiss": bool(me.roles & DISMISSERS),
            "policies": sorted(self.view.room.policies.clauses),
            "severities": self.view.room.policies.severities,
            "reasons": REASONS[Verb.DISMISS],
            "undo": await self.view.undo_bar(request, me),
        }
        return await self.view.page(request, me, "queue.html", context)

    async def _page(
        self, wanted: Wanted, number: int, reader: Reader
    ) -> tuple[Mapping[Group, int], list[tuple[Case, CaseCard]]]:
        """How many there are in each group, and the cases of this page with their cards."""
        page = await self.view.room.store.queue(wanted, reader, limit=PAGE, offset=number * PAGE)
        return page.sizes, list(zip(page.cases, await self.view.room.cards(page.cases), strict=True))

    async def _answers(self, me: Reviewer) -> int:
        """How much of what was said to our replies waits to be read by people such as this one."""
        store, safety = self.view.room.store, sees_safety(me)
        found = await self.view.shared.get(("answers", False), lambda: store.rejoinders(safety=False))
        theirs = await self.view.shared.get(("answers", True), lambda: store.rejoinders(safety=True)) if safety else []
        return len(found) + len(theirs)

    def _views(
        self, wanted: Wanted, numbers: Mapping[QueueView, int], escalated: int, me: Reviewer
    ) -> list[tuple[str, str, int, bool]]:
        """The saved views: address, words, how many, and whether it is this one."""
        found = [
            (address(replace(wanted, view=view)), words, numbers[view], view is wanted.view)
            for view, words in VIEWS.items()
        ]
        if sees_safety(me):
            found.insert(3, ("/safety", "Escalated", escalated, False))
        return found

    async def safety(self, request: Request, me: Reviewer) -> Response:
        """Escalated cases, for those for whom they exist."""
        if not sees_safety(me):
            return self.view.missing(request)
        cases = await self.view.room.store.cases(states={State.ESCALATED}, safety=True, limit=4 * PAGE)
        found = await self.view.rows(cases, me)
        rows = sorted(found, key=lambda row: (-len(row.card.level), row.case.opened_at))
        context = {
            "ringing_rows": [row for row in rows if row.case.acknowledged_by is None],
            "held_rows": [row for row in rows if row.case.acknowledged_by is not None],
            "oldest": found[0].card.age if found else "",
            "notes": await self.view.room.handed_over(safety=True),
            "on_safety": True,
            "relief": await self._relief(me),
            "acknowledged": await self._acknowledged(),
            "may_note": Role.SAFETY in me.roles,
        }
        return await self.view.page(request, me, "safety.html", context)

    async def _acknowledged(self) -> str:
        """How long escalations have waited for somebody of late, as a sentence."""
        now = self.view.room.now()
        return acknowledged_words(await self.view.room.store.safety.acknowledged(now - LATELY, now))

    async def _relief(self, me: Reviewer) -> tuple[str, bool]:
        """What is to be taken over, as a sentence, and whether that is for this reader; empty when nothing is."""
        room = self.view.room
        watch = await room.watch()
        if watch.began is None:
            return "", False
        left, now = case_count(len(watch.left)), room.names(watch.relieving)
        before = room.names(watch.staying)
        words = (
            f"The last shift left {left}. Until somebody of this one says “I have it” ({now}), on as well: {before}."
        )
        return words, Role.SAFETY in me.roles and watch.may_take(me.id)


PERSONAL = frozenset({QueueView.APPROVAL, QueueView.MINE})
"""Views that are another for each reader."""


def wanted_by(asked: Mapping[str, str]) -> Wanted:
    """What the address asks for; what it says wrongly narrows nothing."""
    view = asked.get("view", "")
    return Wanted(
        view=QueueView(view) if view in set(QueueView) else QueueView.ALL,
        account=asked.get("account", ""),
        policy=asked.get("policy", ""),
        severity=whole_number(asked.get("severity", ""), most=WORST) or 0,
    )


def without_spared(wanted: Wanted, spared: Iterable[str]) -> Wanted:
    """The same without what this reader does not want to read, unless they have asked for just that."""
    return replace(wanted, without=tuple(policy for policy in spared if policy != wanted.policy))


def address(wanted: Wanted, page: int = 0) -> str:
    """Where the queue shows just these cases."""
    asked = {
        "view": "" if wanted.view is QueueView.ALL else wanted.view.value,
        "account": wanted.account,
        "policy": wanted.policy,
        "severity": wanted.severity or "",
        "page": page + 1 if page else "",
    }
    query = urlencode({name: value for name, value in asked.items() if value})
    return f"/?{query}" if query else "/"


def _pages(wanted: Wanted, number: int, whole: int) -> list[tuple[str, str]]:
    """The ways to the pages before and after, each with its words; the one back first."""
    found = [(address(wanted, number - 1), f"The {PAGE} before")] if number else []
    left = whole - (number + 1) * PAGE
    return [*found, (address(wanted, number + 1), f"The next {min(left, PAGE)} of {whole:,}")] if left > 0 else found


def _number(page: str) -> int:
    """Which page of the list, from 0."""
    return max((whole_number(page, most=LAST) or 0) - 1, 0)


def _group(row: Row) -> Group:
    match row.case.state:
        case State.UNCONFIRMED | State.FAILED:
            return Group.TROUBLE
        case State.APPROVED | State.PUBLISHING | State.RETRACTING:
            return Group.LEAVING
        case State.OPEN:
            return Group.OPEN
        case _:
            return Group.ASKED
