"""The simulated network's own record of what was written: the books that the bot's books are held against."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

    from bot.platforms.simulated.people import Post
    from bot.platforms.simulated.world import World


def of(world: World) -> dict[str, Any]:
    """Every server, person and post, deleted posts and earlier wordings too, as JSON can hold it."""
    return {
        "servers": list(world.hosts),
        "people": [
            {
                "handle": person.handle,
                "display_name": person.display_name,
                "official": person.official,
                "bot": person.bot,
            }
            for person in world.people.values()
        ],
        "posts": [_entry(world, post) for post in world.posts.values()],
        "reports": world.reports,
    }


def _entry(world: World, post: Post) -> dict[str, Any]:
    return {
        "uri": post.uri,
        "url": world.url(post),
        "author": post.author.handle,
        "official": post.author.official,
        "in_reply_to": post.in_reply_to.uri if post.in_reply_to else None,
        "in_reply_to_author": post.in_reply_to.author.handle if post.in_reply_to else None,
        "text": post.now.text,
        "spoiler_text": post.now.spoiler_text,
        "visibility": post.visibility,
        "language": post.now.language,
        "mentions": [person.handle for person in post.mentioned],
        "created_at": _time(post.created_at),
        "edited_at": _time(post.edited_at),
        "deleted_at": _time(post.deleted_at),
        "idempotency_key": post.idempotency_key,
        "sent_by": post.sent_by,
        "wordings": [{"at": _time(wording.at), "text": wording.text} for wording in post.wordings],
    }


def _time(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
