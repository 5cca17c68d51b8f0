"""Whose posts' replies are watched now: those of people who consented, by their own word or by one recorded for them.

A person's own word comes first. It is asked for before each reading, so that watching stops with the withdrawal.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.store import digest_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from bot.config import Protected
    from bot.model import Mention
    from bot.store import Store, Wish


@dataclass(frozen=True, kw_only=True)
class Watched:
    """Handles to be watched, account by account: lists that change while the bot runs."""

    store: Store
    people: Sequence[Protected]
    _lists: dict[str, list[str]] = field(default_factory=dict)

    def through(self, account_id: str) -> Collection[str]:
        """The handles that are watched through this account; the same object for good, whose content changes."""
        return self._lists.setdefault(account_id, [])

    async def refresh(self) -> None:
        """Take in what people wish by now."""
        wishes = await self.store.protected.wishes() if self.people else {}
        for handles in self._lists.values():
            handles.clear()
        for person in self.people:
            if consents(person, wishes.get(digest_of(person.handle))):
                self._lists.setdefault(person.watched_through, []).append(person.handle)

    async def still(self, mentions: Sequence[Mention]) -> list[Mention]:
        """The mentions without those that were found for somebody who has withdrawn while they were on their way."""
        if not any(mention.watched_for for mention in mentions):
            return list(mentions)
        wishes = await self.store.protected.wishes()
        agreeing = {
            person.handle.lower() for person in self.people if consents(person, wishes.get(digest_of(person.handle)))
        }
        return [each for each in mentions if not each.watched_for or each.watched_for.lower() in agreeing]


def consents(person: Protected, wish: Wish | None) -> bool:
    """Whether this person's posts may be watched: as they said themselves, else as was recorded for them."""
    if wish is None or (wish.given_at is None and wish.withdrawn_at is None):
        return person.consent is not None
    return wish.given_at is not None
