"""From `kill -9` to the next reply on the network: the real program, started anew from nothing, at the pace of life."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from contextlib import suppress
from pathlib import Path

from bot.app import App, CannotStartError, beside, open_store
from bot.model import Case, Decision, State, Verb
from tests.fakes.office import ABUSE
from tests.fakes.town import Town, cases_in, town, until

PROJECT = Path(__file__).parents[1]
DUE = 8
"""Replies that are approved right before a kill: most of them are still to be posted."""


async def recoveries(folder: Path, times: int) -> list[float]:
    """Wall-clock seconds from each kill to the next reply that stands, in order."""
    found = []
    brake = {"shipped": False, "packs": ["packs"], "brake": {"share": 1.0, "least_matches": 10_000}}
    limits = {"undo_seconds": 0, "replies_per_hour": 10_000, "replies_per_day": 10_000, "incident_cases": 100_000}
    async with town(folder, limits=limits, rules=brake) as made:
        running = await _started(made)
        try:
            app = await _watching(made)
            for number in range(times):
                await _approve(made, app, number)
                before, began = len(made.replies()), time.monotonic()
                running.kill()
                await running.wait()
                running = await _started(made)
                while len(made.replies()) == before:  # noqa: ASYNC110  what another process does sets no event here
                    await asyncio.sleep(0.01)
                found.append(time.monotonic() - began)
            await app.store.close()
        finally:
            running.kill()
            await running.wait()
    return found


async def bare_start() -> float:
    """Seconds in which the program says its version: what no start can do without."""
    began = time.monotonic()
    running = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "--version"), cwd=PROJECT, stdout=asyncio.subprocess.DEVNULL
    )
    await running.wait()
    return time.monotonic() - began


async def _started(made: Town) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "run", "--config", str(made.config)),
        cwd=PROJECT,
        env={**os.environ, **made.tokens},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )


async def _watching(made: Town) -> App:
    """A store beside the running bot, once that has read every account."""
    files = made.files()

    async def there() -> bool:
        with suppress(CannotStartError):  # There is no database yet.
            async with beside(files, online=False) as app:
                return all([await app.store.cursor(account) for account in files.accounts])
        return False

    await until(there)
    return App(files=files, store=open_store(files, exclusive=False))


async def _approve(made: Town, app: App, number: int) -> None:
    for one in range(DUE):
        made.say(ABUSE, by=f"troll{number}and{one}", to="@leader@fernwick.example")
    for case in await cases_in(app.store, State.OPEN, number=DUE):
        decision = Decision(case_id=case.id, version=case.version, verb=Verb.APPROVE, reviewer="mara", desk="console")
        assert isinstance(await app.room.decide(decision), Case)
