"""What each method of the fake Bot API does: checks what the real server checks, and changes the state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fakes.telegram_chats import Complaint, Group, Json, Message, member_json
from tests.fakes.telegram_html import MarkupError, found_entities, read_html, units

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tests.fakes.bot_api import BotApi

TEXT_LIMIT, ANSWER_LIMIT, DATA_LIMIT = 4096, 200, 64
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current content"
    " and reply markup of the message"
)


async def get_me(api: BotApi, params: Json) -> Json:
    """Who the bot is."""
    rights = {"can_join_groups": True, "can_read_all_group_messages": not api.privacy, "supports_inline_queries": False}
    more = dict.fromkeys(("can_connect_to_business", "has_main_web_app", "has_topics_enabled"), False)
    return api.me.json() | rights | more


async def get_updates(api: BotApi, params: Json) -> list[Json]:
    """What happened since the offset."""
    return await api.poll(params)


async def delete_webhook(api: BotApi, params: Json) -> bool:
    """There is none; `drop_pending_updates` forgets what waits."""
    if params.get("drop_pending_updates"):
        api.updates.clear()
    return True


async def set_my_commands(api: BotApi, params: Json) -> bool:
    """What a client offers after a slash."""
    api.commands = params["commands"]
    return True


async def send_chat_action(api: BotApi, params: Json) -> bool:
    """The bot is typing."""
    _chat(api, params)
    return True


async def get_chat(api: BotApi, params: Json) -> Json:
    """What is known of a chat."""
    return _chat(api, params).full()


async def get_chat_member(api: BotApi, params: Json) -> Json:
    """One person's status."""
    group, user_id = _chat(api, params), params["user_id"]
    user = api.me if user_id == api.me.id else api.users.get(user_id)
    if user is None:
        raise Complaint(400, "user not found")
    return member_json(user, group.members.get(user_id, "left"))


async def get_chat_member_count(api: BotApi, params: Json) -> int:
    """How many are in the chat, the bot included."""
    return sum(status not in {"left", "kicked"} for status in _chat(api, params).members.values())


async def send_message(api: BotApi, params: Json) -> Json:
    """A new message of the bot's."""
    group = _chat(api, params)
    text, entities = _text(params)
    keyboard = _keyboard(params)
    api.slow_down(group)
    message = api.message(group, api.me, text)
    message.entities, message.keyboard = entities, keyboard
    message.preview_off = params.get("link_preview_options", {}).get("is_disabled", False)
    message.silent = params.get("disable_notification", False)
    answered = params.get("reply_parameters")
    if answered:
        message.reply_to = _find(api, group, answered["message_id"])
        if message.reply_to is None and not answered.get("allow_sending_without_reply"):
            api.messages.remove(message)
            raise Complaint(400, "message to be replied not found")
    return message.json()


async def edit_message_text(api: BotApi, params: Json) -> Json:
    """Other words in a message of the bot's; without `reply_markup` its keyboard goes."""
    message = _own(api, params, "edit")
    text, entities = _text(params)
    keyboard = _keyboard(params)
    if (text, entities, keyboard) == (message.text, message.entities, message.keyboard):
        raise Complaint(400, NOT_MODIFIED)
    message.text, message.entities, message.keyboard = text, entities, keyboard
    message.preview_off = params.get("link_preview_options", {}).get("is_disabled", False)
    message.edit_date = message.date + 1
    return message.json()


async def edit_message_reply_markup(api: BotApi, params: Json) -> Json:
    """Another keyboard; none when it is not given."""
    message = _own(api, params, "edit")
    keyboard = _keyboard(params)
    if keyboard == message.keyboard:
        raise Complaint(400, NOT_MODIFIED)
    message.keyboard = keyboard
    return message.json()


async def delete_message(api: BotApi, params: Json) -> bool:
    """Gone for everyone."""
    _own(api, params, "delete").deleted = True
    return True


async def answer_callback_query(api: BotApi, params: Json) -> bool:
    """The one answer to a press."""
    press = api.presses.get(params["callback_query_id"])
    if units(params.get("text", "")) > ANSWER_LIMIT:
        raise Complaint(400, "MESSAGE_TOO_LONG")
    if press is None or press.answer.done() or press.too_old:
        raise Complaint(400, TOO_OLD)
    press.answer.set_result(params)
    return True


METHODS: dict[str, Callable[[BotApi, Json], Awaitable[Any]]] = {
    "getMe": get_me,
    "getUpdates": get_updates,
    "deleteWebhook": delete_webhook,
    "setMyCommands": set_my_commands,
    "sendChatAction": send_chat_action,
    "getChat": get_chat,
    "getChatMember": get_chat_member,
    "getChatMemberCount": get_chat_member_count,
    "sendMessage": send_message,
    "editMessageText": edit_message_text,
    "editMessageReplyMarkup": edit_message_reply_markup,
    "deleteMessage": delete_message,
    "answerCallbackQuery": answer_callback_query,
}


def _chat(api: BotApi, params: Json) -> Group:
    group = api.groups.get(params["chat_id"])
    if group is None or api.me.id not in group.members:
        raise Complaint(400, "chat not found")
    if group.moved_to is not None:
        raise Complaint(400, "group chat was upgraded to a supergroup chat", migrate_to_chat_id=group.moved_to)
    if group.members[api.me.id] == "kicked":
        raise Complaint(403, f"bot was kicked from the {group.type} chat")
    return group


def _find(api: BotApi, group: Group, message_id: int) -> Message | None:
    return next((m for m in api.messages if m.chat is group and m.id == message_id and not m.deleted), None)


def _own(api: BotApi, params: Json, verb: str) -> Message:
    message = _find(api, _chat(api, params), params["message_id"])
    if message is None:
        raise Complaint(400, f"message to {verb} not found")
    if message.by is not api.me:
        raise Complaint(400, f"message can't be {verb.removesuffix('e')}ed")
    return message


def _text(params: Json) -> tuple[str, list[Json]]:
    source, entities = params["text"], params.get("entities", [])
    if params.get("parse_mode") == "HTML":
        try:
            source, entities = read_html(source)
        except MarkupError as error:
            raise Complaint(400, f"can't parse entities: {error}") from None
    if not source.strip():
        raise Complaint(400, "message text is empty")
    if units(source) > TEXT_LIMIT:
        raise Complaint(400, "message is too long")
    return source, [*entities, *found_entities(source, entities)]


def _keyboard(params: Json) -> list[list[Json]]:
    rows: list[list[Json]] = params.get("reply_markup", {}).get("inline_keyboard", [])
    for button in (button for row in rows for button in row):
        if not 1 <= len(button["callback_data"].encode()) <= DATA_LIMIT:
            raise Complaint(400, "BUTTON_DATA_INVALID")
    return rows
