"""What a server says of itself: how long a post may be, and its rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.platforms.mastodon.entities import Instance, Rulebook
from bot.ports import PlatformError

if TYPE_CHECKING:
    from bot.platforms.mastodon.reader import Reader

USUAL_LIMIT = 500
"""Characters in a post where a server does not say."""
SILENT = frozenset({"not_found", "malformed", "not_json", "refused"})


async def character_limit(reader: Reader) -> int:
    """How many characters a post may have, by the newer page or by the older one. Raises PlatformError."""
    for version in ("v2", "v1"):
        try:
            instance = await reader.one(f"/api/{version}/instance", Instance)
        except PlatformError as error:
            if error.code not in SILENT:
                raise
            continue
        posts = instance.configuration.statuses if instance.configuration else None
        if said := (posts.max_characters if posts else None) or instance.max_toot_chars:
            return said
    return USUAL_LIMIT


async def house_rules(reader: Reader) -> dict[str, str] | None:
    """The server's rules by their numbers; `None` when it does not tell. Raises PlatformError."""
    for version in ("v2", "v1"):
        try:
            told = await reader.one(f"/api/{version}/instance", Rulebook)
        except PlatformError as error:
            if error.code not in SILENT:
                raise
            continue
        if told.rules is not None:
            return {str(rule.id): rule.text for rule in told.rules}
    return None
