"""The list is off until somebody ticks what the law asks; a file is looked at first; comms never learns of it."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from bot.compliance.suspended import CONDITIONS
from bot.store.compliance import KindOfReferral
from tests.fakes.office import ABUSE, RUDE
from tests.fakes.wall import Wall, a_wall

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

TICKED = {"on": "true", **{f"condition{number}": "true" for number in range(len(CONDITIONS))}}
SAM = "@sam@tidewater.example"


@asynccontextmanager
async def listing(folder: Path, *, on: bool = True) -> AsyncIterator[Wall]:
    """A wall whose office may keep a list."""
    async with a_wall(folder, referral={"pass_abusive": True}, suspended={"enabled": True}) as wall:
        wall.taking.look = True
        if on:
            await wall.store.switch_list(on=True, actor="greta")
        yield wall


async def test_without_leave_in_the_configuration_there_is_no_such_page(wall: Wall) -> None:
    async with wall.signed_in("greta") as browser:
        assert (await browser.get("/suspended")).status_code == 404
        assert "/suspended" not in (await browser.get("/")).text
        assert (await browser.post("/suspended/switch", data=TICKED)).status_code == 404


async def test_it_is_switched_on_with_every_condition_ticked_and_on_record(tmp_path: Path) -> None:
    async with listing(tmp_path, on=False) as wall, wall.signed_in("greta") as browser:
        page = (await browser.get("/suspended")).text
        assert "Switched off." in page
        assert all(words.replace("'", "&#39;") in page for words in CONDITIONS)
        for number in range(len(CONDITIONS)):
            form = {name: value for name, value in TICKED.items() if name != f"condition{number}"}
            assert (await browser.post("/suspended/switch", data=form)).status_code == 422
        assert await wall.store.list_switched() is None
        assert (await browser.post("/suspended/switch", data=TICKED)).status_code == 303
        assert "Switched on by Greta Thorn" in (await browser.get("/suspended")).text
        assert [event.actor for event in await wall.store.audit_events() if event.kind == "suspended.switched_on"] == [
            "greta"
        ]
        await browser.post("/suspended/switch")
        assert "Switched off by Greta Thorn" in (await browser.get("/suspended")).text


async def test_file_is_looked_at_first_and_nothing_is_kept_by_that(tmp_path: Path) -> None:
    async with listing(tmp_path) as wall, wall.signed_in("greta") as browser:
        await wall.store.suspend(["@old@x.example"], actor="hugo")
        file = {"file": ("list.csv", f"handle\n{SAM}\n@old@x.example\nnobody\n".encode(), "text/csv")}
        page = (await browser.post("/suspended/look", files=file)).text
        assert "New: 1. On the list already: 1. No handle: 1." in page
        assert "Line 4: <bdi>nobody</bdi>" in page
        assert len(await wall.store.suspended()) == 1
        assert (await browser.post("/suspended/add", data={"handles": SAM})).status_code == 303
        assert [entry.handle for entry in await wall.store.suspended()] == ["@old@x.example", SAM]
        assert (await browser.post("/suspended/add", data={"handles": "nobody"})).status_code == 422


async def test_match_is_confirmed_by_two_and_removable_with_a_receipt(tmp_path: Path) -> None:
    async with listing(tmp_path) as wall:
        await wall.store.suspend([SAM], actor="greta")
        await wall.comms.receive(wall.comms.network.say(RUDE), wall.comms.network.say(RUDE, by="vic"))
        await wall.taking.run_once()
        [referral] = await wall.store.waiting()
        assert referral.kind is KindOfReferral.CONDUCT
        async with wall.signed_in("greta") as one, wall.signed_in("hugo") as other:
            assert "Handle is on the list: to be confirmed by two" in (await one.get("/")).text
            await one.post(f"/referral/{referral.number}/confirm")
            page = (await one.get(f"/referral/{referral.number}")).text
            assert "it is this member</button>" not in page
            await other.post(f"/referral/{referral.number}/confirm")
            page = (await other.get(f"/referral/{referral.number}")).text
            assert "Confirmed by Greta Thorn and Hugo Reyes" in page
            receipt = (await other.post(f"/referral/{referral.number}/unmatch")).text
            assert "This is the receipt." in receipt
            assert SAM not in receipt
            assert "Erased" in (await other.get(f"/referral/{referral.number}")).text
            assert (await other.post(f"/referral/{referral.number}/unmatch")).status_code == 404


async def test_outcome_waits_until_a_match_is_confirmed_by_two_or_removed(tmp_path: Path) -> None:
    async with listing(tmp_path) as wall:
        await wall.store.suspend([SAM], actor="greta")
        await wall.comms.receive(wall.comms.network.say(RUDE))
        await wall.taking.run_once()
        [referral] = await wall.store.waiting()
        path, form = f"/referral/{referral.number}", {"version": "1", "outcome": "warning"}
        async with wall.signed_in("greta") as one, wall.signed_in("hugo") as other:
            await one.post(f"{path}/confirm")
            page = (await one.get(path)).text
            assert "An outcome is noted once the match above is settled." in page
            assert f"{path}/conclude" not in page
            refused = await one.post(f"{path}/conclude", data=form)
            assert (refused.status_code, "is not settled" in refused.text) == (409, True)
            assert [each.number for each in await wall.store.waiting()] == [referral.number]
            await other.post(f"{path}/confirm")
            assert (await one.post(f"{path}/conclude", data=form)).status_code == 303


async def test_entry_is_removed_with_a_receipt(tmp_path: Path) -> None:
    async with listing(tmp_path) as wall, wall.signed_in("hugo") as browser:
        await wall.store.suspend([SAM], actor="greta")
        [entry] = await wall.store.suspended()
        receipt = await browser.post("/suspended/remove", data={"entry": entry.id})
        assert entry.id in receipt.text
        assert SAM not in receipt.text
        assert (await browser.post("/suspended/remove", data={"entry": entry.id})).status_code == 422


async def test_auditor_reads_the_list_and_changes_nothing(tmp_path: Path) -> None:
    async with listing(tmp_path) as wall, wall.signed_in("ines") as browser:
        await wall.store.suspend([SAM], actor="greta")
        page = (await browser.get("/suspended")).text
        assert SAM in page
        assert page.count("<button") == page.count("Sign out</button>") == 1
        for path in ("switch", "look", "add", "remove"):
            assert (await browser.post(f"/suspended/{path}", data=TICKED)).status_code == 403
        for path in ("confirm", "unmatch"):
            assert (await browser.post(f"/referral/1/{path}")).status_code == 403


@pytest.mark.parametrize("listed", [True, False])
async def test_other_side_sees_the_same_whether_or_not_somebody_is_on_the_list(
    tmp_path: Path,
    listed: bool,  # noqa: FBT001  pytest gives it so
) -> None:
    async with listing(tmp_path) as wall:
        if listed:
            await wall.store.suspend([SAM], actor="greta")
        mention = wall.comms.network.say(ABUSE)
        await wall.comms.receive(mention)
        await wall.taking.run_once()
        case = await wall.comms.case_of(mention)
        assert case.draft is not None
        assert "suspen" not in case.draft.text
        kinds = [event.kind for event in await wall.comms.store.audit_events()]
        assert kinds == ["case.opened", "outbox.taken"]
        assert await wall.comms.store.outbox.waiting(10) == []
        assert bool(await wall.store.waiting()) is listed


def test_no_response_can_name_anybodys_standing(wall: Wall) -> None:
    texts = [text for response in wall.comms.files.responses.all for text in response.variants]
    assert texts
    assert not [text for text in texts if "suspend" in text.lower() or "expel" in text.lower()]
