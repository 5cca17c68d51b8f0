"""A mention as an account's own server has it: the status, with the id under which that server knows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.platforms.mastodon.entities import Found, Status

if TYPE_CHECKING:
    from bot.platforms.mastodon.reader import Reader

RESOLVED = 1000
"""Mentions whose id on our own server is remembered between a look and what follows it."""


class Resolving:
    """Finds mentions on the server of one account, and remembers what it calls them."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._resolved: dict[str, str] = {}

    def known(self, uri: str) -> str | None:
        """The id of a mention that was found before; `None` when it was not, or is gone since."""
        return self._resolved.get(uri)

    async def status(self, uri: str, native_id: str | None = None) -> Status | None:
        """The post as our own server has it, fetched from its home if need be; `None` when it cannot be found.

        `native_id` is what the server calls it, where that is known. Raises PlatformError.
        """
        if native_id is None:
            native_id = self._resolved.get(uri)
        status = await self._by_id(native_id) if native_id else await self._by_uri(uri)
        if status is None or status.uri != uri:
            self._resolved.pop(uri, None)
            return None
        self.note(uri, status.id)
        return status

    def note(self, uri: str, native_id: str) -> None:
        """Remember what the server calls a mention; the one remembered for longest makes room."""
        if len(self._resolved) >= RESOLVED:
            self._resolved.pop(next(iter(self._resolved)))
        self._resolved[uri] = native_id

    async def _by_id(self, native_id: str) -> Status | None:
        return await self._reader.known(f"/api/v1/statuses/{native_id}", Status)

    async def _by_uri(self, uri: str) -> Status | None:
        query = [("q", uri), ("type", "statuses"), ("resolve", "true"), ("limit", "5")]
        found = await self._reader.known("/api/v2/search", Found, query)
        return next((status for status in found.statuses if status.uri == uri), None) if found else None
