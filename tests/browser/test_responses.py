"""A response on its way in the browser: changed by one admin, reviewed by another, live, and brought back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from bot.store import TextKind
from tests.browser.conftest import DESK, PHONE

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from playwright.async_api import Page

    from tests.browser.conftest import Evening, Watch

    Open = Callable[..., Awaitable[Page]]

TITLE = "Sexism, to anyone: the norm of this space"
NAME = "sexism-space.yaml"
NEW = "Speak of what she did, please. This is not what we expect here. $code_link"


async def live_text(evening: Evening) -> str:
    return (await evening.app.store.revisions.live())[TextKind.RESPONSE, NAME].text


async def to_the_form(page: Page) -> None:
    """From anywhere, by what is visible."""
    await page.get_by_role("link", name="More").last.click()
    await page.get_by_role("main").get_by_role("link", name="Responses").click()
    await page.get_by_role("link", name=TITLE).click()
    await page.get_by_role("link", name="Edit").click()


async def review(page: Page) -> None:
    await page.goto("/responses")
    await page.get_by_role("region", name="Waits for a review").get_by_role("link").click()
    await page.get_by_role("button", name="Make it live").click()


@pytest.mark.parametrize(("width", "scripts"), [(PHONE, True), (DESK, True), (PHONE, False)])
async def test_response_is_changed_reviewed_live_and_brought_back(
    evening: Evening, open_page: Open, width: int, *, scripts: bool
) -> None:
    before = await live_text(evening)
    writer = await open_page("vera", width=width, scripts=scripts)
    reviewer = await open_page("mara", width=width, scripts=scripts)
    await to_the_form(writer)
    await writer.get_by_label("Wording 1", exact=True).fill(NEW)
    await writer.get_by_label("Why it changes").fill("It sounded cold.")
    await writer.get_by_role("button", name="Save as a draft").click()
    await expect(writer.get_by_text("another admin makes it live: Mara Bright.")).to_be_visible()
    assert await live_text(evening) == before
    await review(reviewer)
    await expect(reviewer.get_by_text("Speak of what she did, please.").first).to_be_visible()
    assert evening.app.files.responses.get("sexism-space").variants[0] == NEW
    await reviewer.get_by_role("link", name="History").click()
    await reviewer.get_by_text("Bring it back").click()
    await reviewer.get_by_role("button", name="Draft revision 1 again").click()
    await expect(reviewer.get_by_text("Revision 1 is a draft again.")).to_be_visible()
    await review(writer)
    await expect(writer.get_by_text("Live. Replies are chosen by it from now on.")).to_be_visible()
    assert await live_text(evening) == before
    assert evening.app.texts.folders.path(TextKind.RESPONSE, NAME).read_text(encoding="utf-8") == before  # type: ignore[union-attr]  # it has one


async def test_length_is_shown_while_it_is_typed_and_what_is_wrong_under_its_wording(
    evening: Evening, open_page: Open, watch: Watch
) -> None:
    watch.foretold.add(422)
    page = await open_page("vera")
    await to_the_form(page)
    field = page.get_by_label("Wording 2", exact=True)
    await field.fill("")
    await field.press_sequentially("Never! $code_link")
    await expect(page.get_by_text("Cannot be saved: has an exclamation mark")).to_be_visible()
    await expect(page.get_by_text("62 of 300 characters")).to_be_visible()
    await page.get_by_label("Why it changes").fill("Typed once.")
    await page.get_by_role("button", name="Save as a draft").click()
    await expect(page.get_by_text("has an exclamation mark")).to_be_visible()
    await expect(page.get_by_label("Wording 2", exact=True)).to_have_value("Never! $code_link")
    await expect(page.get_by_label("Why it changes")).to_have_value("Typed once.")
    assert await evening.app.store.revisions.drafts() == {}
