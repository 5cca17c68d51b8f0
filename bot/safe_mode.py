"""The command `run`: start the bot, and while it cannot start stay far enough awake to say why.

In safe mode there is no store, no watcher, no publisher and no decision: nothing here could post if it wanted to.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import structlog

from bot import config, log
from bot.app import App, CannotStartError, need_tokens, open_store, serve, wall_clock
from bot.duties import Duty
from bot.files import Files
from bot.store import InUseError, StoreError
from bot.web.closed import closed_app
from bot.web.health import health_app
from bot.web.listener import Listener
from bot.web.vitals import Vitals
from bot.yaml_file import BadFile

if TYPE_CHECKING:
    from collections.abc import Coroutine, Mapping
    from datetime import datetime
    from pathlib import Path

    from bot.config import Reach

LOG = structlog.get_logger()
FAULTS = (BadFile, StoreError, CannotStartError)
"""What keeps a bot from starting, and a person can mend."""
TRY_AGAIN = 30.0
"""Seconds after which it is tried again, if nobody asks before that."""
MOST_REASONS = 8
WHY = """\
Safe mode: the bot cannot start. Until this is mended nothing is read, judged, decided or posted, and no threat rings.

{reasons}

What to do: whoever runs the bot mends it; `not-in-our-name check` says when all is right. The bot looks again every \
half minute, or at /status, and starts by itself; only after a change to its environment it must be restarted. Until \
then look at the accounts themselves."""
NOTICE = "Safe mode: nothing is read, decided or posted until that is mended."
MENDED = "Safe mode is over: the bot has started. It now reads what was said meanwhile, and everything works again."
PAGE = """\
The bot could not start. Nothing is read, decided or posted until that is mended. Whoever runs the bot finds why \
in its log, by `not-in-our-name check`, and by /status in the staff chat."""

Start = Callable[[], Awaitable[App]]


async def run(  # noqa: PLR0913  each is a fact of its own, given by keyword
    config_file: Path,
    *,
    stop: asyncio.Event | None = None,
    dry_run: bool = False,
    duties: frozenset[Duty] = frozenset(Duty),
    health_port: int | None = None,
    strict: bool = False,
    environment: Mapping[str, str] = os.environ,
    telegram_address: str | None = None,
    try_again: float = TRY_AGAIN,
) -> None:
    """Run the bot until `stop` is set, by default by SIGTERM or SIGINT; in safe mode while it cannot start.

    Raises what keeps it from starting when it is `strict` or has no desk, when nobody could be reached, and when it is
    told to stop before that is mended.
    """
    log.set_up()
    stop = stop or _told_to_stop()

    async def start() -> App:
        files = await asyncio.to_thread(Files.read, config_file, dry_run=dry_run)
        need_tokens(files, environment)
        helper = duties != frozenset(Duty)
        store = await asyncio.to_thread(open_store, files, exclusive=Duty.DESK in duties, helper=helper)
        return App(
            files=files,
            store=store,
            environment=environment,
            telegram_address=telegram_address,
            duties=duties,
            health_port=health_port,
            rehearse=True,
        )

    safe: SafeMode | None = None
    while True:
        try:
            app = await (safe.held(start, stop) if safe else start())
            if safe:
                await safe.leave(app)
            await serve(app, stop)
        except FAULTS as error:
            if strict or Duty.DESK not in duties or stop.is_set() or isinstance(error, InUseError):
                raise
            reach = safe.reach if safe else config.reach(config_file)
            if reach is None:
                raise
            safe = safe or SafeMode(reach, environment, health_port, telegram_address, try_again)
            safe.enter(error)
        else:
            return


def _told_to_stop() -> asyncio.Event:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    return stop


@dataclass
class SafeMode:
    """Everything that a bot in safe mode does: it answers, and tries to start."""

    reach: Reach
    environment: Mapping[str, str] = field(repr=False)
    health_port: int | None
    """Another than the configuration's."""
    telegram_address: str | None
    try_again: float
    now: Callable[[], datetime] = wall_clock
    fault: Exception | None = None
    """What keeps the bot from starting."""
    _since: datetime = field(init=False)
    _asked: asyncio.Event = field(default_factory=asyncio.Event)
    _told: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._since = self.now()

    def enter(self, fault: Exception) -> None:
        """Take note of what is wrong, and say it to whoever started the bot unless they know."""
        if str(fault) != str(self.fault):
            reasons = self._reasons(fault)
            print("\n".join((*reasons, NOTICE)), file=sys.stderr, flush=True)  # noqa: T201  as `check` prints them
            LOG.error("safe_mode", reasons=reasons)
        self.fault = fault

    async def held(self, start: Start, stop: asyncio.Event) -> App:
        """Answer whoever asks until the bot can be made; it. Raises the fault when told to stop before that.

        Raises PortTakenError and InUseError when another bot turns out to be running.
        """
        async with AsyncExitStack() as stack:
            servers = self._listeners(stack)
            async with asyncio.TaskGroup() as group:
                serving = [group.create_task(serve()) for serve in servers]
                found = await self._tried(start, stop)
                for task in serving:
                    task.cancel()
        if isinstance(found, Exception):
            raise found
        return found

    async def leave(self, app: App) -> None:
        """Put on record that it is over, and say so on every desk once they are open."""
        await app.store.note("safe_mode.ended", actor="bot", detail={"since": self._since.isoformat()})
        LOG.info("safe_mode.ended", since=self._since.isoformat())
        for safety in (False, True):
            app.loops.say(MENDED, safety=safety)

    async def _tried(self, start: Start, stop: asyncio.Event) -> App | Exception:
        """The bot, when it could be made; else why it is not worth another attempt."""
        while True:
            waits = [asyncio.create_task(event.wait()) for event in (stop, self._asked)]
            await asyncio.wait(waits, timeout=self.try_again, return_when=asyncio.FIRST_COMPLETED)
            for wait in waits:
                wait.cancel()
            self._asked.clear()
            if stop.is_set() and self.fault is not None:
                return self.fault
            try:
                return await start()
            except InUseError as error:
                return error
            except FAULTS as error:
                self.enter(error)

    def _listeners(self, stack: AsyncExitStack) -> list[Callable[[], Coroutine[Any, Any, None]]]:
        """What can be opened: the health page, a closed console, the chats. Raises PortTakenError."""
        port = self.reach.health_port if self.health_port is None else self.health_port
        health = Listener(health_app(self._vitals), port=port, setting="server.health_port")
        stack.callback(health.close)
        serving: list[Callable[[], Coroutine[Any, Any, None]]] = [health.run]
        if self.reach.console_port is not None:
            host = urlsplit(self.reach.public_url).netloc if self.reach.public_url else None
            page = closed_app(title="Safe mode", text=PAGE, public_host=host)
            console = Listener(page, port=self.reach.console_port, setting="desks.console.port")
            stack.callback(console.close)
            serving.append(console.run)
        token = self.environment.get(self.reach.token_env or "")
        if token:
            from bot.review.telegram import SafeDesk  # noqa: PLC0415  half a second, only where wanted

            log.register_secret(token)
            desk = SafeDesk(
                token=token,
                chats=set(self.reach.chats),
                why=self._why,
                asked=self._asked.set,
                told=self._told,
                base_url=self.telegram_address,
            )
            serving.append(desk.run)
        return serving

    async def _vitals(self) -> Vitals:
        return Vitals(now=self.now(), started_at=self._since, safe_mode=self._reasons(self.fault))

    def _why(self) -> str:
        reasons = self._reasons(self.fault)
        more = f"\n… and {len(reasons) - MOST_REASONS} more" if len(reasons) > MOST_REASONS else ""
        return WHY.format(reasons="\n".join(f"• {reason}" for reason in reasons[:MOST_REASONS]) + more)

    @staticmethod
    def _reasons(fault: Exception | None) -> tuple[str, ...]:
        """What is wrong, a sentence for each, without anything secret."""
        return tuple(log.redacted(line) for line in str(fault).splitlines())
