"""Who reads what was aimed at somebody can leave them kind words, and nobody reads those here again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.store import ReplyWish, digest_of
from tests.fakes.office import Office
from tests.fakes.strangers import PUBLIC
from tests.public.test_choices import HER, PROTECTED, at_her
from tests.review.console.conftest import over

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.review.console.conftest import Console

WHO = digest_of(HER)
WORDS = "What was said to you is not who we are."


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    office = await Office.open(tmp_path, protected=PROTECTED, public=PUBLIC)
    people = office.store.protected
    await people.open_link(await people.make_link(HER, actor="nadia"))
    await people.choose(WHO, reply=ReplyWish.FOR_ME, shown=True, weekly=False)
    yield office
    await office.store.close()


@pytest.fixture
async def console(office: Office) -> AsyncIterator[Console]:
    async with over(office) as console:
        yield console


@pytest.mark.parametrize("reviewer", ["tom", "nadia"])
async def test_message_is_left_and_shown_to_nobody_here_again(console: Console, reviewer: str) -> None:
    async with console.signed_in(reviewer) as browser:
        assert '<a href="/support">' in (await browser.get("/more")).text
        assert "Leave this message" in (await browser.get("/support")).text
        left = await browser.post("/support", data={"person": WHO, "text": WORDS}, follow_redirects=True)
        assert "nobody here sees it again" in left.text
        assert WORDS not in left.text
        assert "1 written in the last 28 days" in left.text
    assert [each.text for each in await console.office.store.protected.messages(WHO)] == [WORDS]


async def test_words_that_are_refused_come_back_with_the_reason(console: Console) -> None:
    async with console.signed_in("tom") as browser:
        refused = await browser.post("/support", data={"person": WHO, "text": "You are no florp."})
        assert refused.status_code == 409
        assert "would itself count as personal abuse" in refused.text
        assert "You are no florp.</textarea>" in refused.text
        nobody = await browser.post("/support", data={"text": WORDS})
        assert (nobody.status_code, f"{WORDS}</textarea>" in nobody.text) == (422, True)


async def test_words_are_given_back_where_she_takes_none_any_more(console: Console) -> None:
    async with console.signed_in("tom") as browser:
        await browser.get("/support")
        await console.office.store.protected.withdraw(WHO)
        refused = await browser.post("/support", data={"person": WHO, "text": WORDS})
        assert f"{WORDS}</pre>" in refused.text
        assert "has taken their consent back" in refused.text


async def test_auditor_looks_and_writes_nothing_and_others_do_neither(console: Console) -> None:
    async with console.signed_in("wyn") as browser:
        page = (await browser.get("/support")).text
        assert "takes messages" in page
        assert "<textarea" not in page
        assert (await browser.post("/support", data={"person": WHO, "text": WORDS})).status_code == 403
    for reviewer in ("rosa", "ada"):
        async with console.signed_in(reviewer) as browser:
            assert (await browser.get("/support")).status_code == 403
            assert (await browser.post("/support", data={"person": WHO, "text": WORDS})).status_code == 403
            assert "/support" not in (await browser.get("/more")).text
    assert await console.office.store.protected.messages(WHO) == []


async def test_link_names_to_whom_it_is(console: Console) -> None:
    async with console.signed_in("tom") as browser:
        assert f'value="{WHO}" required checked' in (await browser.get("/support", params={"to": WHO})).text


async def test_case_of_somebody_protected_leads_to_it_for_who_may_write(console: Console) -> None:
    case, other = await at_her(console.office), await console.office.opened(by="pat")
    link = f'<a href="/support?to={WHO}">'
    async with console.signed_in("tom") as browser, console.signed_in("wyn") as auditor:
        assert link in (await browser.get(f"/case/{case.id}")).text
        assert "/support?to=" not in (await browser.get(f"/case/{other.id}")).text
        assert link not in (await auditor.get(f"/case/{case.id}")).text
