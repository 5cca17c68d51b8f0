"""Who is in a chat: cards are shown only where every member is known, and stop when someone is not.

Telegram tells a bot how many members a group has and who each known person is, never who the others are. So the door
compares numbers: at the start, when someone comes or goes, and when an unknown person speaks or presses.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import structlog

from bot.model import Role
from bot.review.telegram.buttons import Button
from bot.review.telegram.cards import plain
from bot.review.telegram.line import LineError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.model import Reviewer
    from bot.review.room import Room
    from bot.review.telegram.line import Line

LOG = structlog.stdlib.get_logger(__name__)
_WHO = {Role.ADMIN: "an admin", Role.SAFETY: "somebody of the safety team"}
ANONYMOUS_ADMIN = 1087968824
"""The account under which Telegram shows every administrator who hides in their own group."""
TRUST = "trust"
"""The words behind the button that lets cards be shown again."""


@dataclass(kw_only=True)
class Chat:
    """One of the two chats. What is kept here is learnt anew at each start."""

    name: str
    """`staff` or `safety`."""
    safety: bool
    id: int
    closed: str = ""
    """Why no card is shown here; empty when cards are shown."""
    accepted: int = 0
    """How many unknown members somebody who may has let stay."""
    digest: int | None = None
    """The message that counts the cases without a card."""
    rest: int = 0
    """What that message says."""
    sent: list[float] = field(default_factory=list)
    """When the last cards were sent."""


@dataclass(frozen=True, kw_only=True)
class Door:
    """Keeps both chats closed to strangers."""

    room: Room
    line: Line
    key: bytes = field(repr=False)
    """Makes digests of user ids that nobody else can compute."""
    changed: Callable[[], None]
    """Called when a chat was closed or opened, so that its cards are drawn again."""

    def reviewer(self, user_id: int) -> Reviewer | None:
        """The reviewer with this Telegram account."""
        if user_id == ANONYMOUS_ADMIN:
            return None
        return next((person for person in self.room.reviewers.values() if person.telegram_id == user_id), None)

    def admits(self, chat: Chat, reviewer: Reviewer) -> bool:
        """Whether this reviewer belongs in this chat: threats exist for the safety role alone."""
        return not chat.safety or Role.SAFETY in reviewer.roles

    def may_open(self, chat: Chat, reviewer: Reviewer) -> bool:
        """Whether this reviewer may have cards shown although someone unknown is there."""
        return self._opener(chat) in reviewer.roles

    def digest(self, user_id: int) -> str:
        """What the audit keeps of a stranger's account."""
        return hmac.new(self.key, str(user_id).encode(), hashlib.sha256).hexdigest()[:16]

    async def recall(self, chats: Mapping[int, Chat]) -> None:
        """Learn from the audit what was last accepted in each chat."""
        for event in await self.room.store.audit_events("system"):
            if event.kind in {"desk.closed", "desk.opened"}:
                for chat in chats.values():
                    if event.detail.get("chat") == chat.name:
                        accepted = event.detail.get("accepted", 0)
                        chat.accepted = accepted if isinstance(accepted, int) else 0

    async def look(self, chat: Chat, *, sign: str) -> None:
        """Count who is in the chat, and close or open it accordingly; `sign` says what made us look."""
        facts = await self.line.facts(chat.id)
        if facts.public:
            await self._close(chat, f"{facts.public}", strangers=0, sign=sign)
            return
        strangers = 0 if facts.private else await self._strangers(chat)
        if strangers > chat.accepted:
            some = "1 person is" if strangers == 1 else f"{strangers} people are"
            await self._close(chat, f"{some} here whom the configuration does not name", strangers=strangers, sign=sign)
            return
        chat.accepted = min(chat.accepted, strangers)
        if chat.closed:
            await self._open(chat, "bot", "Nobody unknown is here any more. Cards are shown again.")

    async def trust(self, chat: Chat, reviewer: Reviewer) -> str:
        """Show cards again because a person says so; returns what to tell them."""
        if not self.may_open(chat, reviewer):
            return f"Only {_WHO[self._opener(chat)]} can show the cards here again."
        if not chat.closed:
            return "Cards are shown here already."
        if (facts := await self.line.facts(chat.id)).public:
            return f"No: {facts.public}."
        chat.accepted = await self._strangers(chat)
        await self._open(chat, reviewer.id, f"{reviewer.name} says that everyone here may see the cards.")
        return "Cards are shown here again."

    async def refuse(self, chat: Chat, user_id: int, what: str) -> None:
        """Put on record that someone unknown asked for something."""
        detail = {"user": self.digest(user_id), "chat": chat.name}
        await self.room.store.note(f"{what}.refused", actor="bot", detail=detail)

    def _opener(self, chat: Chat) -> Role:
        return Role.SAFETY if chat.safety else Role.ADMIN

    async def _strangers(self, chat: Chat) -> int:
        people = [person for person in self.room.reviewers.values() if self.admits(chat, person)]
        known = {person.telegram_id for person in people if person.telegram_id is not None}
        inside = [await self.line.is_inside(chat.id, user_id) for user_id in known]
        return max(await self.line.count(chat.id) - sum(inside) - 1, 0)

    async def _close(self, chat: Chat, why: str, *, strangers: int, sign: str) -> None:
        if chat.closed:
            return
        chat.closed, chat.accepted = why, 0
        LOG.error("telegram.chat_closed", chat=chat.name, why=why)
        detail = {"chat": chat.name, "strangers": strangers, "sign": sign}
        await self.room.store.note("desk.closed", actor="bot", detail=detail)
        self.changed()
        text = (
            f"Cards have stopped here: {why}. Those that were here are hidden. They come back when that has changed, or"
            f" when {_WHO[self._opener(chat)]} presses the button or says /resume."
        )
        await self._say(chat, text, trust=True)

    async def _open(self, chat: Chat, actor: str, text: str) -> None:
        chat.closed = ""
        detail = {"chat": chat.name, "accepted": chat.accepted}
        await self.room.store.note("desk.opened", actor=actor, detail=detail)
        self.changed()
        await self._say(chat, text)

    async def _say(self, chat: Chat, text: str, *, trust: bool = False) -> None:
        rows = ((Button(label="Show cards here again", data=TRUST),),) if trust else ()
        try:
            await self.line.send(chat.id, plain(text), rows)
        except LineError as error:
            LOG.warning("telegram.not_said", chat=chat.name, why=str(error))
