"""How each kind of trouble is brought about, several at once, on every server and in every case."""

from __future__ import annotations

import asyncio
import random
import sqlite3
import time
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

import psycopg

from bot.model import Reason, State, Verb
from bot.platforms.simulated.people import Refused
from bot.store import StoreError
from tests.faults.troubles import Kind, Way, choose

if TYPE_CHECKING:
    from bot.platforms.simulated.faults import Fault
    from bot.platforms.simulated.hosts import Host
    from tests.faults.evening import Evening

AT_ONCE = 8
"""Troubles that are under way at the same time."""
STRUCK = 3.0
"""Wall-clock seconds that a planned fault waits for a request to strike."""
RECOVERED = 30.0
"""Wall-clock seconds after a kill within which the next reply must stand, so that its time counts."""
MEASURED = 0.3
"""The share of kills after which all is well until the next reply stands, so that only the kill delays it."""
HELD = (0.1, 0.4)
"""Wall-clock seconds for which a database is held, a door is shut, a disk is full, a token is worthless."""
LATE = (0.0, 3.0)
"""Wall-clock seconds after which a held post acts, its sender being dead: before, between and after the two looks."""
TWIN = 4.0
FLOOD = 100
JUMPS = tuple(timedelta(seconds=sign * seconds) for sign in (1, -1) for seconds in (5, 60, 600, 3_600, 7_200))


