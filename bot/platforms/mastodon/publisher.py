"""Posting approved replies for one account."""

from __future__ import annotations

import asyncio
import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

from bot.model import Receipt, Visibility
from bot.platforms.mastodon.decode import VISIBILITIES, handle, reread, utc
from bot.platforms.mastodon.entities import Instance, Relationship, Source, Status
from bot.platforms.mastodon.faults import POST_SCOPES
from bot.platforms.mastodon.instance import character_limit
from bot.platforms.mastodon.reader import Reader
from bot.platforms.mastodon.replies import find_profile
from bot.platforms.mastodon.resolving import Resolving
from bot.platforms.mastodon.text import plain
from bot.platforms.mastodon.writer import TIMEOUT, Writer
from bot.ports import Fault, PlatformError, Presence, Sighting

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from bot.model import Account, ApprovedReply, Mention

T = TypeVar("T")

LOOK = 45.0
"""Seconds for all that is looked at around a post; with the post itself well below the time that a claim lasts."""
ONE_QUESTION = 10.0
"""Seconds of that for each single question."""
SKEW = timedelta(minutes=2)
"""By how much a server's clock may be behind ours."""
OWN_POSTS = 40
OWN_PAGES = 5
MASTODON_VERSION = re.compile(r"[4-9]\.\d+\.\d+([-+][\w.+-]+)?")
"""How Mastodon and its near forks write their version. Others begin with 0, or add “(compatible; …)”."""
SPELT = {ours: theirs for theirs, ours in VISIBILITIES.items()}


