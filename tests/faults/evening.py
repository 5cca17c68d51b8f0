"""One evening: a crowd writes, people decide, the real program answers, and all the while things go wrong."""

from __future__ import annotations

import asyncio
import random
import shutil
import tempfile
import time
from collections import Counter
from contextlib import AsyncExitStack, ExitStack, closing, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from bot.app import App
from bot.config import database_address
from bot.model import Case, Decision, Reason, State, Verb
from bot.platforms.simulated.hosts import Settings
from bot.store import Store, StoreError
from tests.fakes.databases import Server
from tests.fakes.office import ABUSE, FAIR
from tests.fakes.town import ACCOUNTS, Town, town
from tests.faults.books import Books, compare
from tests.faults.machine import Machine
from tests.faults.page import Page
from tests.faults.storm import Storm
from tests.store.by_hand import Hand, PostgreSQLHand, sqlite_hand

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.platforms.simulated.hosts import IdempotencyKeys

SPEED = 20.0
"""How much faster than the wall's the clock of an evening runs: a second look comes after 1.5 s."""
CROWD_PAUSE, REVIEW_PAUSE, PAUSE = 0.05, 0.1, 0.05
"""Wall-clock seconds between two mentions, two looks at the queue, and two looks at anything else."""
REST = 60.0
"""Wall-clock seconds after the last fault in which nothing more gets done: then a night passes, and then it is over."""
NIGHT = timedelta(hours=3)
RESTLESS = frozenset({State.APPROVED, State.PUBLISHING, State.RETRACTING})
WAITING = 30
"""Unfinished cases beyond which the crowd is silent for a while: people read no faster."""
PEOPLE = ("mara", "tom", "rosa", "idris")


@dataclass(kw_only=True)
class Tally:
    """What happened on an evening, and what came of it."""

    faults: Counter[str] = field(default_factory=Counter)
    kills: int = 0
    decisions: int = 0
    mentions: int = 0
    posts: int = 0
    recoveries: list[float] = field(default_factory=list)
    """Wall-clock seconds from a kill to the next reply that stood on the network, all else being well."""
    seconds: float = 0.0
    struck: list[tuple[str, str]] = field(default_factory=list)
    """Kinds of fault, each with the address of the mention whose reply it met, where that is known."""
    books: Books = field(default_factory=Books)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How an evening is to be."""

    database: str
    """`sqlite` or `postgresql`."""
    seed: int
    faults: int
    keys: IdempotencyKeys
    kills: float
    """The share of faults that kill the program."""
    every: float
    """Decisions for each fault, at least."""
    roles: tuple[str, ...]
    """A process for each."""


def play(plan: Plan, keep: Path | None) -> Tally:
    """Play an evening and keep its books; on PostgreSQL with a server of its own, for that is restarted.

    When a promise was broken, the evening's files are copied into a folder `keep`, if there is to be one.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="evening-")))
        server = None
        if plan.database == "postgresql":
            server = Server()
            stack.callback(server.remove)
        tally = asyncio.run(_evening(folder, plan, server))
        if keep and not tally.books.whole:
            shutil.copytree(folder, keep / folder.name, dirs_exist_ok=True)
        return tally


async def _evening(folder: Path, plan: Plan, server: Server | None) -> Tally:
    begun = time.monotonic()
    versions = {"kept": "4.5.3", "ignored": "0.20.0+git-1234abc", "raced": "4.2.0 (compatible; Hollo 0.6.0)"}
    settings = Settings(
        title="Fernwick", idempotency_keys=plan.keys, version=versions[plan.keys], calls_per_window=None
    )
    more: dict[str, object] = {"database": server.new_database()} if server else {}
    limits = {"undo_seconds": 0, "replies_per_hour": 10_000, "replies_per_day": 10_000, "incident_cases": 100_000}
    schedule = {"poll_seconds": 10, "look_seconds": 60, "publish_seconds": 6}
    # The made-up rules are new to the database, and everybody here is abusive: the brake on rules would stop them.
    more["rules"] = {"shipped": False, "packs": ["packs"], "brake": {"share": 1.0, "least_matches": 10_000}}
    page = Page.make(folder / "page", speed=SPEED)
    async with town(folder, settings=settings, limits=limits, schedule=schedule, now=page.true_time, **more) as made:
        _everyone_answers_alone(made.config)
        play = Evening(town=made, page=page, plan=plan, server=server)
        await play.run()
        play.tally.seconds = time.monotonic() - begun
        return play.tally


