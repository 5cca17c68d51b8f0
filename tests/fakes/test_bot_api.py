"""The fake Bot API kept honest: python-telegram-bot, unmodified, understands every word of it."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import httpx
import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, TelegramObject, Update
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, RetryAfter

from tests.fakes.bot_api import TOKEN, BotApi

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from telegram import Message

    from tests.fakes.telegram_chats import Group, User


@asynccontextmanager
async def client_of(api: BotApi, token: str = TOKEN) -> AsyncIterator[Bot]:
    bot = Bot(token, base_url=f"{api.url}/bot")
    async with bot:
        yield bot


@pytest.fixture
async def api(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[BotApi]:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")  # else the library warns of a change to come
    async with BotApi.running() as api:
        yield api


@pytest.fixture
async def bot(api: BotApi) -> AsyncIterator[Bot]:
    async with client_of(api) as bot:
        yield bot


@pytest.fixture
def asha(api: BotApi) -> User:
    return api.user("Asha")


@pytest.fixture
def staff(api: BotApi, asha: User) -> Group:
    return api.group("Staff", asha)


def keyboard(*data: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton(name, callback_data=name)] for name in data])


def unknown_fields(thing: object) -> list[str]:
    """Every field, at any depth, that python-telegram-bot does not know of."""
    if isinstance(thing, TelegramObject):
        inner = thing.to_dict(recursive=False).values()
        return [*thing.api_kwargs, *(name for value in inner for name in unknown_fields(value))]
    if isinstance(thing, list | tuple):
        return [name for value in thing for name in unknown_fields(value)]
    return []


async def card(bot: Bot, staff: Group) -> Message:
    return await bot.send_message(staff.id, "A <b>card</b>", parse_mode="HTML", reply_markup=keyboard("yes", "no"))


async def test_all_that_it_says_is_known_to_the_library(api: BotApi, bot: Bot, asha: User, staff: Group) -> None:
    staff.members[api.me.id] = "administrator"
    sent = await card(bot, staff)
    await api.say(asha, staff, "a word", reply_to=api.shown(staff)[0])
    await api.press(asha, api.shown(staff)[0], "yes")
    await api.join(api.user("Sam"), staff)
    await api.leave(asha, staff)
    await api.remove_bot(api.group("Other", asha))
    updates = await bot.get_updates(allowed_updates=Update.ALL_TYPES)
    people = [await bot.get_chat_member(staff.id, user_id) for user_id in (asha.id, api.me.id)]
    said = [sent, *updates, *people, await bot.get_me(), await bot.get_chat(staff.id)]
    assert len(updates) == 7
    assert [name for thing in said for name in unknown_fields(thing)] == []


async def test_html_becomes_text_and_entities_in_utf16_units(api: BotApi, bot: Bot, staff: Group) -> None:
    sent = await bot.send_message(staff.id, "😀 <tg-spoiler>a <b>b</b> &lt;i&gt;</tg-spoiler>", parse_mode="HTML")
    assert sent.text == "😀 a b <i>"
    assert sent.parse_entities() == {
        entity: {"spoiler": "a b <i>", "bold": "b"}[entity.type] for entity in sent.entities
    }


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("<b>never closed", "Can't find end tag"),
        ("<blink>x</blink>", "Unsupported start tag"),
        ("<b><i>x</b></i>", "Unmatched end tag"),
        ("x</b>", "Unexpected end tag"),
        ("1 < 2", "Unclosed start tag"),
        ("  ", "message text is empty"),
        ("x" * 4097, "message is too long"),
        ("😀" * 2049, "message is too long"),
    ],
)
async def test_bad_text_is_refused(bot: Bot, staff: Group, source: str, complaint: str) -> None:
    with pytest.raises(BadRequest, match=f"(?i){complaint}"):
        await bot.send_message(staff.id, source, parse_mode="HTML")


async def test_4096_units_are_counted_after_parsing(bot: Bot, staff: Group) -> None:
    sent = await bot.send_message(staff.id, f"<b>{'&lt;' * 4096}</b>", parse_mode="HTML")
    assert sent.text == "<" * 4096


async def test_names_links_and_commands_are_found_but_not_inside_code(api: BotApi, bot: Bot, staff: Group) -> None:
    await bot.send_message(staff.id, "@someone /pause #tag www.evil.example <code>@other /x</code>", parse_mode="HTML")
    (shown,) = api.shown(staff)
    assert shown.covered("mention") == ["@someone"]
    assert shown.covered("bot_command") == ["/pause"]
    assert shown.covered("hashtag") == ["#tag"]
    assert shown.covered("url") == ["www.evil.example"]


async def test_button_data_is_64_bytes_at_most(bot: Bot, staff: Group) -> None:
    await bot.send_message(staff.id, "x", reply_markup=keyboard("x" * 64))
    with pytest.raises(BadRequest, match=r"(?i)button_data_invalid"):
        await bot.send_message(staff.id, "x", reply_markup=keyboard("é" * 33))


async def test_edit_without_a_keyboard_takes_it_away(api: BotApi, bot: Bot, staff: Group) -> None:
    sent = await card(bot, staff)
    await bot.edit_message_text("Closed", staff.id, sent.message_id)
    assert api.shown(staff)[0].buttons == {}


async def test_edit_that_changes_nothing_is_refused(bot: Bot, staff: Group) -> None:
    sent = await card(bot, staff)
    with pytest.raises(BadRequest, match=r"(?i)message is not modified"):
        await bot.edit_message_reply_markup(staff.id, sent.message_id, reply_markup=keyboard("yes", "no"))


async def test_a_deleted_message_cannot_be_edited(api: BotApi, bot: Bot, staff: Group) -> None:
    sent = await card(bot, staff)
    await api.delete(api.shown(staff)[0])
    with pytest.raises(BadRequest, match=r"(?i)message to edit not found"):
        await bot.edit_message_text("Closed", staff.id, sent.message_id)
    with pytest.raises(BadRequest, match=r"(?i)message to delete not found"):
        await bot.delete_message(staff.id, sent.message_id)


async def test_a_press_is_answered_once(api: BotApi, bot: Bot, asha: User, staff: Group) -> None:
    await card(bot, staff)
    press = await api.press(asha, api.shown(staff)[0], "yes")
    await bot.answer_callback_query(press.id, "Done")
    assert await press.answered() == "Done"
    with pytest.raises(BadRequest, match=r"(?i)query is too old"):
        await bot.answer_callback_query(press.id, "Again")


async def test_updates_come_again_until_an_offset_confirms_them(
    api: BotApi, bot: Bot, asha: User, staff: Group
) -> None:
    await api.say(asha, staff, "/queue")
    await api.say(asha, staff, "/stats")
    first, second = await bot.get_updates()
    assert [update.update_id for update in await bot.get_updates()] == [first.update_id, second.update_id]
    assert [update.update_id for update in await bot.get_updates(offset=second.update_id)] == [second.update_id]
    assert await bot.get_updates(offset=second.update_id + 1) == ()


async def test_a_long_poll_ends_when_something_happens(api: BotApi, bot: Bot, asha: User, staff: Group) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=30))
    await api.until(lambda: api.calls[-1][0] == "getUpdates")
    await api.say(asha, staff, "/queue")
    assert [update.message.text for update in await poll if update.message] == ["/queue"]


async def test_a_second_poller_throws_out_the_first(api: BotApi, bot: Bot) -> None:
    first = asyncio.create_task(bot.get_updates(timeout=30))
    await api.until(lambda: api.calls[-1][0] == "getUpdates")
    async with client_of(api) as other:
        assert await other.get_updates() == ()
    with pytest.raises(Conflict, match="only one bot instance"):
        await first


async def test_privacy_hides_what_is_not_for_the_bot(api: BotApi, bot: Bot, asha: User, staff: Group) -> None:
    await card(bot, staff)
    await api.say(asha, staff, "between us")
    await api.say(asha, staff, "for the bot", reply_to=api.shown(staff)[0])
    assert [update.message.text for update in await bot.get_updates() if update.message] == ["for the bot"]


async def test_twenty_messages_a_minute_in_one_group(bot: Bot, staff: Group) -> None:
    for number in range(20):
        await bot.send_message(staff.id, str(number))
    with pytest.raises(RetryAfter):
        await bot.send_message(staff.id, "one more")


async def test_an_upgraded_group_answers_under_its_new_id_only(api: BotApi, bot: Bot, staff: Group) -> None:
    after = await api.upgrade(staff)
    with pytest.raises(ChatMigrated) as moved:
        await bot.send_message(staff.id, "x")
    assert moved.value.new_chat_id == after.id
    assert (await bot.get_chat(after.id)).type == "supergroup"


async def test_a_bot_that_was_removed_may_not_write(api: BotApi, bot: Bot, staff: Group) -> None:
    staff.members[api.me.id] = "kicked"
    with pytest.raises(Forbidden, match="kicked"):
        await bot.send_message(staff.id, "x")
    with pytest.raises(BadRequest, match=r"(?i)chat not found"):
        await bot.send_message(-1, "x")


async def test_a_complaint_on_demand_has_no_effect(api: BotApi, bot: Bot, staff: Group) -> None:
    api.complain("sendMessage", 429, "Too Many Requests: retry after 3", retry_after=3)
    with pytest.raises(RetryAfter):
        await bot.send_message(staff.id, "x")
    assert api.shown(staff) == []


async def test_only_the_right_token_is_let_in(api: BotApi) -> None:
    wrong = TOKEN[:-1] + "x"
    with pytest.raises(InvalidToken):
        async with client_of(api, wrong):
            pass
    async with httpx.AsyncClient() as client:
        assert (await client.get(f"{api.url}/bot{wrong}/getMe")).status_code == 401
        assert (await client.get(f"{api.url}/botnonsense/getMe")).status_code == 404
        assert (await client.get(f"{api.url}/bot{TOKEN}/noSuchMethod")).status_code == 404
