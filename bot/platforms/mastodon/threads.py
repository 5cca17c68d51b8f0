"""What a mention answers, and the first post of its conversation, each asked for once."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import structlog

from bot.platforms.mastodon.decode import parent_of
from bot.ports import PlatformError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.model import Parent
    from bot.platforms.mastodon.entities import Context, Status
    from bot.platforms.mastodon.reader import Reader
    from bot.platforms.mastodon.statuses import Statuses

KEPT = 5000
"""Posts remembered at most; more than one drained burst has."""
log = structlog.get_logger(__name__)


class Place(NamedTuple):
    """Where a post stands in its conversation."""

    parent: Parent | None = None
    thread: str = ""
    """`uri` of the first post; empty when this one is the first, or when nothing above it can be seen."""


class Threads:
    """Remembers posts and the roots of their threads while a burst is read."""

    def __init__(self, reader: Reader, statuses: Statuses) -> None:
        self._reader = reader
        self._statuses = statuses
        self._known: dict[str, tuple[Status, str] | None] = {}
        """By id: a post and the `uri` of its thread's first; `None` for one that is not to be had."""

    def forget(self) -> None:
        """Begin anew, so that an edited parent is read again."""
        self._known.clear()

    async def places(self, statuses: Iterable[Status]) -> dict[str, Place]:
        """Where each of these posts stands, by id.

        A mention never waits for its parent: what is gone, hidden or cannot be read now is left out.
        """
        replies = {status.id: status.in_reply_to_id for status in statuses}
        try:
            await self._learn([parent for parent in replies.values() if parent and parent not in self._known])
        except PlatformError as error:
            log.warning("parents.unread", account=self._reader.account.id, code=error.code, why=str(error))
        return {native_id: self._under(parent) for native_id, parent in replies.items()}

    def remember(self, status: Status, context: Context) -> None:
        """Take note of a post and all that stands above and below it."""
        root = (*context.ancestors, status)[0].uri
        for known in (*context.ancestors, status, *context.descendants):
            self._keep(known, root)

    async def _learn(self, native_ids: list[str]) -> None:
        found = await self._statuses.of(native_ids)
        for native_id in native_ids:
            if native_id in self._known:
                continue
            status = found.get(native_id)
            if status is None:
                self._known[native_id] = None
            elif status.in_reply_to_id is None:
                self._keep(status, status.uri)
            else:
                self.remember(status, await self._reader.context(native_id))

    def _under(self, native_id: str | None) -> Place:
        known = self._known.get(native_id) if native_id else None
        return Place(parent_of(known[0], self._reader.account), known[1]) if known else Place()

    def _keep(self, status: Status, root: str) -> None:
        if len(self._known) >= KEPT:
            self._known.pop(next(iter(self._known)))
        self._known[status.id] = (status, root)
