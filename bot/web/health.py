"""The pages that say how the bot is, for a container or a monitor to ask: is it awake, can it work, and its numbers."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.web.metrics import exposition

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request

    from bot.web.vitals import Vitals

ANSWER_SECONDS = 5.0
"""How long the facts may take: a store that does not answer by then is not well."""
_FRESH = {"Cache-Control": "no-store"}


def health_app(vitals: Callable[[], Awaitable[Vitals]], *, answer_within: float = ANSWER_SECONDS) -> Starlette:
    """An application with three pages.

    `GET /healthz`: 200 while the program runs and its database answers; whoever restarts it needs no more.
    `GET /readyz`: 200 when every account is read and nothing fails, else 503 with the reasons.
    `GET /metrics`: the numbers, for Prometheus.
    """

    async def facts() -> Vitals | JSONResponse:
        try:
            return await asyncio.wait_for(vitals(), answer_within)
        except TimeoutError:
            return _ill(["store: it did not answer in time"])
        except Exception as error:  # noqa: BLE001  whatever is wrong with the store, the answer is 503 and its kind
            return _ill([f"store: {type(error).__name__}"])

    async def healthz(_request: Request) -> Response:
        found = await facts()
        return found if isinstance(found, Response) else _well(found)

    async def readyz(_request: Request) -> Response:
        found = await facts()
        if isinstance(found, Response):
            return found
        reasons = list(found.reasons())
        return _ill(reasons) if reasons else _well(found)

    async def metrics(_request: Request) -> Response:
        found = await facts()
        if isinstance(found, Response):
            return found
        return Response(exposition(found), media_type=CONTENT_TYPE_LATEST, headers=_FRESH)

    pages = {"/healthz": healthz, "/readyz": readyz, "/metrics": metrics}
    return Starlette(routes=[Route(path, page) for path, page in pages.items()])


def _well(found: Vitals) -> JSONResponse:
    said = {
        "status": "ok",
        "up_seconds": int((found.now - found.started_at).total_seconds()),
        "paused": list(found.paused),
        "cases": dict(found.cases),
    }
    return JSONResponse(said, headers=_FRESH)


def _ill(reasons: list[str]) -> JSONResponse:
    return JSONResponse({"status": "ill", "reasons": reasons}, status_code=503, headers=_FRESH)
