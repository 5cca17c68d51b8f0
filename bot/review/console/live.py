"""The open pages: who has which case open, when they are woken, and the sentences that staff must hear."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable

HEARTBEAT_SECONDS = 20
"""A line that says nothing, so that proxies keep the stream and we notice who has gone."""
NOTICE_SECONDS = 2 * 60
"""How long a page that is opened later still shows a notice."""
NOTICES_KEPT = 20
OPEN_SECONDS = 5 * 60
"""How long a case counts as open whose page has no script to say that it still is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A sentence to staff, or to the safety desk alone."""

    text: str
    safety: bool
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A case that somebody has before them."""

    case_id: str
    safety: bool
    """Whether only the safety desk may know of it."""
    at: float


@dataclass(eq=False, slots=True, kw_only=True)
class _Reader:
    who: str
    safety: bool
    opening: Opening | None
    woken: asyncio.Event = field(default_factory=asyncio.Event)
    news: bool = False
    """Whether something changed."""
    others: bool = False
    """Whether who has what open has changed."""


async def _still() -> bool:
    return True


class Live:
    """Everyone who has a page open. `clock` counts seconds. Nothing of it is kept."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._readers: set[_Reader] = set()
        self._last: dict[str, Opening] = {}
        """For each person the case whose page they loaded last, unless they have gone elsewhere since."""
        self._notices: deque[Notice] = deque(maxlen=NOTICES_KEPT)
        self._closing = False

    @property
    def readers(self) -> int:
        """How many pages are open."""
        return len(self._readers)

    def changed(self) -> None:
        """Wake every open page, to fetch itself anew."""
        for reader in self._readers:
            reader.news = True
            reader.woken.set()

    def tell(self, text: str, *, safety: bool) -> None:
        """Keep a sentence for every page that may show it, and wake those that are open."""
        self._notices.append(Notice(text=text, safety=safety, at=self._clock()))
        for reader in self._readers:
            if reader.safety or not safety:
                reader.news = True
                reader.woken.set()

    def notices(self, *, safety: bool) -> list[str]:
        """The sentences of the last minutes, newest first and each once; the safety desk's only where asked."""
        since = self._clock() - NOTICE_SECONDS
        recent = (notice for notice in reversed(self._notices) if notice.at > since)
        return list(dict.fromkeys(notice.text for notice in recent if safety or not notice.safety))

    # Who has what open: seen by the others, and in nobody's way

    def opens(self, who: str, case_id: str, *, safety: bool) -> None:
        """Somebody has loaded the page of a case."""
        self._last[who] = Opening(case_id=case_id, safety=safety, at=self._clock())
        self._others_changed()

    def goes_elsewhere(self, who: str) -> None:
        """Somebody has loaded a page that is no case."""
        if self._last.pop(who, None) is not None:
            self._others_changed()

    def has_open(self, who: str) -> frozenset[str]:
        """The cases that this person has open, on whichever of their pages."""
        return frozenset(opening.case_id for person, opening in self._openings() if person == who)

    def openings(self, *, safety: bool, but: str) -> dict[str, list[str]]:
        """For each case that others have open, who they are, in a fixed order; the safety desk's only where asked."""
        found: dict[str, set[str]] = {}
        for person, opening in self._openings():
            if person != but and (safety or not opening.safety):
                found.setdefault(opening.case_id, set()).add(person)
        return {case_id: sorted(people) for case_id, people in sorted(found.items())}

    def _openings(self) -> list[tuple[str, Opening]]:
        since = self._clock() - OPEN_SECONDS
        loaded = [(person, opening) for person, opening in self._last.items() if opening.at > since]
        return [*loaded, *((reader.who, reader.opening) for reader in self._readers if reader.opening is not None)]

    def _others_changed(self) -> None:
        for reader in self._readers:
            reader.others = True
            reader.woken.set()

    def close(self) -> None:
        """End every stream, so that the listener can stop."""
        self._closing = True
        for reader in self._readers:
            reader.woken.set()

    async def stream(
        self,
        *,
        who: str,
        safety: bool,
        case: tuple[str, bool] | None = None,
        name: Callable[[str], str] = str,
        still: Callable[[], Awaitable[bool]] = _still,
    ) -> AsyncGenerator[str]:
        """Server-sent events for one open page, until it goes or the console closes.

        `case` is the id of the case that the page shows, and whether only the safety desk may know of it. `changed`
        says that the page is to fetch itself anew; `who` who else has which case open, by name. It ends once `still`
        says that the reader is not signed in any more.
        """
        opening = Opening(case_id=case[0], safety=case[1], at=self._clock()) if case else None
        reader = _Reader(who=who, safety=safety, opening=opening)
        reader.others = bool(self.openings(safety=safety, but=who))
        self._readers.add(reader)
        if reader.others:
            reader.woken.set()
        if opening is not None:
            self._others_changed()
        try:
            yield "retry: 3000\n\n"
            while not self._closing:
                try:
                    await asyncio.wait_for(reader.woken.wait(), HEARTBEAT_SECONDS)
                except TimeoutError:
                    yield ": still here\n\n"
                    continue
                reader.woken.clear()
                if not await still():
                    break
                if reader.others:
                    reader.others = False
                    people = self.openings(safety=safety, but=who)
                    named = {case_id: [name(each) for each in others] for case_id, others in people.items()}
                    yield f"event: who\ndata: {json.dumps(named)}\n\n"
                if reader.news or self._closing:
                    reader.news = False
                    yield "event: changed\ndata: {}\n\n"
        finally:
            self._readers.discard(reader)
            self._has_gone(reader)

    def _has_gone(self, reader: _Reader) -> None:
        """Whoever closed the page of a case has it open no longer, unless another page of theirs still shows it."""
        if reader.opening is None:
            return
        last = self._last.get(reader.who)
        if last is not None and last.case_id == reader.opening.case_id:
            del self._last[reader.who]
        self._others_changed()
