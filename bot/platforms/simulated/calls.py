"""One call to the client interface: who calls, with which rights and limits, and how it is refused."""

from __future__ import annotations

from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse, Response

from bot.platforms.simulated.entities import Entities, timestamp
from bot.platforms.simulated.fields import Fields, read
from bot.platforms.simulated.people import Person, Refused, Token

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request

    from bot.platforms.simulated.hosts import Host
    from bot.platforms.simulated.rate import Allowance
    from bot.platforms.simulated.world import World


@dataclass(frozen=True, slots=True)
class Call:
    """A call that may go ahead."""

    world: World
    host: Host
    request: Request
    fields: Fields
    token: Token | None

    @property
    def viewer(self) -> Person | None:
        """The person whose token it is, if any."""
        return self.token.person if self.token else None

    @property
    def person(self) -> Person:
        """The person whose token it is; for endpoints that need one."""
        if self.viewer is None:
            raise Refused(422, "This method requires an authenticated user")
        return self.viewer

    @property
    def entities(self) -> Entities:
        """What builds the answers, for this server."""
        return Entities(self.world, self.host)

    @property
    def local_id(self) -> str:
        """The id in the path."""
        return str(self.request.path_params["id"])

    @property
    def address(self) -> str:
        """The address of this endpoint, without its query."""
        return str(self.request.url.replace(query="", fragment=""))


if TYPE_CHECKING:
    Answer = dict[str, Any] | list[dict[str, Any]] | Response
    Endpoint = Callable[[Request], Awaitable[Response]]


def endpoint(*scopes: str, needs_token: bool = True) -> Callable[[Callable[[Call], Awaitable[Answer]]], Endpoint]:
    """Make an endpoint of a function: rate limit, token, scopes, parameters; then its answer as JSON.

    One of `scopes` is needed; without `needs_token` a passer-by may call too, but a token that is sent must permit it.
    """

    def decorate(answer: Callable[[Call], Awaitable[Answer]]) -> Endpoint:
        @wraps(answer)
        async def respond(request: Request) -> Response:
            world, host = request.app.state.world, request.app.state.host
            secret = _bearer(request)
            allowance = host.rate.take(secret or (request.client.host if request.client else ""))
            headers = _limit_headers(host, allowance)
            try:
                if allowance is not None and allowance.exceeded:
                    raise Refused(429, "Too many requests")  # noqa: TRY301  # every refusal is written in one place
                token = _admitted(world, secret, scopes, needs_token=needs_token)
                result = await answer(Call(world, host, request, await read(request), token))
            except Refused as refusal:
                return JSONResponse({"error": str(refusal)}, refusal.status, headers)
            response = result if isinstance(result, Response) else JSONResponse(result)
            response.headers.update(headers)
            return response

        return respond

    return decorate


def _admitted(world: World, secret: str | None, scopes: tuple[str, ...], *, needs_token: bool) -> Token | None:
    if secret is None:
        if needs_token:
            raise Refused(401, "The access token is invalid")
        return None
    token = world.token(secret)
    if token is None:
        raise Refused(401, "The access token is invalid")
    if token.revoked:
        raise Refused(401, "The access token was revoked")
    if scopes and not token.permits(*scopes):
        raise Refused(403, "This action is outside the authorized scopes")
    return token


def _bearer(request: Request) -> str | None:
    kind, _, secret = request.headers.get("authorization", "").partition(" ")
    return secret.strip() if kind.lower() == "bearer" and secret.strip() else None


def _limit_headers(host: Host, allowance: Allowance | None) -> dict[str, str]:
    if allowance is None:
        return {}
    in_seconds = host.settings.reset_style == "unix"
    return {
        "X-RateLimit-Limit": str(allowance.limit),
        "X-RateLimit-Remaining": str(allowance.remaining),
        "X-RateLimit-Reset": str(int(allowance.reset_at.timestamp()))
        if in_seconds
        else str(timestamp(allowance.reset_at)),
    }
