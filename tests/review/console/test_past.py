"""The list of cases behind a number: what the address says, and each filter with a way to drop it."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

import pytest

from bot.model import Reason, Verb
from bot.review.console.past import PAGE
from tests.fakes.office import THREAT

if TYPE_CHECKING:
    from tests.review.console.conftest import Console


async def test_address_decides_what_is_listed(console: Console) -> None:
    dismissed, waiting = await console.office.opened(by="dan"), await console.office.opened(by="ola")
    await console.office.decide(dismissed, Verb.DISMISS, reason=Reason.QUOTED)
    async with console.signed_in("tom") as browser:
        page = (await browser.get("/cases?state=dismissed&policy=personal_abuse")).text
        assert (dismissed.id in page, waiting.id in page) == (True, False)
        assert "1 case, the latest first." in page
        wider = re.search(r'Stands: Dismissed</bdi> <a href="([^"]*)">', page)
        assert wider is not None
        assert waiting.id in (await browser.get(html.unescape(wider[1]))).text


async def test_safety_cases_are_listed_for_those_for_whom_they_exist(console: Console) -> None:
    threat = await console.office.opened(THREAT)
    async with console.signed_in("tom") as tom, console.signed_in("nadia") as nadia:
        for address in ("/cases", "/cases?state=escalated", "/cases?policy=threat"):
            staff = (await tom.get(address)).text
            assert threat.id not in staff
            assert "0 cases" in staff
            assert threat.id in (await nadia.get(address)).text


async def test_older_ones_are_one_press_away_and_keep_the_filters(console: Console) -> None:
    for number in range(PAGE + 1):
        console.office.clock.pass_(minutes=31)
        await console.office.opened(by=f"p{number}")
    async with console.signed_in("tom") as browser:
        page = (await browser.get("/cases?policy=personal_abuse")).text
        older = re.search(r'href="([^"]*)" rel="next"', page)
        assert older is not None
        last = (await browser.get(html.unescape(older[1]))).text
    listed = [set(re.findall(r'href="/case/([\w-]+)"', each)) for each in (page, last)]
    assert len(listed[0] & listed[1]) == 0
    assert "51 cases" in last
    assert "Policy: Personal abuse" in last
    assert 'rel="next"' not in last


@pytest.mark.parametrize(
    "asked",
    [
        "from=tomorrow",
        "to=9999-12-31",
        "before=x~y",
        "before=2026-11-20T10:00:00~y",
        "unknown=1",
        f"policy={'p' * 5_000}",
        "edited=perhaps",
    ],
)
async def test_address_that_cannot_be_read_is_a_plain_page(console: Console, asked: str) -> None:
    async with console.signed_in("tom") as browser:
        answer = await browser.get(f"/cases?{asked}")
    assert answer.status_code == 422
    assert "To the figures" in answer.text


async def test_hostile_address_is_only_ever_text(console: Console) -> None:
    async with console.signed_in("tom") as browser:
        page = (await browser.get("/cases", params={"rule": "\"'><script>alert(1)</script>{{ 7*7 }}"})).text
    assert "<script>alert" not in page
    assert "{{ 7*7 }}" in page
