"""What holds for every page: no barrier that axe-core knows, no sideways scrolling, strict headers.

A page that is new is one more line of `PAGES`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import expect

from bot.model import Reason, Verb
from bot.store import Revision, TextKind
from tests.browser.conftest import DESK, PHONE
from tests.fakes.office import FAIR, RUDE, THREAT

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from playwright.async_api import Page

    from tests.browser.conftest import Evening, Watch

PAGES = (
    "/",
    "/?view=mine&account=leader",
    "/search?q=florp",
    "/safety",
    "/answers",
    "/left-alone",
    "/left-alone?show=recorded",
    "/left-alone?show=unread",
    "/closed",
    "/closed?show=safety",
    "/figures",
    "/figures?days=90",
    "/cases",
    "/cases?policy=personal_abuse&state=dismissed",
    "/cases?from=tomorrow",
    "/audit",
    "/audit?kind=case.opened",
    "/audit/case/{open}",
    "/add",
    "/more",
    "/people",
    "/settings",
    "/responses",
    "/responses/personal_abuse-in-group",
    "/responses/personal_abuse-in-group/edit",
    "/responses/personal_abuse-in-group/history",
    "/new-response",
    "/rules",
    "/rules?q=florp",
    "/rules/rule/made-up-insult",
    "/rules/lists",
    "/rules/try",
    "/rehearsal",
    "/case/rehearsal-1",
    "/case/rehearsal-2-approved",
    "/reading",
    "/case/{open}",
    "/case/{open}?shown=1",
    "/case/{approved}",
    "/case/{dismissed}",
    "/case/{escalated}",
    "/case/{escalated}/exhibits",
    "/responses",
    "/responses/sexism-space",
    "/responses/sexism-space/edit",
    "/responses/sexism-space/draft",
    "/responses/sexism-space/history",
    "/new-response",
    "/nowhere",
)
"""Every address, as somebody sees it who may see everything; cases by how they stand."""
WHO = "vera"
OFTEN = ("/", "/case/{open}", "/case/{approved}")
"""What an approver has open all evening, with the buttons that they alone have."""
LOOKS = tuple((width, dark) for width in (PHONE, DESK) for dark in (False, True))
ZOOMED = 320
"""What 640 pixels are at 200 % zoom."""


async def full_of_cases(evening: Evening) -> dict[str, str]:
    """The addresses, with one case in each state behind them."""
    evening.town.say(FAIR, by="fay")
    evening.town.say(RUDE, by="rob")
    await draft_one(evening)
    cases = {
        "open": await evening.case(by="ola"),
        "approved": await evening.decided(await evening.case(by="ada"), Verb.APPROVE),
        "dismissed": await evening.decided(await evening.case(by="dan"), Verb.DISMISS, reason=Reason.FAIR_CRITICISM),
        "escalated": await evening.case(THREAT, by="zed"),
    }
    return {path: path.format(**{name: case.id for name, case in cases.items()}) for path in PAGES}


async def draft_one(evening: Evening) -> None:
    """A response whose draft waits for a review."""
    live = (await evening.app.store.revisions.live())[TextKind.RESPONSE, "sexism-space.yaml"]
    text = live.text.replace("  - >-\n    ", "  - >-\n    Mind: ", 1)
    draft = await evening.app.texts.draft(live.kind, live.name, text, by="mara", why="It was cold.", seen=live.id)
    assert isinstance(draft, Revision), draft


@pytest.mark.parametrize(("width", "dark"), LOOKS)
async def test_axe_finds_no_violation(
    evening: Evening, open_page: Callable[..., Awaitable[Page]], watch: Watch, width: int, *, dark: bool
) -> None:
    watch.foretold |= {404, 422}
    paths = await full_of_cases(evening)
    found = []
    for who, seen in ((WHO, PAGES), ("mara", OFTEN)):
        page = await open_page(who, width=width, dark=dark)
        for path in seen:
            await page.goto(paths[path])
            await _open_all(page)
            results = await Axe().run(page)
            if results.violations_count:
                found.append(f"{path}\n{results.generate_report()}")
    assert not found, "\n".join(found)


@pytest.mark.parametrize("width", [ZOOMED, PHONE])
async def test_no_page_scrolls_sideways(
    evening: Evening, open_page: Callable[..., Awaitable[Page]], watch: Watch, width: int
) -> None:
    watch.foretold |= {404, 422}
    paths = await full_of_cases(evening)
    page = await open_page(WHO, width=width)
    wide = []
    for path, address in paths.items():
        await page.goto(address)
        await _open_all(page)
        needs = await page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        if needs[0] > needs[1]:
            wide.append((path, needs))
    assert wide == []


async def test_every_page_has_one_main_heading_and_nothing_inline(
    evening: Evening, open_page: Callable[..., Awaitable[Page]], watch: Watch
) -> None:
    watch.foretold |= {404, 422}
    paths = await full_of_cases(evening)
    page = await open_page(WHO)
    for address in paths.values():
        answer = await page.goto(address)
        assert answer is not None
        policy = answer.headers["content-security-policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        await expect(page.locator("h1")).to_have_count(1)
        assert await page.locator("[style], style, script:not([src]), [onclick], [onload], [onerror]").count() == 0


async def _open_all(page: Page) -> None:
    """Unfold whatever can be unfolded, since what nobody sees is not looked at."""
    await page.evaluate("document.querySelectorAll('main details').forEach(part => { part.open = true })")
