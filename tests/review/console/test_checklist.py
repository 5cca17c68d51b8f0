"""The checklist on the page of an escalation: who ticks, who only reads, and who never hears of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.model import Refusal, Verb
from tests.fakes.office import ABUSE, THREAT

if TYPE_CHECKING:
    from bot.model import Case
    from tests.review.console.conftest import Console


async def in_hand(console: Console) -> Case:
    case = await console.office.decide(await console.office.opened(THREAT), Verb.ACKNOWLEDGE, "nadia")
    assert not isinstance(case, Refusal)
    return case


async def test_step_is_ticked_shown_with_its_name_and_taken_back(console: Console) -> None:
    case = await in_hand(console)
    async with console.signed_in("nadia") as browser:
        page = (await browser.get(f"/case/{case.id}")).text
        assert "0 of 5" in page
        assert "Then ring 999 (police, ambulance and fire)" in page
        answer = await browser.post(f"/case/{case.id}/step", data={"step": "life", "done": "true"})
        assert (answer.status_code, answer.headers["location"]) == (303, f"/case/{case.id}#checklist")
        page = (await browser.get(f"/case/{case.id}")).text
        assert "1 of 5" in page
        assert "Done: Nadia Sorrel" in page
        assert "Nadia Sorrel ticked “life” on the checklist." in page
        await browser.post(f"/case/{case.id}/step", data={"step": "life", "done": "false"})
        assert "0 of 5" in (await browser.get(f"/case/{case.id}")).text


async def test_before_somebody_acknowledges_there_is_nothing_to_tick(console: Console) -> None:
    case = await console.office.opened(THREAT)
    async with console.signed_in("nadia") as browser:
        page = (await browser.get(f"/case/{case.id}")).text
        assert "What to think of" in page
        assert "/step" not in page
        answer = await browser.post(f"/case/{case.id}/step", data={"step": "life", "done": "true"})
        assert answer.status_code == 409
        assert "Whoever has acknowledged it ticks its steps" in answer.text
    assert await console.office.store.safety.ticked([case.id]) == {}


async def test_auditor_reads_the_list_and_cannot_tick(console: Console) -> None:
    case = await in_hand(console)
    async with console.signed_in("wyn") as browser:
        page = (await browser.get(f"/case/{case.id}")).text
        assert "What to think of" in page
        assert "/step" not in page
        assert (await browser.post(f"/case/{case.id}/step", data={"step": "life", "done": "true"})).status_code == 409
    assert await console.office.store.safety.ticked([case.id]) == {}


async def test_for_staff_there_is_no_such_case_and_on_theirs_no_list(console: Console) -> None:
    case, theirs = await in_hand(console), await console.office.opened(ABUSE, by="kim")
    async with console.signed_in("mara") as browser:
        assert (await browser.post(f"/case/{case.id}/step", data={"step": "life", "done": "true"})).status_code == 404
        assert "What to think of" not in (await browser.get(f"/case/{theirs.id}")).text


@pytest.mark.parametrize("form", [{"step": "dance", "done": "true"}, {"step": "life"}, {}])
async def test_step_that_is_not_on_the_list_is_refused_with_a_sentence(console: Console, form: dict[str, str]) -> None:
    case = await in_hand(console)
    async with console.signed_in("nadia") as browser:
        answer = await browser.post(f"/case/{case.id}/step", data=form)
    assert answer.status_code == 409
    assert "Not done." in answer.text
    assert await console.office.store.safety.ticked([case.id]) == {}


async def test_skipping_every_step_hinders_nobody_from_closing_it(console: Console) -> None:
    case = await in_hand(console)
    async with console.signed_in("nadia") as browser:
        await console.press(browser, case, "refer", reason="police")
        page = (await browser.get(f"/case/{case.id}")).text
    assert "As it stood when the case closed." in page
    assert (await console.office.now(case)).outcome == "referred"
