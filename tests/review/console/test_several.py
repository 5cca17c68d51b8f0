"""Several dismissals at once: only what is open and as it was shown, and never an approval."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.model import Reason, State, Verb
from tests.fakes.office import THREAT

if TYPE_CHECKING:
    import httpx

    from bot.model import Case
    from tests.review.console.conftest import Console


async def dismiss(browser: httpx.AsyncClient, *cases: Case, **fields: str) -> httpx.Response:
    ticked = [f"{case.id}:{case.version}" for case in cases]
    return await browser.post("/dismiss", data={"case": ticked, "reason": "irony", **fields}, follow_redirects=True)


async def test_ticked_cases_are_dismissed_for_one_reason_and_the_others_stay(console: Console) -> None:
    first, second, third = [await console.office.opened(by=name) for name in ("kim", "lee", "ute")]
    async with console.signed_in("mara") as browser:
        queue = (await browser.get("/")).text
        assert f'name="case" value="{first.id}:{first.version}" form="dismissing"' in queue
        answer = await dismiss(browser, first, third, note="Both are <banter>.")
        assert (answer.url.path, "Dismissed: 2." in answer.text) == ("/", True)
    for case in (first, third):
        now = await console.office.now(case)
        assert (now.outcome, now.reason, now.note) == ("dismissed", Reason.IRONY, "Both are <banter>.")
    assert (await console.office.now(second)).state is State.OPEN


async def test_what_changed_meanwhile_is_listed_and_left(console: Console) -> None:
    first, second = [await console.office.opened(by=name) for name in ("kim", "lee")]
    await console.office.decide(second, Verb.REWORD, "tom")
    async with console.signed_in("mara") as browser:
        answer = await dismiss(browser, first, second, note="Keep my <note>.")
    assert answer.status_code == 409
    assert "Dismissed: 1." in answer.text
    assert "Tom Hallow was first and changed it" in answer.text
    assert f'href="/case/{second.id}"' in answer.text
    assert f'href="/case/{first.id}"' not in answer.text
    assert "Keep my &lt;note&gt;." in answer.text
    assert (await console.office.now(second)).state is State.OPEN


async def test_only_open_cases_are_dismissed_together(console: Console) -> None:
    failed = await console.office.opened()
    await console.office.decide(failed, Verb.APPROVE)
    approved = await console.office.now(failed)
    async with console.signed_in("mara") as browser:
        answer = await dismiss(browser, approved)
    assert "Only an open case is dismissed together with others." in answer.text
    assert (await console.office.now(approved)).state is State.APPROVED


async def test_case_of_the_safety_desk_is_neither_dismissed_nor_named(console: Console) -> None:
    threat = await console.office.opened(THREAT)
    async with console.signed_in("mara") as browser:
        answer = await dismiss(browser, threat)
    assert threat.id not in answer.text
    assert "1 is no longer there, or not yours to see." in answer.text
    assert (await console.office.now(threat)).state is State.ESCALATED


async def test_nobody_without_the_right_dismisses_or_sees_a_box_to_tick(console: Console) -> None:
    case = await console.office.opened()
    for reviewer in ("ada", "wyn", "rosa"):
        async with console.signed_in(reviewer) as browser:
            assert "dismissing" not in (await browser.get("/")).text
            assert "You may not dismiss this case" in (await dismiss(browser, case)).text
    assert (await console.office.now(case)).state is State.OPEN


async def test_form_that_cannot_be_obeyed_changes_nothing_and_says_why(console: Console) -> None:
    case = await console.office.opened()
    ticked = f"{case.id}:{case.version}"
    async with console.signed_in("mara") as browser:
        for fields, words in (
            ({"reason": "irony"}, "No case was ticked"),
            ({"case": ticked}, "choose a reason"),
            ({"case": ticked, "reason": "danger"}, "choose a reason"),
            ({"case": case.id, "reason": "irony"}, "could not be read"),
            ({"case": [f"{n}:1" for n in range(51)], "reason": "irony"}, "at most 50"),
            ({"case": ticked, "reason": "irony", "note": "x" * 2_001}, "2,001 characters"),
        ):
            answer = await browser.post("/dismiss", data=fields)
            assert (answer.status_code, words in answer.text) == (422, True), words
    assert (await console.office.now(case)).version == case.version


async def test_there_is_no_way_to_approve_several(console: Console) -> None:
    case = await console.office.opened()
    async with console.signed_in("mara") as browser:
        await browser.get(f"/case/{case.id}", params={"shown": "1"})
        answer = await browser.post("/approve", data={"case": f"{case.id}:{case.version}"})
        assert answer.status_code == 404
        await browser.post("/dismiss", data={"case": f"{case.id}:{case.version}", "reason": "irony", "verb": "approve"})
    assert (await console.office.now(case)).outcome == "dismissed"
