"""What the store keeps of protected people's wishes: one more part of its door, as coroutines.

Each writing method is one transaction with its audit event; every method may raise StoreError.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.store import wishes

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from sqlalchemy import Connection

    from bot.store.engine import Database
    from bot.store.wishes import Asked, ReplyWish, Week, Wish


class ProtectedPeople:
    """Their wishes, known by the digest of a handle."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def wishes(self) -> Mapping[str, Wish]:
        """Every wish, by the digest of the person's handle; who has never been given a link has none."""
        return await self._db.read(wishes.of_all)

    async def make_link(self, handle: str, *, actor: str) -> str:
        """A token that opens the person's own page once, within a week."""
        return await self._db.write(wishes.make_link, handle, actor=actor)

    async def waits(self, token: str) -> bool:
        """Whether a link would open a page."""
        return await self._db.read(wishes.waits, token, self._db.now())

    async def open_link(self, token: str) -> str | None:
        """Uses a link up: the token of the page, which only the person has now; `None` when it opens nothing."""
        return await self._db.write(wishes.open_link, token)

    async def of_page(self, token: str) -> Wish | None:
        """Whose page that is."""
        return await self._db.read(wishes.of_page, token)

    async def choose(self, person: str, *, reply: ReplyWish, shown: bool, weekly: bool) -> None:
        """Keeps what a person chose, and with it their consent."""
        await self._db.write(wishes.choose, person, reply=reply, shown=shown, weekly=weekly)

    async def withdraw(self, person: str) -> int:
        """Takes consent back, and erases what was found for this person alone; how many posts."""
        gone = await self._db.write(wishes.withdraw, person)
        await self._db.apart(self._db.backend.scrub)
        return gone

    async def forget(self, people: Collection[str]) -> int:
        """Erases what was found for these people alone and could not go before; how many posts."""
        gone = await self._db.write(wishes.forget, people)
        if gone:
            await self._db.apart(self._db.backend.scrub)
        return gone

    async def asked(self, person: str) -> list[Asked]:
        """The open cases aimed at somebody that they have not answered, oldest first."""
        return await self._db.read(wishes.asked, person)

    async def answer(self, person: str, case_id: str, *, yes: bool) -> bool:
        """Keeps a person's yes or no to a reply; False when the case does not wait for it."""
        return await self._db.write(wishes.answer, person, case_id, yes=yes)

    async def agreed(self, case_ids: Iterable[str]) -> frozenset[str]:
        """Of these cases those to whose reply the person said yes."""
        return await self._db.read(wishes.agreed, list(case_ids))

    async def week(self, person: str) -> Week:
        """What was aimed at somebody in the last seven days, in figures."""

        def look(connection: Connection) -> Week:
            return wishes.week(connection, person, self._db.now() - timedelta(days=7))

        return await self._db.read(look)
