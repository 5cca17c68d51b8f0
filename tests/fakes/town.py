"""A whole bot on a simulated network: two servers over real HTTP, the party's accounts on them, and its files."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import yaml

from bot.app import App, open_store
from bot.duties import Duty
from bot.files import Files
from bot.platforms.simulated.hosts import Settings
from bot.platforms.simulated.running import running
from bot.platforms.simulated.world import World, utc_now
from tests.fakes.office import write_files

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
    from pathlib import Path

    from bot.model import Case, State
    from bot.platforms.simulated.people import Post
    from bot.ports import Desk
    from bot.store import Store

SCOPES = "read:notifications read:statuses read:accounts read:follows read:search write:statuses write:reports"
ACCOUNTS = {
    "PARTY_TOKEN": "@party@fernwick.example",
    "LEADER_TOKEN": "@leader@fernwick.example",
    "DEPUTY_TOKEN": "@deputy@parlour.example",
}
PATIENCE = 60
"""Wall-clock seconds after which a test that waits in vain fails."""


@dataclass(kw_only=True)
class Town:
    """The network, the access tokens by the name of their environment variable, and the bot's files."""

    world: World
    addresses: Mapping[str, str]
    tokens: Mapping[str, str]
    folder: Path
    config: Path

    def say(self, text: str, *, by: str = "sam", to: str = "@leader@fernwick.example", **said: Any) -> Post:
        """Somebody writes to an account of ours; they come to town if they are not there yet."""
        handle = f"@{by}@tidewater.example"
        if handle.removeprefix("@") not in self.world.people:
            self.world.add_person(handle, bio="Fernwick Party supporter", created_at=datetime(2019, 1, 1, tzinfo=UTC))
        return self.world.post(handle, f"{to} {text}", **said)

    def replies(self) -> list[dict[str, Any]]:
        """What stands on the network that the bot has posted, as the servers tell it."""
        return [post for post in self.world.record()["posts"] if post["sent_by"] == "api" and not post["deleted_at"]]

    def files(self) -> Files:
        """The bot's files, read."""
        return Files.read(self.config)

    @asynccontextmanager
    async def bot(
        self,
        *,
        speed: float = 10,
        telegram_address: str | None = None,
        desk: Desk | None = None,
        duties: frozenset[Duty] = frozenset(Duty),
        **environment: str,
    ) -> AsyncIterator[App]:
        """The bot at work in this process, watching, until the block ends; `desk` is one more beside its own.

        `duties` are those that this one has, where several work together.
        """
        files = self.files()
        store = open_store(files, exclusive=Duty.DESK in duties, helper=Duty.DESK not in duties)
        app = App(
            files=files,
            store=store,
            environment={**self.tokens, **environment},
            speed=speed,
            telegram_address=telegram_address,
            duties=duties,
        )
        if desk is not None:
            app.desks.append(desk)
        stop, ready = asyncio.Event(), asyncio.Event()
        work = asyncio.create_task(app.run(stop, ready=ready.set))
        try:
            await self.unless(work, (app.loops.watching if Duty.WATCH in duties else ready).wait())
            yield app
        finally:
            stop.set()
            try:
                await work
            finally:
                await store.close()

    @staticmethod
    async def unless(work: asyncio.Task[None], event: Awaitable[Any]) -> None:
        """Wait for the event, or raise what ended the work before it."""
        waiting = asyncio.ensure_future(event)
        await asyncio.wait({work, waiting}, timeout=PATIENCE, return_when=asyncio.FIRST_COMPLETED)
        if not waiting.done():
            waiting.cancel()
            work.result()
            raise TimeoutError


@asynccontextmanager
async def town(
    folder: Path, *, settings: Settings | None = None, now: Callable[[], datetime] = utc_now, **changes: Any
) -> AsyncIterator[Town]:
    """A town with the party's accounts; `changes` are sections of the configuration, as in `write_files`."""
    world = World(now)
    for domain in ("fernwick.example", "parlour.example"):
        world.add_server(domain, settings or Settings(title=domain, calls_per_window=None))
    for handle in ACCOUNTS.values():
        world.add_person(handle, official=True)
    async with running(world) as addresses:
        quick = {
            "server": {"health_port": 0},
            "desks": {"console": {"enabled": True, "port": 0}},
            "limits": {"undo_seconds": 0, "incident_cases": 100_000},
            "schedule": {"poll_seconds": 1, "look_seconds": 1, "publish_seconds": 1},
        }
        config = write_files(folder, **{**quick, **changes})
        point_at(config, addresses)
        tokens = {name: world.grant(handle, SCOPES) for name, handle in ACCOUNTS.items()}
        yield Town(world=world, addresses=addresses, tokens=tokens, folder=folder, config=config)


def point_at(config: Path, addresses: Mapping[str, str]) -> None:
    """Let the accounts of a configuration be on these servers."""
    written = yaml.safe_load(config.read_text(encoding="utf-8"))
    for account in written["accounts"]:
        account["server"] = addresses[account["handle"].rpartition("@")[2]]
    config.write_text(yaml.safe_dump(written, allow_unicode=True), encoding="utf-8")


async def until(found: Callable[[], Awaitable[Any]]) -> Any:
    """Ask again and again, the event loop in between, until the answer is true of something; that answer."""
    async with asyncio.timeout(PATIENCE):
        while not (answer := await found()):  # noqa: ASYNC110  what another process does sets no event here
            await asyncio.sleep(0.02)
        return answer


async def cases_in(store: Store, *states: State, number: int = 1) -> list[Case]:
    """So many cases in one of these states, as soon as there are."""

    async def there() -> list[Case]:
        found = await store.cases(states=states)
        return found if len(found) >= number else []

    found: list[Case] = await until(there)
    return found
