"""The page of one case: everything about it, and the verbs that its reader has."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.model import Role, State, TargetKind
from bot.review.card import safe_link
from bot.review.checklist import may_tick
from bot.review.console.onward import next_case
from bot.review.console.rejoinders import RejoinderPages
from bot.review.console.trail import opened_by, steps
from bot.review.console.view import LIVE_HEADER
from bot.review.status import PASSED_ON
from bot.review.words import moment
from bot.rights import HOLDERS, SUPPORTERS
from bot.store import digest_of
from bot.web.frame import message_page

if TYPE_CHECKING:
    from datetime import datetime

    from starlette.requests import Request
    from starlette.responses import Response

    from bot.model import Case, Reviewer
    from bot.review.console.view import Route, Row, View

ONE_LOOK = timedelta(minutes=10)
"""Coming back within this time is the same look at a case, and noted once."""
ONE_SITTING = timedelta(hours=12)
"""A page that stays open and fetches itself anew is no new look for so long."""


@dataclass(frozen=True, kw_only=True)
class CasePages:
    """Each case, for those for whom it exists."""

    view: View

    def routes(self) -> list[Route]:
        """Where it is."""
        return [("GET", "/case/{case_id}", self.case)]

    async def case(self, request: Request, me: Reviewer) -> Response:
        """Everything about one case; that it was opened is seen by the others, and stays on record."""
        case = await self.view.case(request.path_params["case_id"], me)
        if case is None:
            return self.view.missing(request)
        live = LIVE_HEADER in request.headers
        await self.view.room.store.note_opening(case.id, actor=me.id, unless_within=ONE_SITTING if live else ONE_LOOK)
        if not live:
            self.view.live.opens(me.id, case.id, safety=case.on_safety_desk)
            if self._shows(request):
                self.view.shown.note(me.id, case)
        return await self.page(request, me, case)

    def _shows(self, request: Request) -> bool:
        """Whether this page shows the post at once: asked for by the address, or by the reader's choice."""
        return bool(request.state.choices.shown) or request.query_params.get("shown") == "1"

    async def page(  # noqa: PLR0913  what became of a decision is told on the same page
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
        room, onward = self.view.room, await next_case(self.view, request, me, case)
        if case.sealed_at is not None:
            return self._passed_on(request, case.sealed_at, onward, alert=alert, status=status)
        now, verbs = room.now(), room.verbs(case, me)
        trail = await room.store.trail(case.id)
        told = steps(trail, await room.store.decisions(case.id), reviewers=room.reviewers, now=now)
        context = {
            "path": f"/case/{case.id}",
            "case": case,
            "card": await room.card(case),
            "verbs": verbs,
            "reads_only": not me.roles - {Role.AUDITOR},
            "steps": told,
            "opened_by": opened_by(trail, reviewers=room.reviewers, now=now),
            "news": told[seen:] if seen is not None else [],
            "drafts": await room.store.drafts(case.id),
            "seconds_left": self.view.seconds_left(case, await self.view.paused()),
            "reply_url": _reply_url(case),
            "referral": room.referral,
            "grounds": room.grounds(case),
            "will_report": room.will_report(case),
            "onward": onward,
            "alert": alert,
            "typed": typed,
            "counted": self.view.counted(case, typed or ""),
            "beside": await self._beside(case, me),
            "outlook": await room.outlook(case, me),
            "post_shown": self._shows(request),
            "was_shown": self.view.shown.to(me.id, case),
            "undo": await self.view.undo_bar(request, me),
            "holds": await room.store.subjects.holds_on(case.id),
            "may_hold": bool(me.roles & HOLDERS),
            "support_to": self._support_to(case, me),
            "may_tick": may_tick(case, me),
            "rejoinders": await RejoinderPages(view=self.view).shown(await room.store.rejoinders_to(case.id), me),
            "open_by": self.view.names(self.view.live.openings(safety=True, but=me.id).get(case.id, ())),
        }
        return await self.view.page(request, me, "case.html", context, status=status)

    def _support_to(self, case: Case, me: Reviewer) -> str:
        """By what the page for messages of support knows whom it is aimed at; empty where this reader writes none."""
        target = case.verdict.target
        if target is None or target.handle is None or target.kind is not TargetKind.PROTECTED:
            return ""
        return digest_of(target.handle) if self.view.supports and me.roles & SUPPORTERS else ""

    def _passed_on(self, request: Request, at: datetime, onward: str, *, alert: str, status: int) -> Response:
        """All that this side is told of a case that was sealed: the same for everybody."""
        words = PASSED_ON.format(at=moment(at, self.view.room.now()))
        return message_page(
            self.view.pages,
            request,
            title="This case was passed on",
            text=f"{alert} {words}".strip(),
            status=status,
            link=(f"/case/{onward}", "Next case") if onward else ("/", "To the queue"),
        )

    async def _beside(self, case: Case, me: Reviewer) -> list[Row]:
        """The other posts of its pile-on that have a case which everybody here may see, the first to arrive first."""
        if case.incident is None:
            return []
        cases = await self.view.room.store.incident(case.incident.id)
        return await self.view.rows([each for each in cases if each.id != case.id and not each.on_safety_desk], me)


def _reply_url(case: Case) -> str:
    """Where our reply stands; empty where none does, or none any more."""
    taken_down = case.state is State.RETRACTED or case.outcome == "corrected"
    receipt = case.publication.receipt if case.publication and not taken_down else None
    return safe_link(receipt.url) if receipt else ""
