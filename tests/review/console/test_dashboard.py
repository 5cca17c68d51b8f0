"""The page of figures: every number leads to its cases, for those for whom they exist."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.model import Reason, Verb
from bot.review.console.dashboard import FEW
from tests.fakes.office import FAIR, RUDE, THREAT

if TYPE_CHECKING:
    from bot.model import Case
    from tests.review.console.conftest import Console

LINKED = re.compile(r'<a href="(/cases\?[^"]*)">([\d,]+)</a>')


async def opened(console: Console, by: str) -> Case:
    """A case that stands alone: what comes half an hour after another is no pile-on with it."""
    console.office.clock.pass_(minutes=31)
    return await console.office.opened(by=by)


async def an_evening(console: Console) -> None:
    """Every figure has something to count."""
    office = console.office
    await office.receive(office.network.say(FAIR, by="fay"), office.network.say(RUDE, by="rob"))
    foreign = replace(office.network.say("Guten Abend", by="ute"), lang="de")
    await office.receive(foreign)
    await office.approved(by="ann")
    await office.publish()
    dismissed = await opened(console, "dan")
    await office.decide(dismissed, Verb.DISMISS, reason=Reason.FAIR_CRITICISM)
    edited = await opened(console, "edd")
    await office.decide(edited, Verb.EDIT, text="Argue as hard as you like. Not in our name.")
    for number in range(FEW):
        await opened(console, f"more{number}")


async def test_every_number_leads_to_as_many_cases(console: Console) -> None:
    await an_evening(console)
    await console.office.opened(THREAT, by="zed")
    async with console.signed_in("nadia") as nadia, console.signed_in("tom") as tom:
        for browser in (nadia, tom):
            page = (await browser.get("/figures")).text
            links = LINKED.findall(page)
            assert len(links) > 10
            for address, number in links:
                listed = (await browser.get(html.unescape(address))).text
                assert f'<p class="lede">{number} case' in listed, address


@pytest.mark.parametrize(("days", "by"), [(7, "day"), (28, "day"), (90, "week")])
async def test_period_stands_in_the_address(console: Console, days: int, by: str) -> None:
    async with console.signed_in("tom") as browser:
        page = (await browser.get(f"/figures?days={days}")).text
    assert f'href="/figures?days={days}" aria-current="page"' in page
    assert f"The last {days} days" in page
    assert f"The numbers by {by}" in page


@pytest.mark.parametrize("asked", ["8", "-1", "x", "9" * 5_000])
async def test_period_that_there_is_not_is_a_week(console: Console, asked: str) -> None:
    async with console.signed_in("tom") as browser:
        page = await browser.get(f"/figures?days={asked}")
    assert page.status_code == 200
    assert "The last 7 days" in page.text


async def test_tables_say_the_same_as_the_charts(console: Console) -> None:
    await an_evening(console)
    async with console.signed_in("tom") as browser:
        page = (await browser.get("/figures")).text
    assert page.count('<svg xmlns="http://www.w3.org/2000/svg" class="chart"') == 4
    assert page.count('role="img"') == 4
    abuse = page[page.index("How much of it was abuse?") :]
    row = re.search(r"<tr><th[^>]*>[^<]+</th><td>(?:<a[^>]*>)?(\d+)(?:</a>)?</td><td>(\d+)</td></tr>", abuse)
    assert row is not None
    assert f"{int(row[1]) + int(row[2])} cases and recorded posts in the last 7 days" in abuse


async def test_page_for_staff_is_the_same_whatever_the_safety_desk_has(console: Console) -> None:
    await an_evening(console)
    async with console.signed_in("tom") as browser:
        before = (await browser.get("/figures?days=28")).text
        await console.office.opened(THREAT, by="zed")
        await console.office.opened(THREAT, by="zoe")
        assert (await browser.get("/figures?days=28")).text == before
    async with console.signed_in("nadia") as browser:
        assert "On the safety desk" in (await browser.get("/figures")).text


async def test_small_numbers_of_the_attacked_are_folded_and_lead_nowhere(console: Console) -> None:
    await console.office.opened()
    async with console.signed_in("tom") as browser:
        page = (await browser.get("/figures")).text
        attacked = page[page.index("Who is attacked") : page.index("How right the rules are")]
        assert "fewer than 5" in attacked
        assert "<a" not in attacked
        for number in range(FEW):
            await opened(console, f"more{number}")
        page = (await browser.get("/figures")).text
        attacked = page[page.index("Who is attacked") : page.index("How right the rules are")]
    assert "fewer than" not in attacked
    assert "account=party" in attacked


async def test_precision_of_a_rule_is_told_from_five_rulings_on(console: Console) -> None:
    reasons = (Reason.NOT_ABUSE, Reason.LOW_REACH, Reason.LOW_REACH, Reason.LOW_REACH, Reason.LOW_REACH)
    async with console.signed_in("tom") as browser:
        for number, reason in enumerate(reasons):
            case = await opened(console, f"more{number}")
            await console.office.decide(case, Verb.DISMISS, reason=reason)
            if number == len(reasons) - 2:
                assert "too few" in (await browser.get("/figures")).text
        page = (await browser.get("/figures")).text
    assert "<code>made-up-insult</code>" in page
    assert "<td>80 %</td>" in page
    assert "too few" not in page


async def test_faults_of_the_loops_are_told(console: Console) -> None:
    console.loops.troubles.faults["poll:leader"] = 3
    async with console.signed_in("tom") as browser:
        page = (await browser.get("/figures")).text
    assert "Failed since the start, and tried again: <code>poll:leader</code></th><td>3</td>" in page
