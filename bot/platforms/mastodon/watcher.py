"""Mentions of one account, and replies under watched posts, read over HTTP. Holds nothing that can write."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec
import structlog

from bot.platforms.mastodon.decode import handle, mention_of, profile_text, reread, utc
from bot.platforms.mastodon.entities import Found, Notification, Profile, Status, Token, Unread
from bot.platforms.mastodon.instance import character_limit, house_rules
from bot.platforms.mastodon.passer_by import PasserBy
from bot.platforms.mastodon.reader import Reader
from bot.platforms.mastodon.replies import Replies, find_profile
from bot.platforms.mastodon.statuses import Statuses
from bot.platforms.mastodon.surroundings import Surroundings
from bot.platforms.mastodon.threads import Threads
from bot.ports import AccountFacts, Fault, Page, PlatformError, Presence, Sighting

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from bot.model import Account, ExhibitKind, Mention
    from bot.model import Found as FoundAround

A_PAGE = "80"
"""Notifications asked for at once; a server may give fewer."""
MOST_PAGES = 50
"""Read back at most, for an account that had never been mentioned when we first looked."""
log = structlog.get_logger(__name__)


class Cursor(msgspec.Struct, frozen=True, omit_defaults=True):
    """How far we have read. The server's own order decides; ids are never compared."""

    since: datetime
    """When we first looked: nothing older is ever handed over."""
    min_id: str = ""
    """The newest notification that was handed over; empty while there has been none."""
    turn: int = 0
    """Grows with each page that holds replies, so that the page's being stored shows in the next call."""


