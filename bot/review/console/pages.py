"""What the console shows besides cases: what was left alone, figures, small pages. Nothing here changes anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.responses import StreamingResponse

from bot.review.console.view import sees_safety
from bot.review.words import age_of, name_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from bot.model import Reviewer
    from bot.review.console.view import Route, View


@dataclass(frozen=True, kw_only=True)
class Pages:
    """Every page that is read."""

    view: View

    def routes(self) -> list[Route]:
        """Where each is."""
        return [
            ("GET", "/left-alone", self.left_alone),
            ("GET", "/add", self.add),
            ("GET", "/more", self.more),
            ("GET", "/events", self.events),
        ]

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

    async def more(self, request: Request, me: Reviewer) -> Response:
        """Where a phone finds what its tab bar has no place for: the pause switch, figures, another device."""
        return await self.view.page(request, me, "more.html", {})

    async def add(self, request: Request, me: Reviewer) -> Response:
        """The form for a post that a person reported."""
        return await self.view.page(request, me, "add.html", {"alert": "", "typed": ""})

    async def events(self, request: Request, me: Reviewer) -> Response:
        """The stream that wakes an open page; which case that shows, it says itself."""
        case = await self.view.case(request.query_params.get("case"), me)
        stream = self.view.live.stream(
            who=me.id,
            safety=sees_safety(me),
            case=(case.id, case.on_safety_desk) if case is not None else None,
            name=lambda reviewer: name_of(reviewer, self.view.room.reviewers),
            still=request.state.still,
        )
        return StreamingResponse(stream, media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})
