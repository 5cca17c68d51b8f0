"""The machine on which the bot runs: starts its processes, and again whenever one has ended, and cuts their power."""

from __future__ import annotations

import asyncio
import os
import resource
import signal
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PROJECT = Path(__file__).parents[2]
BREATH = 0.1
"""Wall-clock seconds before a program that ended by itself is started again, as a service manager waits."""
PATIENCE = 30.0


@dataclass(kw_only=True)
class Machine:
    """A bot is kept running on these files, in one process or in several; a second one only when it is asked for."""

    page: Path
    config: Path
    log: Path
    tokens: Mapping[str, str]
    roles: Sequence[str] = ("all",)
    """A process for each, as `run --role` has them."""
    _loader: asyncio.subprocess.Process | None = None
    _forked: asyncio.Queue[int] = field(default_factory=asyncio.Queue)
    _forking: asyncio.Lock = field(default_factory=asyncio.Lock)
    _ends: dict[int, asyncio.Future[int]] = field(default_factory=dict)
    _running: dict[int, int] = field(default_factory=dict)
    """By place among the roles, the process that is kept running; none between its end and its next start."""
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    async def begin(self) -> None:
        """Load the program and keep it running from now on."""
        self._loader = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.faults.program", str(self.page), str(self.config), str(self.log)),
            cwd=PROJECT,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env={**os.environ, **self.tokens},
        )
        keeping = [self._kept_up(place, role) for place, role in enumerate(self.roles)]
        self._tasks = [asyncio.create_task(work) for work in (self._listen(), *keeping)]

    async def end(self) -> None:
        """Stop the bot as SIGTERM does, and whatever else was started at once."""
        for task in self._tasks[1:]:
            task.cancel()
        ending = [self._ends[pid] for pid in self._running.values()]
        for pid in self._running.values():
            self._signal(pid, signal.SIGTERM)
        if ending:
            await asyncio.wait(ending, timeout=PATIENCE)
        if self._loader is not None and self._loader.stdin is not None:
            self._loader.stdin.close()
            await self._loader.wait()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._running.clear()

    async def kill(self, luck: float) -> bool:
        """As a power cut would, one process, chosen by a number from 0 up to 1; whether there was one to kill."""
        pids = [self._running[place] for place in sorted(self._running)]
        if not pids:
            return False
        await self._kill(pids[int(luck * len(pids))])
        return True

    async def dies(self, seconds: float) -> bool:
        """Whether one of the processes that run now ends by itself within so many wall-clock seconds."""
        running = [self._ends[pid] for pid in self._running.values()]
        if not running:
            return False
        done, _ = await asyncio.wait(running, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        return bool(done)

    async def twin(self, seconds: float) -> bool:
        """Start a second bot, and say whether it was refused; one that is still there after the time is killed."""
        pid = await self._fork("all")
        done, _ = await asyncio.wait([self._ends[pid]], timeout=seconds)
        if not done:
            await self._kill(pid)
        return self._ends.pop(pid).result() > 0

    def fill_disk(self, *, full: bool) -> None:
        """Let the bot write no byte to any file, or let it write again."""
        for pid in self._running.values():
            _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
            with suppress(ProcessLookupError):
                resource.prlimit(pid, resource.RLIMIT_FSIZE, (0 if full else most, most))

    async def _kept_up(self, place: int, role: str) -> None:
        while True:
            pid = self._running[place] = await self._fork(role)
            status = await asyncio.shield(self._ends[pid])
            del self._ends[pid], self._running[place]
            if status != -signal.SIGKILL:
                await asyncio.sleep(BREATH)

    async def _fork(self, role: str) -> int:
        assert self._loader is not None
        assert self._loader.stdin is not None
        async with self._forking:
            self._loader.stdin.write(f"{role}\n".encode())
            return await self._forked.get()

    async def _listen(self) -> None:
        assert self._loader is not None
        assert self._loader.stdout is not None
        while line := await self._loader.stdout.readline():
            pid, *status = (int(word) for word in line.split())
            if status:
                self._ends[pid].set_result(status[0])
            else:
                self._ends[pid] = asyncio.get_running_loop().create_future()
                self._forked.put_nowait(pid)

    async def _kill(self, pid: int) -> None:
        ending = self._ends[pid]
        self._signal(pid, signal.SIGKILL)
        await asyncio.wait([ending])

    @staticmethod
    def _signal(pid: int, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.kill(pid, number)
