"""Replies under watched posts that name nobody, and so make no notification."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from bot.platforms.mastodon.decode import handle, utc
from bot.platforms.mastodon.entities import Found, Profile, Status
from bot.ports import PlatformError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from bot.platforms.mastodon.reader import Reader
    from bot.platforms.mastodon.threads import Threads

RECENT = "20"
"""Posts of each watched person under which replies are looked for."""
THREADS_A_POLL = 6
"""Threads read in one go. With a poll each 15 seconds this leaves half of 300 questions in 5 minutes for the rest."""
RESERVE = 60
"""Fewer questions left than this belong to the notifications."""
A_PAGE = 200
"""Replies handed over at once; a thread with more is read again for the rest."""
KEPT = 20_000
"""Replies remembered as already handed over; an older one would merely be handed over again."""
ASK_AGAIN = timedelta(minutes=10)
"""Before a person who could not be found is looked up again."""
log = structlog.get_logger(__name__)


class Replies:
    """Finds new and edited replies below the recent posts of some people: those named by `handles` at that moment.

    What was handed over counts as seen only after `settle`: until then a repeated call finds it again.
    """

    def __init__(
        self, reader: Reader, threads: Threads, handles: Iterable[str], *, now: Callable[[], datetime]
    ) -> None:
        self._reader = reader
        self._threads = threads
        self._handles = handles
        self._now = now
        self.more = False
        """Whether what `fresh` gave last is not all that there is."""
        self.under: dict[str, str] = {}
        """Under whose posts it was found, by `uri`."""
        self._ids: dict[str, str] = {}
        self._unfound: dict[str, datetime] = {}
        self._counts: dict[str, int | None] = {}
        """How many replies each post had when its thread was last read, the longest ago first."""
        self._seen: dict[str, datetime | None] = {}
        """`uri` of each reply handed over, with the time of its edit."""
        self._offered: tuple[dict[str, int | None], dict[str, datetime | None]] = ({}, {})

    def settle(self, *, stored: bool) -> None:
        """Say whether what `fresh` gave last was stored; if not, it will be found again."""
        if stored:
            counts, seen = self._offered
            for native_id, count in counts.items():
                self._counts.pop(native_id, None)
                self._counts[native_id] = count
            self._seen |= seen
            for old in list(self._seen)[: max(0, len(self._seen) - KEPT)]:
                del self._seen[old]
        self._offered = ({}, {})

    def note(self, notified: Iterable[Status]) -> None:
        """Take what comes as a notification, on the same page as `fresh` gave, for handed over too."""
        self._offered[1].update({status.uri: status.edited_at for status in notified})

    async def fresh(self, since: datetime) -> list[Status]:
        """Replies written after this moment that were not yet handed over, or were edited since; oldest first."""
        self.more = False
        self.under = {}
        left = self._reader.remaining
        if left is not None and left < RESERVE:
            return []
        counts: dict[str, int | None] = {}
        found: dict[str, Status] = {}
        for post in self._due(await self._posts()):
            context = await self._reader.context(post.id)
            self._threads.remember(post, context)
            counts[post.id] = post.replies_count
            new = {reply.uri: reply for reply in context.descendants if self._is_new(reply, since)}
            found |= new
            self._note_under(post, new)
        replies = sorted(found.values(), key=lambda reply: utc(reply.created_at))
        self.more = len(replies) > A_PAGE
        replies = replies[:A_PAGE]
        self._offered = ({} if self.more else counts, {reply.uri: reply.edited_at for reply in replies})
        if not replies:
            self.settle(stored=True)
        return replies

    def _note_under(self, post: Status, uris: Iterable[str]) -> None:
        """Remember for whom these were found; what stands under a post of our own account is our own matter."""
        home = self._reader.account.handle
        who = handle(post.account.acct, home)
        for uri in uris:
            if who.lower() == home.lower() or uri not in self.under:
                self.under[uri] = who

    async def _posts(self) -> list[Status]:
        """Recent posts of everyone watched that have replies, or may have."""
        posts: list[Status] = []
        for who in dict.fromkeys(self._handles):
            if native_id := await self._id_of(who):
                query = [("limit", RECENT), ("exclude_reblogs", "true")]
                items = await self._reader.many(f"/api/v1/accounts/{native_id}/statuses", Status, query)
                posts += (item for item in items if isinstance(item, Status) and item.replies_count != 0)
        return posts

    def _due(self, posts: list[Status]) -> list[Status]:
        """Threads whose number of replies changed, those left longest first, and one more in turn.

        The turn is for replies to replies, which a server does not count.
        """
        watched = {post.id for post in posts}
        self._counts = {native_id: count for native_id, count in self._counts.items() if native_id in watched}
        turns = {native_id: turn for turn, native_id in enumerate(self._counts)}
        posts = sorted(posts, key=lambda post: turns.get(post.id, -1))
        changed = [p for p in posts if p.id not in turns or p.replies_count != self._counts[p.id]]
        in_turn = [post for post in posts if post not in changed][:1]
        return (changed + in_turn)[:THREADS_A_POLL]

    def _is_new(self, reply: Status, since: datetime) -> bool:
        if utc(reply.created_at) < since:
            return False
        return reply.uri not in self._seen or self._seen[reply.uri] != reply.edited_at

    async def _id_of(self, who: str) -> str | None:
        """A person's id on this server, looked up once; `None` for one who cannot be found, asked again later."""
        if who in self._ids:
            return self._ids[who]
        if (asked := self._unfound.get(who)) and self._now() - asked < ASK_AGAIN:
            return None
        profile = await find_profile(self._reader, who)
        if profile is None:
            self._unfound[who] = self._now()
            own = who.lower() == self._reader.account.handle.lower()
            hint = "its own handle is not known there" if own else "a protected person's handle is not known there"
            log.warning("person.unknown", account=self._reader.account.id, hint=hint)
            return None
        self._ids[who] = profile.id
        return profile.id


async def find_profile(reader: Reader, who: str) -> Profile | None:
    """The profile behind a handle as this server knows it; `None` when it knows nobody of that name."""
    home = reader.account.handle
    for public in (False, True):
        try:
            return await reader.one("/api/v1/accounts/lookup", Profile, [("acct", _acct(who, home))], public=public)
        except PlatformError as error:
            # The scopes that suffice for watching do not include looking people up; the public may.
            if error.code == "not_found" or public:
                break
            if error.code != "scope_missing":
                raise
    query = [("q", who), ("type", "accounts"), ("resolve", "true"), ("limit", "5")]
    try:
        found = await reader.one("/api/v2/search", Found, query)
    except PlatformError as error:
        if error.code not in {"scope_missing", "not_found"}:
            raise
        return None
    same = (profile for profile in found.accounts if handle(profile.acct, home).lower() == who.lower())
    return next(same, None)


def _acct(who: str, home: str) -> str:
    """As the server itself names the account: without a server when it is at home there."""
    name, _, host = who.removeprefix("@").partition("@")
    return name if host.lower() == home.rpartition("@")[2].lower() else f"{name}@{host}"
