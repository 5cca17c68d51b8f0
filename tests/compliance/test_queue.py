"""The team's pages: what came, its clock, and what became of it; an auditor reads and changes nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.store.compliance import Outcome
from tests.safety.test_passing import CAPTURE

if TYPE_CHECKING:
    from tests.fakes.wall import Wall


async def test_queue_shows_what_waits_and_names_what_is_overdue_by_number(wall: Wall) -> None:
    number = await wall.arrived()
    wall.comms.clock.pass_(days=6)
    await wall.arrived(by="vic")
    async with wall.signed_in("greta") as browser:
        page = (await browser.get("/")).text
    assert f"<strong>Overdue:</strong> No. {number}</p>" in page
    assert "@vic@tidewater.example" in page
    assert "florp" not in page


async def test_page_shows_what_was_passed_on_and_nothing_of_the_other_sides(wall: Wall) -> None:
    number = await wall.arrived("You florp <b>& all</b>.")
    async with wall.signed_in("greta") as browser:
        page = (await browser.get(f"/referral/{number}")).text
    assert "You florp &lt;b&gt;&amp; all&lt;/b&gt;." in page
    assert "12. Argue with what people say and do. Do not abuse the person." in page
    for word in ("Mara", "mara", "draft", "Not in our name to"):
        assert word not in page


async def test_every_reading_of_a_page_is_on_record(wall: Wall) -> None:
    number = await wall.arrived()
    for person in ("greta", "ines"):
        async with wall.signed_in(person) as browser:
            await browser.get(f"/referral/{number}")
    read = [event.actor for event in await wall.store.trail(number) if event.kind == "referral.read"]
    assert read == ["greta", "ines"]


async def test_referral_is_acknowledged_and_concluded(wall: Wall) -> None:
    number = await wall.arrived()
    async with wall.signed_in("greta") as browser:
        assert (await browser.post(f"/referral/{number}/acknowledge", data={"version": "1"})).status_code == 303
        page = (await browser.get(f"/referral/{number}")).text
        assert "Acknowledged. Its clock runs on." in page
        form = {"version": "2", "outcome": "warning"}
        assert (await browser.post(f"/referral/{number}/conclude", data=form)).status_code == 303
        assert "Warning, after 0 days" in (await browser.get("/concluded")).text
    [done] = await wall.store.concluded()
    assert (done.outcome, done.outcome_by) == (Outcome.WARNING, "greta")


async def test_second_is_shown_what_the_first_did(wall: Wall) -> None:
    number = await wall.arrived()
    await wall.store.acknowledge(number, version=1, actor="hugo")
    async with wall.signed_in("greta") as browser:
        answer = await browser.post(f"/referral/{number}/acknowledge", data={"version": "1"})
    assert answer.status_code == 409
    assert "Somebody else was first" in answer.text


async def test_outcome_is_from_the_closed_list(wall: Wall) -> None:
    number = await wall.arrived()
    async with wall.signed_in("greta") as browser:
        for outcome in ("", "press_interest"):
            form = {"version": "1", "outcome": outcome}
            assert (await browser.post(f"/referral/{number}/conclude", data=form)).status_code == 422
    assert len(await wall.store.waiting()) == 1


async def test_auditor_sees_no_button_and_changes_nothing(wall: Wall) -> None:
    number = await wall.arrived()
    async with wall.signed_in("ines") as browser:
        assert "Acknowledge</button>" not in (await browser.get(f"/referral/{number}")).text
        for what in ("acknowledge", "conclude"):
            form = {"version": "1", "outcome": "warning"}
            assert (await browser.post(f"/referral/{number}/{what}", data=form)).status_code == 403
    [referral] = await wall.store.waiting()
    assert referral.version == 1


async def test_number_that_nobody_has_is_not_found(wall: Wall) -> None:
    number = await wall.arrived()
    async with wall.signed_in("greta") as browser:
        for path in ("/referral/99", *(f"/referral/{'9' * digits}" for digits in (9, 10, 30, 5000)), "/referral/x"):
            assert (await browser.get(path)).status_code == 404
        assert (await browser.post("/referral/99/acknowledge", data={"version": "1"})).status_code == 404
        assert (await browser.post("/referral/99/acknowledge", data={"version": "x"})).status_code == 404
        exhibit, version = f"/referral/{number}/exhibit/{'9' * 5000}", {"version": "9" * 5000}
        assert (await browser.get(exhibit)).status_code == 404
        assert (await browser.post(f"/referral/{number}/acknowledge", data=version)).status_code == 404


async def test_exhibit_is_a_file_that_no_browser_opens_and_taking_it_is_on_record(wall: Wall) -> None:
    mention = replace(wall.comms.network.say("You florp."), original=CAPTURE)
    await wall.comms.receive(mention)
    await wall.refer(await wall.comms.case_of(mention))
    await wall.taking.run_once()
    async with wall.signed_in("ines") as browser:
        assert "1 exhibit<" in (await browser.get("/referral/1")).text
        answer = await browser.get("/referral/1/exhibit/1")
        assert (answer.content, answer.headers["content-type"]) == (CAPTURE.body, "application/octet-stream")
        assert answer.headers["content-disposition"].startswith("attachment; ")
        assert answer.headers["x-content-type-options"] == "nosniff"
        for place in (0, 2, 10**30):
            assert (await browser.get(f"/referral/1/exhibit/{place}")).status_code == 404
    read = [event for event in await wall.store.trail(1) if event.kind == "referral.read"]
    assert len(read) == 5


async def test_legal_hold_is_placed_with_a_reason_shown_and_lifted(wall: Wall) -> None:
    number = await wall.arrived()
    async with wall.signed_in("greta") as browser:
        for reason in (" ", "x" * 1001):
            assert (await browser.post(f"/referral/{number}/hold", data={"reason": reason})).status_code == 422
        answer = await browser.post(f"/referral/{number}/hold", data={"reason": "A court asked."})
        assert answer.status_code == 303
        page = (await browser.get(f"/referral/{number}")).text
        assert "<strong>Kept by a legal hold</strong> of Greta Thorn since" in page
        assert "<q>A court asked.</q>" in page
        [hold] = (await wall.store.holds()).values()
        assert (await browser.post(f"/referral/{number}/lift", data={"hold": "another"})).status_code == 409
        assert (await browser.post(f"/referral/{number}/lift", data={"hold": hold.id})).status_code == 303
        page = (await browser.get(f"/referral/{number}")).text
    assert "The hold is lifted." in page
    assert "placed a legal hold, Greta Thorn" in page
    assert "A court asked." not in page
    assert await wall.store.holds() == {}


async def test_auditor_sees_a_hold_and_neither_places_nor_lifts_one(wall: Wall) -> None:
    number = await wall.arrived()
    hold = await wall.store.hold(number, "A court asked.", actor="hugo")
    assert hold is not None
    async with wall.signed_in("ines") as browser:
        page = (await browser.get(f"/referral/{number}")).text
        assert "<q>A court asked.</q>" in page
        assert "Lift this hold" not in page
        for what in ("hold", "lift"):
            answer = await browser.post(f"/referral/{number}/{what}", data={"reason": "I wish to.", "hold": hold.id})
            assert answer.status_code == 403
    assert await wall.store.holds() == {number: hold}


async def test_page_says_until_when_what_was_passed_is_kept_and_that_it_is_gone(wall: Wall) -> None:
    number = await wall.arrived()
    async with wall.signed_in("greta") as browser:
        assert "Kept until" not in (await browser.get(f"/referral/{number}")).text
        await wall.store.conclude(number, version=1, actor="greta", outcome=Outcome.WARNING)
        assert "<dt>Kept until</dt><dd>19 November 2032</dd>" in (await browser.get(f"/referral/{number}")).text
        hold = await wall.store.hold(number, "A court asked.", actor="greta")
        assert hold is not None
        page = (await browser.get(f"/referral/{number}")).text
        assert "<dt>Kept until</dt><dd>the legal hold below is lifted</dd>" in page
        await wall.store.lift(hold.id, actor="greta")
        wall.comms.clock.pass_(days=2192)
        await wall.store.purge(wall.behind.settings.retention.terms)
    async with wall.signed_in("greta") as browser:
        page = (await browser.get(f"/referral/{number}")).text
        assert "Kept until" not in page
        assert "What was passed on is not kept any more. Its clock is." in page
        assert "what was passed on erased, The office" in page
        for gone in ("florp", "sam@tidewater.example"):
            assert gone not in page
        answer = await browser.post(f"/referral/{number}/hold", data={"reason": "Too late."})
        assert answer.status_code == 409
