"""A desk that decides nothing: it tells each chat once, answers, and makes way for a bot that runs."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from bot.review.telegram.safe_desk import NOTHING, SafeDesk
from tests.fakes.bot_api import TOKEN, BotApi

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.fakes.telegram_chats import Group


@asynccontextmanager
async def listening(api: BotApi, *groups: Group, told: set[int] | None = None) -> AsyncIterator[asyncio.Task[None]]:
    desk = SafeDesk(
        token=TOKEN,
        chats={group.id for group in groups},
        why=lambda: "config.yaml:12: <b>wrong</b>",
        asked=lambda: None,
        told=set() if told is None else told,
        base_url=api.url,
    )
    work = asyncio.create_task(desk.run())
    try:
        yield work
    finally:
        work.cancel()
        await asyncio.wait([work])


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi.running() as api:
        yield api


async def test_words_are_sent_as_they_are(api: BotApi) -> None:
    group = api.group("Staff", api.user("Mara"))
    async with listening(api, group):
        [told] = await api.until(lambda: api.shown(group))
        assert told.text == "config.yaml:12: <b>wrong</b>"


async def test_chat_that_was_told_before_is_not_told_again(api: BotApi) -> None:
    mara = api.user("Mara")
    group = api.group("Staff", mara)
    async with listening(api, group, told={group.id}):
        await api.say(mara, group, "/pause")
        [answer] = await api.until(lambda: api.shown(group))
        assert answer.text == NOTHING


async def test_press_that_was_answered_is_not_delivered_to_the_bot_that_starts_later(api: BotApi) -> None:
    mara = api.user("Mara")
    group = api.group("Staff", mara)
    card = api.message(group, api.me, "A card")
    card.keyboard = [[{"text": "Approve", "callback_data": "approve:1:1"}]]
    async with listening(api, group):
        press = await api.press(mara, card, "Approve")
        assert await press.answered() == NOTHING
    assert not api.updates


async def test_group_that_became_a_supergroup_is_followed(api: BotApi) -> None:
    group = api.group("Staff", api.user("Mara"))
    after = await api.upgrade(group)
    async with listening(api, group):
        assert await api.until(lambda: api.shown(after))


async def test_it_makes_way_for_another_program_that_listens(api: BotApi) -> None:
    group = api.group("Staff", api.user("Mara"))
    async with listening(api, group) as work:
        await api.until(lambda: api.shown(group))
        api.complain("getUpdates", 409, "terminated by other getUpdates request")
        await api.changed()
        mara = api.user("Tom")
        await api.say(mara, group, "/status")
        await asyncio.wait_for(work, 30)


async def test_refused_token_is_no_reason_to_fall_silent_for_ever(api: BotApi) -> None:
    group = api.group("Staff", api.user("Mara"))
    api.complain("getMe", 401, "Unauthorized")
    async with listening(api, group) as work:
        await api.until(lambda: api.shown(group))
        assert not work.done()
