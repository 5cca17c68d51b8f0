"""Looking back: a search for words in cases, and the cases that have ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from starlette.responses import RedirectResponse

from bot.review.console.view import sees_safety

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from bot.model import Reviewer
    from bot.review.console.view import Route, View

MOST_FOUND = 50
LONGEST = 200
"""Characters of what is looked for: more is a text, and no post that was cut anywhere would hold it."""
FEWEST = 3
"""Fewer would find nearly everything."""
SEE_OTHER, UNREADABLE = 303, 422


@dataclass(frozen=True, kw_only=True)
class Search:
    """Cases in whatever state."""

    view: View

    def routes(self) -> list[Route]:
        """Where each is."""
        return [
            ("GET", "/search", self.search),
            ("POST", "/search", self.ask),
            ("GET", "/closed", self.closed),
        ]

    async def ask(self, request: Request, me: Reviewer) -> Response:
        """Lead to what is found. A form, since an address has no room for a whole text that was pasted."""
        words = str((await request.form()).get("q", "")).strip()
        if _trouble(words):
            return await self._found(request, me, words, status=UNREADABLE)
        return RedirectResponse(f"/search?{urlencode({'q': words})}", status_code=SEE_OTHER)

    async def search(self, request: Request, me: Reviewer) -> Response:
        """The cases that hold these words, the latest first."""
        return await self._found(request, me, request.query_params.get("q", "").strip())

    async def _found(self, request: Request, me: Reviewer, words: str, *, status: int = 200) -> Response:
        trouble = _trouble(words)
        cases = []
        if words and not trouble:
            cases = await self.view.room.store.search(words, safety=sees_safety(me), limit=MOST_FOUND + 1)
        context = {
            "path": "/search",
            "q": words,
            "trouble": trouble if words else "",
            "rows": await self.view.rows(cases[:MOST_FOUND], me),
            "more": len(cases) > MOST_FOUND,
        }
        return await self.view.page(request, me, "search.html", context, status=status)

    async def closed(self, request: Request, me: Reviewer) -> Response:
        """Cases that have ended, newest first, each with how."""
        safety = sees_safety(me) and request.query_params.get("show") == "safety"
        rows = await self.view.rows(await self.view.room.store.closed(limit=MOST_FOUND, safety=safety), me)
        return await self.view.page(request, me, "closed.html", {"rows": rows, "showing_safety": safety})


def _trouble(words: str) -> str:
    """Why nothing is looked for, as a sentence; empty when it can be."""
    if not words:
        return "Write what to look for."
    if len(words) > LONGEST:
        much = f"That is {len(words):,} characters, and {LONGEST} can be looked for."
        return f"{much} Nothing was searched. Keep a few words that stand next to each other in the post."
    if len(words) < FEWEST:
        return f"That is too short: write at least {FEWEST} characters."
    return ""
