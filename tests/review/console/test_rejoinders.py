"""What they answered is read behind a veil, by those for whom it exists, and ruled on by those who may."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from bot.model import RejoinderKind, Ruling, State
from bot.responses import digest_of
from tests.fakes.office import THREAT, Office
from tests.fakes.strangers import PUBLIC, Outside
from tests.review.console.conftest import over

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.model import Case, Rejoinder
    from tests.review.console.conftest import Console

WORDS = "<b>I was</b> quoting him."


@pytest.fixture
async def console(tmp_path: Path) -> AsyncIterator[Console]:
    office = await Office.open(tmp_path, public=PUBLIC)
    async with over(office) as console:
        yield console
    await office.store.close()


async def said(
    console: Console, kind: RejoinderKind = RejoinderKind.SORRY, words: str = WORDS
) -> tuple[Case, Rejoinder]:
    case, path = await Outside(console.office).answered()
    await console.office.pipeline.rejoinders.hear(digest_of(path.removeprefix("/r/")), kind, words)
    [rejoinder] = await console.office.store.rejoinders_to(case.id)
    return case, rejoinder


def views(page: str) -> str:
    found = re.search(r'href="/answers"[^>]*>They answered <b>(\d+)</b>', page)
    assert found
    return found[1]


async def test_queue_leads_to_what_they_answered_and_says_how_much(console: Console) -> None:
    async with console.signed_in("mara") as browser:
        assert views((await browser.get("/")).text) == "0"
        assert "Nothing waits to be read." in (await browser.get("/answers")).text
        case, _ = await said(console)
        assert views((await browser.get("/")).text) == "1"
        page = (await browser.get("/answers")).text
        assert f'href="/case/{case.id}"' in page
        assert "“I am sorry”" in page
        assert "proves nothing of its author" in page


async def test_their_words_stand_behind_a_veil_as_words(console: Console) -> None:
    case, _ = await said(console)
    async with console.signed_in("mara") as browser:
        for path in ("/answers", f"/case/{case.id}"):
            page = (await browser.get(path)).text
            assert "<b>I was</b>" not in page
            veiled = re.search(r'<details class="veil" data-keep="answer-[^"]+">(.*?)</details>', page, re.DOTALL)
            assert veiled
            assert "&lt;b&gt;I was&lt;/b&gt; quoting him." in veiled[1]


async def test_apology_is_accepted_with_one_press_and_nobody_is_answered(console: Console) -> None:
    case, rejoinder = await said(console)
    async with console.signed_in("mara") as browser:
        answer = await browser.post(f"/answers/{rejoinder.id}", data={"ruling": "accepted"}, follow_redirects=True)
        assert "The strike is closed. Nobody is answered." in answer.text
        assert "Apology accepted: the strike is closed. Mara Bright" in (await browser.get(f"/case/{case.id}")).text
    found = await console.office.store.rejoinder(rejoinder.id)
    assert found is not None
    assert found.ruling is Ruling.ACCEPTED


async def test_our_mistake_is_one_press_from_what_they_answered(console: Console) -> None:
    case, _ = await said(console, RejoinderKind.OUT_OF_CONTEXT)
    async with console.signed_in("mara") as browser:
        page = (await browser.get("/answers")).text
        assert "Accept the apology" not in page
        assert f'action="/case/{case.id}/mistake"' in page
        await console.press(browser, await console.office.now(case), "mistake")
    now = await console.office.now(case)
    assert (now.state, now.mistaken) == (State.RETRACTING, True)
    assert await console.office.store.rejoinders(safety=False) == []


@pytest.mark.parametrize(
    ("who", "may"), [("mara", True), ("rosa", True), ("tom", True), ("ada", False), ("wyn", False)]
)
async def test_who_may_not_rule_reads_and_is_shown_no_button(console: Console, who: str, may: bool) -> None:  # noqa: FBT001  a column of the table
    _, rejoinder = await said(console)
    async with console.signed_in(who) as browser:
        page = (await browser.get("/answers")).text
        assert "“I am sorry”" in page
        assert (f'action="/answers/{rejoinder.id}"' in page) is may
        answer = await browser.post(f"/answers/{rejoinder.id}", data={"ruling": "stands"})
        assert answer.status_code == (303 if may else 404)


@pytest.mark.parametrize(("who", "sees", "may"), [("mara", False, False), ("nadia", True, True), ("wyn", True, False)])
async def test_words_of_danger_exist_for_the_safety_desk_alone(
    console: Console,
    who: str,
    sees: bool,  # noqa: FBT001  a column of the table
    may: bool,  # noqa: FBT001  a column of the table
) -> None:
    case, rejoinder = await said(console, words=THREAT)
    async with console.signed_in(who) as browser:
        assert ("They answered" in (await browser.get(f"/case/{case.id}")).text) is sees
        assert "by the link" not in (await browser.get(f"/case/{case.id}")).text.partition("What has happened")[2]
        for path in ("/answers", f"/case/{case.id}"):
            assert (THREAT in (await browser.get(path)).text) is sees
        assert (f'action="/answers/{rejoinder.id}"' in (await browser.get("/answers")).text) is may
        assert views((await browser.get("/")).text) == str(int(sees))


async def test_headings_follow_each_other_on_the_list_and_on_the_case(console: Console) -> None:
    case, rejoinder = await said(console)
    async with console.signed_in("mara") as browser:
        assert f'<h2 id="answer-{rejoinder.id}">' in (await browser.get("/answers")).text
        assert f'<h3 id="answer-{rejoinder.id}">' in (await browser.get(f"/case/{case.id}")).text


async def test_second_reviewer_and_a_broken_form_are_told_so(console: Console) -> None:
    _, rejoinder = await said(console)
    async with console.signed_in("mara") as browser:
        broken = await browser.post(f"/answers/{rejoinder.id}", data={"ruling": "guilty"})
        assert (broken.status_code, "could not be read" in broken.text) == (422, True)
        await browser.post(f"/answers/{rejoinder.id}", data={"ruling": "stands"})
        late = await browser.post(f"/answers/{rejoinder.id}", data={"ruling": "accepted"})
        assert (late.status_code, "Somebody was first" in late.text) == (409, True)
        assert (await browser.post("/answers/none", data={"ruling": "stands"})).status_code == 404


async def test_nobody_outside_reads_what_they_answered(console: Console) -> None:
    _, rejoinder = await said(console)
    async with console.browser() as browser:
        assert WORDS not in (await browser.get("/answers")).text
        await browser.post(f"/answers/{rejoinder.id}", data={"ruling": "stands"})
    assert await console.office.store.rejoinders(safety=False) == [rejoinder]
