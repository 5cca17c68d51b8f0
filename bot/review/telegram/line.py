"""The line to Telegram: the few things that we ask of its Bot API, in our types, and its errors in our words."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeChat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    ReplyParameters,
    Update,
)
from telegram.constants import ChatAction, ChatMemberStatus, ChatType, ParseMode
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, NetworkError, TelegramError
from telegram.ext import AIORateLimiter
from telegram.request import HTTPXRequest

from bot.review.telegram.cards import cut

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping

    from bot.review.telegram.buttons import Rows

ANSWER_UNITS = 200
"""What the answer to a press holds."""
LISTEN_SECONDS = 20
HEARD = [Update.MESSAGE, Update.CALLBACK_QUERY]
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
INSIDE = {ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR, ChatMemberStatus.MEMBER, ChatMemberStatus.RESTRICTED}


class LineError(Exception):
    """Telegram did not do what was asked. The message is for staff and never holds the token."""


class DownError(LineError):
    """Telegram cannot be reached or is too busy; the same may work later."""


class ElsewhereError(DownError):
    """Another program reads this bot's messages."""


class MovedError(LineError):
    """The group became a supergroup, under another id."""

    def __init__(self, chat_id: int) -> None:
        super().__init__(f"The group became a supergroup; its id is now {chat_id}.")
        self.chat_id = chat_id


class LostError(LineError):
    """The bot is not in the chat, may not write there, or its token was withdrawn."""


class RejectedError(LineError):
    """This one request was wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatFacts:
    """What Telegram says of a chat."""

    private: bool
    """A conversation with one person."""
    public: str
    """Why anyone could read it; empty when only its members can."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A command, an answer to a message of ours, or a press, in any chat."""

    chat_id: int
    message_id: int
    text: str = ""
    press_id: str = ""
    """For the one answer; empty when it was written."""


@contextmanager
def _in_our_words() -> Iterator[None]:
    """Errors of the library as ours. Their texts are left out where they may hold the token."""
    try:
        yield
    except ChatMigrated as error:
        raise MovedError(error.new_chat_id) from error
    except InvalidToken:
        raise LostError("Telegram refused the bot's token. Get the right one from @BotFather.") from None
    except Forbidden as error:
        raise LostError(f"Telegram does not let the bot write there: {error.message}.") from error
    except BadRequest as error:
        if "chat not found" in error.message.lower() or "not enough rights" in error.message.lower():
            raise LostError(f"Telegram does not let the bot write there: {error.message}.") from error
        raise RejectedError(f"Telegram refused: {error.message}") from error
    except Conflict as error:
        raise ElsewhereError("Another program reads this bot's messages.") from error
    except NetworkError as error:
        raise DownError(f"Telegram cannot be reached: {error.message}.") from error
    except TelegramError as error:
        raise DownError(f"Telegram is too busy: {error.message}.") from error


class Pace(AIORateLimiter):
    """Waits as Telegram asks; for a group counts what is written there, not what is asked about it."""

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, bool | dict[str, Any] | list[dict[str, Any]]]],
        args: Any,  # noqa: ANN401 - the library's own signature
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: int | None,
    ) -> bool | dict[str, Any] | list[dict[str, Any]]:
        """One request, when it may be made; repeated as often as we were told to when Telegram asks us to wait."""
        counted = {} if endpoint.startswith(("get", "sendChatAction")) else data
        return await super().process_request(callback, args, kwargs, endpoint, counted, rate_limit_args)


class Ears(HTTPXRequest):
    """Asks for updates, and goes on asking when the token is refused.

    The library would end the listening for good. A refusal may be a passing fault of the service, and a bot that has
    gone deaf without a word is worse than one that keeps asking.
    """

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:  # noqa: ANN401 - the library's own
        """One request for updates."""
        code, payload = await super().do_request(*args, **kwargs)
        if code in {HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND}:
            raise NetworkError("the bot's token was refused; presses and commands are not heard")
        return code, payload


