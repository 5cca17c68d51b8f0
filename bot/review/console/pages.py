"""What the console shows. Nothing here changes anything."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from starlette.responses import StreamingResponse

from bot.model import Role, State
from bot.review.console.trail import steps
from bot.review.console.view import may_see, sees_safety
from bot.review.words import age_of, moment

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from bot.model import Case, Reviewer
    from bot.review.console.view import Route, Row, View

QUEUED = {State.UNCONFIRMED, State.FAILED, State.OPEN, State.APPROVED, State.PUBLISHING, State.RETRACTING}
WAITING = {State.UNCONFIRMED, State.FAILED, State.OPEN}
STATS_DAYS = 7
MOST_SHOWN = 200
"""Cases on one page; in a storm nobody reads more, and the oldest come first."""


@dataclass(frozen=True, kw_only=True)
class Pages:
    """Every page that is read."""

    view: View

    def routes(self) -> list[Route]:
        """Where each is."""
        return [
            ("GET", "/", self.queue),
            ("GET", "/safety", self.safety),
            ("GET", "/case/{case_id}", self.case),
            ("GET", "/left-alone", self.left_alone),
            ("GET", "/closed", self.closed),
            ("GET", "/figures", self.stats),
            ("GET", "/add", self.add),
            ("GET", "/more", self.more),
            ("GET", "/events", self.events),
        ]

    async def queue(self, request: Request, me: Reviewer) -> Response:
        """What waits for staff, the most pressing first; escalated cases are never here."""
        cases = await self.view.room.store.cases(
            states=QUEUED, safety=False, asked=True, in_front=True, limit=MOST_SHOWN
        )
        rows = await self.view.rows(cases)
        context = {
            "most": MOST_SHOWN if len(rows) == MOST_SHOWN else 0,
            "oldest": next((row.card.age for row in rows if row.case.state in WAITING), ""),
            "notes": await self.view.room.handed_over(safety=False),
            "on_safety": False,
            "may_note": bool(me.roles - {Role.AUDITOR}),
            "trouble": [row for row in rows if row.case.state in {State.UNCONFIRMED, State.FAILED}],
            "asked": [row for row in rows if row.case.state is State.PUBLISHED],
            "open": [row for row in rows if row.case.state is State.OPEN],
            "leaving": [row for row in rows if row.case.state in {State.APPROVED, State.PUBLISHING, State.RETRACTING}],
        }
        return await self.view.page(request, me, "queue.html", context)

    async def safety(self, request: Request, me: Reviewer) -> Response:
        """Escalated cases, for those for whom they exist."""
        if not sees_safety(me):
            return self.view.missing(request)
        rows = await self.view.rows(await self.view.room.store.cases(states={State.ESCALATED}, safety=True))
        context = {
            "ringing_rows": [row for row in rows if row.case.acknowledged_by is None],
            "held_rows": [row for row in rows if row.case.acknowledged_by is not None],
            "oldest": rows[0].card.age if rows else "",
            "notes": await self.view.room.handed_over(safety=True),
            "on_safety": True,
            "may_note": Role.SAFETY in me.roles,
        }
        return await self.view.page(request, me, "safety.html", context)

    async def case(self, request: Request, me: Reviewer) -> Response:
        """Everything about one case, and the verbs that this reviewer has."""
        case = await self.view.room.store.case(request.path_params["case_id"])
        if case is None or not may_see(case, me):
            return self.view.missing(request)
        return await self.case_page(request, me, case)

    async def case_page(  # noqa: PLR0913  what became of a decision is told on the same page
        self,
        request: Request,
        me: Reviewer,
        case: Case,
        *,
        alert: str = "",
        typed: str | None = None,
        seen: int | None = None,
        status: int = 200,
    ) -> Response:
        """The page of a case that exists for this reviewer.

        `alert` says why a decision was not taken, `typed` keeps what they wrote, `seen` is how many steps they saw.
        """
        room = self.view.room
        now = room.now()
        told = steps(
            await room.store.trail(case.id), await room.store.decisions(case.id), reviewers=room.reviewers, now=now
        )
        receipt = case.publication.receipt if case.publication else None
        context = {
            "path": f"/case/{case.id}",
            "case": case,
            "card": await room.card(case),
            "verbs": room.verbs(case, me),
            "reads_only": not me.roles - {Role.AUDITOR},
            "steps": told,
            "news": told[seen:] if seen is not None else [],
            "drafts": await room.store.drafts(case.id),
            "seconds_left": self.view.seconds_left(case, await room.store.paused()),
            "reply_url": receipt.url if receipt and receipt.url.startswith(("https://", "http://")) else "",
            "referral": room.referral,
            "alert": alert,
            "typed": typed,
            "counted": self.view.counted(case, typed or ""),
            "beside": await self._beside(case),
        }
        return await self.view.page(request, me, "case.html", context, status=status)

    async def _beside(self, case: Case) -> list[Row]:
        """The other posts of its pile-on that have a case which everybody here may see, the first to arrive first."""
        if case.incident is None:
            return []
        cases = await self.view.room.store.incident(case.incident.id)
        return await self.view.rows([each for each in cases if each.id != case.id and not each.on_safety_desk])

    async def left_alone(self, request: Request, me: Reviewer) -> Response:
        """What was judged and left alone, each with its reason: ignored, not read, or recorded without a reply."""
        store, now = self.view.room.store, self.view.room.now()
        show = request.query_params.get("show", "ignored")
        ignored = [] if show == "recorded" else await store.left_alone()
        recorded = await store.recorded() if show == "recorded" else []
        context = {
            "show": show if show in {"ignored", "recorded", "unread"} else "ignored",
            "ignored": [(age_of(one.at, now), one) for one in ignored if one.read is (show != "unread")],
            "recorded": [(age_of(one.at, now), one) for one in recorded],
        }
        return await self.view.page(request, me, "left_alone.html", context)

    async def closed(self, request: Request, me: Reviewer) -> Response:
        """Cases that have ended, newest first, each with how."""
        safety = sees_safety(me) and request.query_params.get("show") == "safety"
        rows = await self.view.rows(await self.view.room.store.closed(limit=50, safety=safety))
        return await self.view.page(request, me, "closed.html", {"rows": rows, "showing_safety": safety})

    async def stats(self, request: Request, me: Reviewer) -> Response:
        """The figures of the last days."""
        now = self.view.room.now()
        since = now - timedelta(days=STATS_DAYS)
        stats = await self.view.room.store.stats(since)
        context = {
            "stats": stats,
            "days": STATS_DAYS,
            "since": moment(since, now),
            "oldest": age_of(now - stats.oldest_open, now) if stats.oldest_open else "",
        }
        return await self.view.page(request, me, "stats.html", context)

    async def more(self, request: Request, me: Reviewer) -> Response:
        """Where a phone finds what its tab bar has no place for: the pause switch, figures, another device."""
        return await self.view.page(request, me, "more.html", {})

    async def add(self, request: Request, me: Reviewer) -> Response:
        """The form for a post that a person reported."""
        return await self.view.page(request, me, "add.html", {"alert": "", "typed": ""})

    async def events(self, _request: Request, me: Reviewer) -> Response:
        """The stream that wakes an open page."""
        stream = self.view.live.stream(safety=Role.SAFETY in me.roles)
        return StreamingResponse(stream, media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})
