"""The console over a hundred thousand cases: how long its pages take, what they weigh, how soon a new case is seen.

`python -m tests.bench_console 100000 FOLDER` is the real program, without a network, and fifty readers at its pages.
Server and readers share one process, so that what is measured is more than the server's part. What stands in the folder
from an earlier time is used again.
"""

from __future__ import annotations

import asyncio
import sqlite3
import statistics
import sys
import tempfile
import time
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

from bot.app import App, keep_for_good, open_store
from bot.files import Files
from bot.model import Author, Match, Mention, Proposal, Verdict, VerdictKind
from bot.store import PileOn, Received
from tests.fakes.office import write_files

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.store import Store

AT_ONCE = 500
WAITING = 20
"""One case of so many waits; the others are closed."""
PILE = 40
"""One waiting case of so many begins a pile-on of ten."""
LOOKS = 60
"""How often each page is asked for."""
WARMING = 20
"""Looks before the first that counts: a bot that has just started is still busy with its first tick of everything."""
READERS = 50
P95_MS, WEIGHT_KB, SEEN_MS = 100.0, 60.0, 1_000.0
"""The bars: a page on the server, its size without pictures, and from the storing of a case to an open page."""
UNHURRIED = {"remind_after_minutes": 9_000, "pass_on_after_minutes": 10_000, "expire_after_hours": 500}
"""Thousands of overdue cases would be reminded of one by one, which is not what is measured here."""
FILES = ("/static/style.css", "/static/live.js", "/static/keys.js")
TEXTS = (
    "Get back to the kitchen, councillor. Nobody in {} voted for you, and nobody will. Shame on the whole lot of you.",
    "You florp. I was at the meeting in {} and you looked through us as if we were air, you and your friends.",
    "What a vermin party this is. {} remembers who closed the baths, and who sold the field behind the school.",
)


@dataclass(frozen=True, slots=True)
class Result:
    """One figure, and whether its bar was held."""

    what: str
    figure: str
    bar: str
    holds: bool


class Silent(App):
    """The program, on accounts to which nobody writes."""

    def connect(self, stack: AsyncExitStack, *, publishing: bool) -> None:
        """In place of servers: nobody is spoken to."""


class Calendar:
    """A clock that is put where a case is to have been opened."""

    def __init__(self) -> None:
        self.at = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.at


def received(number: int, now: datetime, *, policy: str = "personal_abuse", pile_on: PileOn | None = None) -> Received:
    """Abuse by one of many authors, each in a thread of its own."""
    who = f"@u{number % 20_000}@tidewater.example"
    text = TEXTS[number % len(TEXTS)].format(f"Ward {number}")
    match = Match(rule="made-up-insult", policy=policy, severity=2, field="text", start=0, end=9, text=text[:9])
    mention = Mention(
        uri=f"https://tidewater.example/p/{number}",
        platform="mastodon",
        account="party",
        native_id=str(number),
        author=Author(uri=f"https://tidewater.example/u/{number % 20_000}", handle=who, bio="Fernwick supporter"),
        text=text,
        created_at=now - timedelta(minutes=1),
        url=f"https://tidewater.example/{who}/{number}",
        lang="en",
    )
    verdict = Verdict(
        kind=VerdictKind.RESPOND,
        policy=policy,
        severity=1 + number % 3,
        matches=(match,),
        reasons=("It attacks the person and not what they did.",),
    )
    reply = f"{who} Argue with what we do as hard as you like. Not in our name. https://fernwick.example/code"
    proposal = Proposal(text=reply, response="personal-abuse", variant=number % 6)
    return Received(mention=mention, verdict=verdict, account="party", proposal=proposal, pile_on=pile_on)


