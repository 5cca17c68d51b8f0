"""The truth table: whatever state the bot is in, every place where one can ask says so, and none says otherwise.

The bot is the real one, on simulated servers and a fake Telegram; a person asks `/status` in the chat, another types
`status` at a terminal, and a monitor asks for `/healthz`, `/readyz` and `/metrics`.
"""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot import safe_mode
from tests.fakes.bot_api import TOKEN, BotApi
from tests.fakes.databases import only_sqlite
from tests.fakes.office import ABUSE
from tests.fakes.terminal import free_port, typed
from tests.fakes.town import Town, town, until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from tests.fakes.telegram_chats import Group, User

SOON = 0.2
"""Seconds between two attempts to leave safe mode."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """What every place says at about the same time."""

    chat: str
    terminal: dict[str, Any]
    exit_status: int
    healthz: httpx.Response
    readyz: httpx.Response
    metrics: dict[tuple[str, ...], float]

    @property
    def codes(self) -> tuple[int, int]:
        return self.healthz.status_code, self.readyz.status_code


@dataclass(kw_only=True)
class House:
    """A town with a bot in it, its staff chat, and the port of its health page."""

    town: Town
    api: BotApi
    staff: Group
    mara: User
    port: int

    async def ask(self) -> Told:
        """Ask everywhere."""
        said = await self.api.say(self.mara, self.staff, "/status")
        answers = await self.api.until(lambda: [one for one in self.api.shown(self.staff) if one.reply_to is said])
        terminal = await typed("status", "--json", "--config", self.town.config, module=True)
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{self.port}", timeout=30) as monitor:
            pages = [await monitor.get(page) for page in ("/healthz", "/readyz", "/metrics")]
        families = text_string_to_metric_families(pages[2].text)
        metrics = {
            (sample.name.removeprefix("not_in_our_name_"), *sample.labels.values()): sample.value
            for family in families
            for sample in family.samples
        }
        return Told(
            chat=answers[0].text,
            terminal=json.loads(terminal.out or "{}"),
            exit_status=terminal.status,
            healthz=pages[0],
            readyz=pages[1],
            metrics=metrics,
        )

    async def ready(self, code: int = 200, words: str = "") -> None:
        """Wait until the bot says so."""

        async def says() -> bool:
            try:
                async with httpx.AsyncClient() as monitor:
                    answer = await monitor.get(f"http://127.0.0.1:{self.port}/readyz", timeout=30)
            except httpx.TransportError:
                return False
            return answer.status_code == code and words in answer.text

        await until(says)

    async def heard(self, words: str) -> int:
        """How often the staff chat was told this, once it was."""
        find: Callable[[], list[str]] = lambda: [one.text for one in self.api.shown(self.staff) if words in one.text]  # noqa: E731  it is passed on
        return len(await self.api.until(find, seconds=60))

    @asynccontextmanager
    async def bot(self) -> AsyncIterator[None]:
        """The command `run` in this process, until the block ends."""
        stop = asyncio.Event()
        work = asyncio.create_task(
            safe_mode.run(
                self.town.config,
                stop=stop,
                environment={**self.town.tokens, "TELEGRAM_TOKEN": TOKEN},
                telegram_address=self.api.url,
                try_again=SOON,
            )
        )
        try:
            yield
        finally:
            stop.set()
            await asyncio.gather(work, return_exceptions=True)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with BotApi.running() as api:
        mara, tom = api.user("Mara", user_id=700000001), api.user("Tom", user_id=700000002)
        staff, safety = api.group("Staff", mara, tom), api.group("Safety", api.user("Nadia", user_id=700000003))
        desks = {
            "console": {"enabled": True, "port": 0},
            "telegram": {"token_env": "TELEGRAM_TOKEN", "staff_chat": staff.id, "safety_chat": safety.id},
        }
        port = free_port()
        async with town(tmp_path, desks=desks, server={"health_port": port}) as fernwick:
            yield House(town=fernwick, api=api, staff=staff, mara=mara, port=port)


async def test_healthy(house: House) -> None:
    async with house.bot():
        await house.ready()
        house.town.say(ABUSE)
        await house.heard("/case_")
        told = await house.ask()
    assert told.chat.startswith("All is well.\nLast read: @party@fernwick.example ")
    assert told.chat.endswith("1 case waits, the oldest for just now.")
    assert (told.terminal["bot"], told.terminal["reasons"], told.terminal["waiting"]) == ("ok", [], 1)
    assert told.exit_status == 0
    assert told.codes == (200, 200)
    assert told.metrics["safe_mode",] == 0
    assert told.metrics["store",] == 1
    assert told.metrics["cases", "open"] == 1
    assert told.metrics["judged_total",] == 1
    assert not [name for name in told.metrics if name[0] in {"trouble", "paused"}]


async def test_token_revoked(house: House) -> None:
    async with house.bot():
        await house.ready()
        house.town.world.revoke(house.town.tokens["DEPUTY_TOKEN"])
        assert await house.heard("no longer accepts the token. Make a new one there") == 1
        told = await house.ask()
    assert told.chat.startswith("Something is wrong.\n• Reading mentions for @deputy@parlour.example: ")
    assert "put it into the environment variable that `token_env` names" in told.chat
    assert told.terminal["bot"] == "ill"
    assert "poll:deputy" in " ".join(told.terminal["reasons"])
    assert told.codes == (200, 503)
    assert told.metrics["trouble", "poll:deputy"] == 1
    assert told.metrics["faults_total", "poll:deputy"] >= 1
    assert ("trouble", "poll:leader") not in told.metrics
    assert house.town.tokens["DEPUTY_TOKEN"] not in f"{told}"


async def test_server_down_and_up_again(house: House) -> None:
    async with house.bot():
        await house.ready()
        door = house.town.world.hosts["parlour.example"].door
        assert door is not None
        door.refuse()
        assert await house.heard("cannot be reached") == 1
        told = await house.ask()
        assert "• Reading mentions for @deputy@parlour.example: " in told.chat
        assert told.terminal["bot"] == "ill"
        assert told.codes == (200, 503)
        assert told.metrics["trouble", "poll:deputy"] == 1
        await door.open()
        await house.ready()
        assert await house.heard("Reading mentions for @deputy@parlour.example works again.") == 1
        told = await house.ask()
    assert told.chat.startswith("All is well.")
    assert (told.terminal["bot"], told.codes) == ("ok", (200, 200))
    assert ("trouble", "poll:deputy") not in told.metrics


async def test_paused(house: House) -> None:
    async with house.bot():
        await house.ready()
        await house.api.say(house.mara, house.staff, "/pause leader a death in the family")
        await house.heard("Paused by Mara Bright")
        told = await house.ask()
    assert told.chat.startswith("All is well.")
    assert "Posting is paused for @leader@fernwick.example." in told.chat
    assert (told.terminal["bot"], told.terminal["paused"]) == ("ok", ["leader"])
    assert told.codes == (200, 200)
    assert told.readyz.json()["paused"] == ["leader"]
    assert told.metrics["paused", "leader"] == 1


async def test_safe_mode(house: House) -> None:
    text = house.town.config.read_text(encoding="utf-8")
    house.town.config.write_text(text.replace("mode: live", "mode: alive", 1), encoding="utf-8")
    async with house.bot():
        await house.ready(503, "safe mode")
        told = await house.ask()
    assert told.chat.startswith("Safe mode: the bot cannot start.")
    assert "accounts[0].mode" in told.chat
    assert told.terminal["bot"] == "safe mode"
    assert "accounts[0].mode" in told.terminal["reasons"][0]
    assert told.exit_status == 1
    assert told.codes == (503, 503)
    assert told.metrics == {("safe_mode",): 1, ("store",): 0}


@only_sqlite
async def test_database_gone_while_the_bot_runs(house: House) -> None:
    database = house.town.folder / "bot.db"
    async with house.bot():
        await house.ready()
        aside = database.rename(database.with_name("aside.db"))
        assert await house.heard("The database does not work") == 1
        told = await house.ask()
        assert told.chat.startswith("Something is wrong.\n• The database does not work")
        assert "the database is gone" in told.chat
        assert told.codes == (503, 503)
        assert told.metrics["store",] == 0
        assert ("judged_total",) not in told.metrics
        assert (told.terminal, told.exit_status) == ({}, 2)
        aside.rename(database)
        await house.ready()
        assert await house.heard("The database works again.") == 1


async def test_not_running(house: House) -> None:
    async with house.bot():
        await house.ready()
    said = await typed("status", "--json", "--config", house.town.config, module=True)
    assert (json.loads(said.out)["bot"], said.status) == ("not running", 0)
