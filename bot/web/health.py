"""The health page: one address that says whether the bot is awake, for a container or a monitor to ask."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Mapping
    from datetime import datetime, timedelta

    from starlette.requests import Request

ANSWER_SECONDS = 5.0
"""How long the facts may take: a store that does not answer by then is not well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vitals:
    """How the bot is, without a word about any person. To have them at all, the store must have answered."""

    now: datetime
    started_at: datetime
    polled: Mapping[str, datetime | None]
    """When each account was last read with success; `None` when it never was."""
    fresh_for: timedelta
    """How old that may be."""
    paused: tuple[str, ...] = ()
    """Scopes that are paused; being paused is not being ill."""
    counts: Mapping[str, int] = field(default_factory=dict)
    """Numbers worth watching, such as open cases."""


def health_app(vitals: Callable[[], Awaitable[Vitals]], *, answer_within: float = ANSWER_SECONDS) -> Starlette:
    """An application with `GET /health` alone: 200 when all is well, 503 with the reasons when it is not."""

    async def health(_request: Request) -> JSONResponse:
        try:
            found = await asyncio.wait_for(vitals(), answer_within)
        except TimeoutError:
            return _ill(["store: it did not answer in time"])
        except Exception as error:  # noqa: BLE001  whatever is wrong with the store, the answer is 503 and its kind
            return _ill([f"store: {type(error).__name__}"])
        reasons = list(_reasons(found))
        if reasons:
            return _ill(reasons)
        return JSONResponse(
            {
                "status": "ok",
                "up_seconds": int((found.now - found.started_at).total_seconds()),
                "paused": list(found.paused),
                **found.counts,
            },
            headers={"Cache-Control": "no-store"},
        )

    return Starlette(routes=[Route("/health", health)])


def _ill(reasons: list[str]) -> JSONResponse:
    return JSONResponse({"status": "ill", "reasons": reasons}, status_code=503, headers={"Cache-Control": "no-store"})


def _reasons(found: Vitals) -> Iterable[str]:
    for account, at in found.polled.items():
        since = at if at is not None else found.started_at
        if found.now - since > found.fresh_for:
            seconds = int((found.now - since).total_seconds())
            yield f"account {account}: not read for {seconds} seconds" + ("" if at else ", not once since the start")
