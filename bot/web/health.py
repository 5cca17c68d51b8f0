"""The pages that say how the bot is, for a container or a monitor to ask: is it awake, can it work, and its numbers."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.web.asking import SAFE_MODE
from bot.web.metrics import exposition

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request

    from bot.web.vitals import Vitals

ANSWER_SECONDS = 5.0
"""How long the facts may take."""
_FRESH = {"Cache-Control": "no-store"}


def health_app(vitals: Callable[[], Awaitable[Vitals]], *, answer_within: float = ANSWER_SECONDS) -> Starlette:
    """An application with three pages.

    `GET /healthz`: 200 while the bot has started and its database answers, else 503 with the reasons.
    `GET /readyz`: 200 when besides every account is read and nothing fails, else 503 with the reasons.
    `GET /metrics`: the numbers, for Prometheus; those that need the database are left out while it does not answer.
    """

    async def facts() -> Vitals | JSONResponse:
        try:
            return await asyncio.wait_for(vitals(), answer_within)
        except TimeoutError:
            return _ill("ill", ["the bot: it did not answer in time"])
        except Exception as error:  # noqa: BLE001  whatever is wrong, the answer is 503 and its kind
            return _ill("ill", [f"the bot: {type(error).__name__}"])

    async def healthz(_request: Request) -> Response:
        found = await facts()
        if isinstance(found, Response):
            return found
        return _well(found) if found.awake else _ill(_status(found), list(found.reasons()))

    async def readyz(_request: Request) -> Response:
        found = await facts()
        if isinstance(found, Response):
            return found
        reasons = list(found.reasons())
        return _ill(_status(found), reasons) if reasons else _well(found)

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


def _status(found: Vitals) -> str:
    return SAFE_MODE if found.safe_mode else "ill"


def _ill(status: str, reasons: list[str]) -> JSONResponse:
    return JSONResponse({"status": status, "reasons": reasons}, status_code=503, headers=_FRESH)
