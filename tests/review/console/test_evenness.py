"""A second reader sees the post and nothing of the ruling; the leadership sees what came of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from bot.model import Reason, Verb
from bot.review.console.evenness import agreement_words
from bot.store import Readings
from tests.fakes.office import THREAT

if TYPE_CHECKING:
    from datetime import datetime

    from bot.model import Case
    from tests.review.console.conftest import Console

READER = "mara"
LOOKERS = ("ada", "rosa", "wyn")


async def ruled(console: Console, text: str = "You florp, says he.") -> Case:
    """A case that Tom has dismissed as irony."""
    case = await console.office.opened(text)
    await console.office.decide(case, Verb.DISMISS, "tom", reason=Reason.IRONY)
    return case


def long_ago(console: Console) -> datetime:
    return console.office.clock.now().replace(year=2020)


async def test_the_page_shows_the_post_and_nothing_of_the_ruling(console: Console) -> None:
    case = await ruled(console)
    async with console.signed_in(READER) as browser:
        page = (await browser.get("/readings")).text
    main = page.partition("<main")[2]
    assert "You florp, says he." in main
    assert case.verdict.policy == "personal_abuse"
    for word in ("Tom", "irony", "Irony", "dismissed", "made-up-insult", "severity", "<mark", "checked", "Severity"):
        assert word not in main


async def test_an_answer_is_kept_and_the_next_is_asked(console: Console) -> None:
    case = await ruled(console)
    async with console.signed_in(READER) as browser:
        answer = await browser.post("/readings", data={"case": case.id, "answer": "abuse", "policy": "personal_abuse"})
        assert (answer.status_code, answer.headers["location"]) == (303, "/readings")
        page = (await browser.get("/readings")).text
    assert "Kept. Thank you." in page
    assert "Nothing waits for a second reading by you." in page
    assert await console.office.store.evenness.readings(long_ago(console)) == Readings(second=1)


@pytest.mark.parametrize(
    ("data", "trouble"),
    [
        ({"answer": "abuse"}, "Say which clause it breaks, or that it is not abuse."),
        ({"answer": "abuse", "policy": "no_such_clause"}, "Say which clause it breaks, or that it is not abuse."),
        ({"answer": "perhaps"}, "That could not be read."),
        ({}, "That could not be read."),
    ],
)
async def test_half_an_answer_is_asked_for_again_and_nothing_is_kept(
    console: Console, data: dict[str, str], trouble: str
) -> None:
    case = await ruled(console)
    async with console.signed_in(READER) as browser:
        answer = await browser.post("/readings", data={"case": case.id, **data})
    assert answer.status_code == 422
    assert trouble in answer.text
    assert "You florp, says he." in answer.text
    assert await console.office.store.evenness.readings(long_ago(console)) == Readings()


async def test_whoever_ruled_reads_nothing_again_and_a_threat_nobody_does(console: Console) -> None:
    case = await ruled(console)
    await console.office.opened(THREAT)
    async with console.signed_in("tom") as browser:
        assert "Nothing waits" in (await browser.get("/readings")).text
        answer = await browser.post("/readings", data={"case": case.id, "answer": "not_abuse"})
        assert answer.status_code == 303
        assert "Somebody else has read that one meanwhile." in (await browser.get("/readings")).text
    assert await console.office.store.evenness.readings(long_ago(console)) == Readings()


@pytest.mark.parametrize("who", ["ada", "wyn", "nadia"])
async def test_second_readings_are_for_approvers_alone(console: Console, who: str) -> None:
    case = await ruled(console)
    async with console.signed_in(who) as browser:
        assert (await browser.get("/readings")).status_code == 403
        answer = await browser.post("/readings", data={"case": case.id, "answer": "not_abuse"})
        assert answer.status_code == 403
        assert 'href="/readings"' not in (await browser.get("/more")).text


@pytest.mark.parametrize("who", LOOKERS)
async def test_the_leadership_admins_and_auditors_see_the_rates(console: Console, who: str) -> None:
    for number in range(10):
        case = await console.office.opened(by=f"sam{number}")
        await console.office.decide(case, Verb.DISMISS, "tom", reason=Reason.IRONY)
    before = await console.office.store.height()
    async with console.signed_in(who) as browser:
        assert 'href="/evenness"' in (await browser.get("/more")).text
        page = (await browser.get("/evenness")).text
    assert "Below 30 readings, agreement says nothing yet." in page
    assert re.search(r"nobody in particular|An account of the party", page)
    assert re.search(r"<td>0\.0&nbsp;% <span class=\"rest\">0\.0&nbsp;% to 28&nbsp;%, of 10</span></td>", page)
    assert "fewer than 10" in page
    signed_in = 1
    assert await console.office.store.height() <= before + signed_in


@pytest.mark.parametrize("who", ["tom", "nadia"])
async def test_nobody_else_does(console: Console, who: str) -> None:
    async with console.signed_in(who) as browser:
        assert (await browser.get("/evenness")).status_code == 403
        assert 'href="/evenness"' not in (await browser.get("/more")).text


def test_agreement_is_said_in_the_usual_words() -> None:
    said = [agreement_words(found) for found in (0.95, 0.7, 0.5, 0.3, 0.1, -0.2)]
    assert said == ["almost perfect", "substantial", "moderate", "fair", "slight", "none beyond chance"]
