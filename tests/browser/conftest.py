"""The real program over real HTTP, and Chromium in front of it.

`evening` is the bot at work, with its console and a simulated network, and short ways to cases; `open_page` opens a
browser at it, as wide and as dark as asked. Whatever a page does besides, the end of the test looks at: no request may
leave the console, and no browser may complain of anything that a test has not foretold.
"""

from __future__ import annotations

import os
import re
import shutil
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from playwright.async_api import async_playwright, expect

from bot.model import Decision, State
from tests.fakes.office import ABUSE, ROOT
from tests.fakes.town import cases_in, town, until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

    from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, Request

    from bot.app import App
    from bot.model import Case, Reason, Refusal, Verb
    from tests.fakes.town import Town

PHONE, DESK = 360, 1280
HEIGHT = 800
ARGUMENTS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
]
PATIENCE = 20_000
"""Milliseconds until what a page is to show counts as missing."""
UNDO_SECONDS = 30
EVERYTHING = {"id": "vera", "name": "Vera Quill", "roles": ["approver", "safety", "admin", "auditor"]}
"""Somebody for whom every page exists, besides the people of the example."""
REFUSED = re.compile(r"Failed to load resource: the server responded with a status of (4\d\d)")
"""What Chromium says of a page that answers with a refusal."""


@dataclass(kw_only=True)
class Evening:
    """The bot at work."""

    town: Town
    app: App

    @property
    def address(self) -> str:
        """Of the console, without a slash at the end."""
        assert self.app.console is not None
        return self.app.console.address

    def link_for(self, reviewer: str) -> str:
        """A sign-in link of this person."""
        assert self.app.console is not None
        return self.app.console.link_for(reviewer)

    async def case(self, text: str = ABUSE, *, by: str = "sam", to: str = "@leader@fernwick.example") -> Case:
        """The case that a post on the network opens, as soon as the bot has read it."""
        uri = self.town.say(text, by=by, to=to).uri

        async def there() -> Case | None:
            known = (await self.app.store.known([uri])).get(uri)
            return await self.app.store.case(known.case_id) if known and known.case_id else None

        found: Case = await until(there)
        return found

    async def decided(self, case: Case, verb: Verb, reviewer: str = "mara", *, reason: Reason | None = None) -> Case:
        """The case after a colleague's decision on another desk."""
        answer: Case | Refusal = await self.app.pipeline.decide(
            Decision(
                case_id=case.id, version=case.version, verb=verb, reviewer=reviewer, desk="command line", reason=reason
            )
        )
        assert not hasattr(answer, "code"), answer
        return await self.now(case)

    async def now(self, case: Case) -> Case:
        """The case as it now is."""
        found = await self.app.store.case(case.id)
        assert found is not None
        return found

    async def one_in(self, state: State) -> Case:
        """The first case in this state, as soon as there is one."""
        return (await cases_in(self.app.store, state))[0]


@dataclass(kw_only=True)
class Watch:
    """What browsers did and said besides showing pages."""

    origin: str
    strays: list[str] = field(default_factory=list)
    """Requests to anywhere but the console."""
    said: list[str] = field(default_factory=list)
    """Errors and warnings of the browser's console, and errors of scripts."""
    foretold: set[int] = field(default_factory=set)
    """Statuses of refusals that the test brings about."""

    def over(self, context: BrowserContext) -> None:
        """Look at everything that the pages of a context do."""
        context.on("request", self._request)
        context.on("console", self._message)
        context.on("weberror", lambda error: self.said.append(str(error.error)))

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.origin + "/", "data:,")):
            self.strays.append(request.url)

    def _message(self, message: ConsoleMessage) -> None:
        refused = REFUSED.match(message.text)
        if refused and int(refused[1]) in self.foretold:
            return
        if message.type in {"error", "warning"}:
            self.said.append(message.text)


@pytest.fixture
async def evening(tmp_path: Path) -> AsyncIterator[Evening]:
    """The program as `run` starts it, reading two servers each second."""
    async with working(tmp_path) as found:
        yield found


@asynccontextmanager
async def working(folder: Path, **changes: Any) -> AsyncIterator[Evening]:
    """The program with other settings: sections of the configuration, as `town` takes them."""
    settings: dict[str, Any] = {"limits": {"undo_seconds": UNDO_SECONDS, "incident_cases": 100_000}, **changes}
    settings.setdefault("rules", {"brake": {"least_matches": 10_000}})  # an evening here is nothing but abuse
    example = yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))
    settings.setdefault("reviewers", [*example["reviewers"], EVERYTHING])
    async with town(folder, **settings) as streets, streets.bot(speed=1) as app:
        yield Evening(town=streets, app=app)


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    """A browser that knows nothing and keeps nothing."""
    program = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        pytest.fail("There is no Chromium here. `make browser` says how to get it.")
    expect.set_options(timeout=PATIENCE)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=program, args=ARGUMENTS, chromium_sandbox=hasattr(os, "geteuid") and os.geteuid() != 0
        )
        yield browser
        await browser.close()


@pytest.fixture
def watch(evening: Evening) -> Watch:
    """What is looked at when the test is over; `watch.foretold.add(409)` for a refusal that belongs to the test."""
    return Watch(origin=evening.address)


@pytest.fixture
async def open_page(chromium: Browser, evening: Evening, watch: Watch) -> AsyncIterator[Callable[..., Awaitable[Page]]]:
    """Opens a browser: `await open_page("mara", width=1280, dark=True, scripts=False)`; a stranger's without a name."""
    contexts: list[BrowserContext] = []

    async def opened(
        reviewer: str | None = None, *, width: int = PHONE, dark: bool = False, scripts: bool = True
    ) -> Page:
        context = await chromium.new_context(
            viewport={"width": width, "height": HEIGHT},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",  # else axe-core measures the contrast of a button that is on its way
            java_script_enabled=scripts,
            base_url=evening.address,
        )
        contexts.append(context)
        watch.over(context)
        context.set_default_timeout(PATIENCE)
        page = await context.new_page()
        if reviewer is not None:
            await page.goto(evening.link_for(reviewer))
            await page.get_by_role("button", name="Sign in").click()
            await expect(page.get_by_role("heading", name="Queue")).to_be_visible()
        return page

    yield opened
    for context in contexts:
        await context.close()
    assert watch.strays == []
    assert watch.said == []
