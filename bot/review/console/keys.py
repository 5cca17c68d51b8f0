"""The page that says what single keys do, and the switch that turns them off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.responses import RedirectResponse

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from bot.model import Reviewer
    from bot.review.console.view import Route, View

SEE_OTHER = 303
KEYS = (
    ("j", "the next case of a list; on a case that you have just decided: go to Next case"),
    ("k", "the case before"),
    ("Enter", "open the case that is marked, or press the button that is"),
    ("a", "go to Approve, which still needs Enter; first to the post, where that was not shown yet"),
    ("d", "on a case: choose a reason to dismiss it; in the queue: tick the case that is marked"),
    ("e", "edit the wording"),
    ("/", "search"),
    ("?", "this list"),
)
"""Each key and what it does, in words."""


@dataclass(frozen=True, kw_only=True)
class Keys:
    """Keys for whoever has a keyboard."""

    view: View

    def routes(self) -> list[Route]:
        """Where it is."""
        return [("GET", "/keys", self.page), ("POST", "/keys", self.switch)]

    async def page(self, request: Request, me: Reviewer) -> Response:
        """What each key does, and whether any does."""
        return await self.view.page(request, me, "keys.html", {"keys": KEYS})

    async def switch(self, request: Request, _me: Reviewer) -> Response:
        """Turn them on or off, for as long as this reader stays signed in."""
        request.session["keys_off"] = (await request.form()).get("keys") == "off"
        return RedirectResponse("/keys", status_code=SEE_OTHER)
