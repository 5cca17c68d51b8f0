"""Keeps the cards in both chats in step with the store, a few at a time, and loses none when it is interrupted.

What is drawn where is in the store. A crash between sending a card and remembering it leaves a second message whose
buttons work; whoever presses there is sent to the card that counts.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import structlog

from bot.model import State, Verb
from bot.review.telegram import cards
from bot.review.telegram.buttons import SAFETY_VERBS, Rows, main_rows, step_rows
from bot.review.telegram.line import DownError, LostError, MovedError, RejectedError
from bot.store import Card

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bot.model import Case
    from bot.review.room import Room
    from bot.review.telegram.door import Chat
    from bot.review.telegram.line import Line

LOG = structlog.stdlib.get_logger(__name__)
DESK = "telegram"
COVERED = frozenset({State.PUBLISHED, State.RETRACTING, State.RETRACTED, State.CLOSED})
"""States in which a card is a stub: the abuse has been read, and need not be read again."""
FINAL = frozenset({State.RETRACTED, State.CLOSED})
MINUTE = LONG = 60.0
"""Seconds: what Telegram counts messages in, and how long to wait for a chat that the bot cannot write in."""


def covered(case: Case) -> bool:
    """Whether nothing of the case is left to read: its card is a stub, unless it asks what becomes of our reply."""
    return case.state in COVERED and (case.asked_at is None or case.state is not State.PUBLISHED)


def _only_grown(case: Case, known: tuple[Card, ...]) -> bool:
    """Whether nothing of the case is new but how many posts its pile-on has."""
    return bool(known) and all(card.case_id == case.id and card.drawn_at == case.changed_at for card in known)


@dataclass(kw_only=True)
class Drawing:
    """Draws what the store holds."""

    room: Room
    line: Line
    chats: Mapping[int, Chat]
    cards_a_minute: int
    """For each chat; less than Telegram allows in a group, so that answers have room beside a pile-on."""
    stopping: bool = False
    _one_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock)
    _touched: set[str] = field(default_factory=set)
    """Cases drawn otherwise since `draw` last asked the store what is out of date."""

    async def draw(self, *, everything: bool = False) -> float | None:
        """Draw every card that is missing or out of date; return in how many seconds there is more, if there is.

        With `everything` each standing card is drawn again, which finds those that someone has deleted. Raises
        LineError when Telegram cannot be reached; nothing is lost by calling again.
        """
        self._touched.clear()
        standing = await self._standing() if everything else []
        stale = await self.room.store.stale_cards(DESK)
        grown = [each for each in stale if _only_grown(*each)]
        changed = [each for each in stale if not _only_grown(*each)]
        # Danger first, and the size of a pile-on last: Telegram has us wait for what a minute has no room for.
        changed.sort(key=lambda each: not each[0].on_safety_desk)
        waiting: dict[int, list[Case]] = {chat_id: [] for chat_id in self.chats}
        lost: set[int] = set()
        for case, known in (*changed, *standing):
            chat = self.home(case)
            if chat.id not in lost and not await self._drawn(case, known, lost):
                waiting[chat.id].append(case)
        later = [LONG] if lost else []
        later += await self._draw_grown(grown, lost)
        for chat_id, cases in waiting.items():
            if chat_id not in lost and (wait := await self._send_some(self.chats[chat_id], cases)) is not None:
                later.append(wait)
        return min(later, default=None)

    async def _draw_grown(self, grown: Iterable[tuple[Case, tuple[Card, ...]]], lost: set[int]) -> list[float]:
        """Show how large pile-ons have grown, as far as the minute has room; the seconds until more may be drawn."""
        later = []
        for case, known in grown:
            chat, now = self.home(case), self.room.now().timestamp()
            if self._room_in(chat, now):
                chat.sent.append(now)
                await self._drawn(case, known, lost)
            else:
                later.append(MINUTE - (now - chat.sent[0]))
        return later

    def _room_in(self, chat: Chat, now: float) -> int:
        """How many more messages the minute has room for, so that answers need not wait for cards."""
        chat.sent = [at for at in chat.sent if now - at < MINUTE]
        return max(self.cards_a_minute - len(chat.sent), 0)

    async def hide(self, chat: Chat) -> None:
        """Take every card out of a chat that is closed; they are sent again when it opens."""
        async with self._one_at_a_time:
            for card in await self.room.store.cards(DESK):
                if card.chat_id == chat.id and not card.stub:
                    await self._put_away(card, "Hidden while someone unknown is here.", erase=True)

    async def send(self, case: Case) -> None:
        """Send the case's card to its chat, in the place of the one that stands there."""
        chat = self.home(case)
        async with self._one_at_a_time:
            self._touched.add(case.id)
            shown = await self._shown_with(case)
            for card in await self.room.store.cards(DESK):
                if card.case_id in shown and card.chat_id == chat.id:
                    await self._put_away(card, "The card is now further down.", erase=True)
            message_id = await self.line.send(chat.id, *await self.picture(case))
            await self._keep(case, chat.id, message_id)

    async def turn(self, chat: Chat, message_id: int, case_id: str) -> bool:
        """Show another post of the incident in the place of the one that this message shows; whether that could be.

        Both wait for a decision. A reply that is on its way keeps its card.
        """
        async with self._one_at_a_time:
            case = await self.room.store.case(case_id)
            if case is None or case.state is not State.OPEN or self.home(case) is not chat:
                return False
            shown = await self._shown_with(case)
            known = await self.room.store.cards(DESK)
            if not any(card.case_id in shown and card.message_id == message_id for card in known):
                return False
            self._touched |= shown
            if await self.line.redraw(chat.id, message_id, *await self.picture(case)):
                await self._keep(case, chat.id, message_id)
            return True

    async def _shown_with(self, case: Case) -> set[str]:
        """The case, and those of its incident that wait as it does: they have one card together."""
        if case.incident is None or case.state is not State.OPEN:
            return {case.id}
        beside = await self.room.store.incident(case.incident.id)
        return {case.id, *(each.id for each in beside if each.state is State.OPEN)}

    async def card_at(self, chat: Chat, message_id: int) -> Card | None:
        """The card that this message is; waits for one that is just being sent, which is not yet remembered."""
        async with self._one_at_a_time:
            known = await self.room.store.cards(DESK)
        return next((card for card in known if (card.chat_id, card.message_id) == (chat.id, message_id)), None)

    async def settle(self, chat: Chat, message_id: int, case_id: str, rows: Rows | None) -> None:
        """See that a message on which someone pressed is the card of its case, and put these buttons on it, if any."""
        async with self._one_at_a_time:
            case = await self.room.store.case(case_id)
            if case is None:
                return
            known = await self.room.store.cards(DESK)
            counts = {card.message_id for card in known if card.case_id == case_id and card.chat_id == chat.id}
            if self.home(case) is not chat or (counts and message_id not in counts):
                text = cards.bare(case_id, "This is no longer the card of the case.")
                await self.line.redraw(chat.id, message_id, text)
                return
            if not counts:
                await self._adopt(case, chat, message_id)
            if rows is not None:
                await self.line.put_buttons(chat.id, message_id, rows)

    async def _adopt(self, case: Case, chat: Chat, message_id: int) -> None:
        """Make a message the card of its case: the bot had stopped between sending and remembering it."""
        self._touched.add(case.id)
        there = await self.line.redraw(chat.id, message_id, *await self.picture(case))
        if there and not covered(case):
            await self._keep(case, chat.id, message_id)

    def home(self, case: Case) -> Chat:
        """The one chat that may see the case."""
        return next(chat for chat in self.chats.values() if chat.safety == case.on_safety_desk)

    async def picture(self, case: Case) -> tuple[str, Rows]:
        """The text and the buttons of a case as it now is."""
        card, console = await self.room.card(case), self.room.case_link(case.id)
        if covered(case):
            return cards.stub(card, console=console), self.rows(case, whole=True)
        picture = cards.picture(card, console=console)
        rows = self.rows(case, whole=picture.whole, another=await self._another(case))
        in_hand = case.on_safety_desk and case.acknowledged_by is not None
        return picture.text, (*rows, *(step_rows(case.id, card.checklist) if in_hand else ()))

    async def _another(self, case: Case) -> str | None:
        """The id of the post of the same incident that waits after this one; after the last comes the first."""
        if case.incident is None or case.state is not State.OPEN:
            return None
        waiting = [each.id for each in await self.room.store.incident(case.incident.id) if each.state is State.OPEN]
        place = waiting.index(case.id) + 1 if case.id in waiting else 0
        following = (*waiting[place:], *waiting[: max(place - 1, 0)])
        return next(iter(following), None)

    def rows(self, case: Case, *, whole: bool, another: str | None = None) -> Rows:
        """The buttons that somebody on this desk may press; who may what is checked again on each press.

        `whole` is whether the reply can be read to its end: nobody approves what they could not read.
        """
        people = [person for person in self.room.reviewers.values() if person.telegram_id is not None]
        verbs = frozenset[Verb]().union(*(self.room.verbs(case, person) for person in people))
        if case.on_safety_desk:
            verbs &= SAFETY_VERBS
        if not whole:
            verbs -= {Verb.APPROVE}
        return main_rows(verbs, case.id, case.version, another=another)

    async def _standing(self) -> list[tuple[Case, tuple[Card, ...]]]:
        """Every case with an up-to-date card. Cards in a chat that is no longer a desk are put away."""
        standing: list[tuple[Case, tuple[Card, ...]]] = []
        for card in await self.room.store.cards(DESK):
            case = await self.room.store.case(card.case_id)
            if card.chat_id not in self.chats:
                await self._put_away(card, "This chat is no longer a desk.")
            elif case is not None and not card.stub and case.changed_at == card.drawn_at:
                standing.append((case, (card,)))
        return standing

    async def _drawn(self, case: Case, known: tuple[Card, ...], lost: set[int]) -> bool:
        """Whether nothing is left to do for a case but, at times, to wait; a chat that is lost is noted."""
        async with self._one_at_a_time:
            if self.stopping or case.id in self._touched:
                return True
            try:
                return not await self._step(case, known)
            except LostError as error:
                LOG.warning("telegram.chat_lost", chat=self.home(case).name, why=str(error))
                lost.add(self.home(case).id)
                return True

    async def _step(self, case: Case, known: tuple[Card, ...]) -> bool:
        """Bring the cards of one case up to date; True when it still needs a card of its own."""
        chat, mine = self.home(case), None
        # Of an incident the cards of the others are known too: its own comes first, else one of theirs becomes it.
        for card in sorted(known, key=lambda each: each.case_id != case.id):
            if card.chat_id != chat.id:
                await self._put_away(card, f"Passed to the {chat.name} desk.")
            elif mine is None:
                mine = card
            elif card.message_id != mine.message_id:
                await self._put_away(card, "It is part of a pile-on, which has one card.", erase=True)
        if mine is None:
            return not covered(case) and not chat.closed
        if chat.closed and not covered(case):
            await self._put_away(mine, "Hidden while someone unknown is here.", erase=True)
            return False
        there = await self._redrawn(case, mine)
        if there and case.state not in FINAL:
            await self._keep(case, chat.id, mine.message_id)
            return False
        await self.room.store.drop_card(mine)
        return not there and not covered(case)

    async def _redrawn(self, case: Case, card: Card) -> bool:
        try:
            return await self.line.redraw(card.chat_id, card.message_id, *await self.picture(case))
        except RejectedError as error:
            LOG.warning("telegram.card_refused", case=case.id, why=str(error))
            return True

    async def _send_some(self, chat: Chat, cases: list[Case]) -> float | None:
        """Send as many cards as the minute allows, and count the rest in one line; the seconds until more may go."""
        now = self.room.now().timestamp()
        free = self._room_in(chat, now)
        try:
            for case in cases[:free]:
                async with self._one_at_a_time:
                    if self.stopping or chat.closed:
                        return None
                    if case.id not in self._touched:
                        await self._send_one(chat, case)
                        chat.sent.append(now)
            await self._count_rest(chat, max(len(cases) - free, 0))
        except LostError as error:
            LOG.warning("telegram.chat_lost", chat=chat.name, why=str(error))
            return LONG
        return MINUTE - (now - chat.sent[0]) if len(cases) > free and chat.sent else None

    async def _send_one(self, chat: Chat, case: Case) -> None:
        try:
            message_id = await self.line.send(chat.id, *await self.picture(case))
        except RejectedError as error:
            LOG.warning("telegram.card_refused", case=case.id, why=str(error))
            message_id = await self.line.send(chat.id, cards.bare(case.id, "This case cannot be shown here."))
        await self._keep(case, chat.id, message_id)

    async def _count_rest(self, chat: Chat, rest: int) -> None:
        if rest == chat.rest:
            return
        chat.rest, text = rest, f"and {rest} more: /queue"
        if rest == 0 and chat.digest is not None:
            await self.line.erase(chat.id, chat.digest)
            chat.digest = None
        elif chat.digest is None or not await self.line.redraw(chat.id, chat.digest, text):
            chat.digest = await self.line.send(chat.id, text)

    async def _put_away(self, card: Card, sentence: str, *, erase: bool = False) -> None:
        """Delete a card, or leave one sentence where it stood, and forget it."""
        try:
            if not (erase and await self.line.erase(card.chat_id, card.message_id)):
                await self.line.redraw(card.chat_id, card.message_id, cards.bare(card.case_id, sentence))
        except (DownError, MovedError):
            if card.chat_id in self.chats:
                raise
        except (LostError, RejectedError) as error:
            LOG.warning("telegram.card_left_behind", case=card.case_id, why=str(error))
        await self.room.store.drop_card(card)

    async def _keep(self, case: Case, chat_id: int, message_id: int) -> None:
        await self.room.store.keep_card(
            Card(
                case_id=case.id,
                desk=DESK,
                chat_id=chat_id,
                message_id=message_id,
                drawn_at=case.changed_at,
                stub=covered(case),
                posts=case.incident.posts if case.incident else 0,
            )
        )
