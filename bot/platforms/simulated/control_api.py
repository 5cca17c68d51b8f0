"""The control interface under /sim: how actors without a client of their own play, and how faults are planned.

Every call carries the world's control token as a bearer token. Bodies are JSON; unknown keys are refused.
"""

from __future__ import annotations

import hmac
from functools import wraps
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import msgspec
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.platforms.simulated.faults import Trouble
from bot.platforms.simulated.people import Refused

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from starlette.requests import Request

    from bot.platforms.simulated.faults import Fault
    from bot.platforms.simulated.hosts import Host
    from bot.platforms.simulated.people import Person, Post
    from bot.platforms.simulated.world import World
else:
    from datetime import datetime

Body = TypeVar("Body")


class Profile(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Somebody new, or what is to change about somebody; what is not sent is left as it is."""

    handle: str
    display_name: str | msgspec.UnsetType = msgspec.UNSET
    bio: str | msgspec.UnsetType = msgspec.UNSET
    fields: tuple[tuple[str, str], ...] | msgspec.UnsetType = msgspec.UNSET
    followers: int | msgspec.UnsetType = msgspec.UNSET
    following: int | msgspec.UnsetType = msgspec.UNSET
    bot: bool | msgspec.UnsetType = msgspec.UNSET
    official: bool | msgspec.UnsetType = msgspec.UNSET
    created_at: datetime | msgspec.UnsetType = msgspec.UNSET


class Wanted(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A token asked for, or one to be ended."""

    handle: str | None = None
    scopes: str = "read write"
    revoke: str | None = None


class Words(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A post to write (`author`), to change or to delete (`uri`, which may be a link)."""

    author: str | None = None
    uri: str | None = None
    text: str | None = None
    in_reply_to: str | None = None
    visibility: str = "public"
    spoiler_text: str | msgspec.UnsetType = msgspec.UNSET
    sensitive: bool | msgspec.UnsetType = msgspec.UNSET
    language: str | msgspec.UnsetType | None = msgspec.UNSET
    poll: tuple[str, ...] | msgspec.UnsetType = msgspec.UNSET
    media: tuple[str, ...] | msgspec.UnsetType = msgspec.UNSET
    emoji: tuple[str, ...] | msgspec.UnsetType = msgspec.UNSET


class Relation(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What one person does to another, or to a post."""

    who: str
    does: Literal["block", "unblock", "mute", "unmute", "follow", "favourite"]
    whom: str
    """A handle; for `favourite` a uri or link."""


class Plan(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A fault to plan on this server, or on another one of the world (`server`)."""

    trouble: Literal["status", "html", "malformed", "cut", "torn", "hang", "hold", "slow", "refuse", "accept"]
    server: str | None = None
    method: str = ""
    path: str = "^/(api|oauth)/"
    times: int | None = 1
    acts: bool = False
    status: int = 503
    reset_after: float = 60.0
    seconds: float | None = None


class Cleared(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Which fault to clear; all of the server's when no number is given."""

    server: str | None = None
    number: int | None = None


_SAID = ("spoiler_text", "sensitive", "language", "poll", "media", "emoji")
_PROFILE = ("display_name", "bio", "fields", "followers", "following", "bot", "official")

Answer = dict[str, Any] | list[dict[str, Any]]


def _controlled(act: Callable[[World, Request], Awaitable[Answer]]) -> Callable[[Request], Awaitable[Response]]:
    """Make an endpoint of an action: the control token is asked for, refusals become answers."""

    @wraps(act)
    async def respond(request: Request) -> Response:
        world: World = request.app.state.world
        sent = request.headers.get("authorization", "").removeprefix("Bearer ")
        if not hmac.compare_digest(sent.encode(), world.control_token.encode()):
            return JSONResponse({"error": "the control token is missing or wrong"}, 401)
        try:
            return JSONResponse(await act(world, request))
        except Refused as refusal:
            return JSONResponse({"error": str(refusal)}, refusal.status)
        except msgspec.MsgspecError as wrong:
            return JSONResponse({"error": f"the body is not as it should be: {wrong}"}, 422)

    return respond


async def _body(request: Request, shape: type[Body]) -> Body:
    return msgspec.json.decode(await request.body() or b"{}", type=shape)


def _given(body: msgspec.Struct, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(body, name) for name in names if getattr(body, name) is not msgspec.UNSET}


def _described(world: World, person: Person) -> dict[str, Any]:
    return {"handle": person.handle, "uri": person.uri, "url": world.profile_url(person)}


def _named(world: World, post: Post) -> dict[str, Any]:
    return {"uri": post.uri, "url": world.url(post), "id": post.number}


def _host(world: World, request: Request, domain: str | None) -> Host:
    host: Host | None = world.hosts.get(domain) if domain else request.app.state.host
    if host is None:
        raise Refused(404, f"there is no server {domain}")
    return host


def _state(fault: Fault) -> dict[str, Any]:
    return {"number": fault.number, "trouble": fault.trouble, "times": fault.times, "met": fault.met}


@_controlled
async def people(world: World, _request: Request) -> Answer:
    """Everybody."""
    return [_described(world, person) for person in world.people.values()]


@_controlled
async def add_person(world: World, request: Request) -> Answer:
    """Somebody new."""
    body = await _body(request, Profile)
    return _described(world, world.add_person(body.handle, **_given(body, (*_PROFILE, "created_at"))))


@_controlled
async def change_person(world: World, request: Request) -> Answer:
    """Another profile for somebody."""
    body = await _body(request, Profile)
    return _described(world, world.change_person(body.handle, **_given(body, _PROFILE)))


@_controlled
async def tokens(world: World, request: Request) -> Answer:
    """Give out an access token, or end one."""
    body = await _body(request, Wanted)
    if body.revoke is not None:
        world.revoke(body.revoke)
        return {}
    return {"access_token": world.grant(body.handle, body.scopes), "scope": body.scopes}


@_controlled
async def write(world: World, request: Request) -> Answer:
    """Post as somebody."""
    body = await _body(request, Words)
    if body.author is None or body.text is None:
        raise Refused(422, "a post needs `author` and `text`")
    post = world.post(
        body.author, body.text, in_reply_to=body.in_reply_to, visibility=body.visibility, **_given(body, _SAID)
    )
    return _named(world, post)


@_controlled
async def change(world: World, request: Request) -> Answer:
    """Change a post, as its author."""
    body = await _body(request, Words)
    if body.uri is None or body.text is None:
        raise Refused(422, "a change needs `uri` and `text`")
    return _named(world, world.edit(body.uri, body.text, **_given(body, _SAID)))


@_controlled
async def remove(world: World, request: Request) -> Answer:
    """Delete a post, as its author."""
    body = await _body(request, Words)
    if body.uri is None:
        raise Refused(422, "a deletion needs `uri`")
    return _named(world, world.delete(body.uri))


@_controlled
async def relate(world: World, request: Request) -> Answer:
    """Block, mute, follow or favourite, as somebody."""
    body = await _body(request, Relation)
    getattr(world, body.does)(body.who, body.whom)
    return {}


@_controlled
async def faults(world: World, request: Request) -> Answer:
    """What is planned on this server."""
    return [_state(fault) for fault in _host(world, request, None).faults.planned()]


@_controlled
async def plan_fault(world: World, request: Request) -> Answer:
    """Plan a fault, or refuse connections until a time has passed or another server is told `accept`."""
    body = await _body(request, Plan)
    host = _host(world, request, body.server)
    if body.trouble in {"refuse", "accept"}:
        if host.door is None:
            raise Refused(422, f"{host.domain} does not run")
        if body.trouble == "accept":
            await host.door.open()
        else:
            host.door.refuse(body.seconds)
        return {}
    fault = host.faults.add(
        Trouble(body.trouble),
        method=body.method,
        path=body.path,
        times=body.times,
        acts=body.acts,
        status=body.status,
        reset_after=body.reset_after,
        seconds=1.0 if body.seconds is None else body.seconds,
    )
    return _state(fault)


@_controlled
async def clear_faults(world: World, request: Request) -> Answer:
    """End faults; what hung on them is let go."""
    body = await _body(request, Cleared)
    return {"cleared": _host(world, request, body.server).faults.clear(body.number)}


@_controlled
async def record(world: World, _request: Request) -> Answer:
    """The network's own record."""
    return world.record()


def routes() -> list[Route]:
    """Every route of this module."""
    return [
        Route("/sim/people", people, methods=["GET"]),
        Route("/sim/people", add_person, methods=["POST"]),
        Route("/sim/people", change_person, methods=["PATCH"]),
        Route("/sim/tokens", tokens, methods=["POST"]),
        Route("/sim/posts", write, methods=["POST"]),
        Route("/sim/posts", change, methods=["PUT"]),
        Route("/sim/posts", remove, methods=["DELETE"]),
        Route("/sim/relations", relate, methods=["POST"]),
        Route("/sim/faults", faults, methods=["GET"]),
        Route("/sim/faults", plan_fault, methods=["POST"]),
        Route("/sim/faults", clear_faults, methods=["DELETE"]),
        Route("/sim/record", record, methods=["GET"]),
    ]
