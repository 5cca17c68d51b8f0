"""The simulated servers in a process of their own, and a crowd that writes there: so that the bot alone is measured.

`python -m tests.bench_town` prints where they are and with which tokens they are used, as a line of JSON. Then it reads
lines: at `speak` the crowd begins, at `record` it prints what the servers know. It ends with its input.
"""

from __future__ import annotations

import asyncio
import json
import sys
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import yaml

from bot.demo.clock import Clock
from bot.demo.evening import scripted
from bot.demo.stage import shipped, staged

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    import httpx

FAIR = "You promised in May that the buses would stay. I have kept the leaflet. Number {}, and I am furious with you."
ABUSE = "Number {}: shut up you stupid cow, nobody asked you."
PER_SECOND = 100
LONGEST = 2**28
"""Bytes of a line; the record of some minutes."""


async def crowd(actor: httpx.AsyncClient) -> None:
    """Mentions at an even pace, one in twenty-five abusive, so that the staff chat is full."""
    for number in range(1_000_000):
        text = (ABUSE if number % 25 == 0 else FAIR).format(number)
        said = {"author": "@dot@tidewater.example", "text": f"@party@fernwick.example {text}"}
        if number % 25 == 0:
            person = {"handle": f"@angry{number}@tidewater.example", "bio": "Fernwick Party supporter"}
            await actor.post("/sim/people", json=person)
            said["author"] = person["handle"]
        await actor.post("/sim/posts", json=said)
        await asyncio.sleep(1 / PER_SECOND)


@dataclass(kw_only=True)
class Town:
    """The servers, seen from the process that measures."""

    process: asyncio.subprocess.Process
    addresses: Mapping[str, str]
    """By domain."""
    tokens: Mapping[str, str]
    """By the names of their environment variables."""

    def speak(self) -> None:
        """Let the crowd write, until the end."""
        self._write("speak")

    async def record(self) -> dict[str, list[dict[str, str]]]:
        """What the servers know."""
        self._write("record")
        found: dict[str, list[dict[str, str]]] = await _line(self.process)
        return found

    def _write(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{line}\n".encode())


@asynccontextmanager
async def apart() -> AsyncIterator[Town]:
    """The servers, running in a process of their own."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", __name__),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=LONGEST,
    )
    try:
        yield Town(process=process, **await _line(process))
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def _line(process: asyncio.subprocess.Process) -> Any:
    assert process.stdout is not None
    return json.loads(await process.stdout.readline())


async def main() -> None:
    """Run the servers, and do what is asked for."""
    clock = Clock(datetime.now(UTC), 1.0)
    async with staged(scripted(), clock) as stage:
        clock.start = datetime.now(UTC)  # it stood still meanwhile, and is to show what the bot's clock shows
        clock.begin()
        tokens = stage.tokens(yaml.safe_load(shipped("config.yaml").read_text(encoding="utf-8")))
        _say({"addresses": dict(stage.addresses), "tokens": tokens})
        speaking: asyncio.Task[None] | None = None
        while line := await asyncio.to_thread(sys.stdin.readline):
            if line == "speak\n":
                speaking = asyncio.create_task(crowd(stage.actor))
            else:
                _say(stage.world.record())
        if speaking is not None:
            speaking.cancel()


def _say(what: object) -> None:
    print(json.dumps(what, default=str), flush=True)  # noqa: T201  what the other process reads


if __name__ == "__main__":
    asyncio.run(main())
