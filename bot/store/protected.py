"""What the store keeps of protected people's wishes: one more part of its door, as coroutines.

Each writing method is one transaction with its audit event; every method may raise StoreError.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.store import support, weekly, weeks, wishes

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime

    from sqlalchemy import Connection

    from bot.store.engine import Database
    from bot.store.support import Put, SupportMessage
    from bot.store.weekly import Letter
    from bot.store.weeks import Week
    from bot.store.wishes import Asked, ReplyWish, Wish


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

    async def choose(
        self,
        person: str,
        *,
        reply: ReplyWish,
        shown: bool,
        weekly: bool,
        support: bool = True,
        mail: str | None = None,
    ) -> None:
        """Keeps what a person chose, and with it their consent.

        `mail` is where they wish to be told of the week; empty for the address that they gave before, `None` for none.
        """
        gone = await self._db.write(
            wishes.choose, person, reply=reply, shown=shown, weekly=weekly, support=support, mail=mail
        )
        if gone:
            await self._db.apart(self._db.backend.scrub)

    async def withdraw(self, person: str, *, by_older: bool = False) -> int:
        """Takes consent back, and erases what was found for this person alone; how many posts.

        `by_older` when they did it by a page that was replaced: then the newer one is closed.
        """
        gone = await self._db.write(wishes.withdraw, person, by_older=by_older)
        await self._db.apart(self._db.backend.scrub)
        return gone

    async def forget(self, people: Collection[str]) -> int:
        """Erases what was found for these people alone and could not go before; how many posts."""
        gone = await self._db.write(wishes.forget, people)
        if gone:
            await self._db.apart(self._db.backend.scrub)
        return gone

    async def asked(self, person: str) -> list[Asked]:
        """The open cases aimed at somebody that they have not answered as they stand, oldest first."""
        return await self._db.read(wishes.asked, person)

    async def answer(self, person: str, case_id: str, *, yes: bool, words: str) -> bool:
        """Keeps a person's yes or no to a reply, asked in these `words`; False when the case does not wait for it."""
        return await self._db.write(wishes.answer, person, case_id, yes=yes, words=words)

    async def agreed(self, case_ids: Iterable[str]) -> frozenset[str]:
        """Of these cases those to whose reply, as it and the post stand, the person said yes."""
        return await self._db.read(wishes.agreed, list(case_ids))

    async def week(self, person: str) -> Week:
        """What was aimed at somebody in the last seven days, in figures."""

        def look(connection: Connection) -> Week:
            now = self._db.now()
            return weeks.week(connection, person, now - timedelta(days=7), now)

        return await self._db.read(look)

    async def due(self, until: datetime) -> list[str]:
        """Who is to be told by mail of the week that ended then, and has not been."""
        return await self._db.read(weekly.due, until, self._db.now())

    async def claim_letter(self, person: str, since: datetime, until: datetime) -> Letter | None:
        """The letter of that week, to be sent by whoever is given it; `None` when another has it, or sent it."""
        return await self._db.write(weekly.claim, person, since, until)

    async def told(self, person: str, until: datetime, *, refused: bool = False) -> None:
        """Notes that the letter of that week was taken, or `refused` for good."""
        await self._db.write(weekly.told, person, until, refused=refused)

    async def let_go(self, person: str) -> None:
        """Gives a letter back, because it could not be sent now."""
        await self._db.write(weekly.let_go, person)

    async def stops(self, token: str) -> bool:
        """Whether a link would stop somebody's letters; it is not used up by asking."""
        return await self._db.read(weekly.of_stop, token) is not None

    async def stop_mail(self, token: str) -> bool:
        """Ends the letters by the link that stands in each, and erases the address; False when it ends none."""
        stopped = await self._db.write(weekly.stop, token)
        if stopped:
            await self._db.apart(self._db.backend.scrub)
        return stopped

    async def write_only_to(self, people: Collection[str]) -> int:
        """Erases the addresses of whoever is not among these any more; how many."""
        gone = await self._db.write(weekly.leave_only, people)
        if gone:
            await self._db.apart(self._db.backend.scrub)
        return gone

    async def support(self, person: str, text: str, *, actor: str) -> Put:
        """Puts a message of support into somebody's queue, where they take it."""
        return await self._db.write(support.write, person, text, actor=actor)

    async def messages(self, person: str) -> list[SupportMessage]:
        """The messages of support that are kept for somebody, the newest first."""
        return await self._db.read(support.of_person, person)

    async def mark_read(self, person: str, message_id: str) -> bool:
        """Notes that somebody has read a message of theirs; False when there is none that waits."""
        return await self._db.write(support.mark_read, person, message_id)

    async def support_lately(self, span: timedelta) -> Mapping[str, int]:
        """How many messages were written to each person in that time up to now, by the digest of their handle."""
        return await self._db.read(support.written_since, self._db.now() - span)
