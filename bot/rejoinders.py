"""What is said to our replies by their links: heard, told to whoever must read it, and ruled on by a named person.

Nothing here answers anybody. Words in which rules find danger go to the safety desk alone, and ring until somebody has
ruled on them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.model import Refusal, RejoinderKind, Role, Ruling
from bot.rights import account_of, may_speak
from bot.store import Taken

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.files import Files
    from bot.model import Rejoinder, Reviewer
    from bot.store import Store

KIND_WORDS: dict[RejoinderKind, str] = {
    RejoinderKind.NOT_ME: "That was not me",
    RejoinderKind.OUT_OF_CONTEXT: "Out of context",
    RejoinderKind.SORRY: "I am sorry",
}
"""What stands on the page, and what staff are told."""
NOT_THERE = Refusal(code="unknown_rejoinder", message="There is no such answer, or it is not yours to rule on.")


@dataclass(frozen=True, kw_only=True)
class Rejoinders:
    """Between the page outside and the desks."""

    store: Store
    files: Files
    now: Callable[[], datetime]
    changed: Callable[[], None]
    tell: Callable[[str], None]
    ring: Callable[[str], None]
    _rung: dict[str, datetime] = field(default_factory=dict)
    """When the safety desk was last told of each that waits there; a new start tells it again."""

    async def hear(self, link_sha256: str, kind: RejoinderKind, words: str, *, crowded: bool = False) -> Taken:
        """Keep what was said by a link, and tell staff, without the words, that somebody has to read it.

        `crowded` when much came by this link just now: then only what speaks of danger is kept.
        """
        safety = self.files.dangerous(words)
        taken = await self.store.take_rejoinder(link_sha256, kind, words, safety=safety, crowded=crowded)
        if taken is not Taken.NEW:
            return taken
        reply = await self.store.posted_reply(link_sha256)
        if reply is not None and not safety:
            self.tell(f"They answered our reply in case {reply.case_id}: “{KIND_WORDS[kind]}”. A person must read it.")
        await self.remind()
        self.changed()
        return taken

    async def remind(self) -> None:
        """Ring for what waits on the safety desk, at once and then as often as an escalation does."""
        now, every = self.now(), timedelta(minutes=self.files.config.schedule.ring_minutes)
        waiting = await self.store.rejoinders(safety=True)
        for each in waiting:
            last = self._rung.get(each.id)
            if last is None or now - last >= every:
                self._rung[each.id] = now
                self.ring(f"What somebody answered to our reply in case {each.case_id} speaks of danger. Read it now.")
        for gone in self._rung.keys() - {each.id for each in waiting}:
            del self._rung[gone]

    async def rule(self, rejoinder_id: str, ruling: Ruling, reviewer: Reviewer) -> Refusal | None:
        """Write down what a person made of it; why not, where that is refused. A mistake is ruled on its case."""
        rejoinder = await self.store.rejoinder(rejoinder_id)
        if rejoinder is None or not await self.may_rule(rejoinder, reviewer):
            return NOT_THERE
        if ruling is Ruling.MISTAKE:
            return Refusal(
                code="not_now", message="That our reply was a mistake is ruled on its case, with its own button."
            )
        if ruling is Ruling.ACCEPTED and rejoinder.kind is not RejoinderKind.SORRY:
            return Refusal(
                code="not_now", message="Only an apology is accepted; else our reply stands, or was a mistake."
            )
        if not await self.store.rule(rejoinder_id, ruling, by=reviewer.id):
            return Refusal(code="too_late", message="Somebody was first: it has been ruled on already.")
        self.changed()
        return None

    async def may_rule(self, rejoinder: Rejoinder, reviewer: Reviewer) -> bool:
        """Whether this person may: who speaks for the account that replied; on the safety desk the safety role."""
        if rejoinder.safety:
            return Role.SAFETY in reviewer.roles
        case = await self.store.case(rejoinder.case_id)
        return case is not None and may_speak(reviewer, account_of(case, self.files.accounts))
