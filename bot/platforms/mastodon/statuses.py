"""Posts by their ids, many at a time where the server can."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.platforms.mastodon.entities import Status
from bot.platforms.mastodon.faults import rate_limited
from bot.ports import PlatformError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.platforms.mastodon.reader import Reader

BATCH = 20
"""As many as Mastodon answers at once."""
RESERVE = 40
"""Questions that are left over for reading mentions when posts have to be asked for one by one."""
NO_BATCHES = frozenset({"not_found", "refused"})


class Statuses:
    """Asks for many posts at once; a server that cannot is asked one by one from then on."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._batches = True

    async def of(self, native_ids: Iterable[str]) -> dict[str, Status]:
        """The posts that there are, by id. One that is missing is gone: it was asked for by itself as well."""
        wanted = list(dict.fromkeys(native_ids))
        found: dict[str, Status] = {}
        for start in range(0, len(wanted), BATCH):
            ids = wanted[start : start + BATCH]
            together = await self._together(ids) if self._batches and len(ids) > 1 else {}
            found |= together
            for native_id in ids:
                if native_id in together:
                    continue
                self._spare()
                if status := await self.one(native_id):
                    found[native_id] = status
                    self._batches = self._batches and (len(ids) == 1 or bool(together))
        return found

    async def one(self, native_id: str) -> Status | None:
        """The post, or `None` when the server has it no more, or does not show it to us."""
        return await self._reader.known(f"/api/v1/statuses/{native_id}", Status)

    def _spare(self) -> None:
        """Stop before the questions run out that new mentions are read with."""
        left = self._reader.remaining
        if left is not None and left < RESERVE:
            raise rate_limited(self._reader.account, self._reader.resets_at, doing="Looking at posts again")

    async def _together(self, native_ids: list[str]) -> dict[str, Status]:
        try:
            items = await self._reader.many(
                "/api/v1/statuses", Status, [("id[]", native_id) for native_id in native_ids]
            )
        except PlatformError as error:
            if error.code not in NO_BATCHES:
                raise
            self._batches = False
            return {}
        return {item.id: item for item in items if isinstance(item, Status)}