class MastodonWatcher:
    """Reads for one account. Replies under its own posts, and under those of `protected`, count as mentions.

    Whom `protected` holds is asked at each reading.
    """

    def __init__(
        self, account: Account, token: str, *, protected: Iterable[str] = (), now: Callable[[], datetime]
    ) -> None:
        self.account = account
        self._now = now
        self._reader = Reader(account, token, now=now)
        self._statuses = Statuses(self._reader)
        self._threads = Threads(self._reader, self._statuses)
        self._replies = Replies(self._reader, self._threads, _Watched(account.handle, protected), now=now)
        self._passer_by = PasserBy(account.server, now=now)
        self._surroundings = Surroundings(self._reader, self._passer_by)
        self._offered: str | None = None
        self._draining = False

    async def fetch(self, cursor: str | None) -> Page:
        """The next mentions after the cursor, in the order in which they were written."""
        if cursor is None:
            return Page(mentions=(), cursor=await self._now_as_cursor())
        place = self._place(cursor)
        self._replies.settle(stored=cursor == self._offered)
        if not self._draining:
            self._threads.forget()
        news, malformed, min_id = await self._notified(place)
        self._draining = min_id != place.min_id and bool(place.min_id)
        replies = [] if self._draining else await self._under_posts(place, alone=not (news or malformed))
        self._replies.note(news)
        place = Cursor(since=place.since, min_id=min_id, turn=place.turn + bool(replies))
        page = Page(
            mentions=tuple(self._marked(mention, news) for mention in await self._mentions([*news, *replies])),
            cursor=msgspec.json.encode(place).decode(),
            more=self._draining or bool(replies and self._replies.more),
            malformed=tuple(malformed),
        )
        self._offered = page.cursor
        return page

    async def look(self, mentions: Sequence[Mention]) -> Sequence[Sighting]:
        """How these mentions stand now, in the same order."""
        found = await self._statuses.of(mention.native_id for mention in mentions)
        return [self._sighting(mention, found.get(mention.native_id)) for mention in mentions]

    async def find(self, url: str) -> Mention | None:
        """The post behind a link, also one on another server if ours can fetch it."""
        if not url.startswith(("https://", "http://")):
            return None
        query = [("q", url), ("type", "statuses"), ("resolve", "true"), ("limit", "1")]
        found = await self._reader.one("/api/v2/search", Found, query)
        status = next(iter(found.statuses), None)
        if status is None:
            return None
        threads = Threads(self._reader, self._statuses)  # a burst may be on its way through the other one
        parent, thread = (await threads.places([status]))[status.id]
        return mention_of(status, self.account, parent=parent, thread=thread)

    async def facts(self) -> AccountFacts:
        """What the server says of the account and its token."""
        profile = await self._profile()
        return AccountFacts(
            handle=handle(profile.acct, self.account.handle),
            scopes=await self._scopes(),
            profile_text=profile_text(profile),
            bot=bool(profile.bot),
            character_limit=await character_limit(self._reader),
            rules=await house_rules(self._reader),
        )

    async def surroundings(self, mention: Mention, kinds: Collection[ExhibitKind]) -> Sequence[FoundAround]:
        """What stands around a mention, of these kinds."""
        return await self._surroundings.of(mention, kinds)

    async def close(self) -> None:
        """Let go of connections."""
        await self._reader.close()
        await self._passer_by.close()

    # ── Mentions ─────────────────────────────────────────────────────────────────────────────────────────────────

    async def _now_as_cursor(self) -> str:
        since = self._now()
        newest = await self._page([("limit", "1")])
        return msgspec.json.encode(Cursor(since=since, min_id=_newest(newest))).decode()

    def _place(self, cursor: str) -> Cursor:
        try:
            return msgspec.json.decode(cursor, type=Cursor)
        except msgspec.DecodeError:
            raise PlatformError(
                Fault.PERMANENT,
                f"Reading for {self.account.handle}: the stored place to go on from is not ours: {cursor[:40]!r}. "
                "Was the account's platform changed? Give the account another `id`, and it begins at this moment.",
                code="malformed",
            ) from None

    async def _notified(self, place: Cursor) -> tuple[list[Status], list[str], str]:
        """Posts that name us, oldest first; sentences about what was not understood; how far we have read."""
        items = await self._page([("min_id", place.min_id)]) if place.min_id else await self._all_since(place.since)
        news: dict[str, Status] = {}
        malformed: list[str] = []
        for item in reversed(items):
            if isinstance(item, Unread):
                malformed.append(self._complaint(item))
            elif item.type == "mention" and item.status:
                news[item.status.uri] = item.status
        return list(news.values()), malformed, _newest(items) or place.min_id

    async def _page(self, query: list[tuple[str, str]]) -> list[Notification | Unread]:
        """Newest first. What the account's own filters hide from its timeline is asked for too: abuse is there."""
        usual = [("types[]", "mention"), ("include_filtered", "true")]
        if not any(name == "limit" for name, _ in query):
            usual.append(("limit", A_PAGE))
        return await self._reader.many("/api/v1/notifications", Notification, [*usual, *query])

    async def _all_since(self, since: datetime) -> list[Notification | Unread]:
        """For an account that had never been mentioned: everything, page behind page, back to the start."""
        items = page = await self._page([])
        for _ in range(MOST_PAGES):
            last = page[-1] if page else None
            if last is None or last.id == "?" or (isinstance(last, Notification) and _before(last, since)):
                break
            page = await self._page([("max_id", last.id)])
            items = [*items, *page]
        return [item for item in items if isinstance(item, Unread) or not _before(item, since)]

    async def _under_posts(self, place: Cursor, *, alone: bool) -> list[Status]:
        """Replies that name nobody. Trouble with these must not hold up mentions that were read without trouble."""
        try:
            return await self._replies.fresh(place.since)
        except PlatformError as error:
            if alone:
                raise
            log.warning("replies.unread", account=self.account.id, code=error.code, why=str(error))
            return []

    async def _mentions(self, statuses: Sequence[Status]) -> tuple[Mention, ...]:
        """Each post once, with what it answers, in the order of writing; the account's own left out."""
        unique = {status.uri: status for status in statuses if not self._is_own(status)}
        places = await self._threads.places(unique.values())
        mentions = (
            mention_of(status, self.account, parent=places[status.id].parent, thread=places[status.id].thread)
            for status in unique.values()
        )
        return tuple(sorted(mentions, key=lambda mention: mention.created_at))

    def _marked(self, mention: Mention, news: Sequence[Status]) -> Mention:
        """The mention with whom it was found for, where it neither names us nor stands under a post of ours."""
        who = self._replies.under.get(mention.uri, "")
        ours = self.account.handle.lower()
        named = ours in {who.lower(), *(each.lower() for each in mention.addressed)}
        if not who or named or any(status.uri == mention.uri for status in news):
            return mention
        return replace(mention, watched_for=who)

    def _is_own(self, status: Status) -> bool:
        return handle(status.account.acct, self.account.handle).lower() == self.account.handle.lower()

    def _complaint(self, item: Unread) -> str:
        return (
            f"Notification {item.id} of {self.account.handle} was passed over, for it could not be understood: "
            f"{item.why}. Read it at {self.account.server}/notifications."
        )

    def _sighting(self, mention: Mention, status: Status | None) -> Sighting:
        if status is None:
            return Sighting(uri=mention.uri, presence=Presence.GONE)
        return Sighting(uri=mention.uri, presence=Presence.PRESENT, mention=reread(mention, status, self.account))

    # ── Facts ────────────────────────────────────────────────────────────────────────────────────────────────────

    async def _profile(self) -> Profile:
        """Our own profile; as the public sees it when the token may not ask who it is."""
        try:
            return await self._reader.one("/api/v1/accounts/verify_credentials", Profile)
        except PlatformError as error:
            if error.code != "scope_missing":
                raise
            profile = await find_profile(self._reader, self.account.handle)
            if profile is None:
                raise
            return profile

    async def _scopes(self) -> frozenset[str] | None:
        """Of the token itself where the server tells; of its application, which may have more, where it does not."""
        for path in ("/oauth/token/info", "/api/v1/apps/verify_credentials"):
            try:
                told = await self._reader.one(path, Token)
            except PlatformError as error:
                if error.code in {"unreachable", "timed_out", "rate_limited"}:
                    raise
                continue
            if (scopes := told.scope or told.scopes) is not None:
                return frozenset(scopes.split() if isinstance(scopes, str) else scopes)
        return None


class _Watched:
    """The account's own handle, and whoever is protected at the moment of asking."""

    def __init__(self, own: str, protected: Iterable[str]) -> None:
        self._own = own
        self._protected = protected

    def __iter__(self) -> Iterator[str]:
        yield self._own
        yield from self._protected


def _newest(items: Sequence[Notification | Unread]) -> str:
    """The id that the server put first; empty when there is none."""
    return next((item.id for item in items if item.id != "?"), "")


def _before(item: Notification | Unread, since: datetime) -> bool:
    return isinstance(item, Notification) and item.created_at is not None and utc(item.created_at) < since
