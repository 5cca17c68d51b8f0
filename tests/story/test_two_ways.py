"""A threat reaches the safety team by two ways, and either of them alone is enough."""

from __future__ import annotations

from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING

import pytest
from structlog.testing import capture_logs

from tests.fakes.bot_api import TOKEN, BotApi
from tests.fakes.office import THREAT
from tests.fakes.town import Town, town, until
from tests.review.test_ring import webhook

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from structlog.typing import EventDict

    from tests.fakes.telegram_chats import Group


@pytest.fixture(autouse=True)
def logged() -> Iterator[list[EventDict]]:
    """What the bot logs, which would otherwise be drawn on a terminal."""
    with capture_logs() as entries:
        yield entries


@asynccontextmanager
async def at_work(folder: Path, api: BotApi, *, telegram: str, ring: str) -> AsyncIterator[tuple[Town, Group]]:
    """A bot with both ways, of which each leads where it is told."""
    staff = api.group("Staff", api.user("Mara", user_id=700000001))
    safety = api.group("Safety", api.user("Nadia", user_id=700000003))
    chats = {"token_env": "TELEGRAM_TOKEN", "staff_chat": staff.id, "safety_chat": safety.id}
    desks = {"console": {"enabled": True, "port": 0}, "telegram": chats}
    async with (
        town(folder, desks=desks) as fernwick,
        fernwick.bot(telegram_address=telegram, TELEGRAM_TOKEN=TOKEN, NADIA_RING=ring),
    ):
        yield fernwick, safety


async def _heard(came: list[dict[str, object]]) -> bool:
    return bool(came)


async def test_with_telegram_down_the_second_way_rings(tmp_path: Path) -> None:
    async with BotApi.running() as api:
        with webhook() as (hook, came):
            async with at_work(tmp_path, api, telegram="http://127.0.0.1:9", ring=hook) as (fernwick, _):
                fernwick.say(THREAT)
                await until(partial(_heard, came))
    assert "Threat" in str(came[0])


async def test_with_the_second_way_down_the_card_is_in_the_safety_chat(tmp_path: Path) -> None:
    async with BotApi.running() as api:
        with webhook(500) as (hook, tried):
            async with at_work(tmp_path, api, telegram=api.url, ring=hook) as (fernwick, safety):
                fernwick.say(THREAT)
                [card] = await api.until(lambda: [each for each in api.shown(safety) if "/case_" in each.text])
                await until(partial(_heard, tried))
    assert "Acknowledge" in card.buttons