def _everyone_answers_alone(config: Path) -> None:
    """So that all three accounts post."""
    written = yaml.safe_load(config.read_text(encoding="utf-8"))
    for account in written["accounts"]:
        account["answered_by"] = [account["id"]]
    config.write_text(yaml.safe_dump(written, allow_unicode=True), encoding="utf-8")


@dataclass(kw_only=True)
class Evening:
    """The people of one evening, and what they know."""

    town: Town
    page: Page
    plan: Plan
    server: Server | None
    tally: Tally = field(default_factory=Tally)
    said: list[str] = field(default_factory=list)
    approved: set[str] = field(default_factory=set)
    waiting: int = 0
    rounds: int = 0
    """How often the reviewers have been through all that waits for them."""
    over: bool = False
    """Whether nobody asks for a reply to be taken down any more, so that the evening can come to an end."""
    _people: int = 0

    def __post_init__(self) -> None:
        self.rng = random.Random(self.plan.seed)  # noqa: S311  luck that can be had again, and no secret
        folder = self.town.folder
        self.machine = Machine(
            page=folder / "page",
            config=self.town.config,
            log=folder / "bot.log",
            tokens=self.town.tokens,
            roles=self.plan.roles,
        )
        files = self.town.files()
        self.address = database_address(files.loaded)
        store = Store.open(self.address, now=self.page.now)
        self.app = App(files=files, store=store, now=self.page.now, speed=self.page.speed)

    async def run(self) -> None:
        """From the first start of the bot to the comparison of the books."""
        async with AsyncExitStack() as stack:
            stack.push_async_callback(self.app.store.close)
            await self.machine.begin()
            stack.push_async_callback(self.machine.end)
            await self._watching()
            people = [asyncio.create_task(work) for work in (self._crowd(), self._reviewers())]
            await Storm(evening=self).rage()
            people[0].cancel()
            await self._rest()
            people[1].cancel()
            for ended in await asyncio.gather(*people, return_exceptions=True):
                if isinstance(ended, Exception):
                    raise ended
            await self.machine.end()
            await self._compare()

    async def _watching(self) -> None:
        """Until every account has been read once, so that what is said from now on is news."""
        async with asyncio.timeout(REST):
            while True:
                if all([await self.app.store.cursor(account) for account in self.app.files.accounts]):
                    return
                await asyncio.sleep(PAUSE)

    # ── the people ───────────────────────────────────────────────────────────────────────────────────────────────────

    def say(self, text: str, *, by: str, to: str, said: bool = True) -> str:
        """Somebody writes; the address of what they wrote. It must be received, unless they will think better of it."""
        uri = self.town.say(text, by=by, to=to).uri
        self.tally.mentions += 1
        if said:
            self.said.append(uri)
        return uri

    def flood(self, posts: int) -> None:
        """So many posts at once; one in twenty is abusive."""
        self._people += 1
        for number in range(posts):
            text, by = (ABUSE, f"angry{number}") if number % 20 == 0 else (FAIR, "crier")
            self.say(f"{text} {number}", by=f"{by}of{self._people}", to=self.rng.choice(list(ACCOUNTS.values())))

    async def _crowd(self) -> None:
        """Somebody new writes, again and again; some think better of it."""
        handles = list(ACCOUNTS.values())
        for number in range(1_000_000):
            await asyncio.sleep(CROWD_PAUSE)
            if self.waiting >= WAITING:
                continue
            wavers, to = self.rng.random() < 0.04, self.rng.choice(handles)
            uri = self.say(ABUSE, by=f"troll{number}", to=to, said=not wavers)
            if wavers:
                asyncio.get_running_loop().call_later(
                    self.rng.random() * 2, self._regret, uri, f"@troll{number}@tidewater.example", to
                )

    def _regret(self, uri: str, author: str, to: str) -> None:
        chance = self.rng.random()
        if chance < 0.4:
            self.town.world.edit(uri, f"{to} You florp. I said it again.")
        elif chance < 0.8:
            self.town.world.delete(uri)
        else:
            self.town.world.block(author, to)

    async def _reviewers(self) -> None:
        """Everybody decides what they see, most of it by approving."""
        while True:
            await asyncio.sleep(REVIEW_PAUSE)
            with suppress(StoreError):
                unfinished = await self.app.store.cases(states=RESTLESS | {State.OPEN}, limit=3 * WAITING)
                self.waiting = len(unfinished)
                for case in unfinished:
                    if case.state is State.OPEN:
                        await self._decide(case)
                for case in await self.app.store.closed(limit=5):
                    if case.state is State.PUBLISHED and not self.over and self.rng.random() < 0.002:
                        await self.ask(case, Verb.RETRACT, self._voice(case))
            self.rounds += 1

    async def _decide(self, case: Case) -> None:
        chance = self.rng.random()
        if chance < 0.04:
            await self.ask(case, Verb.DISMISS, "tom", reason=Reason.IRONY)
            return
        for reviewer in PEOPLE:
            answer = await self.ask(case, Verb.APPROVE, reviewer)
            case = answer or case
            if answer and answer.state is State.APPROVED:
                if chance > 0.97:
                    await self.ask(answer, Verb.UNDO, reviewer)
                return

    def _voice(self, case: Case) -> str:
        account = self.app.room.account_of(case)
        return min(account.approvers)

    async def ask(self, case: Case, verb: Verb, reviewer: str, reason: Reason | None = None) -> Case | None:
        """What came of a press; `None` when it was refused."""
        answer = await self.app.room.decide(
            Decision(case_id=case.id, version=case.version, verb=verb, reviewer=reviewer, desk="console", reason=reason)
        )
        if not isinstance(answer, Case):
            return None
        self.tally.decisions += 1
        if answer.state is State.APPROVED:
            self.approved.add(answer.id)
        return answer

    # ── what came of it ──────────────────────────────────────────────────────────────────────────────────────────────

    async def _rest(self) -> None:
        """Until nothing is under way any more; what a clock that had jumped put off is due when a night has passed."""
        self.over, round_ = True, self.rounds
        for night in (0, 1):
            self.page.jump(NIGHT * night)
            least, at = inf, time.monotonic()
            while time.monotonic() - at < REST:
                left = await self._left()
                # What the reviewers were at when it was over may still have been a wish to take a reply down.
                if left == 0 and self.rounds > round_:
                    return
                if left < least:
                    least, at = left, time.monotonic()
                await asyncio.sleep(REVIEW_PAUSE)

    async def _left(self) -> float:
        """How much is still to be done; what is heard of but not read yet counts twice, for it may become a case."""
        try:
            known = await self.app.store.known(self.said)
            unfinished = await self.app.store.cases(states=RESTLESS | {State.OPEN}, limit=len(self.said))
        except StoreError:
            return inf
        return 2 * (len(set(self.said)) - len(known)) + len(unfinished)

    def replies(self) -> int:
        """How many replies were ever posted."""
        world = self.town.world
        return sum(len(world.by(world.person(handle))) for handle in ACCOUNTS.values())

    async def _compare(self) -> None:
        posts: Sequence[dict[str, object]] = self.town.world.record()["posts"]
        self.tally.posts = sum(post["sent_by"] == "api" for post in posts)
        hand: Hand = (
            PostgreSQLHand(self.address)
            if self.server
            else sqlite_hand(self.address.removeprefix("sqlite:///"), foreign_keys=True)
        )
        with closing(hand):
            await compare(
                self.app,
                hand,
                self.tally.books,
                posts=posts,
                said=set(self.said),
                approved=self.approved,
                struck=self.tally.struck,
            )
