"""One evening: a crowd writes, people decide, the real program answers, and all the while things go wrong."""

from __future__ import annotations

import asyncio
import os
import random
import sqlite3
import sys
import time
from collections import Counter
from contextlib import AsyncExitStack, closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from bot.app import beside
from bot.config import database_address
from bot.model import Case, Decision, Reason, State, Verb
from bot.platforms.simulated.hosts import Settings
from bot.store import StoreError
from tests.fakes.office import ABUSE
from tests.fakes.town import Town, town
from tests.faults import troubles
from tests.faults.books import Books, compare
from tests.store.by_hand import Hand, PostgreSQLHand, sqlite_hand

if TYPE_CHECKING:
    from bot.app import App
    from bot.platforms.simulated.hosts import IdempotencyKeys
    from tests.fakes.databases import Server
    from tests.faults.troubles import Kind

PROJECT = Path(__file__).parents[2]
ACCOUNTS = ("@party@fernwick.example", "@leader@fernwick.example", "@deputy@parlour.example")
CROWD_PAUSE, REVIEW_PAUSE, PAUSE = 0.1, 0.2, 0.05
"""Wall-clock seconds between two mentions, two looks at the queue, and two looks at anything else."""
STRUCK = 3.0
"""Wall-clock seconds that a planned fault waits for a request to strike."""
REST = 240.0
"""Wall-clock seconds after the last fault within which everything must have come to rest."""
RESTLESS = frozenset({State.APPROVED, State.PUBLISHING, State.RETRACTING})
WAITING = 30
"""Open cases beyond which the crowd is silent for a while: people read no faster."""


@dataclass(kw_only=True)
class Tally:
    """What happened on an evening, and what came of it."""

    faults: Counter[str] = field(default_factory=Counter)
    kills: int = 0
    decisions: int = 0
    posts: int = 0
    recoveries: list[float] = field(default_factory=list)
    """Wall-clock seconds from each kill to the next reply that stood on the network."""
    seconds: float = 0.0
    books: Books = field(default_factory=Books)


async def evening(
    folder: Path, *, seed: int, faults: int, keys: IdempotencyKeys, server: Server | None, pause: float
) -> Tally:
    """Play an evening with so many faults, and keep its books; `pause` is the time between two faults, in seconds.

    The database is a file in the folder, or a new one on the PostgreSQL server.
    """
    begun = time.monotonic()
    version = {"kept": "4.5.3", "ignored": "0.20.0+git-1234abc", "raced": "4.2.0 (compatible; Hollo 0.6.0)"}[keys]
    settings = Settings(title="Fernwick", idempotency_keys=keys, version=version, calls_per_window=None)
    more = {"database": server.new_database()} if server else {}
    limits = {"undo_seconds": 0, "replies_per_day": 10_000}
    async with town(folder, settings=settings, limits=limits, **more) as made:
        play = Evening(town=made, rng=random.Random(seed), server=server, log=folder / "bot.log")  # noqa: S311  a seed
        await play.run(faults, pause)
        play.tally.seconds = time.monotonic() - begun
        return play.tally


