"""From a chart to the cases behind it, and from the audit to the certainty that it is whole."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
import yaml
from playwright.async_api import expect

from bot.model import Reason, Verb
from tests.browser.conftest import DESK, HEIGHT, PHONE, working
from tests.fakes.office import ROOT

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from playwright.async_api import Browser, Page

    from tests.browser.conftest import Evening

    Open = Callable[..., Awaitable[Page]]

LINES = "name => new Set([...name.getClientRects()].map(line => Math.round(line.top))).size"


async def test_chart_leads_to_its_cases(evening: Evening, open_page: Open) -> None:
    case = await evening.decided(await evening.case(), Verb.DISMISS, reason=Reason.QUOTED)
    page = await open_page("mara")
    await page.get_by_role("link", name="More").filter(visible=True).click()
    await page.get_by_role("main").get_by_role("link", name="Figures").click()
    chart = page.get_by_role("img", name="Cases and recorded posts, by day")
    await expect(chart).to_be_visible()
    figure = page.get_by_role("figure").filter(has=chart)
    await figure.get_by_text("The numbers by day").click()
    await figure.get_by_role("link", name="1").click()
    await expect(page.get_by_text("1 case, the latest first.")).to_be_visible()
    await page.get_by_role("article").get_by_role("link").first.click()
    assert page.url.endswith(f"/case/{case.id}")


async def test_charts_change_with_the_scheme_and_say_in_words_what_they_show(evening: Evening, open_page: Open) -> None:
    await evening.case()
    colours = set()
    for dark in (False, True):
        page = await open_page("mara", dark=dark, width=DESK)
        await page.goto("/figures")
        chart = page.get_by_role("img", name="Cases and recorded posts, by day")
        await expect(chart.locator("desc")).to_contain_text("the most, 1, in the day of")
        bar = chart.locator(".bar").first
        colours.add(await bar.evaluate("bar => getComputedStyle(bar).fill"))
    assert len(colours) == 2


@pytest.mark.parametrize("width", [320, PHONE])
async def test_small_numbers_of_accounts_do_not_scroll_sideways_nor_break_a_handle_in_a_word(
    tmp_path: Path, chromium: Browser, width: int
) -> None:
    policies = yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))["policies"]
    policies["clauses"]["personal_abuse"]["characteristic"] = "sexual orientation or gender reassignment"
    async with working(tmp_path, policies=policies) as evening:
        await evening.case()
        page = await chromium.new_page(viewport={"width": width, "height": HEIGHT}, base_url=evening.address)
        await page.goto(evening.link_for("mara"))
        await page.get_by_role("button", name="Sign in").click()
        await page.goto("/figures")
        table = page.get_by_role("table", name="By account")
        assert await table.locator("bdi").all_text_contents() == ["@leader@fernwick.example"]
        lines = await table.locator("bdi").evaluate(LINES)
        assert lines <= 3, "before the second @, and after a dot"
        await expect(page.get_by_role("table", name="By what it uses")).to_contain_text("fewer than 5")
        assert await page.evaluate("document.documentElement.scrollWidth") <= width


async def test_period_is_chosen_and_stays_in_the_address(evening: Evening, open_page: Open) -> None:
    page = await open_page("tom")
    await page.goto("/figures")
    await page.get_by_role("link", name="28 days").click()
    assert page.url.endswith("/figures?days=28")
    await expect(page.get_by_text("The last 28 days, in UTC")).to_be_visible()


async def test_auditor_follows_a_case_and_sees_who_looked(evening: Evening, open_page: Open) -> None:
    case = await evening.case()
    reviewer = await open_page("tom")
    await reviewer.goto(f"/case/{case.id}")
    await expect(reviewer.get_by_role("heading", name="Proposed reply")).to_be_visible()
    await evening.decided(case, Verb.DISMISS, reason=Reason.QUOTED)
    page = await open_page("wyn")
    await page.get_by_role("link", name="More").filter(visible=True).click()
    await page.get_by_role("main").get_by_role("link", name="Audit").click()
    await page.get_by_text("Look for something").click()
    await page.get_by_role("combobox", name="What").select_option("case.dismissed")
    await page.get_by_role("button", name="Show").click()
    await page.get_by_role("main").get_by_role("link", name="Case").click()
    await expect(page.get_by_text("Looked at by Tom Hallow.")).to_be_visible()
    await expect(page.get_by_text("Mara Bright dismissed it. Not abuse: quotes or reports it.")).to_be_visible()


async def test_auditor_has_the_chains_recomputed_and_takes_them_home(evening: Evening, open_page: Open) -> None:
    case = await evening.case()
    page = await open_page("wyn")
    await page.goto("/audit")
    await page.get_by_role("button", name="Recompute every chain").click()
    await expect(page.get_by_text("Every chain is whole.")).to_be_visible()
    async with page.expect_download() as taken:
        await page.get_by_role("button", name="Export as JSON lines").click()
    path = await (await taken.value).path()
    events = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert {"case.opened", "audit.exported"} <= {event["kind"] for event in events}
    assert case.id in {event["case"] for event in events}


async def test_long_time_stays_within_its_tile_on_a_phone(evening: Evening, open_page: Open) -> None:
    page = await open_page("tom")
    await page.goto("/figures")
    tile = page.locator(".figures dd").first
    await tile.evaluate("tile => { tile.textContent = '23 h 59 min'; }")
    assert await tile.evaluate("tile => tile.scrollWidth <= tile.clientWidth")
