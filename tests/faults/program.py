"""The real program on the suite's clock, with points at which it dies when told to.

It is put together as `bot.app.serve` does it. What differs: the clock, which runs faster and may jump; and a store that
kills its own process at a named point of the story. Started as `python -m tests.faults.program PAGE CONFIG LOG`, it
loads the code once and then forks a process for each line that it reads, a role: so a restart costs no import.
"""

from __future__ import annotations

import asyncio
import os
import select
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, Self

from bot import log, platforms, spread
from bot.app import App
from bot.commands.common import clear_errors
from bot.config import database_address
from bot.duties import Duty
from bot.files import Files
from bot.model import Event
from bot.store import Store, postgresql, sqlite
from tests.faults.page import Page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.model import ApprovedReply, Case
    from bot.store import Change, Received

LOADED = (postgresql, spread, sqlite)
"""Else loaded by every fork for itself."""
STORED, INTENT = "mentions are stored", "the intent"
STEPS = {
    Event.CLAIMED: "the claim",
    Event.PUBLISHED: "the receipt",
    Event.AWAITED: "the first look's result",
    Event.POSTPONED: "a postponement",
    Event.UNCONFIRMED: "a reply is called unconfirmed",
    Event.RETRACTED: "a retraction's result",
}
"""Changes before and after which the program can be made to die, as the story calls them."""
POINTS = tuple(f"{when} {step}" for step in (STORED, *STEPS.values(), INTENT) for when in ("before", "after"))
"""Every named point; on the page they count from 1. After the last look comes *before the intent*, and so on."""


class Mortal(Store):
    """The store, in whose transactions' neighbourhood the process may be made to die."""

    page: Page

    @classmethod
    def on(cls, page: Page, files: Files, duties: frozenset[Duty]) -> Self:
        """The database of these files, for a process with these duties. Raises StoreError."""
        helper = duties != frozenset(Duty)
        store = cls.open(database_address(files.loaded), now=page.now, exclusive=Duty.DESK in duties, helper=helper)
        store.page = page
        return store

    def _pass(self, when: str, step: str | None) -> None:
        if step is not None and self.page.point == POINTS.index(f"{when} {step}") + 1:
            self.page.point = 0
            os.kill(os.getpid(), signal.SIGKILL)

    async def advance(self, change: Change) -> Case:
        """As the store does it."""
        self._pass("before", STEPS.get(change.event))
        case = await super().advance(change)
        self._pass("after", STEPS.get(change.event))
        return case

    async def intend(self, case: Case, **more: Any) -> ApprovedReply:
        """As the store does it."""
        self._pass("before", INTENT)
        reply = await super().intend(case, **more)
        self._pass("after", INTENT)
        return reply

    async def receive(self, account_id: str, received: Sequence[Received], **more: object) -> tuple[str, ...]:
        """As the store does it."""
        step = STORED if received else None
        self._pass("before", step)
        changed = await super().receive(account_id, received, **more)  # type: ignore[arg-type]  # as above
        self._pass("after", step)
        return changed


async def serve(page: Page, config: Path, role: str) -> None:
    """The command `run --role`, on the page's clock; ends at SIGTERM."""
    log.set_up()
    files = Files.read(config)
    duties = frozenset(Duty) if role == "all" else frozenset({Duty(role)})
    store = Mortal.on(page, files, duties)
    app = App(files=files, store=store, environment=os.environ, now=page.now, speed=page.speed, duties=duties)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    try:
        await app.run(stop)
    finally:
        await store.close()


def _bot(page: Page, config: Path, log_file: Path, role: str) -> NoReturn:
    """What a fork does: be the bot, with a log and without the suite's pipes."""
    code = 1
    try:
        nothing, output = os.open(os.devnull, os.O_RDONLY), os.open(log_file, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.dup2(nothing, 0)
        os.dup2(output, 1)
        os.dup2(output, 2)
        with clear_errors():
            asyncio.run(serve(page, config, role))
        code = 0
    except SystemExit as end:
        code = int(end.code or 0)
    except BaseException:  # noqa: BLE001  a fork must not go on as its parent, whatever ended it
        sys.excepthook(*sys.exc_info())
    finally:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        os._exit(code)


def main(page_file: str, config: str, log_file: str) -> None:
    """Fork a bot for each line on standard input; write `PID` for each, and `PID STATUS` when it has ended."""
    page = Page(Path(page_file))
    platforms.load("mastodon")
    told, tells = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(tells)
    alive: set[int] = set()
    while True:
        ready, _, _ = select.select([0, told], [], [])
        if told in ready:
            os.read(told, 4096)
            _bury(alive)
        if 0 not in ready:
            continue
        line = os.read(0, 4096)
        if not line:
            break
        for role in line.decode().split():
            pid = os.fork()
            if pid == 0:
                signal.set_wakeup_fd(-1)
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                _bot(page, Path(config), Path(log_file), role)
            alive.add(pid)
            os.write(1, b"%d\n" % pid)
    for pid in alive:
        os.kill(pid, signal.SIGKILL)


def _bury(alive: set[int]) -> None:
    while alive:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid == 0:
            return
        alive.discard(pid)
        os.write(1, b"%d %d\n" % (pid, os.waitstatus_to_exitcode(status)))


if __name__ == "__main__":
    main(*sys.argv[1:])
