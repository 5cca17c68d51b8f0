"""A console over the real store and pipeline, and browsers of the people who work there."""

from __future__ import annotations

import hashlib
import re
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import httpx
import pytest
import yaml

from bot.config import EvenHanded
from bot.model import Case, Refusal, Reviewer, Role
from bot.report.looking import YearRates
from bot.review.console import ConsoleDesk
from bot.review.installation import Installation, Token
from bot.review.room import Room
from bot.review.rule_edits import RuleEdits
from bot.review.rule_room import RuleRoom
from bot.support import Support
from bot.texts import Texts
from tests.fakes.office import ABUSE, ROOT, Office
from tests.fakes.quiet import QuietLoops, quiet

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

ORIGIN = "http://127.0.0.1:8311"
FROM_OURSELVES = {"sec-fetch-site": "same-origin"}


async def link_made(browser: httpx.AsyncClient, path: str = "/people/link", **fields: str) -> str:
    """The path of the sign-in link that this person makes."""
    found = re.search(r"/sign-in/[\w-]+", (await browser.post(path, data=fields)).text)
    assert found is not None
    return found[0]


@dataclass(repr=False)
class Console:
    """The desk, what stands behind it, and browsers to look at it with."""

    office: Office
    room: Room
    desk: ConsoleDesk
    seconds: list[float]
    """The browser's clock, one number."""
    reported: list[tuple[str, str]] = field(default_factory=list)
    loops: QuietLoops = field(default_factory=QuietLoops)
    rules: RuleEdits = field(kw_only=True)

    @asynccontextmanager
    async def browser(self, **headers: str) -> AsyncIterator[httpx.AsyncClient]:
        """A browser that nobody has signed in with. It sends what browsers send with our own pages' forms."""
        transport, sent = httpx.ASGITransport(app=self.app), FROM_OURSELVES | headers
        async with httpx.AsyncClient(transport=transport, base_url=ORIGIN, headers=sent) as client:
            yield client

    @asynccontextmanager
    async def let_in(self, reviewer: str, maker: httpx.AsyncClient) -> AsyncIterator[httpx.AsyncClient]:
        """A browser of this person, who came in by a link that was made in that other one."""
        async with self.browser() as client:
            await client.post(await link_made(maker, reviewer=reviewer))
            yield client

    @asynccontextmanager
    async def signed_in(self, reviewer: str, **headers: str) -> AsyncIterator[httpx.AsyncClient]:
        """A browser of this person."""
        async with self.browser(**headers) as client:
            answer = await client.post(httpx.URL(self.desk.link_for(reviewer)).path)
            assert answer.status_code == 303
            yield client

    @asynccontextmanager
    async def narrowed(self, reviewer: str, *roles: Role) -> AsyncIterator[httpx.AsyncClient]:
        """A browser of this person, whom the party's own sign-in has left with these roles."""
        at, token = datetime.fromtimestamp(self.seconds[0], UTC), f"narrowed-{reviewer}"
        await self.office.store.people.begin(
            hashlib.sha256(token.encode()).hexdigest(),
            reviewer=reviewer,
            way="provider",
            roles=frozenset(roles),
            device="a browser",
            at=at,
            until=at + timedelta(hours=10),
        )
        async with self.browser() as browser:
            browser.cookies.set("console", token)
            yield browser

    def __post_init__(self) -> None:
        self.app = self.desk.app()

    @property
    def texts(self) -> Texts:
        """Responses and rules, as they are changed here. What is in the files is live once it was started."""
        return self.rules.texts

    @staticmethod
    def form(case: Case, **fields: str) -> dict[str, str]:
        """What the page of this case posts."""
        return {"version": str(case.version), "seen": "1", **fields}

    async def press(self, browser: httpx.AsyncClient, case: Case, verb: str, **fields: str) -> httpx.Response:
        """A verb on the case as this page shows it, with the redirect followed as a browser would.

        Nobody can approve what was not shown to them, so that is asked for first.
        """
        if verb == "approve":
            await browser.get(f"/case/{case.id}", params={"shown": "1"})
        answer = await browser.post(f"/case/{case.id}/{verb}", data=self.form(case, **fields), follow_redirects=True)
        assert answer.headers["content-type"].startswith("text/html")
        return answer

    async def pile_on(self, number: int = 4) -> list[Case]:
        """A pile-on, one thread for each of its people."""
        posts = [self.office.network.say(f"{ABUSE} {n}", by=f"angry{n}") for n in range(number)]
        await self.office.receive(*posts)
        return [await self.office.case_of(post) for post in posts]