async def fill(folder: Path, files: Files, count: int) -> None:
    """So many cases over a year, most of them closed; those that wait are of today."""
    now, calendar = datetime.now(UTC), Calendar()
    store = open_store(files, now=calendar, exclusive=False)
    await store.seed(files.accounts.values(), files.reviewers.values())
    closed = count - count // WAITING
    for old, numbers in ((True, range(closed)), (False, range(closed, count))):
        for page in (numbers[first : first + AT_ONCE] for first in range(0, len(numbers), AT_ONCE)):
            left = 1 - (page[0] - numbers[0]) / len(numbers)
            calendar.at = now - (timedelta(days=1 + 365 * left) if old else timedelta(hours=20 * left))
            posts = [received(each, calendar.at, pile_on=None if old else _pile(each)) for each in page]
            await store.receive("party", posts, cursor=None)
            if old:
                _close_all(folder)
    await store.close()


def _pile(number: int) -> PileOn | None:
    """Ten posts aimed at one person, again and again."""
    pile, place = divmod(number, PILE * 10)
    return PileOn(handle=f"@target{pile}@fernwick.example", within=timedelta(hours=2), cases=5) if place < 10 else None


def _close_all(folder: Path) -> None:
    """By hand, since a decision for each would take as long as a year of them."""
    with closing(sqlite3.connect(folder / "bot.db")) as hand:
        hand.execute(
            "UPDATE cases SET state = 'closed', outcome = 'dismissed', reason = 'not_answered', version = version + 1,"
            " changed_by = 'mara' WHERE state = 'open'"
        )
        hand.execute(
            "INSERT INTO decisions (id, case_id, kind, reviewer_id, at, reason, note, desk)"
            " SELECT 'd' || id, id, 'dismiss', 'mara', changed_at, 'not_answered', '', 'console' FROM cases"
            " WHERE state = 'closed' AND id NOT IN (SELECT case_id FROM decisions)"
        )
        hand.commit()


async def console(folder: Path, count: int) -> list[Result]:
    """Every figure, in the order in which somebody meets them."""
    desks = {"console": {"enabled": True, "port": 0}}
    address = f"sqlite:///{folder / 'bot.db'}"
    config_file = write_files(folder, database=address, server={"health_port": 0}, desks=desks, schedule=UNHURRIED)
    files = Files.read(config_file)
    began = time.perf_counter()
    if not (folder / "bot.db").exists():
        await fill(folder, files, count)
        print(f"  {count:,} cases made in {time.perf_counter() - began:.0f} s", flush=True)  # noqa: T201
    store = open_store(files, exclusive=True)
    app, stop, ready = Silent(files=files, store=store), asyncio.Event(), asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(app.run(stop, ready=ready.set))
        await ready.wait()
        keep_for_good()
        try:
            results = [*await pages(app, store), *await arrivals(app, count)]
        finally:
            stop.set()
    await store.close()
    return results


async def pages(app: App, store: Store) -> list[Result]:
    """How long each page takes and how large it is, for somebody for whom every case exists."""
    async with browser(app, "nadia") as client:
        for _ in range(WARMING):
            await client.get("/")
        listed = await client.get("/")
        some = sorted(set(_cases_in(listed.text)))[:LOOKS]
        beside = sum([await _bytes_sent(client, path) for path in FILES])
        asked: dict[str, list[str]] = {
            "queue": ["/"] * LOOKS,
            "queue, page 40": ["/?page=40"] * LOOKS,
            "queue, for my approval": ["/?view=approval"] * LOOKS,
            "queue, narrowed": ["/?policy=personal_abuse&severity=2&view=mine"] * LOOKS,
            "case": [f"/case/{case_id}" for case_id in some],
            "closed": ["/closed"] * LOOKS,
        }
        results = [await _page(client, store, what, paths, beside) for what, paths in asked.items()]
        words = ["Ward 77", "no such words anywhere", "@u4711@", "behind the school"]
        took = [await _timed(client, "/search?q=" + str(httpx.QueryParams({"q": each}))[2:]) for each in words]
    seconds = ", ".join(f"{each:.0f}" for each in took)
    return [*results, Result("search, each of four", f"{seconds} ms", "no bar", holds=True)]


