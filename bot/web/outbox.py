"""The page from which the compliance team's process takes what was sealed for it; nobody else has its token.

It gives boxes that nobody here can open, and is told which were taken. It can be asked for nothing else.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request

    from bot.store import Outbox, SealedBox

AT_ONCE = 5
"""Boxes that one answer holds; each may hold films."""
LONGEST_ID = 40
LONGEST_NUMBER = 10
NO_CONTENT, BAD_REQUEST, UNAUTHORISED, NOT_FOUND = 204, 400, 401, 404
_FRESH = {"Cache-Control": "no-store"}


def outbox_app(outbox: Outbox, *, token: str, public_key: str) -> Starlette:
    """An application with four addresses, each behind the token.

    `GET /boxes`: the key for which they are sealed, and the next boxes that nobody has taken, the oldest first; with
    `?offset=N` without the first of these.
    `GET /held`: the ids of all boxes that are still here, for whoever has restored a backup.
    `GET /boxes/ID`: one of these. `POST /boxes/ID/taken`: that it was taken; safe to repeat.
    """

    async def waiting(request: Request) -> Response:
        offset = request.query_params.get("offset", "0")
        if not (offset.isascii() and offset.isdecimal() and len(offset) < LONGEST_NUMBER):
            return Response(status_code=BAD_REQUEST)
        boxes = [_as_json(box) for box in await outbox.waiting(AT_ONCE, offset=int(offset))]
        return JSONResponse({"sealed_for": public_key, "boxes": boxes}, headers=_FRESH)

    async def held(_request: Request) -> Response:
        return JSONResponse({"held": await outbox.held()}, headers=_FRESH)

    async def one(request: Request) -> Response:
        box = await outbox.box(request.path_params["id"][:LONGEST_ID])
        if box is None:
            return Response(status_code=NOT_FOUND)
        return JSONResponse(_as_json(box), headers=_FRESH)

    async def taken(request: Request) -> Response:
        await outbox.take([request.path_params["id"][:LONGEST_ID]])
        return Response(status_code=NO_CONTENT)

    def behind_the_token(answer: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
        expected = f"Bearer {token}".encode()

        async def guarded(request: Request) -> Response:
            given = request.headers.get("authorization", "").encode("latin-1", "replace")
            if not secrets.compare_digest(given, expected):
                return Response(status_code=UNAUTHORISED, headers={"WWW-Authenticate": "Bearer"})
            return await answer(request)

        return guarded

    routes = [("/boxes", waiting, "GET"), ("/held", held, "GET"), ("/boxes/{id}", one, "GET")]
    routes.append(("/boxes/{id}/taken", taken, "POST"))
    return Starlette(routes=[Route(path, behind_the_token(page), methods=[method]) for path, page, method in routes])


def _as_json(box: SealedBox) -> dict[str, str]:
    return {"id": box.id, "made_at": box.made_at.isoformat(), "sealed": box.sealed, "sha256": box.sealed_sha256}
