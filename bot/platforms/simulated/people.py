"""The facts of the simulated network: people, their posts, and what they are told of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

VISIBILITIES = ("public", "unlisted", "private", "direct")


class Refused(Exception):  # noqa: N818  # it is an answer of the server, as `Mastodon::NotPermitted` is, not a fault of ours
    """The network does not do what was asked; `status` and the message are what a Mastodon server answers."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


@dataclass(slots=True, kw_only=True, eq=False)
class Person:
    """Somebody with an account on one of the simulated servers."""

    username: str
    domain: str
    created_at: datetime
    display_name: str = ""
    bio: str = ""
    fields: tuple[tuple[str, str], ...] = ()
    followers: int = 0
    following: int = 0
    bot: bool = False
    official: bool = False
    """Whether the public page marks what they write as coming from an official account."""
    blocks: set[str] = field(default_factory=set)
    """Handles; so are the two below."""
    mutes: set[str] = field(default_factory=set)
    follows: set[str] = field(default_factory=set)

    muted_threads: set[str] = field(default_factory=set)
    """The uri of the first post of each."""

    @property
    def acct(self) -> str:
        """`name@server`, the key under which the world knows the person."""
        return f"{self.username}@{self.domain}"

    @property
    def handle(self) -> str:
        """`@name@server`."""
        return f"@{self.acct}"

    @property
    def uri(self) -> str:
        """The ActivityPub id of the account, the same on every server."""
        return f"https://{self.domain}/users/{self.username}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What a post says in one of its versions."""

    text: str
    at: datetime
    spoiler_text: str = ""
    sensitive: bool = False
    language: str | None = None
    poll: tuple[str, ...] = ()
    """The options."""
    media: tuple[str, ...] = ()
    """The description of each attached picture."""
    emoji: tuple[str, ...] = ()
    """Shortcodes of custom emoji, without colons."""


@dataclass(slots=True, kw_only=True, eq=False)
class Post:
    """One post with all that became of it. Its number is its id on its author's own server."""

    uri: str
    number: str
    author: Person
    wordings: list[Wording]
    visibility: str = "public"
    in_reply_to: Post | None = None
    mentioned: list[Person] = field(default_factory=list)
    """In the order of the text of the newest version."""
    favourites: set[str] = field(default_factory=set)
    deleted_at: datetime | None = None
    idempotency_key: str | None = None
    sent_by: str = "control"
    """`api` when a client with a token posted it, `control` when it was scripted."""

    @property
    def now(self) -> Wording:
        """The newest version."""
        return self.wordings[-1]

    @property
    def created_at(self) -> datetime:
        """When it was first posted."""
        return self.wordings[0].at

    @property
    def edited_at(self) -> datetime | None:
        """When it was last changed; `None` when it never was."""
        return self.now.at if len(self.wordings) > 1 else None


def first_of(post: Post) -> Post:
    """The first post of the thread in which a post stands."""
    while post.in_reply_to is not None:
        post = post.in_reply_to
    return post


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One notification in somebody's list."""

    number: str
    kind: str
    """`mention`, `favourite` or `follow`."""
    sender: Person
    post: Post | None
    at: datetime


@dataclass(slots=True, kw_only=True, eq=False)
class Token:
    """An access token: whose it is and what it may do."""

    secret: str = field(repr=False)
    person: Person | None
    """`None` for a token of an application alone."""
    scopes: frozenset[str]
    created_at: datetime
    application: str = "Not in our name"
    revoked: bool = False

    def permits(self, *wanted: str) -> bool:
        """Whether one of the wanted scopes, such as `read:statuses`, or its parent, `read`, was granted."""
        return any(scope in self.scopes or scope.partition(":")[0] in self.scopes for scope in wanted)
