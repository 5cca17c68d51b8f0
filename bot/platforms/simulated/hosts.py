"""One simulated server: its settings, and what it knows of the network under ids of its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from bot.platforms.simulated.faults import Faults
from bot.platforms.simulated.ids import IdStyle, LocalIds
from bot.platforms.simulated.rate import RateWindows

if TYPE_CHECKING:
    from datetime import datetime

    from bot.platforms.simulated.door import Door
    from bot.platforms.simulated.people import Person, Post


IdempotencyKeys = Literal["kept", "ignored", "raced"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How a server behaves, where servers of the real network differ."""

    title: str = ""
    ids: IdStyle = "snowflake"
    idempotency_keys: IdempotencyKeys = "kept"
    """*Kept* for an hour, as on Mastodon; *ignored*, so that the same key posts twice, as on GoToSocial; or *raced*:
    known only a moment after the first post stands, as on Hollo."""
    character_limit: int = 500
    calls_per_window: int | None = 300
    """Calls of one token, or of one address without a token, in five minutes; `None` for no limit."""
    reset_style: Literal["iso", "unix"] = "iso"
    """How `X-RateLimit-Reset` is written; GoToSocial writes seconds."""
    loose_html: bool = False
    """True: `<br><br>` between paragraphs, bare `&` and `>`, as several servers write."""
    federates: bool = True
    """False: cut off from every other server; its posts cannot be resolved elsewhere, nor others' here."""
    version: str = "4.5.3"
    rules: tuple[str, ...] = ()
    """What its people have agreed to; numbered from 1."""


@dataclass(slots=True, kw_only=True, eq=False)
class Host:
    """A server with its domain, its memory and its troubles."""

    domain: str
    settings: Settings
    salt: int = 0
    """Its place among the servers of its world, by which its ids differ from theirs."""
    runs: bool = True
    """Whether it is to be reached over HTTP; one that does not run is there for its people to come from."""
    address: str | None = None
    """Where it can be reached while it runs: `http://127.0.0.1:PORT`."""
    door: Door | None = None
    """What listens for it while it runs."""
    faults: Faults = field(default_factory=Faults)
    ids: LocalIds = field(init=False)
    rate: RateWindows = field(init=False)
    posts: dict[str, Post] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    _post_ids: dict[str, str] = field(default_factory=dict)
    _person_ids: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.ids = LocalIds(self.settings.ids, self.salt)
        self.rate = RateWindows(self.settings.calls_per_window)

    def knows(self, post: Post) -> bool:
        """Whether the post was written here, delivered here, or resolved from here."""
        return post.uri in self._post_ids

    def learn(self, post: Post) -> str:
        """The post's id on this server, made when it is new here."""
        local = self._post_ids.get(post.uri)
        if local is None:
            is_home = post.author.domain == self.domain
            local = self._post_ids[post.uri] = post.number if is_home else self.ids.at(post.created_at)
            self.posts[local] = post
        return local

    def meet(self, person: Person, now: datetime) -> str:
        """The person's id on this server, made when they are new here."""
        local = self._person_ids.get(person.acct)
        if local is None:
            local = self._person_ids[person.acct] = self.ids.at(now)
            self.people[local] = person
        return local

    def has_met(self, person: Person) -> bool:
        """Whether anybody here has heard of the person."""
        return person.acct in self._person_ids
