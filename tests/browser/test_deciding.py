"""What a reviewer does on a phone, by what is visible alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.async_api import expect

from bot.model import State

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from playwright.async_api import Page

    from tests.browser.conftest import Evening, Watch


async def test_a_sign_in_link_opens_the_queue_and_works_once(
    evening: Evening, open_page: Callable[..., Awaitable[Page]], watch: Watch
) -> None:
    link = evening.link_for("mara")
    page = await open_page()
    await page.goto(link)
    await expect(page.get_by_role("heading", name="Sign in as Mara Bright")).to_be_visible()
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("heading", name="Queue")).to_be_visible()
    watch.foretold.add(410)
    await page.goto(link)
    await expect(page.get_by_text("This link has been used already.")).to_be_visible()


async def test_a_first_time_reviewer_approves_by_what_is_visible(
    evening: Evening, open_page: Callable[..., Awaitable[Page]]
) -> None:
    case = await evening.case()
    page = await open_page("mara")
    await page.get_by_role("article").get_by_role("link").first.click()
    await expect(page.get_by_role("heading", name="Proposed reply")).to_be_visible()
    await page.get_by_text("Show the post").click()
    await page.get_by_role("button", name=re.compile("^Approve")).click()
    await expect(page.get_by_role("button", name="Undo")).to_be_visible()
    assert (await evening.now(case)).state is State.APPROVED