class Line:
    """Speaks to Telegram; every method raises LineError, and waits its turn under the limits of the service."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    @classmethod
    def alone(cls, token: str, *, base_url: str | None = None) -> Line:
        """A line without a desk behind it, to be opened and closed by whoever made it."""
        return cls(Bot(token) if base_url is None else Bot(token, base_url=f"{base_url}/bot"))

    async def open(self) -> None:
        """Connect; once more does nothing."""
        with _in_our_words():
            await self._bot.initialize()

    async def close(self) -> None:
        """Let go of connections."""
        await self._bot.shutdown()

    async def hear(self) -> list[Heard]:
        """What is next asked of the bot, which Telegram then never delivers again; waits for it, but not for ever.

        Raises ElsewhereError when another program is listening.
        """
        with _in_our_words():
            updates = await self._bot.get_updates(timeout=LISTEN_SECONDS, allowed_updates=HEARD)
            if updates:
                await self._bot.get_updates(offset=updates[-1].update_id + 1, timeout=0, limit=1, allowed_updates=HEARD)
        return [heard for update in updates if (heard := self._heard(update)) is not None]

    def _heard(self, update: Update) -> Heard | None:
        query, message = update.callback_query, update.message
        if query is not None and query.message is not None:
            return Heard(chat_id=query.message.chat.id, message_id=query.message.message_id, press_id=query.id)
        if message is None or not message.text:
            return None
        word, answered = message.text.split(maxsplit=1)[0], message.reply_to_message
        bot = word.partition("@")[2].lower()
        command = word.startswith("/") and bot in {"", self.name.lower()}
        to_us = answered is not None and answered.from_user is not None and answered.from_user.id == self.user_id
        if not (command or to_us):
            return None
        return Heard(chat_id=message.chat.id, message_id=message.message_id, text=message.text)

    @property
    def name(self) -> str:
        """The bot's username, without the sign."""
        return self._bot.username

    @property
    def user_id(self) -> int:
        """The bot's own user id."""
        return self._bot.id

    async def send(self, chat_id: int, text: str, rows: Rows = (), *, answers: int | None = None) -> int:
        """Send HTML and return the id of the message; `answers` is one that it answers, if that still stands."""
        quoting = ReplyParameters(answers, allow_sending_without_reply=True) if answers is not None else None
        with _in_our_words():
            message = await self._bot.send_message(
                chat_id,
                text,
                parse_mode=ParseMode.HTML,
                link_preview_options=NO_PREVIEW,
                reply_markup=_markup(rows),
                reply_parameters=quoting,
            )
        return message.message_id

    async def redraw(self, chat_id: int, message_id: int, text: str, rows: Rows = ()) -> bool:
        """Put this text and these buttons in the place of what stands there; False when the message is no more."""
        return await self._if_there(
            self._bot.edit_message_text(
                text,
                chat_id,
                message_id,
                parse_mode=ParseMode.HTML,
                link_preview_options=NO_PREVIEW,
                reply_markup=_markup(rows),
            )
        )

    async def put_buttons(self, chat_id: int, message_id: int, rows: Rows) -> bool:
        """Change only the buttons; False when the message is no more."""
        return await self._if_there(
            self._bot.edit_message_reply_markup(chat_id, message_id, reply_markup=_markup(rows))
        )

    async def erase(self, chat_id: int, message_id: int) -> bool:
        """Delete a message of ours; False when it is no more, or too old to be deleted."""
        return await self._if_there(self._bot.delete_message(chat_id, message_id))

    async def answer(self, press_id: str, text: str, *, alert: bool) -> bool:
        """Answer a press, which can be done once; False when Telegram no longer takes an answer."""
        return await self._if_there(
            self._bot.answer_callback_query(press_id, cut(text, ANSWER_UNITS), show_alert=alert),
            gone=("query is too old", "query id is invalid"),
        )

    async def probe(self, chat_id: int) -> None:
        """Ask for an effect that nobody notices, to learn whether the bot may write in the chat."""
        with _in_our_words():
            await self._bot.send_chat_action(chat_id, ChatAction.TYPING)

    async def facts(self, chat_id: int) -> ChatFacts:
        """What the chat is, and who could read it."""
        with _in_our_words():
            chat = await self._bot.get_chat(chat_id)
        public = ""
        if chat.type == ChatType.CHANNEL:
            public = "it is a channel"
        elif chat.type != ChatType.PRIVATE and (chat.username or chat.active_usernames):
            public = "it is public: it has a username"
        elif chat.linked_chat_id:
            public = "it is the discussion of a channel, whose readers can write in it"
        return ChatFacts(private=chat.type == ChatType.PRIVATE, public=public)

    async def count(self, chat_id: int) -> int:
        """How many are in the chat, this bot included."""
        with _in_our_words():
            return await self._bot.get_chat_member_count(chat_id)

    async def is_inside(self, chat_id: int, user_id: int) -> bool:
        """Whether this person is in the chat."""
        try:
            with _in_our_words():
                member = await self._bot.get_chat_member(chat_id, user_id)
        except RejectedError:
            return False
        return member.status in INSIDE and getattr(member, "is_member", True)

    async def offer(self, chat_id: int, commands: Mapping[str, str]) -> None:
        """Show these commands to whoever types a slash in the chat."""
        with _in_our_words():
            known = [BotCommand(name, words) for name, words in commands.items()]
            await self._bot.set_my_commands(known, scope=BotCommandScopeChat(chat_id))

    async def _if_there(self, request: Awaitable[object], gone: tuple[str, ...] = ()) -> bool:
        """Whether there was something to change; that nothing had to be changed is as good."""
        try:
            with _in_our_words():
                await request
        except RejectedError as error:
            words = str(error).lower()
            if "message is not modified" in words:
                return True
            if any(sign in words for sign in (*gone, "message to", "message can't be", "message_id_invalid")):
                return False
            raise
        return True


def _markup(rows: Rows) -> InlineKeyboardMarkup | None:
    """Always sent with an edit: on Telegram an edit without a keyboard takes the keyboard away."""
    if not rows:
        return None
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(each.label, callback_data=each.data) for each in row] for row in rows]
    )
