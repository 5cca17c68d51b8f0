"""Commands typed at a terminal: the real program, as a process of its own."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

SCRIPT = str(Path(sys.executable).parent / "not-in-our-name")
PATIENCE = 240
"""Wall-clock seconds that a command may take."""
OURS = ("PARTY_TOKEN", "LEADER_TOKEN", "DEPUTY_TOKEN", "TELEGRAM_TOKEN")


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


@dataclass(frozen=True, kw_only=True)
class Said:
    """How a command ended, and what it said."""

    status: int
    out: str
    err: str


async def typed(
    *arguments: str | Path, given: bytes = b"", environment: Mapping[str, str] | None = None, module: bool = False
) -> Said:
    """Type a command and wait for its end; `module` types `python -m bot` instead of the script's name."""
    async with running_command(*arguments, environment=environment, module=module) as process:
        out, err = await asyncio.wait_for(process.communicate(given), PATIENCE)
    return Said(status=process.returncode or 0, out=out.decode(), err=err.decode())


@asynccontextmanager
async def running_command(
    *arguments: str | Path, environment: Mapping[str, str] | None = None, module: bool = False
) -> AsyncIterator[asyncio.subprocess.Process]:
    """A command that goes on until the block ends; whatever is left of it then is killed."""
    process = await _start(arguments, environment, module=module)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def line_with(words: str, stream: asyncio.StreamReader | None) -> str:
    """The next line that holds these words."""
    assert stream is not None
    seen: list[str] = []
    async with asyncio.timeout(PATIENCE):
        while line := (await stream.readline()).decode():
            if words in line:
                return line
            seen.append(line)
    message = f"the command ended without {words!r}; it said: {''.join(seen)}"
    raise AssertionError(message)


async def _start(
    arguments: tuple[str | Path, ...], environment: Mapping[str, str] | None, *, module: bool
) -> asyncio.subprocess.Process:
    program = [sys.executable, "-m", "bot"] if module else [SCRIPT]
    around = {name: value for name, value in os.environ.items() if name not in OURS}
    return await asyncio.create_subprocess_exec(
        *program,
        *(str(argument) for argument in arguments),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**around, **(environment or {}), "PYTHONUNBUFFERED": "1"},
    )
