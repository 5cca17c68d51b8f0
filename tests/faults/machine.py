"""The machine on which the bot runs: starts it, starts it again whenever it has ended, and loses its power."""

from __future__ import annotations

import asyncio
import os
import resource
import signal
import sys
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

PROJECT = Path(__file__).parents[2]
BREATH = 0.1
"""Wall-clock seconds before a program that ended by itself is started again, as a service manager waits."""
PATIENCE = 30.0


@dataclass(kw_only=True)
class Machine:
    """One bot at a time is kept running on these files; a second one only when it is asked for."""

    page: Path
    config: Path
    log: Path
    tokens: Mapping[str, str]
    pid: int | None = None
    """The bot that is kept running; `None` between its end and its next start."""
    ended: Counter[int] = field(default_factory=Counter)
    """How often it ended with each status; a negative one is the signal."""
    _loader: asyncio.subprocess.Process | None = None
    _forked: asyncio.Queue[int] = field(default_factory=asyncio.Queue)
    _ends: dict[int, asyncio.Future[int]] = field(default_factory=dict)
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
        self._tasks = [asyncio.create_task(self._listen()), asyncio.create_task(self._kept_up())]

    async def end(self) -> None:
        """Stop the bot as SIGTERM does, and whatever else was started at once."""
        for task in self._tasks[1:]:
            task.cancel()
        if self.pid is not None:
            ending = self._ends.get(self.pid)
            self._signal(self.pid, signal.SIGTERM)
            if ending is not None:
                with suppress(TimeoutError):
                    await asyncio.wait_for(asyncio.shield(ending), PATIENCE)
        if self._loader is not None and self._loader.stdin is not None:
            self._loader.stdin.close()
            await self._loader.wait()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self.pid = None

    async def kill(self) -> bool:
        """As a power cut would; whether there was something to kill."""
        if (pid := self.pid) is None:
            return False
        return await self._kill(pid)

    async def dies(self, seconds: float) -> bool:
        """Whether the bot that runs now ends by itself within so many wall-clock seconds."""
        if self.pid is None:
            return False
        done, _ = await asyncio.wait([self._ends[self.pid]], timeout=seconds)
        return bool(done)

    async def twin(self, seconds: float) -> bool:
        """Start a second bot, and say whether it was refused; one that is still there after the time is killed."""
        pid = await self._fork()
        done, _ = await asyncio.wait([self._ends[pid]], timeout=seconds)
        if not done:
            await self._kill(pid)
            return False
        return self._ends.pop(pid).result() != 0

    def fill_disk(self, *, full: bool) -> None:
        """Let the bot write no byte to any file, or let it write again."""
        if self.pid is not None:
            _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
            with suppress(ProcessLookupError):
                resource.prlimit(self.pid, resource.RLIMIT_FSIZE, (0 if full else most, most))

    async def _kept_up(self) -> None:
        while True:
            self.pid = await self._fork()
            status = await asyncio.shield(self._ends[self.pid])
            del self._ends[self.pid]
            self.pid = None
            self.ended[status] += 1
            if status != -signal.SIGKILL:
                await asyncio.sleep(BREATH)

    async def _fork(self) -> int:
        assert self._loader is not None
        assert self._loader.stdin is not None
        self._loader.stdin.write(b"\n")
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

    async def _kill(self, pid: int) -> bool:
        ending = self._ends.get(pid)
        self._signal(pid, signal.SIGKILL)
        if ending is not None:
            await asyncio.wait([ending])
        return True

    @staticmethod
    def _signal(pid: int, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.kill(pid, number)