@dataclass(kw_only=True)
class Storm:
    """What goes wrong on one evening."""

    evening: Evening

    def __post_init__(self) -> None:
        self._planned = self._happened = 0
        self._choices = random.Random(self.evening.plan.seed)  # noqa: S311  luck that can be had again
        self._rng = random.Random(self.evening.plan.seed + 1)  # noqa: S311  as above
        self._killing = asyncio.Lock()
        self._calm = asyncio.Event()
        self._calm.set()
        self._turns: dict[Way, asyncio.Lock] = {way: asyncio.Lock() for way in Way}

    async def rage(self) -> None:
        """As many faults as were planned, several at a time; then all is well."""
        async with asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE):
                group.create_task(self._one_after_another())
        self._all_well()

    async def _one_after_another(self) -> None:
        plan, tally = self.evening.plan, self.evening.tally
        while self._happened < plan.faults:
            await self._calm.wait()
            if tally.decisions < self._happened * plan.every:
                await asyncio.sleep(0.02)
                continue
            kind = choose(self._choices, kills=plan.kills)
            if await self._happens(kind):
                self._happened += 1
                tally.faults[kind.name] += 1

    async def _happens(self, kind: Kind) -> bool:
        """Let it happen; whether it did."""
        if kind.way is Way.REQUEST:
            return await self._strikes(kind)
        if kind.way is Way.KILL:
            async with self._killing:
                return await self._kills(kind)
        doing = {
            Way.DOOR: self._shut_a_door,
            Way.DATABASE: self._hold_the_database,
            Way.DISK: self._fill_the_disk,
            Way.CLOCK: self._move_the_clock,
            Way.TWIN: self._start_a_twin,
            Way.REVIEWERS: self._decide_at_once,
            Way.FLOOD: self._flood,
            Way.TOKEN: self._revoke,
            Way.HAND: self._answer_by_hand,
        }
        if self._turns[kind.way].locked():
            return False
        async with self._turns[kind.way]:
            return await doing[kind.way]()

    def _hosts(self) -> list[Host]:
        return [host for host in self.evening.town.world.hosts.values() if host.runs]

    def _all_well(self) -> None:
        for host in self._hosts():
            host.faults.clear()

    def _a_while(self) -> float:
        return self._rng.uniform(*HELD)

    # ── requests that go wrong ───────────────────────────────────────────────────────────────────────────────────────

    async def _strikes(self, kind: Kind) -> bool:
        host = self._rng.choice(self._hosts())
        fault = await self._struck(host, kind)
        if fault is None:
            return False
        self._note(kind, host, fault)
        return True

    async def _struck(self, host: Host, kind: Kind) -> Fault | None:
        """Plan the fault, and wait until it has struck; `None` when nothing came its way."""
        assert kind.request is not None
        fault = host.faults.add(times=1, **kind.request)
        with suppress(TimeoutError):
            async with asyncio.timeout(STRUCK):
                await fault.struck.wait()
        if not fault.met:
            host.faults.clear(fault.number)
            return None
        return fault

    def _note(self, kind: Kind, host: Host, fault: Fault) -> None:
        """Whose reply it met, if it was a post."""
        answered = parse_qs(fault.heard.decode(errors="replace")).get("in_reply_to_id", [""])[0]
        if post := host.posts.get(answered):
            self.evening.tally.struck.append((kind.name, post.uri))

    # ── kills ────────────────────────────────────────────────────────────────────────────────────────────────────────

    async def _kills(self, kind: Kind) -> bool:
        """Kill the program where the kind says; sometimes all is well until it has posted again."""
        machine = self.evening.machine
        # Where several processes share the work, others wait some seconds for one that died: kill on kill starves all.
        measured = len(machine.roles) > 1 or self._rng.random() < MEASURED
        held: tuple[Host, Fault] | None = None
        if kind.request is not None:
            host = self._rng.choice(self._hosts())
            fault = await self._struck(host, kind)
            if fault is None:
                return False
            held = host, fault
            self._note(kind, host, fault)
            await asyncio.sleep(0.03)  # so that what was asked has been done
        if kind.point:
            self.evening.page.point = kind.point
            if not await machine.dies(STRUCK):
                self.evening.page.point = 0
                return False
        elif not kind.request:
            await asyncio.sleep(self._rng.random() / 2)
        if not kind.point and not await machine.kill(self._rng.random()):
            return False
        self.evening.tally.kills += 1
        if held:
            self._let_go(*held, late=kind.request is not None and kind.request["trouble"] == "hold")
        if measured:
            await self._recovers()
        return True

    def _let_go(self, host: Host, fault: Fault, *, late: bool) -> None:
        loop = asyncio.get_running_loop()
        loop.call_later(self._rng.uniform(*LATE) if late else 0, host.faults.clear, fault.number)

    async def _recovers(self) -> None:
        self._calm.clear()
        before, at = self.evening.replies(), time.monotonic()
        for host in self._hosts():
            for fault in host.faults.planned():
                if not fault.met:
                    host.faults.clear(fault.number)
        with suppress(TimeoutError):
            async with asyncio.timeout(RECOVERED):
                while self.evening.replies() == before:  # noqa: ASYNC110  a post of another process sets no event
                    await asyncio.sleep(0.01)
        self.evening.tally.recoveries.append(time.monotonic() - at)
        self._calm.set()

    # ── around it ────────────────────────────────────────────────────────────────────────────────────────────────────

    async def _shut_a_door(self) -> bool:
        door = self._rng.choice([host.door for host in self._hosts() if host.door is not None])
        if not door.is_open:
            return False
        door.refuse(self._a_while())
        return True

    async def _hold_the_database(self) -> bool:
        """Somebody else writes in the file for a while; a server crashes and comes back."""
        server = self.evening.server
        if server is not None:
            await asyncio.to_thread(server.stop)
            await asyncio.to_thread(server.start)
            return True
        path = self.evening.address.removeprefix("sqlite:///")
        with closing(sqlite3.connect(path, isolation_level=None, timeout=10)) as other, suppress(sqlite3.Error):
            await asyncio.to_thread(other.execute, "BEGIN IMMEDIATE")
            await asyncio.sleep(self._a_while())
            other.execute("ROLLBACK")
            return True
        return False

    async def _fill_the_disk(self) -> bool:
        """The bot can write no byte more; a server lets nobody write, as hosted ones do when theirs is full."""
        if self.evening.server is not None:
            struck = False
            with suppress(psycopg.Error):
                await asyncio.to_thread(self._read_only, on=True)
                struck = True
                await asyncio.sleep(self._a_while())
            await self._make_room()
            return struck
        self.evening.machine.fill_disk(full=True)
        await asyncio.sleep(self._a_while())
        self.evening.machine.fill_disk(full=False)
        return True

    async def _make_room(self) -> None:
        """Let the server write again, whatever else goes wrong meanwhile: the evening must not end before."""
        while True:
            with suppress(psycopg.Error):
                await asyncio.to_thread(self._read_only, on=False)
                return
            await asyncio.sleep(HELD[0])

    def _read_only(self, *, on: bool) -> None:
        with psycopg.connect(self.evening.address, autocommit=True) as connection:
            connection.execute("SET default_transaction_read_only = off")
            name = connection.info.dbname
            how = "SET default_transaction_read_only = on" if on else "RESET default_transaction_read_only"
            connection.execute(f"ALTER DATABASE {name} {how}")
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()",
                (name,),
            )

    async def _move_the_clock(self) -> bool:
        self.evening.page.jump(self._rng.choice(JUMPS))
        await asyncio.sleep(self._a_while())
        self.evening.page.jump(timedelta())
        return True

    async def _start_a_twin(self) -> bool:
        await self.evening.machine.twin(TWIN)
        return True

    async def _decide_at_once(self) -> bool:
        """Two people press at the same moment on what both see; one counts, and the other is told."""
        evening = self.evening
        with suppress(StoreError):
            seen = await evening.app.store.cases(states={State.OPEN}, limit=1)
            if not seen:
                return False
            answers = await asyncio.gather(
                evening.ask(seen[0], Verb.APPROVE, "mara"),
                evening.ask(seen[0], Verb.DISMISS, "tom", reason=Reason.IRONY),
            )
            if all(answers):
                evening.tally.books.broken.append(f"case {seen[0].id}: two decisions on one version both counted")
            return any(answers)
        return False

    async def _flood(self) -> bool:
        self.evening.flood(FLOOD)
        return True

    async def _revoke(self) -> bool:
        secret = self._rng.choice(list(self.evening.town.tokens.values()))
        token = self.evening.town.world.token(secret)
        assert token is not None
        token.revoked = True
        await asyncio.sleep(self._a_while())
        token.revoked = False
        return True

    async def _answer_by_hand(self) -> bool:
        """The account's own people answer a post that the bot is about to answer."""
        with suppress(StoreError, Refused):
            cases = await self.evening.app.store.cases(states={State.OPEN, State.APPROVED}, limit=1)
            if cases:
                account = self.evening.app.files.accounts[cases[0].account]
                self.evening.town.world.post(account.handle, "We see this.", in_reply_to=cases[0].mention.uri)
                return True
        return False
