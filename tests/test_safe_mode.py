"""A bot that cannot start says why on every way that is left, does nothing else, and starts when that is mended."""

from __future__ import annotations

import asyncio
import signal
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from bot import safe_mode
from bot.app import open_store
from bot.model import State
from bot.safe_mode import MENDED
from bot.store import InUseError
from bot.web.listener import PortTakenError
from bot.yaml_file import BadFile
from tests.fakes.bot_api import TOKEN, BotApi
from tests.fakes.databases import ON_POSTGRESQL
from tests.fakes.office import ABUSE
from tests.fakes.terminal import free_port, line_with, running_command, typed
from tests.fakes.town import Town, town, until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.fakes.telegram_chats import Group, Message, User

QUICK = 0.05
"""Seconds between two attempts to start."""


@dataclass(kw_only=True)
class House:
    """A town, its two chats, and a configuration that a test may break."""

    town: Town
    api: BotApi
    mara: User
    staff: Group
    safety: Group
    health: int
    console: int

    @property
    def tokens(self) -> dict[str, str]:
        return {**self.town.tokens, "TELEGRAM_TOKEN": TOKEN}

    def broken(self, before: str = "mode: live", after: str = "mode: alive") -> None:
        text = self.town.config.read_text(encoding="utf-8")
        assert before in text
        self.town.config.write_text(text.replace(before, after), encoding="utf-8")

    def mended(self) -> None:
        self.broken("mode: alive", "mode: live")

    @asynccontextmanager
    async def running(self, **changes: Any) -> AsyncIterator[asyncio.Task[None]]:
        """The command `run`, in this process, until the block ends."""
        stop = asyncio.Event()
        work = asyncio.create_task(
            safe_mode.run(
                self.town.config,
                stop=stop,
                telegram_address=self.api.url,
                **{"environment": self.tokens, "try_again": QUICK, **changes},
            )
        )
        try:
            yield work
        finally:
            stop.set()
            await asyncio.gather(work, return_exceptions=True)

    async def page(self, path: str) -> httpx.Response:
        """The health page, as soon as there is one."""

        async def there() -> httpx.Response | None:
            try:
                return await browser.get(f"http://127.0.0.1:{self.health}{path}")
            except httpx.TransportError:
                return None

        async with httpx.AsyncClient() as browser:
            found: httpx.Response = await until(there)
            return found

    async def told(self, group: Group, words: str) -> Message:
        found = await self.api.until(lambda: [one for one in self.api.shown(group) if words in one.text])
        return found[0]

    async def say(self, text: str, *, reply_to: Message | None = None) -> str:
        said = await self.api.say(self.mara, self.staff, text, reply_to=reply_to)
        found = await self.api.until(lambda: [one for one in self.api.shown(self.staff) if one.reply_to is said])
        return found[0].text


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with BotApi.running() as api:
        mara, tom = api.user("Mara", user_id=700000001), api.user("Tom", user_id=700000002)
        staff, safety = api.group("Staff", mara, tom), api.group("Safety", api.user("Nadia", user_id=700000003))
        health, console = free_port(), free_port()
        desks = {
            "console": {"enabled": True, "port": console},
            "telegram": {"token_env": "TELEGRAM_TOKEN", "staff_chat": staff.id, "safety_chat": safety.id},
        }
        async with town(tmp_path, desks=desks, server={"health_port": health}) as fernwick:
            yield House(town=fernwick, api=api, mara=mara, staff=staff, safety=safety, health=health, console=console)


async def test_mistake_is_told_in_both_chats_once_with_file_line_and_key(house: House) -> None:
    house.broken()
    async with house.running():
        for group in (house.staff, house.safety):
            told = await house.told(group, "Safe mode")
            assert "config.yaml:" in told.text
            assert "accounts[0].mode: expected watch, dry_run or live" in told.text
            assert "nothing is read, judged, decided or posted" in told.text
        assert "accounts[0].mode" in await house.say("/status")
        assert len(house.api.shown(house.safety)) == 1
        assert len(house.api.shown(house.staff)) == 2


async def test_nothing_but_the_status_is_answered_with_more_than_that_nothing_can_be_done(house: House) -> None:
    async with house.running():
        await until(lambda: running(house))
        house.town.say(ABUSE)
        card = await house.told(house.staff, "/case_")
    house.broken()
    async with house.running():
        await house.told(house.staff, "Safe mode")
        press = await house.api.press(house.mara, card, "Approve")
        assert await press.answered() == "Safe mode: nothing can be decided or posted. /status says why."
        for words in ("/pause", "/resume", "/queue", "/help", "/case_1"):
            assert await house.say(words) == "Safe mode: nothing can be decided or posted. /status says why."
        assert (await house.say("Argue kindly.", reply_to=card)).startswith("Safe mode")
        before = len(house.api.shown(house.staff))
        await house.api.say(house.mara, house.staff, "Has anybody seen Tom?")
        await house.api.say(house.mara, house.staff, "/status@another_bot")
        await house.say("/status")
        assert len(house.api.shown(house.staff)) == before + 1
    assert house.town.replies() == []
    house.mended()
    async with house.running():
        await until(lambda: running(house))
        store = open_store(house.town.files(), exclusive=False)
        assert [case.version for case in await store.cases(states={State.OPEN})] == [1]
        await store.close()


async def running(house: House) -> bool:
    return (await house.page("/readyz")).status_code == 200


async def test_nothing_that_strangers_write_elsewhere_is_answered(house: House) -> None:
    house.broken()
    elsewhere = house.api.group("Elsewhere", house.mara)
    async with house.running():
        await house.told(house.staff, "Safe mode")
        await house.api.say(house.mara, elsewhere, "/status")
        await house.say("/status")
    assert house.api.shown(elsewhere) == []


