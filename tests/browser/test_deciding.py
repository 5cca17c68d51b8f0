"""What reviewers do, by what is visible alone: roles and names, on a phone unless it says otherwise."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from bot.model import Reason, State, Verb
from tests.browser.conftest import DESK, PHONE

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from playwright.async_api import Page

    from bot.model import Case
    from tests.browser.conftest import Evening, Watch

    Open = Callable[..., Awaitable[Page]]

APPROVE, UNDO = re.compile("^Approve as"), re.compile("^Undo")
OWN_WORDS = "Argue with her vote as hard as you like. Not in our name."
MOST_PRESSES = 60
"""Of the tab key, until something counts as out of reach."""


async def show_post(page: Page) -> None:
    """Uncover what the author wrote."""
    await page.get_by_role("region", name="The post").get_by_text("Show the post").click()


async def open_first(page: Page) -> None:
    """From the queue to its first case."""
    await page.get_by_role("article").get_by_role("link").first.click()
    await expect(page.get_by_role("heading", name="Proposed reply")).to_be_visible()


async def test_sign_in_link_opens_the_queue_and_works_once(evening: Evening, open_page: Open, watch: Watch) -> None:
    link = evening.link_for("mara")
    page = await open_page()
    await page.goto(link)
    await expect(page.get_by_role("heading", name="Sign in as Mara Bright")).to_be_visible()
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("heading", name="Queue")).to_be_visible()
    watch.foretold.add(410)
    await page.goto(link)
    await expect(page.get_by_text("This link has been used already.")).to_be_visible()


@pytest.mark.parametrize("width", [PHONE, DESK])
async def test_first_time_reviewer_approves_by_what_is_visible(evening: Evening, open_page: Open, width: int) -> None:
    case = await evening.case()
    page = await open_page("mara", width=width)
    await open_first(page)
    await show_post(page)
    await page.get_by_role("button", name=APPROVE).click()
    await expect(page.get_by_role("button", name=UNDO).first).to_be_visible()
    assert (await evening.now(case)).state is State.APPROVED


async def test_nobody_approves_what_they_have_not_seen(evening: Evening, open_page: Open) -> None:
    await evening.case()
    page = await open_page("mara")
    await open_first(page)
    await expect(page.get_by_role("button", name=APPROVE)).to_be_disabled()
    await show_post(page)
    await expect(page.get_by_role("button", name=APPROVE)).to_be_enabled()


async def test_own_wording_is_saved_and_then_approved(evening: Evening, open_page: Open) -> None:
    case = await evening.case()
    page = await open_page("mara")
    await open_first(page)
    await show_post(page)
    await page.get_by_text("Edit the wording").click()
    await page.get_by_label(re.compile("^Your wording")).fill(OWN_WORDS)
    await page.get_by_role("button", name="Save the wording").click()
    await expect(page.get_by_text("written by Mara Bright")).to_be_visible()
    await page.get_by_role("button", name=APPROVE).click()
    await expect(page.get_by_role("button", name=UNDO).first).to_be_visible()
    now = await evening.now(case)
    assert now.state is State.APPROVED
    assert now.draft is not None
    assert now.draft.text == f"@sam@tidewater.example {OWN_WORDS}"


async def test_approval_is_undone_before_anything_is_posted(evening: Evening, open_page: Open) -> None:
    case = await evening.case()
    page = await open_page("mara")
    await open_first(page)
    await show_post(page)
    await page.get_by_role("button", name=APPROVE).click()
    await page.get_by_role("button", name=UNDO).first.click()
    await expect(page.get_by_text("Undone. Nothing was posted.")).to_be_visible()
    assert (await evening.now(case)).state is State.OPEN
    assert evening.town.replies() == []


async def test_case_is_dismissed_with_a_reason_and_a_note(evening: Evening, open_page: Open) -> None:
    case = await evening.case()
    page = await open_page("mara")
    await open_first(page)
    await page.get_by_text("Dismiss", exact=True).first.click()
    await page.get_by_label("Fair criticism").check()
    await page.get_by_label("Note, if it helps the next person").fill("It is about the buses.")
    await page.get_by_role("button", name="Dismiss").click()
    await expect(page.get_by_text("Dismissed.", exact=True)).to_be_visible()
    now = await evening.now(case)
    assert (now.outcome, now.reason, now.note) == ("dismissed", Reason.FAIR_CRITICISM, "It is about the buses.")


async def test_escalated_case_leaves_staff_for_the_safety_desk(evening: Evening, open_page: Open, watch: Watch) -> None:
    case = await evening.case()
    watch.foretold.add(404)  # what was open when it left is looked for once more
    page = await open_page("tom")
    await open_first(page)
    await page.get_by_text("Escalate to the safety desk").click()
    await page.get_by_label("Danger to a person").check()
    await page.get_by_role("button", name="Escalate").click()
    await expect(page.get_by_text("Escalated. The safety desk has it now.")).to_be_visible()
    await expect(page.get_by_role("link", name="Personal abuse")).to_have_count(0)
    safety = await open_page("nadia")
    await safety.get_by_role("link", name=re.compile("^Safety")).filter(visible=True).click()
    await safety.get_by_role("article").get_by_role("link").first.click()
    await safety.get_by_role("button", name="I am dealing with it").click()
    await expect(safety.get_by_text("Acknowledged. It has stopped ringing.")).to_be_visible()
    assert (await evening.now(case)).acknowledged_by == "nadia"


async def test_second_reviewer_is_told_who_was_first_and_keeps_their_words(
    evening: Evening, open_page: Open, watch: Watch
) -> None:
    case = await evening.case()
    page = await open_page("tom")
    await open_first(page)
    await page.get_by_text("Edit the wording").click()
    await page.get_by_label(re.compile("^Your wording")).fill(OWN_WORDS)
    await evening.decided(case, Verb.DISMISS, "mara", reason=Reason.IRONY)
    watch.foretold.add(409)
    await page.get_by_role("button", name="Save the wording").click()
    told = page.get_by_role("alert").first
    await expect(told).to_contain_text("Mara Bright was first and closed it (dismissed)")
    await expect(told).to_contain_text("Mara Bright dismissed it. Not abuse: irony or banter.")
    await expect(page.get_by_text(OWN_WORDS).first).to_be_visible()


async def test_new_case_appears_on_an_open_page_by_itself(evening: Evening, open_page: Open) -> None:
    page = await open_page("mara")
    await expect(page.get_by_text("Nothing is waiting.")).to_be_visible()
    await evening.case()
    await expect(page.get_by_role("article")).to_have_count(1)


async def test_news_of_a_case_covers_neither_what_is_wrong_nor_the_way_back(evening: Evening, open_page: Open) -> None:
    await evening.case()
    page = await open_page("mara")
    await open_first(page)
    await show_post(page)
    await page.get_by_role("button", name=APPROVE).click()
    await evening.case(by="lee")
    await page.goto("/")
    await evening.case(by="pat")
    news = page.get_by_text("1 new case: show it")
    await expect(news).to_be_visible()
    over = await news.evaluate("""(news) => {
        const box = (element) => element.getBoundingClientRect();
        const [one, others] = [box(news), [".top", "#paused", "#notices", ".undo-bar", ".tabs"]];
        const apart = (other) =>
            other.right <= one.left || one.right <= other.left || other.bottom <= one.top || one.bottom <= other.top;
        return others.filter((name) => ![...document.querySelectorAll(name)].map(box).every(apart));
    }""")
    assert over == []
    await news.click()
    await expect(page.get_by_text("@pat").first).to_be_visible()
    await expect(news).to_have_count(0)


async def pressed_to(page: Page, name: str | re.Pattern[str]) -> None:
    """Press the tab key until the thing of that name is focused, and see that the focus is visible there."""
    wanted = re.compile(name) if isinstance(name, str) else name
    for _ in range(MOST_PRESSES):
        await page.keyboard.press("Tab")
        words, outlined = await page.evaluate(
            "[document.activeElement.innerText || document.activeElement.value || '',"
            " getComputedStyle(document.activeElement).outlineStyle !== 'none'"
            " || getComputedStyle(document.activeElement.closest('.item') || document.body).outlineStyle !== 'none']"
        )
        if wanted.search(words):
            assert outlined, words
            return
    pytest.fail(f"The tab key does not reach {name!r}.")


async def test_keyboard_alone_approves_and_undoes(evening: Evening, open_page: Open) -> None:
    case = await evening.case()
    page = await open_page("mara", width=DESK)
    await page.goto("/")
    await pressed_to(page, "^Personal abuse")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Proposed reply")).to_be_visible()
    await pressed_to(page, "^Show the post")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name=APPROVE)).to_be_enabled()
    await pressed_to(page, APPROVE)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name=UNDO).first).to_be_visible()
    await pressed_to(page, UNDO)
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Undone. Nothing was posted.")).to_be_visible()
    assert (await evening.now(case)).state is State.OPEN


async def test_skip_link_leads_past_the_menu(evening: Evening, open_page: Open) -> None:
    page = await open_page("mara", width=DESK)
    await page.goto("/")
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="To the content")).to_be_focused()
    await page.keyboard.press("Enter")
    assert page.url.endswith("#main")


async def _approved_without_scripts(evening: Evening, page: Page) -> Case:
    case = await evening.case()
    await page.goto("/")
    await page.get_by_role("article").get_by_role("link").first.click()
    shown = page.get_by_role("link", name="show it")
    await shown.click()
    await page.get_by_role("button", name=APPROVE).click()
    await expect(page.get_by_role("button", name=UNDO).first).to_be_visible()
    return await evening.now(case)


async def test_everything_works_without_scripts(evening: Evening, open_page: Open) -> None:
    page = await open_page("mara", scripts=False)
    approved = await _approved_without_scripts(evening, page)
    assert approved.state is State.APPROVED
    await page.get_by_role("button", name=UNDO).first.click()
    await expect(page.get_by_text("Undone. Nothing was posted.")).to_be_visible()
    await page.goto(f"/case/{approved.id}")
    await page.get_by_text("Edit the wording").click()
    await page.get_by_label(re.compile("^Your wording")).fill(OWN_WORDS)
    await page.get_by_role("button", name="Save the wording").click()
    await expect(page.get_by_role("blockquote").or_(page.locator("blockquote"))).to_contain_text(OWN_WORDS)
    await page.get_by_text("Dismiss", exact=True).first.click()
    await page.get_by_label("Quotes or reports it").check()
    await page.get_by_role("button", name="Dismiss").click()
    assert (await evening.now(approved)).outcome == "dismissed"


async def test_words_to_press_begin_where_the_links_beside_them_do(evening: Evening, open_page: Open) -> None:
    case = await evening.case()
    page = await open_page("mara")
    await page.goto(f"/case/{case.id}")
    spare = page.get_by_role("button", name="Give me something else")
    assert await spare.evaluate("button => getComputedStyle(button).textAlign") == "start"