class MastodonPublisher:
    """Posts for one account. Reads go through the same typed decode as the watcher's; writes through Mastodon.py."""

    def __init__(
        self,
        account: Account,
        token: str,
        *,
        now: Callable[[], datetime],
        timeout: tuple[float, float] = TIMEOUT,
        ours: Iterable[str] = (),
    ) -> None:
        """`ours` holds the handles of all accounts of ours: what one of them has answered, no other answers."""
        self.account = account
        self._ours = frozenset(handle.lower() for handle in (account.handle, *ours))
        self._reader = Reader(account, token, now=now, scopes=POST_SCOPES, deadline=ONE_QUESTION)
        self._resolving = Resolving(self._reader)
        self._writer = Writer(account, token, now=now, scopes=POST_SCOPES, thread="post", timeout=timeout)
        self._own_id: str | None = None

    async def look(self, mention: Mention) -> Sighting:
        """The mention as this account's own server sees it, and whether somebody of ours has already answered it."""
        return await self._in_time("Looking before posting", self._look(mention))

    async def _look(self, mention: Mention) -> Sighting:
        seen_by_us = mention.account == self.account.id
        status = await self._resolving.status(mention.uri, mention.native_id if seen_by_us else None)
        if status is None:
            if seen_by_us:
                return Sighting(uri=mention.uri, presence=Presence.GONE)
            return self._unreachable(mention, f"{self.account.server} cannot find the post.")
        current = reread(mention, status, self.account)
        if not self._may_answer(current) or not self._may_answer(mention):
            return self._unreachable(mention, f"It is a private message, and not to {self.account.handle}.")
        if status.muted:
            return self._unreachable(mention, f"{self.account.handle} has muted this thread.")
        apart, answered, others, limit = await asyncio.gather(
            self._apart(status.account.id), self._has_answered(status), self._others_answered(status), self._limit()
        )
        if apart:
            return self._unreachable(mention, apart)
        return Sighting(
            uri=mention.uri,
            presence=Presence.PRESENT,
            mention=current,
            answered=answered or others,
            character_limit=limit,
        )

    def _unreachable(self, mention: Mention, why: str) -> Sighting:
        return Sighting(uri=mention.uri, presence=Presence.UNREACHABLE, why=why)

    async def has_answered(self, mention: Mention) -> bool:
        """Whether this account has already replied to the mention; a server that never met it is asked no more."""
        return await self._in_time("Looking for an answer", self._answered_here(mention))

    async def _answered_here(self, mention: Mention) -> bool:
        replies = {own.in_reply_to_id for own in await self._own_posts(mention.created_at - SKEW)} - {None}
        status = await self._resolving.status(mention.uri) if replies else None
        return status is not None and status.id in replies

    async def publish(self, reply: ApprovedReply) -> Receipt:
        """Post the reply, once: nothing here repeats by itself."""
        doing = f"Posting the reply of case {reply.case_id}"
        if not (reply.key.isascii() and reply.key.isprintable() and reply.key):
            raise self._writer.permanent(doing, "its key is not one line of ASCII, which a request cannot carry.")
        target = self._resolving.known(reply.mention_uri)
        if target is None:
            status = await self._resolving.status(reply.mention_uri)
            if status is None:
                why = f"{self.account.server} cannot find the post that it answers."
                raise self._writer.permanent(doing, why, code="not_found")
            target = status.id
        posted = await self._writer.write(
            doing,
            lambda client: client.status_post(
                reply.text,
                in_reply_to_id=target,
                visibility=SPELT[reply.visibility],
                idempotency_key=reply.key,
                language=reply.lang,
            ),
        )
        return self._receipt(doing, posted)

    async def keeps_keys(self) -> bool:
        """Whether the server is Mastodon itself, which keeps keys for an hour; others that speak its API need not."""
        instance = await self._reader.one("/api/v2/instance", Instance)
        return MASTODON_VERSION.fullmatch(instance.version) is not None

    async def find(self, reply: ApprovedReply) -> Receipt | None:
        """The reply among this account's recent posts, if an earlier attempt did post it."""
        return await self._in_time("Looking for a reply", self._find(reply))

    async def _find(self, reply: ApprovedReply) -> Receipt | None:
        target, since = await self._resolving.status(reply.mention_uri), reply.intended_at - SKEW
        # Our own clock may have been ahead at the intent; but no answer is older than what it answers.
        for status in await self._own_posts(min(since, utc(target.created_at) - SKEW) if target else since):
            # A server forgets what a post answered once that is deleted; then the words alone must tell.
            orphan = status.in_reply_to_id is None and utc(status.created_at) >= since
            if target and status.in_reply_to_id != target.id and not orphan:
                continue
            if await self._reads(status, reply.text):
                return Receipt(native_id=status.id, url=status.url or status.uri, posted_at=utc(status.created_at))
        return None

    async def retract(self, receipt: Receipt) -> None:
        """Delete what was posted; no error when it is already gone. An answer that was lost is asked for once more."""
        try:
            await self._delete(receipt)
        except PlatformError as error:
            if error.fault is not Fault.UNKNOWN:
                raise
            await self._delete(receipt)

    async def _delete(self, receipt: Receipt) -> None:
        try:
            await self._writer.write("Deleting a reply", lambda client: client.status_delete(receipt.native_id))
        except PlatformError as error:
            if error.code != "not_found":
                raise

    async def close(self) -> None:
        """Let go of connections, once a post that is under way has been answered."""
        await self._writer.close()
        await self._reader.close()

    # ── Looking ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _may_answer(self, mention: Mention) -> bool:
        """A private message is answered by whom it was addressed to, or by nobody."""
        addressed = {handle.lower() for handle in mention.addressed}
        return mention.visibility is not Visibility.DIRECT or self.account.handle.lower() in addressed

    async def _apart(self, author: str) -> str:
        """What stands between the account and an author, as a sentence; empty when nothing does."""
        try:
            items = await self._reader.many("/api/v1/accounts/relationships", Relationship, [("id[]", author)])
        except PlatformError as error:
            if error.code == "not_found":
                return ""
            raise
        us = self.account.handle
        for item in items:
            if isinstance(item, Relationship) and item.id == author:
                if item.blocked_by:
                    return f"Its author has blocked {us}."
                if item.blocking or item.domain_blocking:
                    return f"{us} has blocked its author."
                if item.muting:
                    return f"{us} has muted its author."
        return ""

    async def _has_answered(self, status: Status) -> bool:
        since = utc(status.created_at) - SKEW
        return any(own.in_reply_to_id == status.id for own in await self._own_posts(since))

    async def _others_answered(self, status: Status) -> bool:
        """Whether another account of ours has, as far as this server knows the thread and tells in time."""
        if len(self._ours) == 1:
            return False
        try:
            context = await self._reader.context(status.id)
        except PlatformError:
            return False
        home = self.account.handle
        answers = (reply for reply in context.descendants if reply.in_reply_to_id == status.id)
        return any(handle(reply.account.acct, home).lower() in self._ours for reply in answers)

    async def _limit(self) -> int | None:
        """How long a post may be. Where that cannot be read now, the server itself refuses what is too long."""
        try:
            return await character_limit(self._reader)
        except PlatformError:
            return None

    async def _own_posts(self, since: datetime) -> list[Status]:
        """This account's posts since a moment, newest first; no more than a few pages."""
        if self._own_id is None:
            profile = await find_profile(self._reader, self.account.handle)
            if profile is None:
                raise self._writer.permanent("Looking at own posts", "its server knows no account of that handle.")
            self._own_id = profile.id
        path = f"/api/v1/accounts/{self._own_id}/statuses"
        query = [("limit", str(OWN_POSTS)), ("exclude_reblogs", "true")]
        older: list[tuple[str, str]] = []
        posts: list[Status] = []
        for _ in range(OWN_PAGES):
            items = await self._reader.many(path, Status, [*query, *older])
            page = [item for item in items if isinstance(item, Status)]
            posts += (status for status in page if utc(status.created_at) >= since)
            if not page or utc(page[-1].created_at) < since:
                break
            older = [("max_id", page[-1].id)]
        return posts

    async def _reads(self, status: Status, text: str) -> bool:
        """Whether a post of ours has these words. Its HTML alone cannot tell: servers rewrite handles in it."""
        try:
            source = await self._reader.one(f"/api/v1/statuses/{status.id}/source", Source)
        except PlatformError as error:
            if error.code not in {"not_found", "refused", "malformed"}:
                raise
            return _short_handles(plain(status.content or "")) == _short_handles(text)
        return source.text.split() == text.split()

    async def _in_time(self, doing: str, looking: Awaitable[T]) -> T:
        try:
            async with asyncio.timeout(LOOK):
                return await looking
        except TimeoutError:
            whose = f"{doing} for {self.account.handle}: {self.account.server} is too slow."
            raise PlatformError(Fault.TRANSIENT, f"{whose} It will be asked again.", code="timed_out") from None

    def _receipt(self, doing: str, posted: object) -> Receipt:
        native_id, made = getattr(posted, "id", None), getattr(posted, "created_at", None)
        if native_id is None or not isinstance(made, datetime):
            raise self._writer.unknown(doing, "malformed", "said that it posted, but not what")
        url = getattr(posted, "url", None) or getattr(posted, "uri", None) or ""
        return Receipt(native_id=str(native_id), url=str(url), posted_at=utc(made))


def _short_handles(text: str) -> list[str]:
    """The words, each handle without its server."""
    return ["@" + word[1:].partition("@")[0] if word.startswith("@") else word for word in text.split()]
