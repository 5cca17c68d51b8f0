"""The application of one simulated server: what clients, actors and readers find at its address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.platforms.simulated import client_api, control_api, instance_api, pages

if TYPE_CHECKING:
    from starlette.requests import Request

    from bot.platforms.simulated.hosts import Host
    from bot.platforms.simulated.world import World

_MISSING_PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'


async def _picture(_request: Request) -> Response:
    return Response(_MISSING_PICTURE, media_type="image/svg+xml")


async def _not_here(_request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    return JSONResponse({"error": "Not Found" if status == 404 else "Error"}, status)  # noqa: PLR2004  # HTTP's own number


def create_app(world: World, host: Host) -> Starlette:
    """The application that serves one server of the world."""
    app = Starlette(
        routes=[
            *instance_api.routes(),
            *client_api.routes(),
            *control_api.routes(),
            Route("/missing.svg", _picture),
            *pages.routes(),
        ],
        exception_handlers={HTTPException: _not_here},
    )
    app.router.redirect_slashes = False
    app.state.world, app.state.host = world, host
    return app
