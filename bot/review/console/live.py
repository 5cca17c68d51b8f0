"""The open pages: woken when something changed, and the sentences that staff must hear."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

HEARTBEAT_SECONDS = 20
"""A line that says nothing, so that proxies keep the stream and we notice who has gone."""
NOTICE_SECONDS = 2 * 60
"""How long a page that is opened later still shows a notice."""
NOTICES_KEPT = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A sentence to staff, or to the safety desk alone."""

    text: str
    safety: bool
    at: float


@dataclass(eq=False, slots=True)
class _Reader:
    safety: bool
    woken: asyncio.Event = field(default_factory=asyncio.Event)


class Live:
    """Everyone who has a page open. `clock` counts seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._readers: set[_Reader] = set()
        self._notices: deque[Notice] = deque(maxlen=NOTICES_KEPT)
        self._closing = False

    @property
    def readers(self) -> int:
        """How many pages are open."""
        return len(self._readers)

    def changed(self) -> None:
        """Wake every open page, to fetch itself anew."""
        for reader in self._readers:
            reader.woken.set()

    def tell(self, text: str, *, safety: bool) -> None:
        """Keep a sentence for every page that may show it, and wake those that are open."""
        self._notices.append(Notice(text=text, safety=safety, at=self._clock()))
        for reader in self._readers:
            if reader.safety or not safety:
                reader.woken.set()

    def notices(self, *, safety: bool) -> list[str]:
        """The sentences of the last minutes, newest first and each once; the safety desk's only where asked."""
        since = self._clock() - NOTICE_SECONDS
        recent = (notice for notice in reversed(self._notices) if notice.at > since)
        return list(dict.fromkeys(notice.text for notice in recent if safety or not notice.safety))

    def close(self) -> None:
        """End every stream, so that the listener can stop."""
        self._closing = True
        for reader in self._readers:
            reader.woken.set()

    async def stream(self, *, safety: bool) -> AsyncGenerator[str]:
        """Server-sent events for one open page, until it goes or the console closes."""
        reader = _Reader(safety=safety)
        self._readers.add(reader)
        try:
            yield "retry: 3000\n\n"
            while not self._closing:
                try:
                    await asyncio.wait_for(reader.woken.wait(), HEARTBEAT_SECONDS)
                except TimeoutError:
                    yield ": still here\n\n"
                    continue
                reader.woken.clear()
                yield "event: changed\ndata: {}\n\n"
        finally:
            self._readers.discard(reader)
