"""The Telegram desk: one bot for the staff chat and the safety chat, from its start to its stop."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
from typing import TYPE_CHECKING, Any

# Opts in to how the library will give durations; without it each wait that Telegram asks for is a warning.
os.environ.setdefault("PTB_TIMEDELTA", "true")

import structlog
from telegram import Message, Update
from telegram.error import Conflict, InvalidToken, TelegramError
from telegram.ext import Application, CallbackQueryHandler, ChatMemberHandler, MessageHandler, filters

from bot.review.telegram.cards import plain
from bot.review.telegram.commands import COMMANDS, Commands, Said
from bot.review.telegram.door import ANONYMOUS_ADMIN, Chat, Door
from bot.review.telegram.drawing import DESK, Drawing
from bot.review.telegram.line import DownError, Ears, Line, LineError, LostError, MovedError, Pace, RejectedError
from bot.review.telegram.presses import NOT_HIDDEN, Press, Presses
from bot.store import StoreError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.review.room import Room

LOG = structlog.stdlib.get_logger(__name__)
UPDATES = [
    Update.MESSAGE,
    Update.EDITED_MESSAGE,
    Update.CALLBACK_QUERY,
    Update.MY_CHAT_MEMBER,
    Update.CHAT_MEMBER,
]
AT_ONCE = 16
"""Updates that are handled side by side, so that one that waits for Telegram does not hold up the others."""
RETRIES = 5
GROUP_RATE = 20
"""Messages a minute that Telegram takes from a bot in one group."""
LONGEST_WAIT = 60.0
"""Seconds between two attempts when Telegram cannot be reached."""


class DeskError(Exception):
    """The desk cannot start; the message says which key of the configuration is wrong, and why."""


class TelegramDesk:
    """Shows cases in two chats and takes decisions there. It remembers nothing that the store does not hold."""

    name = DESK

    def __init__(
        self,
        room: Room,
        *,
        token: str,
        staff_chat: int,
        safety_chat: int,
        base_url: str | None = None,
        group_rate: int = GROUP_RATE,
    ) -> None:
        """`base_url` is that of another Bot API server than Telegram's own, without `/bot`."""
        if staff_chat == safety_chat:
            raise DeskError("desks.telegram.safety_chat: it must be another chat than desks.telegram.staff_chat.")
        builder = (
            Application.builder()
            .token(token)
            .job_queue(None)
            .concurrent_updates(AT_ONCE)
            .get_updates_request(Ears())
            .rate_limiter(Pace(group_max_rate=group_rate, max_retries=RETRIES))
        )
        if base_url is not None:
            builder = builder.base_url(f"{base_url}/bot").base_file_url(f"{base_url}/file/bot")
        self._app: Application[Any, Any, Any, Any, Any, Any] = builder.build()
        self._room = room
        self._staff = Chat(name="staff", safety=False, id=staff_chat)
        self._safety = Chat(name="safety", safety=True, id=safety_chat)
        self._chats = {chat.id: chat for chat in (self._staff, self._safety)}
        self._wanted = asyncio.Event()
        self._all_anew = True
        self._line = Line(self._app.bot)
        key = hashlib.sha256(token.encode()).digest()
        self._door = Door(room=room, line=self._line, key=key, changed=self._wanted.set)
        self._drawing = Drawing(room=room, line=self._line, chats=self._chats, cards_a_minute=group_rate // 2)
        self._presses = Presses(
            room=room,
            line=self._line,
            door=self._door,
            drawing=self._drawing,
            chats=self._chats,
            changed=self._wanted.set,
        )
        self._connected = False
        self._worker: asyncio.Task[None] | None = None
        self._app.add_handler(CallbackQueryHandler(self._on_press))
        self._app.add_handler(MessageHandler(filters.ALL, self._on_message))
        self._app.add_handler(ChatMemberHandler(self._on_membership, ChatMemberHandler.ANY_CHAT_MEMBER))
        self._app.add_error_handler(self._on_error)

    # ── the desk ─────────────────────────────────────────────────────────────────────────────────────────────────

    async def refresh(self) -> None:
        """Ask for a drawing and return at once: a slow or absent Telegram holds nobody up."""
        self._wanted.set()

    async def tell(self, text: str, *, safety: bool = False) -> None:
        """Say a sentence in the staff chat or the safety chat. When that fails it is logged, not raised."""
        chat = self._safety if safety else self._staff
        if not self._connected:
            LOG.warning("telegram.not_said", chat=chat.name, why="Telegram is not connected.")
            return
        if chat.closed:
            text = f"Something waits for you. It is not told here while cards have stopped: {chat.closed}."
        await self._say(chat, plain(text))

    async def start(self) -> None:
        """Connect, look at both chats, and begin to draw and to listen. Raises DeskError for what only people can mend.

        When Telegram cannot be reached it returns all the same and goes on trying: staff still have the console.
        """
        try:
            await self._connect()
        except DownError as error:
            LOG.warning("telegram.unreachable", why=str(error), hint="trying again until it answers")
        except BaseException:
            await self.stop()
            raise
        self._worker = asyncio.create_task(self._work(), name="telegram desk")

    async def stop(self) -> None:
        """Finish the card that is being drawn, stop listening, let go of connections."""
        if self._worker is not None:
            self._drawing.stopping = True
            self._wanted.set()
            if not self._connected:
                self._worker.cancel()
            with contextlib.suppress(TimeoutError, asyncio.CancelledError):
                await asyncio.wait_for(self._worker, timeout=5)
            self._worker = None
        self._connected = False
        updater = self._app.updater
        if updater is not None and updater.running:
            await updater.stop()
        if self._app.running:
            await self._app.stop()
        await self._app.shutdown()
        await self._app.bot.shutdown()

    async def _connect(self) -> None:
        """Everything up to the first update. Raises DeskError, or DownError when it is worth another attempt."""
        try:
            await self._app.initialize()
        except InvalidToken:
            # The library's own message holds the token.
            raise DeskError("desks.telegram.token_env: Telegram refused this token. @BotFather shows it.") from None
        except TelegramError as error:
            raise DownError(f"Telegram cannot be reached: {error.message}.") from error
        await self._door.recall(self._chats)
        for chat in (self._staff, self._safety):
            await self._enter(chat)
        if not self._app.running:
            await self._app.start()
        updater = self._app.updater
        try:
            if updater is not None:
                await updater.start_polling(
                    allowed_updates=UPDATES,
                    bootstrap_retries=RETRIES,
                    drop_pending_updates=False,
                    error_callback=self._not_polled,
                )
        except TelegramError as error:
            raise DownError(f"Telegram cannot be reached: {error.message}.") from error
        self._connected = True

    async def _work(self) -> None:
        """Connect if that is still to do, then draw until the desk stops."""
        failures = 0
        while not self._connected:
            failures += 1
            await asyncio.sleep(min(2.0**failures, LONGEST_WAIT))
            try:
                await self._connect()
            except DownError as error:
                LOG.warning("telegram.unreachable", why=str(error))
            except (DeskError, StoreError) as error:
                LOG.critical("telegram.off", why=str(error), hint="mend it and restart; the console works meanwhile")
                return
        await self._draw()

    # ── the chats ────────────────────────────────────────────────────────────────────────────────────────────────

    async def _enter(self, chat: Chat) -> None:
        key = f"desks.telegram.{chat.name}_chat"
        try:
            try:
                await self._line.probe(chat.id)
            except MovedError as moved:
                await self._follow(chat, moved.chat_id)
            facts = await self._line.facts(chat.id)
        except LostError as error:
            raise DeskError(f"{key}: {error} Add the bot to the group; its id is the negative number.") from error
        except RejectedError as error:
            raise DeskError(f"{key}: {error}") from error
        if facts.public:
            raise DeskError(f"{key}: the bot does not work in this chat, for {facts.public}.")
        alone = self._door.reviewer(chat.id)
        if facts.private and (alone is None or not self._door.admits(chat, alone)):
            raise DeskError(f"{key}: this is a conversation with someone who may not see its cases.")
        await self._door.look(chat, sign="start")
        await self._line.offer(chat.id, COMMANDS)

    async def _follow(self, chat: Chat, new_id: int) -> None:
        """Go on in the supergroup that a group has become."""
        if chat.id == new_id:
            return
        self._chats.pop(chat.id, None)
        chat.id = new_id
        self._chats[new_id] = chat
        key = f"desks.telegram.{chat.name}_chat"
        LOG.warning("telegram.chat_moved", chat=chat.name, new_id=new_id, key=key)
        await self._room.store.note("desk.moved", actor="bot", detail={"chat": chat.name})
        text = (
            f"This group is now a supergroup, with another id. Write {key}: {new_id} in config.yaml. Work goes on here."
        )
        await self._say(chat, plain(text))
        self._all_anew = True
        self._wanted.set()

    async def _say(self, chat: Chat, text: str, *, answers: int | None = None) -> None:
        try:
            await self._line.send(chat.id, text, answers=answers)
        except MovedError as moved:
            await self._follow(chat, moved.chat_id)
            await self._say(chat, text)
        except LineError as error:
            LOG.warning("telegram.not_said", chat=chat.name, why=str(error))

    # ── drawing ──────────────────────────────────────────────────────────────────────────────────────────────────

    async def _draw(self) -> None:
        """Draw whenever it is asked for, when the minute allows more, and again after a failure."""
        failures = 0
        while not self._drawing.stopping:
            self._wanted.clear()
            wait: float | None
            try:
                for chat in list(self._chats.values()):
                    if chat.closed:
                        await self._drawing.hide(chat)
                wait = await self._drawing.draw(everything=self._all_anew)
                self._all_anew, failures = False, 0
            except MovedError:
                wait = 0.0
                await self._follow_moved()
            except (LineError, StoreError) as error:
                failures += 1
                wait = min(2.0**failures, LONGEST_WAIT)
                LOG.warning("telegram.not_drawn", why=str(error), again_in=wait)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wanted.wait(), timeout=wait)

    async def _follow_moved(self) -> None:
        """Find out which of the chats has moved, and follow it."""
        for chat in list(self._chats.values()):
            try:
                await self._line.probe(chat.id)
            except MovedError as found:
                await self._follow(chat, found.chat_id)
            except LineError as error:
                LOG.warning("telegram.not_reached", chat=chat.name, why=str(error))

    # ── what comes in ────────────────────────────────────────────────────────────────────────────────────────────

    async def _on_press(self, update: Update, _: object) -> None:
        query = update.callback_query
        if query is None or query.message is None:
            return
        press = Press(
            id=query.id,
            chat_id=query.message.chat.id,
            message_id=query.message.message_id,
            user_id=query.from_user.id,
            data=query.data or "",
        )
        await self._presses.take(press)

    async def _on_message(self, update: Update, _: object) -> None:
        message = update.effective_message
        if message is None:
            return
        chat = self._chats.get(message.chat.id)
        if chat is None:
            if message.chat.id < 0:
                LOG.info("telegram.other_chat", chat_id=message.chat.id, hint="a chat that is not in config.yaml")
            return
        if message.migrate_to_chat_id is not None:
            await self._follow(chat, message.migrate_to_chat_id)
        elif message.new_chat_members or message.left_chat_member:
            await self._guarded(self._door.look, chat, "membership")
        else:
            await self._on_words(chat, message)

    async def _on_words(self, chat: Chat, message: Message) -> None:
        user_id = message.from_user.id if message.from_user else 0
        if message.sender_chat is not None:
            user_id = ANONYMOUS_ADMIN
        for_us = (message.text or "").startswith("/") or message.reply_to_message is not None
        reviewer = self._door.reviewer(user_id)
        if reviewer is None or not self._door.admits(chat, reviewer):
            if user_id == ANONYMOUS_ADMIN and for_us:
                await self._say(chat, plain(NOT_HIDDEN), answers=message.message_id)
            elif user_id not in {ANONYMOUS_ADMIN, self._line.user_id}:
                if for_us:
                    await self._door.refuse(chat, user_id, "message")
                # Someone whom an admin has let stay may talk without being counted each time.
                if chat.accepted == 0:
                    await self._guarded(self._door.look, chat, "message")
            return
        changed_command = message.edit_date is not None and (message.text or "").startswith("/")
        if not message.text or changed_command:
            return
        answers = message.reply_to_message.message_id if message.reply_to_message else None
        commands = Commands(
            room=self._room,
            door=self._door,
            drawing=self._drawing,
            presses=self._presses,
            name=self._line.name,
        )
        try:
            told = await commands.hear(Said(chat=chat, reviewer=reviewer, text=message.text, answers=answers))
        except (LineError, StoreError) as error:
            told = plain(f"Nothing was done: {error}")
        if told:
            await self._say(chat, told, answers=message.message_id)
        self._wanted.set()

    async def _on_membership(self, update: Update, _: object) -> None:
        change = update.chat_member or update.my_chat_member
        chat = self._chats.get(change.chat.id) if change else None
        if chat is None or change is None:
            return
        if update.my_chat_member is not None and change.new_chat_member.status in {"left", "kicked"}:
            LOG.error("telegram.removed", chat=chat.name, hint="the bot was removed from the chat")
            other = self._staff if chat.safety else self._safety
            await self._say(other, f"The bot was removed from the {chat.name} chat. Nobody is shown its cards.")
            return
        await self._guarded(self._door.look, chat, "membership")
        self._wanted.set()

    async def _guarded(self, look: Callable[..., Awaitable[None]], chat: Chat, sign: str) -> None:
        try:
            await look(chat, sign=sign)
        except MovedError as moved:
            await self._follow(chat, moved.chat_id)
        except LineError as error:
            LOG.warning("telegram.not_counted", chat=chat.name, why=str(error))

    async def _on_error(self, _update: object, context: Any) -> None:  # noqa: ANN401 - the library's own signature
        LOG.error("telegram.update_failed", exc_info=context.error)

    def _not_polled(self, error: TelegramError) -> None:
        if isinstance(error, Conflict):
            LOG.error("telegram.conflict", hint="another program reads this bot's messages; presses may be lost to it")
        else:
            LOG.warning("telegram.not_polled", why=error.message)
