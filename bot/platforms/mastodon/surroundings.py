"""What stands around a post, as evidence: its thread, its author's account, both pages on our own server, its media."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from bot.model import ExhibitKind, Found
from bot.platforms.mastodon.entities import NotUnderstoodError, Status, one
from bot.platforms.mastodon.faults import rate_limited
from bot.platforms.mastodon.passer_by import NotHadError
from bot.ports import Fault, PlatformError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Coroutine, Iterator
    from typing import Any

    from bot.model import Mention, Original
    from bot.platforms.mastodon.entities import Media
    from bot.platforms.mastodon.passer_by import PasserBy
    from bot.platforms.mastodon.reader import Reader

    Ask = Callable[[], Coroutine[Any, Any, Found]]

RESERVE = 80
"""Questions that are left over for reading mentions: evidence stands back before they run out."""
MOST_MEDIA = 16
"""Pictures, films and sounds of one post."""
_SAID = {
    "not_found": "The server does not have it, or does not show it to us.",
    "scope_missing": "The server does not show it to the token that we have.",
    "token_revoked": "The server does not show it without a token that it accepts.",
    "timed_out": "The server did not answer in time.",
    "unreachable": "The server could not be reached.",
    "rate_limited": "The server was asked too often.",
    "server_error": "The server was in trouble.",
}
"""Why something could not be had, by the code of the error; in it might be a name."""


class Surroundings:
    """Asks for one post's surroundings, all at the same time."""

    def __init__(self, reader: Reader, passer_by: PasserBy) -> None:
        self._reader = reader
        self._passer_by = passer_by

    async def of(self, mention: Mention, kinds: Collection[ExhibitKind]) -> list[Found]:
        """Each thing that was had, or that was not and why. Raises PlatformError, where nothing should be asked now."""
        left = self._reader.remaining
        if left is not None and left < RESERVE:
            raise rate_limited(self._reader.account, self._reader.resets_at, doing="Capturing evidence")
        post = await self._post(mention, kinds)
        status = _read(post.original or mention.original)
        asked = [ask() for kind, ask in self._asked(mention, status) if kind in kinds]
        if ExhibitKind.MEDIA in kinds and status is not None:
            asked += [self._medium(medium, mention) for medium in (status.media_attachments or ())[:MOST_MEDIA]]
        found = await asyncio.gather(*asked)
        return [*([post] if ExhibitKind.POST in kinds else []), *found]

    def _asked(self, mention: Mention, status: Status | None) -> Iterator[tuple[ExhibitKind, Ask]]:
        native_id = quote(mention.native_id, safe="")
        page = f"{self._reader.account.server}/{quote(_at_home(mention, self._reader.account.handle), safe='@')}"
        context = f"/api/v1/statuses/{native_id}/context"
        yield ExhibitKind.THREAD, partial(self._told, ExhibitKind.THREAD, context)
        if status is not None:
            path = f"/api/v1/accounts/{quote(status.account.id, safe='')}"
            yield ExhibitKind.AUTHOR, partial(self._told, ExhibitKind.AUTHOR, path, public=True)
        yield ExhibitKind.POST_PAGE, partial(self._shown, ExhibitKind.POST_PAGE, f"{page}/{native_id}", mention)
        yield ExhibitKind.PROFILE_PAGE, partial(self._shown, ExhibitKind.PROFILE_PAGE, page, mention)

    async def _post(self, mention: Mention, kinds: Collection[ExhibitKind]) -> Found:
        """The post itself, where it was not kept as it was received."""
        if ExhibitKind.POST not in kinds:
            return Found(kind=ExhibitKind.POST)
        return await self._told(ExhibitKind.POST, f"/api/v1/statuses/{quote(mention.native_id, safe='')}")

    async def _told(self, kind: ExhibitKind, path: str, *, public: bool = False) -> Found:
        """What the server's interface says."""
        try:
            return Found(kind=kind, original=await self._reader.ask(path, public=public))
        except PlatformError as error:
            why = _SAID.get(error.code, "The server refused it.")
            return Found(kind=kind, missing=why, again=error.fault is Fault.TRANSIENT)

    async def _shown(self, kind: ExhibitKind, address: str, mention: Mention) -> Found:
        """What anybody can see."""
        try:
            return Found(kind=kind, original=await self._passer_by.get(address, strangers=_strangers(mention)))
        except NotHadError as why:
            return Found(kind=kind, missing=str(why), again=why.again)

    async def _medium(self, medium: Media, mention: Mention) -> Found:
        strangers = _strangers(mention, medium.remote_url)
        if not medium.url:
            return Found(kind=ExhibitKind.MEDIA, missing="Our own server has no copy of it.")
        try:
            return Found(kind=ExhibitKind.MEDIA, original=await self._passer_by.get(medium.url, strangers=strangers))
        except NotHadError as why:
            return Found(kind=ExhibitKind.MEDIA, missing=str(why), again=why.again)


def _read(original: Original | None) -> Status | None:
    """The post as it was received, for the addresses in it."""
    try:
        return one(original.body, Status) if original else None
    except (NotUnderstoodError, ValueError):
        return None


def _at_home(mention: Mention, home: str) -> str:
    """The author as pages of our own server name them."""
    name, _, host = mention.author.handle.removeprefix("@").partition("@")
    return f"@{name}" if host.lower() == home.rpartition("@")[2].lower() else f"@{name}@{host}"


def _strangers(mention: Mention, *addresses: str | None) -> set[str]:
    """The hosts that are the author's own, and so are not to notice."""
    places = (mention.uri, mention.url, mention.author.uri, *addresses)
    hosts = {_host(place) for place in places if place}
    return {*hosts, mention.author.handle.rpartition("@")[2]}


def _host(address: str) -> str:
    """The host that an address names; empty where it names none, as what strangers write may."""
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""
