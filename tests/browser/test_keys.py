"""Single keys at a desk: through the queue, to what can be done, never while somebody types. And a case on paper."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.async_api import expect

from bot.model import State
from tests.browser.conftest import DESK
from tests.browser.test_deciding import APPROVE, OWN_WORDS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from playwright.async_api import Page

    from tests.browser.conftest import Evening

    Open = Callable[..., Awaitable[Page]]


async def focused_row(page: Page) -> str:
    """The words of the row that has the focus."""
    words: str = await page.evaluate("document.activeElement.closest('[data-row]')?.innerText || ''")
    return words


async def test_keys_lead_through_the_queue_and_to_what_can_be_done(evening: Evening, open_page: Open) -> None:
    first, second = await evening.case(by="sam"), await evening.case(by="jo")
    page = await open_page("mara", width=DESK)
    await page.goto("/")
    for key, author in (("j", first), ("j", second), ("k", first)):
        await page.keyboard.press(key)
        assert author.mention.author.handle in await focused_row(page)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Proposed reply")).to_be_visible()
    await page.keyboard.press("a")  # nothing can be approved yet: it leads to the post
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name=APPROVE)).to_be_enabled()
    await page.keyboard.press("a")
    await expect(page.get_by_role("button", name=APPROVE)).to_be_focused()
    assert (await evening.now(first)).state is State.OPEN
    await page.keyboard.press("e")
    await expect(page.get_by_label("Your wording")).to_be_focused()
    await page.get_by_label("Your wording").fill("")
    await page.keyboard.type(f"{OWN_WORDS} jkade/?")
    await expect(page.get_by_label("Your wording")).to_have_value(f"{OWN_WORDS} jkade/?")


async def test_key_for_the_next_leads_on_from_a_case_that_was_decided(evening: Evening, open_page: Open) -> None:
    first, second = await evening.case(by="sam"), await evening.case(by="jo")
    page = await open_page("mara")
    await page.goto(f"/case/{first.id}")
    await page.keyboard.press("d")
    await page.get_by_role("radio").first.check()
    await page.get_by_role("button", name="Dismiss", exact=True).click()
    onward = page.get_by_role("link", name="Next case")
    await expect(onward).to_be_visible()
    await page.wait_for_load_state()
    await page.keyboard.press("j")
    await expect(onward).to_be_focused()
    assert await page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(re.compile(second.id))


async def test_key_for_dismissing_ticks_in_the_queue_and_unfolds_on_a_case(evening: Evening, open_page: Open) -> None:
    case = await evening.case()
    page = await open_page("mara", width=DESK)
    await page.goto("/")
    await page.keyboard.press("j")
    await page.keyboard.press("d")
    await expect(page.get_by_role("checkbox").first).to_be_checked()
    await page.goto(f"/case/{case.id}")
    await page.keyboard.press("d")
    await expect(page.get_by_role("radio").first).to_be_focused()
    assert (await evening.now(case)).state is State.OPEN


async def test_help_opens_and_closes_and_keys_can_be_turned_off(evening: Evening, open_page: Open) -> None:
    page = await open_page("mara", width=DESK)
    await page.goto("/")
    await page.keyboard.press("?")
    await expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    await page.get_by_role("dialog").get_by_role("button", name="Turn").click()
    await page.goto("/")
    await page.keyboard.press("?")
    await expect(page.get_by_role("dialog")).to_have_count(0)


async def test_case_on_paper_shows_the_post_and_no_buttons(evening: Evening, open_page: Open) -> None:
    case = await evening.case()
    page = await open_page("mara", width=DESK)
    await page.goto(f"/case/{case.id}")
    await page.emulate_media(media="print")
    await expect(page.get_by_text(case.mention.text.strip()).first).to_be_visible()
    await expect(page.get_by_role("button", name=APPROVE)).to_have_count(0)
    await expect(page.get_by_role("navigation")).to_have_count(0)


async def test_name_of_a_key_is_not_broken_on_a_phone(evening: Evening, open_page: Open) -> None:
    page = await open_page("mara")
    await page.goto("/keys")
    heights = await page.locator("kbd").evaluate_all("keys => keys.map(key => key.getBoundingClientRect().height)")
    assert len(set(heights)) == 1