async def _page(client: httpx.AsyncClient, store: Store, what: str, paths: list[str], beside: int) -> Result:
    """One kind of page, each look as if something had changed since the last."""
    took = []
    for path in paths:
        await store.note("bench.looked", actor="bot")
        took.append(await _timed(client, path))
    whole = len((await client.get(paths[0])).content) / 1000
    sent = (await _bytes_sent(client, paths[0]) + beside) / 1000
    p95 = statistics.quantiles(took, n=20)[-1]
    return Result(
        f"console: {what}",
        f"p95 {p95:.0f} ms, median {statistics.median(took):.0f} ms;"
        f" {whole:.0f} kB, {sent:.0f} kB over the wire with style and script",
        f"{P95_MS:.0f} ms, {WEIGHT_KB:.0f} kB",
        holds=p95 <= P95_MS and max(whole, sent) <= WEIGHT_KB,
    )


async def arrivals(app: App, count: int) -> list[Result]:
    """From the moment at which a case is stored until each of fifty open pages has it."""
    took: list[float] = []
    async with AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(browser(app, "nadia")) for _ in range(READERS)]
        for number in range(5):
            heard = [asyncio.Event() for _ in clients]
            stored: list[float] = []
            waits = [
                asyncio.create_task(_seen(client, ready, f"@u{(count + number) % 20_000}@", stored))
                for client, ready in zip(clients, heard, strict=True)
            ]
            await asyncio.gather(*(ready.wait() for ready in heard))
            now = datetime.now(UTC)
            await app.store.receive("party", [received(count + number, now, policy="sexism")], cursor=None)
            stored.append(time.perf_counter())
            app.pipeline.changed()
            took += await asyncio.gather(*waits)
    figure = f"median {1000 * statistics.median(took):.0f} ms, the last {1000 * max(took):.0f} ms, {READERS} pages open"
    return [
        Result(
            "console: a new case is on every open page", figure, f"{SEEN_MS:.0f} ms", holds=1000 * max(took) <= SEEN_MS
        )
    ]


async def _seen(client: httpx.AsyncClient, ready: asyncio.Event, words: str, stored: list[float]) -> float:
    """As the page's script does it: woken by the stream, it fetches itself anew, until the case is there."""
    page = "/?policy=sexism"
    async with client.stream("GET", "/events", timeout=None) as stream:
        ready.set()
        async for line in stream.aiter_lines():
            if line == "event: changed" and words in (await client.get(page, headers={"X-Live": "1"})).text:
                return time.perf_counter() - stored[0]
    raise AssertionError("The stream ended.")


def browser(app: App, reviewer: str) -> _Browser:
    """A browser of this person."""
    return _Browser(app, reviewer)


class _Browser:
    def __init__(self, app: App, reviewer: str) -> None:
        assert app.console is not None
        self._link = app.console.link_for(reviewer)
        self._client = httpx.AsyncClient(
            base_url=app.console.address, headers={"Sec-Fetch-Site": "same-origin"}, trust_env=False, timeout=60
        )

    async def __aenter__(self) -> httpx.AsyncClient:
        await self._client.post(self._link)
        return self._client

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()


def _cases_in(page: str) -> Iterator[str]:
    for part in page.split('data-row="')[1:]:
        yield part.partition('"')[0]


async def _timed(client: httpx.AsyncClient, path: str) -> float:
    """Milliseconds until the whole page is here."""
    start = time.perf_counter()
    answer = await client.get(path)
    answer.raise_for_status()
    return 1000 * (time.perf_counter() - start)


async def _bytes_sent(client: httpx.AsyncClient, path: str) -> int:
    """As it goes over the wire; a file that is not there weighs nothing."""
    async with client.stream("GET", path) as answer:
        return sum([len(part) async for part in answer.aiter_raw()]) if answer.is_success else 0


def main() -> None:
    """The figures, one a line; exit status 1 when a bar was not held."""
    with tempfile.TemporaryDirectory(prefix="bench-console-") as name:
        folder = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        results = asyncio.run(console(folder, int(sys.argv[1]) if len(sys.argv) > 1 else 100_000))
    for result in results:
        print(f"{result.what}: {result.figure} (bar: {result.bar}){'' if result.holds else '  MISSED'}")  # noqa: T201
    sys.exit(0 if all(result.holds for result in results) else 1)


if __name__ == "__main__":
    main()
