"""Posting approved replies for one account: the one place that writes, and the one that speaks with Mastodon.py."""

from __future__ import annotations

import asyncio
import re
import ssl
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, TypeVar

import requests
from mastodon import Mastodon
from mastodon.errors import (
    MastodonAPIError,
    MastodonNetworkError,
    MastodonNotFoundError,
    MastodonRatelimitError,
)
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from bot.model import Receipt, Visibility
from bot.platforms.mastodon.decode import VISIBILITIES, handle, reread, utc
from bot.platforms.mastodon.entities import Found, Instance, Relationship, Source, Status
from bot.platforms.mastodon.faults import POST_SCOPES, rate_limited, refused, troubled
from bot.platforms.mastodon.instance import character_limit
from bot.platforms.mastodon.reader import AGENT, Reader
from bot.platforms.mastodon.replies import find_profile
from bot.platforms.mastodon.text import plain
from bot.ports import Fault, PlatformError, Presence, Sighting

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from bot.model import Account, ApprovedReply, Mention

T = TypeVar("T")

TIMEOUT = (5.0, 20.0)
"""Seconds to connect, and to wait for an answer. Mastodon.py's own default is five minutes."""
LOOK = 45.0
"""Seconds for all that is looked at around a post; with the post itself well below the time that a claim lasts."""
ONE_QUESTION = 10.0
"""Seconds of that for each single question."""
SKEW = timedelta(minutes=2)
"""By how much a server's clock may be behind ours."""
OWN_POSTS = 40
OWN_PAGES = 5
RESOLVED = 1000
"""Mentions whose id on our own server is remembered between the look and the post."""
NEVER_LEFT = (NewConnectionError, ConnectTimeoutError, ssl.SSLCertVerificationError)
"""No connection was made, so no request was sent."""
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
        self._now = now
        self._timeout = timeout
        self._reader = Reader(account, token, now=now, scopes=POST_SCOPES, deadline=ONE_QUESTION)
        self._client = Mastodon(
            access_token=token,
            api_base_url=account.server,
            ratelimit_method="throw",
            request_timeout=timeout,  # type: ignore[arg-type]  # handed on to requests, which takes the pair
            version_check_mode="none",
            user_agent=AGENT,
            session=_session(),
        )
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix=f"post-{account.id}")
        self._resolved: dict[str, str] = {}
        self._own_id: str | None = None

    async def look(self, mention: Mention) -> Sighting:
        """The mention as this account's own server sees it, and whether somebody of ours has already answered it."""
        return await self._in_time("Looking before posting", self._look(mention))

    async def _look(self, mention: Mention) -> Sighting:
        seen_by_us = mention.account == self.account.id
        status = await self._resolve(mention.uri, mention.native_id if seen_by_us else None)
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
        status = await self._resolve(mention.uri) if replies else None
        return status is not None and status.id in replies

    async def publish(self, reply: ApprovedReply) -> Receipt:
        """Post the reply, once: nothing here repeats by itself."""
        doing = f"Posting the reply of case {reply.case_id}"
        if not (reply.key.isascii() and reply.key.isprintable() and reply.key):
            raise self._permanent(doing, "its key is not one line of ASCII, which a request cannot carry.")
        target = self._resolved.get(reply.mention_uri)
        if target is None:
            status = await self._resolve(reply.mention_uri)
            if status is None:
                why = f"{self.account.server} cannot find the post that it answers."
                raise self._permanent(doing, why, code="not_found")
            target = status.id
        posted = await self._write(
            doing,
            partial(
                self._client.status_post,
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
        target, since = await self._resolve(reply.mention_uri), reply.intended_at - SKEW
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
            await self._write("Deleting a reply", partial(self._client.status_delete, receipt.native_id))
        except PlatformError as error:
            if error.code != "not_found":
                raise

    async def close(self) -> None:
        """Let go of connections, once a post that is under way has been answered."""
        await asyncio.to_thread(self._thread.shutdown)
        self._client.session.close()
        await self._reader.close()

    # ── Looking ──────────────────────────────────────────────────────────────────────────────────────────────────

    async def _resolve(self, uri: str, native_id: str | None = None) -> Status | None:
        """The post as our own server has it, fetched from its home if need be."""
        if native_id is None:
            native_id = self._resolved.get(uri)
        status = await self._by_id(native_id) if native_id else await self._by_uri(uri)
        if status is None or status.uri != uri:
            self._resolved.pop(uri, None)
            return None
        if len(self._resolved) >= RESOLVED:
            self._resolved.pop(next(iter(self._resolved)))
        self._resolved[uri] = status.id
        return status

    async def _by_id(self, native_id: str) -> Status | None:
        try:
            return await self._reader.one(f"/api/v1/statuses/{native_id}", Status)
        except PlatformError as error:
            if error.code == "not_found":
                return None
            raise

    async def _by_uri(self, uri: str) -> Status | None:
        query = [("q", uri), ("type", "statuses"), ("resolve", "true"), ("limit", "5")]
        try:
            found = await self._reader.one("/api/v2/search", Found, query)
        except PlatformError as error:
            if error.code == "not_found":
                return None
            raise
        return next((status for status in found.statuses if status.uri == uri), None)

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
                raise self._permanent("Looking at own posts", "its server knows no account of that handle.")
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

    # ── Writing ──────────────────────────────────────────────────────────────────────────────────────────────────

    async def _write(self, doing: str, call: Callable[[], T]) -> T:
        """Call Mastodon.py in this account's own thread, one call at a time: the client is not safe to share.

        An answer that drips in for ever is not waited for. A call that has not begun by then never will.
        """
        calling = self._thread.submit(self._told_apart, doing, call)
        try:
            async with asyncio.timeout(2 * sum(self._timeout)):
                return await asyncio.wrap_future(calling)
        except TimeoutError:
            if calling.cancelled():
                why = f"an earlier call to {self.account.server} is still under way. Nothing was sent."
                message = f"{doing} for {self.account.handle}: {why}"
                raise PlatformError(Fault.TRANSIENT, message, code="timed_out") from None
            raise self._unknown(doing, "timed_out", "did not answer in time") from None

    def _told_apart(self, doing: str, call: Callable[[], T]) -> T:
        try:
            return call()
        except Exception as error:  # noqa: BLE001 - whatever it is, it must be said whether the request may have acted
            raise self._fault(doing, error) from None

    def _fault(self, doing: str, error: Exception) -> PlatformError:
        if isinstance(error, MastodonRatelimitError):
            return rate_limited(self.account, self._retry_at(), doing=doing)
        if isinstance(error, MastodonNetworkError):
            return self._network_fault(doing, error)
        if isinstance(error, MastodonAPIError):
            return self._api_fault(doing, error)
        if isinstance(error, ValueError) and not isinstance(error, requests.RequestException):
            return self._permanent(doing, f"it was not sent, for it cannot be sent as it is ({type(error).__name__}).")
        return self._unknown(doing, "malformed", f"gave an answer that is not understood ({type(error).__name__})")

    def _network_fault(self, doing: str, error: MastodonNetworkError) -> PlatformError:
        causes = tuple(_causes(error))
        if any(isinstance(cause, NEVER_LEFT) for cause in causes):
            where = f"{doing} for {self.account.handle}: {self.account.server} cannot be reached."
            return PlatformError(
                Fault.TRANSIENT, f"{where} Nothing was sent; it will be tried again.", code="unreachable"
            )
        if any(isinstance(cause, requests.TooManyRedirects) for cause in causes):
            return refused(self.account, HTTPStatus.FOUND, None, doing=doing, scopes=POST_SCOPES)
        if any(isinstance(cause, requests.exceptions.InvalidHeader | UnicodeError) for cause in causes):
            return self._permanent(doing, "it was not sent, for the request cannot carry it as it is.")
        if any(isinstance(cause, requests.Timeout) for cause in causes):
            return self._unknown(doing, "timed_out", "did not answer in time")
        return self._unknown(doing, "unreachable", "broke off without an answer")

    def _api_fault(self, doing: str, error: MastodonAPIError) -> PlatformError:
        code = next((part for part in error.args[1:2] if isinstance(part, int)), None)
        said = next((part for part in error.args[3:4] if isinstance(part, str)), None)
        if code is None:
            return self._unknown(doing, "not_json", "sent something that is not JSON")
        if isinstance(error, MastodonNotFoundError):
            return refused(self.account, HTTPStatus.NOT_FOUND, said, doing=doing, scopes=POST_SCOPES)
        if code >= HTTPStatus.INTERNAL_SERVER_ERROR or code == HTTPStatus.REQUEST_TIMEOUT:
            return troubled(self.account, code, Fault.UNKNOWN, doing=doing)
        return refused(self.account, code, said, doing=doing, scopes=POST_SCOPES)

    def _retry_at(self) -> datetime | None:
        """By our own clock; Mastodon.py has already set off the server's clock against this machine's."""
        reset: float | None = getattr(self._client, "ratelimit_reset", None)
        return None if reset is None else self._now() + timedelta(seconds=max(1.0, reset - time.time()))

    def _receipt(self, doing: str, posted: object) -> Receipt:
        native_id, made = getattr(posted, "id", None), getattr(posted, "created_at", None)
        if native_id is None or not isinstance(made, datetime):
            raise self._unknown(doing, "malformed", "said that it posted, but not what")
        url = getattr(posted, "url", None) or getattr(posted, "uri", None) or ""
        return Receipt(native_id=str(native_id), url=str(url), posted_at=utc(made))

    def _unknown(self, doing: str, code: str, why: str) -> PlatformError:
        whose = f"{doing} for {self.account.handle}: {self.account.server} {why}."
        return PlatformError(Fault.UNKNOWN, f"{whose} It is not known whether it acted.", code=code)

    def _permanent(self, doing: str, why: str, *, code: str = "refused") -> PlatformError:
        return PlatformError(Fault.PERMANENT, f"{doing} for {self.account.handle}: {why}", code=code)


def _session() -> requests.Session:
    """A new connection for each request, and no redirects.

    On a kept connection that the server has closed meanwhile, a request breaks off and nobody knows whether it arrived;
    a refused new one is proof that it did not. A redirected POST would arrive as a GET.
    """
    session = requests.Session()
    session.headers["Connection"] = "close"
    session.max_redirects = 0
    return session


def _causes(error: BaseException) -> list[BaseException]:
    """The error and everything inside it: what it was raised from, its `reason`, and errors among its arguments."""
    found: list[BaseException] = []
    waiting: list[object] = [error]
    while waiting:
        item = waiting.pop()
        if isinstance(item, BaseException) and item not in found:
            found.append(item)
            waiting += [item.__cause__, item.__context__, getattr(item, "reason", None), *item.args]
    return found


def _short_handles(text: str) -> list[str]:
    """The words, each handle without its server."""
    return ["@" + word[1:].partition("@")[0] if word.startswith("@") else word for word in text.split()]
