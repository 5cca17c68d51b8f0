"""Paging as Mastodon documents it: newest first, `max_id`, `since_id`, `min_id`, and the Link header."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar
from urllib.parse import urlencode

from bot.platforms.simulated.people import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.platforms.simulated.fields import Fields
    from bot.platforms.simulated.ids import LocalIds

Item = TypeVar("Item")


class Pages(Generic[Item]):
    """One page of a list, chosen by the request's parameters.

    `since_id` gives the newest items after it and skips the middle of a burst; `min_id` gives the adjacent ones.
    """

    def __init__(
        self,
        items: Sequence[Item],
        local_id: Callable[[Item], str],
        ids: LocalIds,
        fields: Fields,
        limits: tuple[int, int],
    ) -> None:
        self._local_id = local_id
        self._fields = fields
        self._limit = _limit(fields.one("limit"), *limits)
        chosen = sorted(items, key=lambda item: ids.order(local_id(item)))
        for name in ("since_id", "min_id", "max_id"):
            bound = fields.one(name)
            if bound:
                edge = ids.order(bound)
                chosen = [
                    item
                    for item in chosen
                    if (ids.order(local_id(item)) < edge if name == "max_id" else ids.order(local_id(item)) > edge)
                ]
        page = chosen[: self._limit] if fields.one("min_id") else chosen[-self._limit :]
        self.items = tuple(reversed(page))
        """Newest first."""

    def link(self, address: str) -> dict[str, str]:
        """The Link header for this page; none for an empty page."""
        if not self.items:
            return {}
        older = self._address(address, "max_id", self._local_id(self.items[-1]))
        newer = self._address(address, "min_id", self._local_id(self.items[0]))
        return {"Link": f'<{older}>; rel="next", <{newer}>; rel="prev"'}

    def _address(self, address: str, name: str, value: str) -> str:
        kept = [pair for pair in self._fields.pairs() if pair[0] not in {"max_id", "since_id", "min_id"}]
        return f"{address}?{urlencode([*kept, (name, value)], safe='[]')}"


def _limit(asked: str | None, usual: int, most: int) -> int:
    if asked is None:
        return usual
    try:
        number = int(asked)
    except ValueError:
        raise Refused(400, f"limit is not a number: {asked}") from None
    return min(max(1, abs(number)), most)
