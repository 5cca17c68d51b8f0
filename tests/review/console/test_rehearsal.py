"""The rehearsal: real card, real buttons, and nothing of it is stored but that somebody has done it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.review.console import ConsoleDesk
from bot.review.console.rehearsal import LESSONS

if TYPE_CHECKING:
    import httpx

    from tests.review.console.conftest import Console

FORM = {"version": "1", "seen": "0"}


async def press(browser: httpx.AsyncClient, lesson: str, verb: str, **fields: str) -> httpx.Response:
    return await browser.post(f"/case/rehearsal-{lesson}/{verb}", data=FORM | fields, follow_redirects=True)


async def test_whole_rehearsal_stores_that_it_was_done_and_no_case_no_decision_no_event(console: Console) -> None:
    store = console.office.store
    async with console.signed_in("mara") as mara:
        before = await store.audit_events()
        assert "First time here?" in (await mara.get("/")).text
        page = (await mara.get("/case/rehearsal-1")).text
        assert "Rehearsal, 1 of 3: A fair critic" in page
        assert '<details class="veil"' in page
        page = (await press(mara, "1", "dismiss", reason="fair_criticism")).text
        assert "Rehearsal, 2 of 3: An insult" in page
        assert " disabled " in page.partition('id="approve"')[2][:60]
        assert "has not been shown to you" in (await press(mara, "2", "approve")).text
        await mara.post("/case/rehearsal-2/shown", data={"version": "1"})
        page = (await press(mara, "2", "approve")).text
        assert "Time to think again" in page
        assert "left to undo" in page
        page = (await press(mara, "2-approved", "undo")).text
        assert "Rehearsal, 3 of 3: A threat" in page
        page = (await press(mara, "3", "escalate", reason="danger")).text
        assert "That was the rehearsal" in page
        assert 'data-answer="/rehearsal"' in page
        assert "First time here?" not in (await mara.get("/")).text
    assert await store.audit_events() == before


async def test_another_press_is_met_with_a_word_on_which_and_keeps_what_was_typed(console: Console) -> None:
    async with console.signed_in("tom") as tom:
        for lesson, verb, fields in (
            ("1", "approve", {}),
            ("1", "dismiss", {}),
            ("1", "dismiss", {"reason": "not_answered"}),
            ("3", "dismiss", {"reason": "fair_criticism"}),
            ("3", "escalate", {}),
            ("2-approved", "retract", {}),
        ):
            answer = await press(tom, lesson, verb, **fields)
            assert answer.status_code == 422
            assert LESSONS[lesson].hint in answer.text
        assert "My own words." in (await press(tom, "1", "edit", text="My own words.")).text


async def test_every_role_but_the_auditors_can_rehearse_with_the_buttons_of_an_approver(console: Console) -> None:
    for who in ("mara", "nadia", "rosa", "ada"):
        async with console.signed_in(who) as browser:
            page = (await browser.get("/case/rehearsal-2?shown=1")).text
            for verb in ("approve", "edit", "dismiss", "escalate"):
                assert f'action="/case/rehearsal-2/{verb}"' in page
            assert 'action="/pause"' not in page
    async with console.signed_in("wyn") as wyn:
        assert "First time here?" not in (await wyn.get("/")).text


async def test_real_cases_know_nothing_of_the_rehearsals_rights(console: Console) -> None:
    case = await console.office.opened()
    async with console.signed_in("nadia") as nadia:
        await nadia.get("/case/rehearsal-2?shown=1")
        assert f'action="/case/{case.id}/approve"' not in (await nadia.get(f"/case/{case.id}?shown=1")).text
        assert (await console.press(nadia, case, "approve")).status_code == 403
        assert (await nadia.get("/case/rehearsal-9")).status_code == 404
        assert (await nadia.post("/case/rehearsal-9/approve", data=FORM)).status_code == 404


async def test_leaving_it_out_is_remembered_and_it_can_be_found_again(console: Console) -> None:
    async with console.signed_in("mara") as mara:
        answer = await mara.post("/rehearsal/over", follow_redirects=True)
        assert "You find the rehearsal under More" in answer.text
        assert "First time here?" not in answer.text
        assert 'href="/rehearsal"' in (await mara.get("/more")).text
        assert "Leave it out" in (await mara.get("/rehearsal")).text


async def test_first_sign_in_leads_there_and_a_case_behind_a_link_never_waits_for_it(console: Console) -> None:
    case = await console.office.opened()
    console.desk = ConsoleDesk(console.room, clock=lambda: console.seconds[0], rehearse=True)
    console.app = console.desk.app()
    async with console.signed_in("mara") as mara, console.signed_in("wyn") as wyn:
        assert (await mara.get("/")).headers["location"] == "/rehearsal"
        assert (await mara.get(f"/case/{case.id}")).status_code == 200
        assert (await mara.get("/safety")).status_code == 404
        await mara.post("/rehearsal/over")
        assert (await mara.get("/")).status_code == 200
        assert (await wyn.get("/")).status_code == 200
    console.desk.close()
