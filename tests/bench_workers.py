"""Several processes that publish, on one PostgreSQL database, to servers that answer in 100 ms."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from bot.duties import Duty
from bot.model import Decision, State, Verb
from bot.platforms.simulated.faults import Trouble
from tests.fakes.databases import TOOLS, server
from tests.fakes.office import ABUSE
from tests.fakes.town import SCOPES, Town, cases_in, town, until

if TYPE_CHECKING:
    from bot.app import App

__all__ = ["ACCOUNTS", "TOOLS", "replies_per_second"]
PROJECT = Path(__file__).parents[1]
ACCOUNTS = 16
ANSWERS_IN = 0.1
"""Wall-clock seconds in which the servers answer."""


async def replies_per_second(folder: Path, workers: int, *, each: int) -> float:
    """Replies a second that so many processes post, `each` for each of the accounts; raises if one was posted twice."""
    async with AsyncExitStack() as stack:
        made = await stack.enter_async_context(
            town(
                folder,
                database=server().new_database(),
                limits={
                    "undo_seconds": 0,
                    "replies_per_hour": 10_000,
                    "replies_per_day": 10_000,
                    "incident_cases": 100_000,
                },
                rules={"shipped": False, "packs": ["packs"], "brake": {"share": 1.0, "least_matches": 10_000}},
            )
        )
        tokens = _many_accounts(made)
        duties = frozenset({Duty.DESK, Duty.WATCH})
        made = replace(made, tokens=tokens)
        desk = await stack.enter_async_context(made.bot(speed=1, duties=duties))
        await _approve(made, desk, each)
        made.world.hosts["fernwick.example"].faults.add(Trouble.SLOW, times=None, seconds=ANSWERS_IN)
        for _ in range(workers):
            process = await _publisher(made)
            stack.push_async_callback(process.wait)
            stack.callback(process.terminate)
        await until(lambda: _at_work(desk, workers))
        began = time.monotonic()
        await desk.resume("all", "mara")
        await cases_in(desk.store, State.PUBLISHED, number=ACCOUNTS * each)
        took = time.monotonic() - began
        answered = [reply["in_reply_to"] for reply in made.replies()]
        assert len(answered) == len(set(answered)) == ACCOUNTS * each
        return len(answered) / took


def _many_accounts(made: Town) -> dict[str, str]:
    """Let the configuration have so many accounts, each answering for itself; the access tokens by their variables."""
    settings = yaml.safe_load(made.config.read_text(encoding="utf-8"))
    like, tokens = settings["accounts"][0], {}
    settings["accounts"] = []
    for number in range(ACCOUNTS):
        name, handle = f"local{number}", f"@local{number}@fernwick.example"
        made.world.add_person(handle, official=True)
        tokens[f"TOKEN_{number}"] = made.world.grant(handle, SCOPES)
        account: dict[str, Any] = {"id": name, "handle": handle, "token_env": f"TOKEN_{number}", "answered_by": [name]}
        settings["accounts"].append({**like, **account})
    made.config.write_text(yaml.safe_dump(settings, allow_unicode=True), encoding="utf-8")
    return tokens


async def _approve(made: Town, desk: App, each: int) -> None:
    """Cases for every account, approved while everything is paused."""
    await desk.pause("all", "mara", "until all are ready")
    for number in range(ACCOUNTS * each):
        made.say(ABUSE, by=f"troll{number}", to=f"@local{number % ACCOUNTS}@fernwick.example")
    for case in await cases_in(desk.store, State.OPEN, number=ACCOUNTS * each):
        await desk.room.decide(
            Decision(case_id=case.id, version=case.version, verb=Verb.APPROVE, reviewer="mara", desk="console")
        )


async def _publisher(made: Town) -> asyncio.subprocess.Process:
    command = ("run", "--config", str(made.config), "--role", Duty.PUBLISH, "--health-port", "0")
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *command),
        cwd=PROJECT,
        env={**os.environ, **made.tokens},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )


async def _at_work(desk: App, workers: int) -> bool:
    started = [event for event in await desk.store.audit_events("system") if event.kind == "bot.started"]
    return len(started) == workers + 1