@dataclass(kw_only=True)
class Evening:
    """The people and the process of one evening."""

    town: Town
    rng: random.Random
    server: Server | None
    log: Path
    tally: Tally = field(default_factory=Tally)
    said: list[str] = field(default_factory=list)
    approved: set[str] = field(default_factory=set)
    process: asyncio.subprocess.Process | None = None

    async def run(self, faults: int, pause: float) -> None:
        """From the first start of the bot to the comparison of the books."""
        async with AsyncExitStack() as stack:
            up = asyncio.create_task(self._kept_up())
            stack.push_async_callback(self._end, up)
            await self._watching()
            app = await stack.enter_async_context(beside(self.town.files(), online=False))
            people = [asyncio.create_task(work) for work in (self._crowd(app), self._reviewers(app))]
            for _ in range(faults):
                await self._go_wrong(troubles.choose(self.rng))
                await asyncio.sleep(pause * self.rng.random() * 2)
            people[0].cancel()
            self._all_well()
            await self._rest(app)
            people[1].cancel()
            await asyncio.gather(*people, return_exceptions=True)
            await self._end(up)
            await self._compare(app)

    # ── the program ──────────────────────────────────────────────────────────────────────────────────────────────────

    async def _kept_up(self) -> None:
        """Start the program, and start it again whenever it has ended, as a service manager does."""
        environment = {**os.environ, **self.town.tokens}
        command = (sys.executable, "-m", "bot", "run", "--config", str(self.town.config))
        while True:
            with self.log.open("ab") as log:
                self.process = await asyncio.create_subprocess_exec(
                    *command, cwd=PROJECT, stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log, env=environment
                )
            await self.process.wait()

    async def _kill(self) -> None:
        """As a power cut would."""
        if self.process is None or self.process.returncode is not None:
            return
        self.process.kill()
        self.tally.kills += 1
        before, at = len(self._posts()), time.monotonic()
        await self.process.wait()
        with suppress(TimeoutError):
            async with asyncio.timeout(REST):
                while len(self._posts()) == before:  # noqa: ASYNC110  a post of another process sets no event here
                    await asyncio.sleep(PAUSE)
                self.tally.recoveries.append(time.monotonic() - at)

    async def _end(self, up: asyncio.Task[None]) -> None:
        up.cancel()
        if self.process is not None and self.process.returncode is None:
            self.process.terminate()
            await self.process.wait()

    async def _watching(self) -> None:
        """Until every account has been read once, so that what is said from now on is news."""
        async with asyncio.timeout(REST):
            while True:
                with suppress(Exception):
                    async with beside(self.town.files(), online=False) as app:
                        if all([await app.store.cursor(account) for account in app.files.accounts]):
                            return
                await asyncio.sleep(PAUSE)

    # ── the people ───────────────────────────────────────────────────────────────────────────────────────────────────

    async def _crowd(self, app: App) -> None:
        """Somebody new writes, again and again; some think better of it."""
        for number in range(1_000_000):
            await asyncio.sleep(CROWD_PAUSE)
            with suppress(StoreError):
                if len(await app.store.cases(states={State.OPEN, State.APPROVED}, limit=WAITING)) >= WAITING:
                    continue
            post = self.town.say(ABUSE, by=f"troll{number}", to=self.rng.choice(ACCOUNTS))
            if self.rng.random() < 0.03:
                asyncio.get_running_loop().call_later(self.rng.random() * 5, self._regret, post.uri)
            else:
                self.said.append(post.uri)

    def _regret(self, uri: str) -> None:
        if self.rng.random() < 0.5:
            self.town.world.edit(uri, "You florp. I said it again.")
        else:
            self.town.world.delete(uri)

    async def _reviewers(self, app: App) -> None:
        """Mara and Tom decide what they see, most of it by approving."""
        while True:
            await asyncio.sleep(REVIEW_PAUSE)
            with suppress(StoreError):
                for case in await app.store.cases(states={State.OPEN}, limit=WAITING):
                    await self._decide(app, case)
                for case in await app.store.cases(states={State.PUBLISHED}, limit=WAITING):
                    if self.rng.random() < 0.02:
                        await self._ask(app, case, Verb.RETRACT, "mara")

    async def _decide(self, app: App, case: Case) -> None:
        chance = self.rng.random()
        if chance < 0.05:
            await self._ask(app, case, Verb.DISMISS, "tom", reason=Reason.IRONY)
            return
        for reviewer in ("mara", "tom", "rosa", "idris"):
            answer = await self._ask(app, case, Verb.APPROVE, reviewer)
            case = answer or case
            if answer and answer.state is State.APPROVED:
                self.approved.add(answer.id)
                if chance > 0.95:
                    await self._ask(app, answer, Verb.UNDO, reviewer)
                return

    async def _ask(self, app: App, case: Case, verb: Verb, reviewer: str, reason: Reason | None = None) -> Case | None:
        """What came of a press; `None` when it was refused."""
        answer = await app.room.decide(
            Decision(case_id=case.id, version=case.version, verb=verb, reviewer=reviewer, desk="console", reason=reason)
        )
        if isinstance(answer, Case):
            self.tally.decisions += 1
            return answer
        return None

    # ── what goes wrong ──────────────────────────────────────────────────────────────────────────────────────────────

    async def _go_wrong(self, kind: Kind) -> None:
        """Let it happen, and count it if it did."""
        if kind.name == troubles.DOOR:
            door = self.rng.choice([host.door for host in self.town.world.hosts.values() if host.door is not None])
            door.refuse(self.rng.uniform(*troubles.SECONDS_HELD))
        elif kind.name == troubles.DATABASE:
            await self._hold_the_database()
        elif kind.request is not None:
            if not await self._struck(kind):
                return
        else:
            await asyncio.sleep(self.rng.random())
            await self._kill()
        self.tally.faults[kind.name] += 1

    async def _struck(self, kind: Kind) -> bool:
        """Plan the same fault on every server, and wait until it has struck one of them."""
        assert kind.request is not None
        hosts = [host for host in self.town.world.hosts.values() if host.runs]
        planned = [(host, host.faults.add(times=1, **kind.request)) for host in hosts]
        waiting = [asyncio.create_task(fault.struck.wait()) for _, fault in planned]
        await asyncio.wait(waiting, timeout=STRUCK, return_when=asyncio.FIRST_COMPLETED)
        for task in waiting:
            task.cancel()
        struck = any(fault.met for _, fault in planned)
        if struck and kind.kills:
            if kind.request.get("acts", False):
                await asyncio.sleep(PAUSE)  # so that what was asked has been done
            await self._kill()
        if kind.kills or not struck:
            for host, fault in planned:
                host.faults.clear(fault.number)
        return struck

    async def _hold_the_database(self) -> None:
        """Somebody else writes in the file for a while; a server crashes and comes back."""
        if self.server is not None:
            await asyncio.to_thread(self.server.stop)
            await asyncio.to_thread(self.server.start)
            return
        path = _file(database_address(self.town.files().loaded))
        with closing(sqlite3.connect(path, isolation_level=None, timeout=10)) as other:
            other.execute("BEGIN IMMEDIATE")
            await asyncio.sleep(self.rng.uniform(*troubles.SECONDS_HELD))
            other.execute("ROLLBACK")

    def _all_well(self) -> None:
        for host in self.town.world.hosts.values():
            host.faults.clear()

    # ── what came of it ──────────────────────────────────────────────────────────────────────────────────────────────

    async def _rest(self, app: App) -> None:
        """Until nothing is under way any more, or for as long as that may take."""
        with suppress(TimeoutError):
            async with asyncio.timeout(REST):
                while await self._restless(app):  # noqa: ASYNC110  what another process does sets no event here
                    await asyncio.sleep(REVIEW_PAUSE)

    async def _restless(self, app: App) -> bool:
        known = await app.store.known(self.said)
        if len(known) < len(set(self.said)):
            return True
        return bool(await app.store.cases(states=RESTLESS | {State.OPEN}, limit=1))

    def _posts(self) -> list[str]:
        return [uri for uri, post in self.town.world.posts.items() if post.sent_by == "api"]

    async def _compare(self, app: App) -> None:
        posts = self.town.world.record()["posts"]
        self.tally.posts = len(self._posts())
        address = database_address(self.town.files().loaded)
        hand: Hand = PostgreSQLHand(address) if self.server else sqlite_hand(_file(address), foreign_keys=True)
        with closing(hand):
            self.tally.books = await compare(app.store, hand, posts=posts, said=set(self.said), approved=self.approved)


def _file(address: str) -> str:
    return address.removeprefix("sqlite:///")
