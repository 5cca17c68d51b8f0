"""The endpoints that tell what a server is, and those that register applications and end tokens."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from starlette.responses import PlainTextResponse
from starlette.routing import Route

from bot.platforms.simulated.calls import Call, endpoint
from bot.platforms.simulated.people import Refused

if TYPE_CHECKING:
    from starlette.responses import Response

    from bot.platforms.simulated.entities import Entity


def _limits(call: Call) -> Entity:
    return {
        "accounts": {"max_featured_tags": 10, "max_pinned_statuses": 5},
        "statuses": {
            "max_characters": call.host.settings.character_limit,
            "max_media_attachments": 4,
            "characters_reserved_per_url": 23,
        },
        "media_attachments": {"supported_mime_types": [], "image_size_limit": 0, "video_size_limit": 0},
        "polls": {
            "max_options": 4,
            "max_characters_per_option": 50,
            "min_expiration": 300,
            "max_expiration": 2629746,
        },
    }


@endpoint(needs_token=False)
async def instance_v1(call: Call) -> Entity:
    """The server, in the older form."""
    settings = call.host.settings
    return {
        "uri": call.host.domain,
        "title": settings.title or call.host.domain,
        "short_description": "A simulated server.",
        "description": "A simulated server.",
        "email": f"admin@{call.host.domain}",
        "version": settings.version,
        "urls": {},
        "stats": {
            "user_count": len(_locals(call)),
            "status_count": len(call.host.posts),
            "domain_count": len(call.world.hosts),
        },
        "thumbnail": None,
        "languages": ["en"],
        "registrations": False,
        "approval_required": False,
        "invites_enabled": False,
        "configuration": _limits(call),
        "contact_account": None,
        "rules": _rules(call),
    }


@endpoint(needs_token=False)
async def instance_v2(call: Call) -> Entity:
    """The server."""
    settings = call.host.settings
    return {
        "domain": call.host.domain,
        "title": settings.title or call.host.domain,
        "version": settings.version,
        "source_url": "",
        "description": "A simulated server.",
        "usage": {"users": {"active_month": len(_locals(call))}},
        "thumbnail": {"url": "", "blurhash": None, "versions": {}},
        "icon": [],
        "languages": ["en"],
        "configuration": _limits(call) | {"urls": {}, "translation": {"enabled": False}, "vapid": {"public_key": ""}},
        "registrations": {"enabled": False, "approval_required": False, "message": None, "url": None},
        "api_versions": {"mastodon": 7},
        "contact": {"email": f"admin@{call.host.domain}", "account": None},
        "rules": _rules(call),
    }


def _rules(call: Call) -> list[Entity]:
    return [{"id": str(number), "text": text} for number, text in enumerate(call.host.settings.rules, start=1)]


def _locals(call: Call) -> list[str]:
    return [person.acct for person in call.world.people.values() if person.domain == call.host.domain]


@endpoint(needs_token=False)
async def custom_emojis(call: Call) -> list[Entity]:
    """Every custom emoji that somebody on this server has used."""
    used = dict.fromkeys(code for post in call.host.posts.values() for code in post.now.emoji)
    return call.entities.emojis(tuple(used))


@endpoint()
async def own_application(call: Call) -> Entity:
    """The application that a token belongs to, with what it was granted."""
    token = call.token
    if token is None:
        raise Refused(401, "The access token is invalid")
    return {
        "id": "1",
        "name": token.application,
        "website": None,
        "scopes": sorted(token.scopes),
        "redirect_uris": ["urn:ietf:wg:oauth:2.0:oob"],
        "redirect_uri": "urn:ietf:wg:oauth:2.0:oob",
        "vapid_key": "",
    }


@endpoint(needs_token=False)
async def register_application(call: Call) -> Entity:
    """Register an application."""
    name = call.fields.one("client_name")
    if not name:
        raise Refused(422, "Validation failed: Application name can't be blank")
    return {
        "id": "1",
        "name": name,
        "website": call.fields.one("website"),
        "scopes": (call.fields.one("scopes") or "read").split(),
        "redirect_uri": call.fields.one("redirect_uris") or "",
        "client_id": secrets.token_urlsafe(16),
        "client_secret": secrets.token_urlsafe(32),
        "vapid_key": "",
    }


@endpoint(needs_token=False)
async def application_token(call: Call) -> Entity:
    """A token for an application alone; tokens for people are given out by the control interface."""
    if call.fields.one("grant_type") != "client_credentials":
        raise Refused(400, "unsupported_grant_type")
    scopes = call.fields.one("scope") or "read"
    return {
        "access_token": call.world.grant(None, scopes),
        "token_type": "Bearer",
        "scope": scopes,
        "created_at": int(call.world.now().timestamp()),
    }


@endpoint(needs_token=False)
async def revoke_token(call: Call) -> dict[str, Any]:
    """Make a token worthless."""
    call.world.revoke(call.fields.one("token") or "")
    return {}


@endpoint(needs_token=False)
async def health(_call: Call) -> Response:
    """Whether the server is up."""
    return PlainTextResponse("OK")


def routes() -> list[Route]:
    """Every route of this module."""
    return [
        Route("/api/v1/instance", instance_v1),
        Route("/api/v1/instance/", instance_v1),
        Route("/api/v2/instance", instance_v2),
        Route("/api/v2/instance/", instance_v2),
        Route("/api/v1/custom_emojis", custom_emojis),
        Route("/api/v1/apps", register_application, methods=["POST"]),
        Route("/api/v1/apps/verify_credentials", own_application),
        Route("/oauth/token", application_token, methods=["POST"]),
        Route("/oauth/revoke", revoke_token, methods=["POST"]),
        Route("/health", health),
    ]
