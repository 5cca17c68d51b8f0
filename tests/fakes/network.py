"""A network in memory, behind the two ports: what the pipeline's tests put at the platform's border."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from bot.model import ApprovedReply, Author, Mention, Receipt
from bot.ports import Fault, PlatformError, Presence, Sighting

if TYPE_CHECKING:
    from collections.abc import Iterable

EVENING = datetime(2026, 11, 19, 18, 30, tzinfo=UTC)


class Crash(BaseException):
    """The process dies here."""


class Trouble(StrEnum):
    """What goes wrong with one attempt to post."""

    REFUSED_CONNECTION = "refused connection"
    """Provably not sent."""
    REJECTED = "rejected"
    LOST_REQUEST = "lost request"
    """Not posted, and nobody can tell."""
    LOST_ANSWER = "lost answer"
    """Posted, and nobody can tell."""
    LATE = "late"
    """Posted after we have looked for it once."""
    CRASH_BEFORE = "crash before"
    CRASH_AFTER = "crash after"
    LOOK_FAILS = "look fails"


@dataclass
class Clock:
    """A clock that tests move."""

    at: datetime = EVENING

    def now(self) -> datetime:
        return self.at

    def pass_(self, **time: float) -> None:
        self.at += timedelta(**time)


@dataclass
class Network:
    """Everything that stands on the platform: mentions as they now read, and our replies in the order of posting."""

    clock: Clock
    mentions: dict[str, Mention] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    blocked: set[str] = field(default_factory=set)
    replies: list[ApprovedReply] = field(default_factory=list)
    retracted: set[str] = field(default_factory=set)
    troubles: deque[Trouble] = field(default_factory=deque)
    late: list[ApprovedReply] = field(default_factory=list)
    by_hand: set[str] = field(default_factory=set)
    """Mentions that a person has answered without us."""
    unfindable: int = 0
    """How many more times looking for a reply fails."""
    by_another: set[str] = field(default_factory=set)
    """Mentions that another account of ours has answered, which only its own server knows."""
    refusing: str = ""
    """Why no mention is to be answered, in the words of the last look."""
    character_limit: int | None = None
    keeps_keys: bool = False
    """Whether the same key posts once."""

    def arrive(self, reply: ApprovedReply) -> None:
        """A request to post gets there."""
        if not (self.keeps_keys and any(posted.key == reply.key for posted in self.replies)):
            self.replies.append(reply)

    def say(self, text: str, *, by: str = "sam", account: str = "party", **facts: Any) -> Mention:
        """Somebody writes to an account of ours."""
        number = len(self.mentions) + 1
        author = Author(
            uri=f"https://tidewater.example/users/{by}",
            handle=f"@{by}@tidewater.example",
            display_name=by.title(),
            bio="Fernwick Party supporter",
            created_at=datetime(2019, 1, 1, tzinfo=UTC),
        )
        mention = Mention(
            uri=f"https://tidewater.example/posts/{number}",
            url=f"https://tidewater.example/@{by}/{number}",
            platform="mastodon",
            account=account,
            native_id=str(number),
            author=author,
            text=text,
            created_at=self.clock.now(),
            lang="en",
            **facts,
        )
        self.mentions[mention.uri] = mention
        return mention

    def followed_by(self, mention: Mention, followers: int) -> Mention:
        """The same mention by an author with so many followers."""
        author = replace(mention.author, followers=followers)
        self.mentions[mention.uri] = replace(mention, author=author)
        return self.mentions[mention.uri]

    def edit(self, uri: str, text: str) -> Mention:
        self.mentions[uri] = replace(self.mentions[uri], text=text, edited_at=self.clock.now())
        return self.mentions[uri]

    def sighting(self, mention: Mention) -> Sighting:
        if mention.uri in self.gone:
            return Sighting(uri=mention.uri, presence=Presence.GONE)
        if self.refusing:
            return Sighting(uri=mention.uri, presence=Presence.UNREACHABLE, why=self.refusing)
        if mention.uri in self.blocked:
            return Sighting(uri=mention.uri, presence=Presence.UNREACHABLE)
        return Sighting(
            uri=mention.uri,
            presence=Presence.PRESENT,
            mention=self.mentions[mention.uri],
            answered=mention.uri in self.by_hand,
            character_limit=self.character_limit,
        )

    def standing(self) -> Iterable[ApprovedReply]:
        return (reply for reply in self.replies if reply.key not in self.retracted)


@dataclass
class Poster:
    """A publisher for every account on the network; obeys the troubles that were ordered, one an attempt."""

    network: Network

    async def look(self, mention: Mention) -> Sighting:
        if self.network.troubles and self.network.troubles[0] is Trouble.LOOK_FAILS:
            self.network.troubles.popleft()
            raise PlatformError(Fault.TRANSIENT, "The server did not answer.", code="timed_out")
        return self.network.sighting(mention)

    async def has_answered(self, mention: Mention) -> bool:
        return mention.uri in self.network.by_another

    async def keeps_keys(self) -> bool:
        return self.network.keeps_keys

    async def publish(self, reply: ApprovedReply) -> Receipt:
        trouble = self.network.troubles.popleft() if self.network.troubles else None
        match trouble:
            case Trouble.REFUSED_CONNECTION:
                raise PlatformError(Fault.TRANSIENT, "The server refused the connection.", code="unreachable")
            case Trouble.REJECTED:
                raise PlatformError(Fault.PERMANENT, "The server rejected the post.", code="refused")
            case Trouble.LOST_REQUEST:
                raise PlatformError(Fault.UNKNOWN, "The request was lost.", code="timed_out")
            case Trouble.CRASH_BEFORE:
                raise Crash
            case Trouble.LATE:
                self.network.late.append(reply)
                raise PlatformError(Fault.UNKNOWN, "The answer was lost.", code="timed_out")
            case _:
                self.network.arrive(reply)
        if trouble is Trouble.LOST_ANSWER:
            raise PlatformError(Fault.UNKNOWN, "The answer was lost.", code="timed_out")
        if trouble is Trouble.CRASH_AFTER:
            raise Crash
        return self._receipt(reply)

    async def find(self, reply: ApprovedReply) -> Receipt | None:
        if self.network.unfindable:
            self.network.unfindable -= 1
            raise PlatformError(Fault.TRANSIENT, "The server did not answer.", code="timed_out")
        found = [posted for posted in self.network.standing() if posted.key == reply.key]
        for late in self.network.late:
            self.network.arrive(late)
        self.network.late = []
        return self._receipt(found[0]) if found else None

    async def retract(self, receipt: Receipt) -> None:
        self.network.retracted.add(receipt.native_id)

    async def close(self) -> None:
        pass

    def _receipt(self, reply: ApprovedReply) -> Receipt:
        url = f"https://fernwick.example/@leader/{reply.key}"
        return Receipt(native_id=reply.key, url=url, posted_at=self.network.clock.now())
