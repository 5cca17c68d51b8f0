"""The line to Telegram: what it asks, and how it tells one error from another."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
from telegram.ext import ExtBot

from bot.review.telegram.buttons import Button
from bot.review.telegram.line import DownError, Line, LineError, LostError, MovedError, Pace, RejectedError
from tests.fakes.bot_api import TOKEN, BotApi

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.fakes.telegram_chats import Group

ROWS = ((Button(label="Yes", data="yes"),),)


@asynccontextmanager
async def a_line(api: BotApi, *, rate: int = 20) -> AsyncIterator[Line]:
    bot: ExtBot[int] = ExtBot(TOKEN, base_url=f"{api.url}/bot", rate_limiter=Pace(group_max_rate=rate, max_retries=1))
    async with bot:
        yield Line(bot)


@pytest.fixture
async def line(api: BotApi) -> AsyncIterator[Line]:
    async with a_line(api) as line:
        yield line


@pytest.fixture
def staff(api: BotApi) -> Group:
    return api.group("Staff", api.user("Asha"))


async def test_a_redraw_keeps_the_buttons_that_it_is_given(api: BotApi, line: Line, staff: Group) -> None:
    message_id = await line.send(staff.id, "<b>One</b>", ROWS)
    assert await line.redraw(staff.id, message_id, "Two", ROWS)
    (shown,) = api.shown(staff)
    assert (shown.text, shown.buttons, shown.preview_off) == ("Two", {"Yes": "yes"}, True)
    assert await line.redraw(staff.id, message_id, "Three")
    assert shown.buttons == {}


async def test_a_redraw_that_changes_nothing_is_as_good(line: Line, staff: Group) -> None:
    message_id = await line.send(staff.id, "One", ROWS)
    assert await line.redraw(staff.id, message_id, "One", ROWS)
    assert await line.put_buttons(staff.id, message_id, ROWS)


async def test_a_message_that_is_no_more_is_told_from_an_error(api: BotApi, line: Line, staff: Group) -> None:
    message_id = await line.send(staff.id, "One", ROWS)
    await api.delete(api.shown(staff)[0])
    assert not await line.redraw(staff.id, message_id, "Two")
    assert not await line.erase(staff.id, message_id)


async def test_an_answer_is_cut_to_what_telegram_takes(api: BotApi, line: Line, staff: Group) -> None:
    await line.send(staff.id, "One", ROWS)
    press = await api.press(next(iter(api.users.values())), api.shown(staff)[0], "Yes")
    assert await line.answer(press.id, "😀" * 150, alert=True)
    assert await press.answered() == "😀" * 99 + "…"
    assert not await line.answer(press.id, "again", alert=False)


@pytest.mark.parametrize(
    ("code", "description", "kind"),
    [
        (400, "something new", RejectedError),
        (400, "chat not found", LostError),
        (400, "not enough rights to send text messages to the chat", LostError),
        (403, "bot was kicked from the group chat", LostError),
        (401, "Unauthorized", LostError),
        (404, "Not Found", LostError),
        (502, "Bad Gateway", DownError),
        (500, "Internal Server Error", DownError),
    ],
)
async def test_errors_are_told_apart_and_never_hold_the_token(
    api: BotApi, line: Line, staff: Group, code: int, description: str, kind: type[LineError]
) -> None:
    api.complain("sendMessage", code, description)
    with pytest.raises(LineError) as caught:
        await line.send(staff.id, "One")
    assert type(caught.value) is kind
    assert TOKEN not in str(caught.value)


async def test_a_group_that_moved_says_where(api: BotApi, line: Line, staff: Group) -> None:
    after = await api.upgrade(staff)
    with pytest.raises(MovedError) as caught:
        await line.probe(staff.id)
    assert caught.value.chat_id == after.id


async def test_a_wait_that_telegram_asks_for_is_kept_and_the_message_sent(
    api: BotApi, line: Line, staff: Group
) -> None:
    api.complain("sendMessage", 429, "Too Many Requests: retry after 1", retry_after=1)
    await line.send(staff.id, "One")
    assert len(api.shown(staff)) == 1


async def test_a_wait_that_is_asked_for_again_and_again_is_an_error(api: BotApi, line: Line, staff: Group) -> None:
    api.complain("sendMessage", 429, "Too Many Requests: retry after 1", times=2, retry_after=1)
    with pytest.raises(DownError):
        await line.send(staff.id, "One")


async def test_questions_do_not_use_up_what_may_be_written(api: BotApi, staff: Group) -> None:
    async with a_line(api, rate=2) as line:
        for _ in range(10):
            await line.facts(staff.id)
        await line.send(staff.id, "One")
    assert len(api.shown(staff)) == 1


async def test_public_chats_are_known(api: BotApi, line: Line, staff: Group) -> None:
    assert (await line.facts(staff.id)).public == ""
    staff.username = "fernwick"
    assert (await line.facts(staff.id)).public == "it is public: it has a username"
    staff.username, staff.linked_chat_id = None, -1001
    assert "discussion of a channel" in (await line.facts(staff.id)).public
    staff.type = "channel"
    assert (await line.facts(staff.id)).public == "it is a channel"


async def test_who_is_inside_is_known(api: BotApi, line: Line, staff: Group) -> None:
    asha = next(iter(api.users))
    assert await line.is_inside(staff.id, asha)
    assert await line.count(staff.id) == 2
    staff.members[asha] = "left"
    assert not await line.is_inside(staff.id, asha)
    assert not await line.is_inside(staff.id, 1)
    assert await line.count(staff.id) == 1
