"""A day of very many mentions for one process on one core: how much memory it holds, hour by hour, and how much time.

`python -m tests.bench_day 100000 FOLDER` is that process: the real program with the shipped rules, to which made-up
networks hand the mentions at an even pace. Its clock shows the whole day in the time that they take; for each hour of
it a line is written with the resident memory in MB and the processor seconds so far.
"""

from __future__ import annotations

import asyncio
import os
import resource
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot import log
from bot.app import App, keep_for_good, open_store
from bot.demo.clock import Clock
from bot.files import Files
from bot.model import Author, Mention
from bot.ports import AccountFacts, Page, Presence, Sighting
from tests.fakes.office import write_files

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from contextlib import AsyncExitStack

    from bot.model import ExhibitKind, Found

HOURS = 24
DESKS = {"desks": {"console": {"enabled": True, "port": 0}}}
A_PAGE = 80
ABUSIVE = 100
"""One mention of so many."""
PACE = 300.0
"""Mentions for each second of the wall's clock, less than what one core judges and stores."""
TEXTS = (
    "You promised in May that the buses would stay. I have kept the leaflet. Number {}, and I am furious with you.",
    "Number {}: what a good evening in the hall, thank you for coming.",
    "{} people at the stop again this morning, and no bus. Is anybody reading this?",
)
ABUSE = "Number {}: shut up you stupid cow, nobody asked you."


def day(folder: Path, mentions: int) -> tuple[list[float], float]:
    """The memory at the end of each hour, in MB, and the processor seconds of the whole day."""
    told = subprocess.run(  # noqa: S603  ourselves
        (sys.executable, "-m", "tests.bench_day", str(mentions), str(folder)),
        check=True,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[1],
    )
    lines = [line.split() for line in told.stdout.splitlines() if line.startswith("hour ")]
    return [float(line[1]) for line in lines], float(lines[-1][2])


class Crowd:
    """A network on which so many people write to one account, at an even pace, from the first question on."""

    def __init__(self, account: str, mentions: int, clock: Clock) -> None:
        self._account, self._mentions, self._clock = account, mentions, clock

    async def fetch(self, cursor: str | None) -> Page:
        """What was written since; every post has an author and a thread of its own."""
        if cursor is None:
            return Page(mentions=(), cursor="0")
        first, passed = int(cursor), self._clock.now() - self._clock.start
        written = min(self._mentions, int(self._mentions * (passed / timedelta(hours=HOURS))))
        last = min(written, first + A_PAGE)
        return Page(mentions=tuple(self._written(first, last)), cursor=str(last), more=last < written)

    def _written(self, first: int, last: int) -> Iterator[Mention]:
        for number in range(first, last):
            name = f"{self._account}{number}"
            text = ABUSE if number % ABUSIVE == 0 else TEXTS[number % len(TEXTS)]
            uri = f"https://tidewater.example/users/{name}"
            author = Author(uri=uri, handle=f"@{name}@tidewater.example", bio="Fernwick Party supporter")
            yield Mention(
                uri=f"{uri}/statuses/{number}",
                platform="mastodon",
                account=self._account,
                native_id=name,
                author=author,
                text=text.format(number),
                created_at=self._clock.now(),
                lang="en",
            )

    async def look(self, mentions: Sequence[Mention]) -> Sequence[Sighting]:
        """Everything stands as it was."""
        return [Sighting(uri=one.uri, presence=Presence.PRESENT, mention=one) for one in mentions]

    async def surroundings(self, mention: Mention, kinds: Collection[ExhibitKind]) -> Sequence[Found]:
        return ()

    async def facts(self) -> AccountFacts:
        """Nothing that matters here."""
        return AccountFacts(handle="", scopes=None, profile_text="", bot=True, character_limit=500)

    async def find(self, url: str) -> Mention | None:
        """Nobody reports a link here."""
        return None

    async def close(self) -> None:
        """Nothing to let go of."""


class Watched(App):
    """The program, reading from crowds."""

    def __init__(self, crowds: Mapping[str, Crowd], **parts: Any) -> None:
        super().__init__(**parts)
        self._crowds = crowds

    def connect(self, stack: AsyncExitStack, *, publishing: bool) -> None:
        """In place of servers: nobody is spoken to."""
        self.watchers.update(self._crowds)


async def live_through(folder: Path, mentions: int) -> None:
    """One day, from its first second to its last, and what it took."""
    clock = Clock(datetime(2026, 11, 19, tzinfo=UTC), HOURS * 3600 / (mentions / PACE))
    files = Files.read(write_files(folder, rules={"shipped": True, "packs": []}, server={"health_port": 0}, **DESKS))
    store = open_store(files, now=clock.now, exclusive=True)
    crowds = {name: Crowd(name, mentions // len(files.accounts), clock) for name in files.accounts}
    app = Watched(crowds, files=files, store=store, now=clock.now, speed=clock.speed)
    stop = asyncio.Event()
    clock.begin()
    async with asyncio.TaskGroup() as group:
        group.create_task(app.run(stop, ready=keep_for_good))
        for hour in range(1, HOURS + 1):
            await clock.until(clock.start + timedelta(hours=hour))
            used = resource.getrusage(resource.RUSAGE_SELF)
            print(f"hour {resident():.1f} {used.ru_utime + used.ru_stime:.1f}", flush=True)  # noqa: T201  the result
        while (await store.totals()).judged < mentions // len(crowds) * len(crowds):  # noqa: ASYNC110  nobody tells
            await asyncio.sleep(0.2)
        stop.set()
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(f"hour {resident():.1f} {used.ru_utime + used.ru_stime:.1f}", flush=True)  # noqa: T201  as above
    await store.close()


def resident() -> float:
    """Memory that this process holds now, in MB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 1e6


if __name__ == "__main__":
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    log.set_up(stream=sys.stderr)
    asyncio.run(live_through(Path(sys.argv[2]), int(sys.argv[1])))
