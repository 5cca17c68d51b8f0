"""Rules in the browser: a word is added with its effect shown, a rule that ran away is seen and released."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import yaml
from playwright.async_api import expect

from bot.model import State
from tests.browser.conftest import EVERYTHING, PHONE, UNDO_SECONDS, Evening
from tests.browser.test_deciding import APPROVE, open_first, show_post
from tests.fakes.office import ROOT
from tests.fakes.town import cases_in, town, until
from tests.review.console.test_rule_changes import PACK

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

    from playwright.async_api import Page

    Open = Callable[..., Awaitable[Page]]

PEST = "/rules/lists/en/pest"


@pytest.fixture
async def evening(tmp_path: Path) -> AsyncIterator[Evening]:
    """The program with a list of the party's own, a brake that three people wake, and a leader who approves herself."""
    example = yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))
    consent = {"given_by": "Rosa Lindqvist", "given_on": "2026-11-02", "recorded_by": "Mara Bright"}
    accounts = example["accounts"]
    for account in accounts:
        account.pop("limits", None)
        account.update(mode="live", consent=consent)
    accounts[1]["principal_approves"] = True
    settings = {
        "accounts": accounts,
        "limits": {"undo_seconds": UNDO_SECONDS, "incident_cases": 100_000},
        "rules": {"brake": {"least_matches": 3}},
        "reviewers": [*example["reviewers"], EVERYTHING],
    }
    async with town(tmp_path, **settings) as streets:
        (tmp_path / "packs" / "pest.yaml").write_text(PACK, encoding="utf-8")
        async with streets.bot(speed=1) as app:
            yield Evening(town=streets, app=app)


async def test_word_is_added_with_its_effect_shown_and_counts_once_a_second_admin_agrees(
    evening: Evening, open_page: Open
) -> None:
    evening.town.say("You tick, all of you.", by="sam", to="@party@fernwick.example")

    async def left_alone() -> bool:
        return bool(await evening.app.store.left_alone())

    await until(left_alone)
    writer, reviewer = await open_page("vera"), await open_page("mara")
    await writer.goto(PEST)
    await writer.get_by_role("link", name="Change it").click()
    await writer.get_by_label("Add, one word or phrase a line").fill("tick")
    await writer.get_by_role("main").get_by_label("Why").fill("Heard it twice tonight.")
    await writer.get_by_role("button", name="See what it would change").click()
    effect = writer.get_by_role("region", name="What it would change")
    await expect(effect).to_contain_text("Every example of every rule holds.")
    await expect(effect).to_contain_text("Newly flagged")
    await writer.get_by_role("button", name="Save as a draft").click()
    await expect(writer.get_by_text("It goes live when another admin has reviewed it.")).to_be_visible()
    await reviewer.goto("/rules/changes")
    drafts = reviewer.get_by_role("region", name="Waiting for a second admin")
    await expect(drafts).to_contain_text("Heard it twice tonight.")
    await drafts.get_by_role("link").click()
    await reviewer.get_by_role("button", name="Make it live").click()
    await expect(reviewer.get_by_role("status").first).to_be_visible()
    assert (await evening.case("You tick, and all your friends.", by="jo")).state is State.OPEN


async def test_rule_that_ran_away_is_seen_and_released(evening: Evening, open_page: Open) -> None:
    page = await open_page("mara")
    for name in ("sam", "jo", "kit", "lee"):
        evening.town.say("You gnat, the lot of you.", by=name, to="@party@fernwick.example")
    stopped = page.locator("#paused").get_by_role("status").filter(has_text="called-a-pest")
    await expect(stopped).to_be_visible()
    await stopped.get_by_role("button", name="Release").click()
    await expect(page.get_by_text("Released. It judges again from the next mentions on.")).to_be_visible()
    assert await evening.app.store.braked() == {}


async def test_nothing_is_posted_before_the_principal_approves_herself(evening: Evening, open_page: Open) -> None:
    case = await evening.case()
    staff, rosa = await open_page("mara"), await open_page("rosa", width=PHONE)
    await open_first(staff)
    await show_post(staff)
    await expect(staff.get_by_text("Rosa Lindqvist's own approval").first).to_be_visible()
    await expect(staff.get_by_role("button", name=APPROVE)).to_have_count(0)
    await open_first(rosa)
    await show_post(rosa)
    await rosa.get_by_role("button", name=APPROVE).click()
    await expect(rosa.get_by_role("heading", name="Approved reply")).to_be_visible()
    approved = (await cases_in(evening.app.store, State.APPROVED))[0]
    assert [approval.reviewer_id for approval in approved.approvals] == ["rosa"]
    assert approved.id == case.id
