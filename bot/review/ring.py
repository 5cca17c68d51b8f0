"""The second way to the safety team: by whatever each person named, until somebody acknowledges.

It holds apart from the chat: when Telegram is down, or a phone is silent there, mail, a text message or a webhook still
comes. What it says has no word of the post and nobody's handle, because it passes through other people's servers.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog
from apprise import Apprise, AppriseAsset, NotifyType

from bot.model import State
from bot.ports import Fault, PlatformError
from bot.review.cue_words import level_words
from bot.review.words import moment, policy_words
from bot.safety.kinds import for_safeguarding
from bot.safety.relief import watch_now

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from bot.attention import Attention
    from bot.model import Case
    from bot.review.card import CaseCard
    from bot.review.room import Room

LOG = structlog.get_logger()
TITLE = "Somebody may be in danger"
UNHEARD = "Nobody of the safety team could be rung by a second way. Call them yourself, and look at the ways."
PATIENCE = 15
"""Seconds in which one way has to answer."""


class BadWayError(ValueError):
    """An address by which nobody can be rung. The message names the variable, never the address, which is a secret."""


def ways(addresses: str, variable: str) -> tuple[Apprise, ...]:
    """The ways that a variable holds, separated by white space. Raises BadWayError for the first that is none."""
    asset = AppriseAsset(storage_mode="memory", allow_templates=False, app_id="Not in our name")
    found = []
    for number, address in enumerate(addresses.split(), 1):
        way = Apprise(asset=asset)
        if not way.add(address):
            message = (
                f"address {number} in {variable} is none that Apprise knows; they look like mailto://… or ntfy://…"
            )
            raise BadWayError(message)
        found.append(way)
    return tuple(found)


@dataclass(kw_only=True)
class RingDesk:
    """Rings whoever is on, then everybody of the safety team, while an escalation is not acknowledged."""

    room: Room
    attention: Attention
    people: Mapping[str, Sequence[Apprise]]
    """The ways to each person, by their id."""
    name: str = field(default="ring", init=False)
    _rung: dict[str, datetime] = field(default_factory=dict, init=False)
    """When each case was last rung for; after a restart it rings anew, which is the safe mistake."""

    def __post_init__(self) -> None:
        # The library logs addresses, which hold passwords and tokens.
        logging.getLogger("apprise").setLevel(logging.CRITICAL)

    async def refresh(self) -> None:
        """Ring for every escalation that is due. Raises PlatformError when nobody could be reached."""
        cases = await self.room.store.cases(states={State.ESCALATED}, safety=True)
        waiting = {case.id: case for case in cases if case.acknowledged_by is None}
        self._rung = {case_id: at for case_id, at in self._rung.items() if case_id in waiting}
        now = self.room.now()
        every = timedelta(minutes=self.attention.files.config.schedule.ring_minutes)
        due = [case for case in waiting.values() if case.id not in self._rung or now - self._rung[case.id] >= every]
        if due:
            on = (await watch_now(self.room.store, self.attention.safety, now)).on
            unheard = await self._ring(due, on)
            self._rung |= {case.id: now for case in due if case.id not in unheard}
            if unheard:
                raise PlatformError(Fault.TRANSIENT, UNHEARD, code="unreachable")

    async def tell(self, text: str, *, safety: bool = False) -> None:
        """Nothing: what is said beside an escalation is for the chat and the console."""

    async def _ring(self, cases: Sequence[Case], on: Sequence[str]) -> set[str]:
        """Call about each case whoever is to hear of it first; where nobody of them can be reached, everybody at once.

        The ids of the cases of which nobody heard.
        """
        to_call = {case.id: self._first(case, on) for case in cases}
        heard = await self._call_all(cases, to_call)
        unheard = [case for case in cases if not heard & set(to_call[case.id])]
        if unheard:
            rest = {case.id: [person for person in self.people if person not in to_call[case.id]] for case in unheard}
            heard |= (more := await self._call_all(unheard, rest))
            unheard = [case for case in unheard if not more & set(rest[case.id])]
        LOG.info("safety.rung", cases=[case.id for case in cases], people=sorted(heard))
        return {case.id for case in unheard}

    def _first(self, case: Case, on: Sequence[str]) -> list[str]:
        """Who is rung for a case now: whoever is on, where there is a child the safeguarding lead; then everybody."""
        if case.id in self._rung:
            return list(self.people)
        lead = self.attention.files.config.safety.safeguarding_lead
        first = [lead] if lead and for_safeguarding(case) else on
        return [person for person in first if self.people.get(person)] or list(self.people)

    async def _call_all(self, cases: Sequence[Case], to_call: Mapping[str, Sequence[str]]) -> set[str]:
        """Call each person once, about all that is theirs to hear; who could be reached."""
        cards = sorted(await self.room.cards(cases), key=lambda card: -len(card.level))
        bodies = {
            person: "\n".join(self._words([card for card in cards if person in to_call[card.case_id]]))
            for person in self.people
            if any(person in people for people in to_call.values())
        }
        reached = await asyncio.gather(*(self._call(person, body) for person, body in bodies.items()))
        return {person for person, heard in zip(bodies, reached, strict=True) if heard}

    async def _call(self, person: str, body: str) -> bool:
        """Whether any of this person's ways took it."""
        heard = await asyncio.gather(*(self._by(way, person, body) for way in self.people[person]))
        return any(heard)

    async def _by(self, way: Apprise, person: str, body: str) -> bool:
        try:
            heard = bool(await asyncio.wait_for(way.async_notify(body, TITLE, NotifyType.FAILURE), PATIENCE))
        except TimeoutError:
            heard = False
        if not heard:
            LOG.warning("safety.way_failed", person=person)
        return heard

    def _words(self, cards: Sequence[CaseCard]) -> Iterable[str]:
        for card in cards:
            about = card.evidence[0].policy if card.evidence else ""
            level = f" ({level_words(card.level)})" if card.level else ""
            told = f"{policy_words(about) if about else 'Escalated'}{level}: case {card.case_id}"
            yield f"{told}, since {moment(card.opened_at, self.room.now())}. Nobody has acknowledged it."
            yield self.room.case_link(card.case_id) or ""
        yield "Open it, and press “I am dealing with it”; it rings until somebody does."
