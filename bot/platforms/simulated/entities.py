"""Mastodon's JSON entities, as one server shows them to one viewer. The documented fields, and no more."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from bot.platforms.simulated import seen
from bot.platforms.simulated.markup import hashtags_in, to_html
from bot.platforms.simulated.people import first_of

if TYPE_CHECKING:
    from markupsafe import Markup

    from bot.platforms.simulated.hosts import Host
    from bot.platforms.simulated.people import Notice, Person, Post, Wording
    from bot.platforms.simulated.world import World

Entity = dict[str, Any]


def timestamp(moment: datetime | None) -> str | None:
    """As Mastodon writes it: UTC, with milliseconds."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z") if moment else None


class Entities:
    """Builds entities for one server of a world; ids in them are that server's own."""

    def __init__(self, world: World, host: Host) -> None:
        self._world = world
        self._host = host

    def html(self, text: str, author: Person) -> Markup:
        """Text of that author as this server shows it."""

        def known(name: str) -> tuple[str, str] | None:
            acct = name if "@" in name else f"{name}@{author.domain}"
            person = self._world.people.get(acct.lower())
            return (self._world.profile_url(person), person.username) if person else None

        base = self._host.address or f"https://{self._host.domain}"
        return to_html(text, person=known, tag_url=f"{base}/tags/", loose=self._host.settings.loose_html)

    def account(self, person: Person) -> Entity:
        """Somebody's account."""
        posts = [post for post in self._world.by(person) if post.deleted_at is None]
        blank = self._picture()
        return {
            "id": self._host.meet(person, self._world.now()),
            "username": person.username,
            "acct": person.username if person.domain == self._host.domain else person.acct,
            "display_name": person.display_name,
            "locked": False,
            "bot": person.bot,
            "discoverable": True,
            "indexable": True,
            "group": False,
            "created_at": timestamp(person.created_at.replace(hour=0, minute=0, second=0, microsecond=0)),
            "note": str(self.html(person.bio, person)),
            "url": self._world.profile_url(person),
            "uri": person.uri,
            "avatar": blank,
            "avatar_static": blank,
            "header": blank,
            "header_static": blank,
            "followers_count": person.followers,
            "following_count": person.following,
            "statuses_count": len(posts),
            "last_status_at": posts[-1].created_at.date().isoformat() if posts else None,
            "hide_collections": False,
            "noindex": False,
            "emojis": [],
            "roles": [],
            "fields": [
                {"name": name, "value": str(self.html(value, person)), "verified_at": None}
                for name, value in person.fields
            ],
        }

    def own_account(self, person: Person) -> Entity:
        """Somebody's account as they see it themselves."""
        return self.account(person) | {
            "source": {
                "privacy": "public",
                "sensitive": False,
                "language": None,
                "note": person.bio,
                "fields": [{"name": name, "value": value, "verified_at": None} for name, value in person.fields],
                "follow_requests_count": 0,
                "indexable": True,
                "hide_collections": False,
                "discoverable": True,
                "attribution_domains": [],
                "quote_policy": "public",
            },
            "role": {"id": "-99", "name": "", "permissions": "0", "color": "", "highlighted": False},
        }

    def status(self, post: Post, viewer: Person | None) -> Entity:
        """A post. What it answers is named only if this server knows it and it still exists."""
        parent = post.in_reply_to
        shown = parent if parent and parent.deleted_at is None and self._host.knows(parent) else None
        said = post.now
        return {
            "id": self._host.learn(post),
            "created_at": timestamp(post.created_at),
            "edited_at": timestamp(post.edited_at),
            "in_reply_to_id": self._host.learn(shown) if shown else None,
            "in_reply_to_account_id": self._host.meet(shown.author, self._world.now()) if shown else None,
            "sensitive": said.sensitive or bool(said.spoiler_text),
            "spoiler_text": said.spoiler_text,
            "visibility": post.visibility,
            "language": said.language,
            "uri": post.uri,
            "url": self._world.url(post),
            "replies_count": sum(1 for reply in self._world.replies(post) if seen.may_see(viewer, reply)),
            "reblogs_count": 0,
            "favourites_count": len(post.favourites),
            "quotes_count": 0,
            "content": str(self.html(said.text, post.author)),
            "reblog": None,
            "quote": None,
            "application": {"name": "Web", "website": None} if post.author.domain == self._host.domain else None,
            "account": self.account(post.author),
            "media_attachments": self._media(said, self._host.learn(post)),
            "mentions": [self._mention(person) for person in post.mentioned],
            "tags": self._tags(said.text),
            "emojis": self.emojis(said.emoji),
            "card": None,
            "poll": self._poll(post),
            **self._own_marks(post, viewer),
        }

    def source(self, post: Post) -> Entity:
        """What the author typed."""
        return {"id": self._host.learn(post), "text": post.now.text, "spoiler_text": post.now.spoiler_text}

    def history(self, post: Post) -> list[Entity]:
        """Every wording, the first one first."""
        return [
            {
                "content": str(self.html(said.text, post.author)),
                "spoiler_text": said.spoiler_text,
                "sensitive": said.sensitive,
                "created_at": timestamp(said.at),
                "account": self.account(post.author),
                "poll": {"options": [{"title": option} for option in said.poll]} if said.poll else None,
                "media_attachments": self._media(said, self._host.learn(post)),
                "emojis": self.emojis(said.emoji),
            }
            for said in post.wordings
        ]

    def notification(self, notice: Notice, viewer: Person) -> Entity:
        """One notification."""
        entity: Entity = {
            "id": notice.number,
            "type": notice.kind,
            "created_at": timestamp(notice.at),
            "group_key": f"ungrouped-{notice.number}",
            "account": self.account(notice.sender),
        }
        return entity | ({"status": self.status(notice.post, viewer)} if notice.post else {})

    def relationship(self, viewer: Person, person: Person) -> Entity:
        """How two people stand to each other, seen by the first."""
        return {
            "id": self._host.meet(person, self._world.now()),
            "following": person.acct in viewer.follows,
            "showing_reblogs": person.acct in viewer.follows,
            "notifying": False,
            "languages": None,
            "followed_by": viewer.acct in person.follows,
            "blocking": person.acct in viewer.blocks,
            "blocked_by": viewer.acct in person.blocks,
            "muting": person.acct in viewer.mutes,
            "muting_notifications": person.acct in viewer.mutes,
            "requested": False,
            "requested_by": False,
            "domain_blocking": False,
            "endorsed": False,
            "note": "",
        }

    def emojis(self, shortcodes: tuple[str, ...]) -> list[Entity]:
        """Custom emoji."""
        picture = self._picture()
        return [
            {"shortcode": name, "url": picture, "static_url": picture, "visible_in_picker": True} for name in shortcodes
        ]

    def _picture(self) -> str:
        return f"{self._host.address or f'https://{self._host.domain}'}/missing.svg"

    def _tags(self, text: str) -> list[Entity]:
        base = self._host.address or f"https://{self._host.domain}"
        return [{"name": tag, "url": f"{base}/tags/{tag}"} for tag in dict.fromkeys(map(str.lower, hashtags_in(text)))]

    def _mention(self, person: Person) -> Entity:
        return {
            "id": self._host.meet(person, self._world.now()),
            "username": person.username,
            "url": self._world.profile_url(person),
            "acct": person.username if person.domain == self._host.domain else person.acct,
        }

    def _media(self, said: Wording, local_id: str) -> list[Entity]:
        base = f"{self._host.address or f'https://{self._host.domain}'}/media/{local_id}"
        return [
            {
                "id": str(number),
                "type": "image",
                "url": f"{base}/{number}.png",
                "preview_url": f"{base}/{number}.png",
                "remote_url": None,
                "meta": {},
                "description": description or None,
                "blurhash": None,
            }
            for number, description in enumerate(said.media, start=1)
        ]

    def _poll(self, post: Post) -> Entity | None:
        if not post.now.poll:
            return None
        return {
            "id": self._host.learn(post),
            "expires_at": None,
            "expired": False,
            "multiple": False,
            "votes_count": 0,
            "voters_count": 0,
            "options": [{"title": option, "votes_count": 0} for option in post.now.poll],
            "emojis": [],
        }

    def _own_marks(self, post: Post, viewer: Person | None) -> Entity:
        if viewer is None:
            return {}
        marks: Entity = {
            "favourited": viewer.acct in post.favourites,
            "reblogged": False,
            "muted": first_of(post).uri in viewer.muted_threads,
            "bookmarked": False,
            "filtered": [],
        }
        return marks | ({"pinned": False} if viewer is post.author else {})
