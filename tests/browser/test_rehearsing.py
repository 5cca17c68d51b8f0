"""The rehearsal on a phone, by what is visible alone, with the script and without it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from playwright.async_api import Page

    from tests.browser.conftest import Evening


@pytest.mark.parametrize("scripts", [True, False])
async def test_a_newcomer_goes_through_all_three_and_finds_the_queue(
    evening: Evening, open_page: Callable[..., Awaitable[Page]], *, scripts: bool
) -> None:
    page = await open_page("tom", scripts=scripts)
    await page.get_by_role("link", name="Rehearse on three invented cases").click()
    await page.get_by_role("link", name="Begin").click()

    await expect(page.get_by_role("heading", name="Rehearsal, 1 of 3")).to_be_visible()
    await page.get_by_text("Show the post", exact=True).click()
    await page.get_by_text("Dismiss", exact=True).first.click()
    await page.get_by_label("Fair criticism").check()
    await page.get_by_role("button", name="Dismiss", exact=True).click()

    await expect(page.get_by_role("heading", name="Rehearsal, 2 of 3: An insult")).to_be_visible()
    await page.get_by_role("link", name="show it").click()
    await page.get_by_role("button", name=re.compile("^Approve as")).click()
    await expect(page.get_by_role("heading", name="Time to think again")).to_be_visible()
    await page.get_by_role("button", name="Undo").click()

    await expect(page.get_by_role("heading", name="Rehearsal, 3 of 3")).to_be_visible()
    await page.get_by_text("Escalate to the safety desk").click()
    await page.get_by_label("Danger to a person").check()
    await page.get_by_role("button", name="Escalate", exact=True).click()
    await page.get_by_role("button", name="To the queue").click()
    await expect(page.get_by_role("heading", name="Queue")).to_be_visible()
    await expect(page.get_by_text("First time here?")).to_be_hidden()
    assert await evening.app.store.closed() == []