def token_said(office: Office) -> Callable[[], Awaitable[dict[str, Token]]]:
    """What the servers say of the tokens: that of the leader's account may too little."""

    async def ask() -> dict[str, Token]:
        now = office.clock.now()
        wrong = ("the token cannot post: it lacks the scopes write:statuses",)
        return {
            "party": Token(at=now, scopes=("read", "write:statuses")),
            "leader": Token(at=now, scopes=("read",), wrong=wrong),
            "deputy": Token(at=now, wrong=("parlour.example did not answer",)),
        }

    return ask


@pytest.fixture
async def console(office: Office) -> AsyncIterator[Console]:
    async with over(office) as console:
        yield console


@pytest.fixture
async def writing(tmp_path: Path) -> AsyncIterator[Console]:
    """A console whose responses and rules lie in a folder of its own, to be changed."""
    office = await Office.open(tmp_path)
    office.files.reviewers["ada"] = Reviewer(id="ada", name="Ada Moss", roles=frozenset({Role.ADMIN}))  # type: ignore[index]  # a dictionary
    await office.store.seed(office.files.accounts.values(), office.files.reviewers.values())
    texts = Texts(store=office.store, files=office.files)
    await texts.start()
    async with over(office, texts) as console:
        yield console
    await office.store.close()


@pytest.fixture
async def at_night(tmp_path: Path) -> AsyncIterator[Console]:
    """A console whose safety team has two shifts: Uma's until 18:00, then Nadia's, which has just begun."""
    example = yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))
    uma = {"id": "uma", "name": "Uma Fenn", "roles": ["safety"]}
    days = {**example["shifts"]["safety"][0], "start": "06:00", "end": "18:00", "people": ["uma"]}
    nights = {**days, "start": "18:00", "end": "06:00", "people": ["nadia"]}
    people = [*example["reviewers"], uma]
    office = await Office.open(tmp_path, reviewers=people, shifts={"safety": [days, nights]})
    office.clock.at = office.clock.at.replace(hour=18, minute=10)
    async with over(office) as console:
        yield console
    await office.store.close()


@asynccontextmanager
async def over(office: Office, texts: Texts | None = None) -> AsyncIterator[Console]:
    ada = Reviewer(id="ada", name="Ada Moss", roles=frozenset({Role.ADMIN}))
    reviewers = {**office.files.reviewers, ada.id: ada}
    await office.store.seed(office.files.accounts.values(), reviewers.values())
    pipeline = office.without(files=replace(office.files, reviewers=reviewers))
    settings = office.files.config
    reported: list[tuple[str, str]] = []

    async def intake(url: str, reviewer: str) -> Case | str:
        reported.append((url, reviewer))
        return "The server cannot find that post." if url.endswith("missing") else await office.opened()

    async def pause(scope: str, reviewer: str, reason: str) -> tuple[str, ...]:
        return await office.store.pause(scope, actor=reviewer, reason=reason)

    async def resume(scope: str, reviewer: str) -> None:
        await office.store.resume(scope, actor=reviewer)

    async def release(rule: str, reviewer: str) -> Refusal | None:
        if Role.ADMIN not in reviewers[reviewer].roles:
            return Refusal(code="no_right", message="Only an admin may release a rule.")
        found = await office.store.release(rule, actor=reviewer)
        return None if found else Refusal(code="not_now", message=f"The brake has not stopped a rule {rule}.")

    loops = QuietLoops()
    room = Room(
        store=office.store,
        accounts=office.files.accounts,
        reviewers=reviewers,
        policies=settings.policies,
        referral=settings.referral,
        now=office.clock.now,
        decide=pipeline.decide,
        intake=intake,
        pause=pause,
        resume=resume,
        release=release,
        vitals=quiet(office.store, office.clock.now, loops),
        safety=settings.safety,
        safety_rota=lambda: pipeline.attention.safety,
        rejoinders=pipeline.rejoinders,
    )
    seconds = [1_000_000.0]
    texts = texts or Texts(store=office.store, files=replace(office.files, reviewers=reviewers))
    files = texts.files
    rules = RuleEdits(room=RuleRoom(files=lambda: files, now=office.clock.now), store=office.store, texts=texts)
    installation = Installation(
        files=lambda: office.files,
        now=office.clock.now,
        ask=token_said(office),
        version="0.1.0",
        digest="ab" * 32,
        database="one SQLite file",
    )
    desk = ConsoleDesk(
        room,
        party="Fernwick Party",
        clock=lambda: seconds[0],
        rules=rules,
        installation=installation,
        texts=texts,
        even_handed=EvenHanded(share=1),
        rates=YearRates(store=office.store, now=office.clock.now),
        support=Support(store=office.store, files=office.files),
    )
    yield Console(office=office, room=room, desk=desk, seconds=seconds, reported=reported, loops=loops, rules=rules)
    desk.close()