async def test_health_pages_say_safe_mode_and_the_console_says_that_it_is_closed(house: House) -> None:
    house.broken()
    async with house.running():
        for path in ("/healthz", "/readyz"):
            answer = await house.page(path)
            assert answer.status_code == 503
            assert answer.json()["status"] == "safe mode"
            assert "accounts[0].mode" in answer.json()["reasons"][0]
        numbers = (await house.page("/metrics")).text
        assert "not_in_our_name_safe_mode 1.0" in numbers
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{house.console}") as browser:
            page = await browser.get("/case/1")
        assert page.status_code == 503
        assert "Safe mode" in page.text
        assert "accounts[0].mode" not in page.text


async def test_bot_starts_by_itself_when_the_mistake_is_mended_and_says_so_on_both_desks(house: House) -> None:
    house.broken()
    async with house.running():
        await house.told(house.staff, "Safe mode")
        house.broken("respond_from: 2", "respond_from: 9")
        house.mended()
        await until(lambda: said_of(house, "respond_from"))
        house.broken("respond_from: 9", "respond_from: 2")
        for group in (house.staff, house.safety):
            await house.told(group, MENDED)
        await until(lambda: running(house))
        house.town.say(ABUSE)
        await house.told(house.staff, "/case_")
    assert len([one for one in house.api.shown(house.staff) if "Safe mode: the bot" in one.text]) == 1
    store = open_store(house.town.files(), exclusive=False)
    assert "safe_mode.ended" in [event.kind for event in await store.audit_events("system")]
    await store.close()


async def said_of(house: House, key: str) -> bool:
    answer = await house.page("/readyz")
    return answer.status_code == 503 and key in str(answer.json()["reasons"])


async def test_asking_for_the_status_makes_it_try_again_at_once(house: House) -> None:
    house.broken()
    async with house.running(try_again=3600):
        await house.told(house.staff, "Safe mode")
        house.mended()
        await house.say("/status")
        await house.told(house.staff, MENDED)


@pytest.mark.parametrize("file", ["packs/made-up.yaml", "responses/sexism-in-group.yaml"])
async def test_broken_rules_and_responses_are_told_with_their_file(house: House, file: str) -> None:
    path = house.town.folder / file
    path.write_text(path.read_text(encoding="utf-8").replace(": ", ":  [", 1), encoding="utf-8")
    async with house.running():
        assert file in (await house.told(house.staff, "Safe mode")).text


@pytest.mark.skipif(ON_POSTGRESQL, reason="a file is damaged here")
async def test_broken_database_is_told_and_nothing_is_written_to_it(house: House) -> None:
    database = house.town.folder / "bot.db"
    database.write_bytes(b"This is no database, but somebody's letter." * 100)
    async with house.running():
        assert "bot.db: The file is not a database." in (await house.told(house.staff, "Safe mode")).text
        assert "store: 0" not in (await house.page("/metrics")).text
    assert database.read_bytes().startswith(b"This is no database")


async def test_missing_token_of_an_account_is_named_and_none_is_ever_shown(house: House) -> None:
    async with house.running(environment={**house.tokens, "LEADER_TOKEN": ""}):
        told = (await house.told(house.staff, "Safe mode")).text
        shown = told + (await house.page("/readyz")).text
    assert "LEADER_TOKEN" in told
    assert all(token not in shown for token in house.tokens.values())


async def test_telegram_that_is_down_is_told_when_it_is_back(house: House) -> None:
    house.broken()
    house.api.complain("sendMessage", 502, "Bad Gateway")
    async with house.running():
        await house.told(house.staff, "Safe mode")
        await house.told(house.safety, "Safe mode")


async def test_chat_that_the_bot_was_removed_from_keeps_nothing_from_the_other(house: House) -> None:
    house.broken()
    house.staff.kicked = True
    async with house.running():
        await house.told(house.safety, "Safe mode")


async def test_strict_run_raises_the_mistake_at_once(house: House) -> None:
    house.broken()
    async with house.running(strict=True) as work:
        with pytest.raises(BadFile, match="accounts"):
            await work


async def test_without_a_configuration_there_is_nobody_to_tell(house: House) -> None:
    house.town.config.write_text("Dear colleagues,", encoding="utf-8")
    async with house.running() as work:
        with pytest.raises(BadFile):
            await work


async def test_second_bot_leaves_the_first_alone_whatever_is_wrong_with_its_files(house: House) -> None:
    async with house.running():
        await until(lambda: running(house))
        async with house.running() as second:
            with pytest.raises(InUseError):
                await second
        house.broken()
        async with house.running() as third:
            with pytest.raises(PortTakenError):
                await third
        assert await running(house)
        assert "All is well." in await house.say("/status")
    assert not any("Safe mode" in one.text for one in house.api.shown(house.staff))


async def test_command_stays_in_safe_mode_until_it_is_told_to_stop_and_then_ends_with_2(house: House) -> None:
    house.broken()
    async with running_command("run", "--config", house.town.config, environment=house.town.tokens, module=True) as run:
        await line_with("accounts[0].mode", run.stderr)
        assert (await house.page("/healthz")).json()["status"] == "safe mode"
        run.send_signal(signal.SIGTERM)
        _, err = await run.communicate()
    assert run.returncode == 2
    assert "Traceback" not in err.decode()


async def test_strict_command_ends_with_2_and_names_the_mistake(house: House) -> None:
    house.broken()
    said = await typed("run", "--strict", "--config", house.town.config, environment=house.town.tokens, module=True)
    assert said.status == 2
    assert "accounts[0].mode" in said.err
    assert "Safe mode" not in said.err
