"""The page behind the link in our reply: on a phone and on a desk, by day and by night, with keys alone."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import expect

from bot.web.listener import Listener
from tests.browser.conftest import DESK, PHONE
from tests.fakes.strangers import outside

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from playwright.async_api import Browser, Page

    from tests.fakes.strangers import Outside

TALL = 44
"""Pixels of what a thumb has to hit."""


@asynccontextmanager
async def stranger(at: Outside, chromium: Browser, *, width: int = PHONE, dark: bool = False) -> AsyncIterator[Page]:
    """A browser in front of the real listener."""
    listener = Listener(at.app, port=0, setting="public.port")
    serving = asyncio.create_task(listener.run())
    context = await chromium.new_context(
        viewport={"width": width, "height": 740},
        color_scheme="dark" if dark else "light",
        base_url=f"http://127.0.0.1:{listener.port}",
    )
    yield await context.new_page()
    await context.close()
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)


@pytest.mark.parametrize(("width", "dark"), [(width, dark) for width in (PHONE, DESK) for dark in (False, True)])
async def test_no_barrier_and_no_sideways_scrolling(
    tmp_path: Path, chromium: Browser, width: int, *, dark: bool
) -> None:
    async with outside(tmp_path) as at:
        _, path = await at.answered()
        async with stranger(at, chromium, width=width, dark=dark) as page:
            for address in (path, f"{path}/received", "/r/nowhere"):
                await page.goto(address)
                results = await Axe().run(page)
                assert not results.violations_count, results.generate_report()
                needs = await page.evaluate(
                    "document.documentElement.scrollWidth - document.documentElement.clientWidth"
                )
                assert needs <= 0


async def test_their_say_is_sent_with_a_few_keys_and_every_target_is_large_enough(
    tmp_path: Path, chromium: Browser
) -> None:
    async with outside(tmp_path) as at:
        case, path = await at.answered()
        async with stranger(at, chromium) as page:
            await page.goto(path)
            for target in (*await page.locator(".choice").all(), page.get_by_role("button", name="Send")):
                box = await target.bounding_box()
                assert box is not None
                assert box["height"] >= TALL
            await page.get_by_label("Out of context").focus()
            await page.keyboard.press("Space")
            await page.keyboard.press("Tab")
            await page.keyboard.type("I was quoting him.")
            await page.keyboard.press("Tab")
            await page.keyboard.press("Enter")
            await expect(page.get_by_role("heading", name="Thank you. We have it.")).to_be_visible()
        [said] = await at.office.store.rejoinders_to(case.id)
        assert said.words == "I was quoting him."
