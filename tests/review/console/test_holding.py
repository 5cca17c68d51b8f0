"""A legal hold is placed and lifted by those who may, with a reason, and everybody on the case sees that it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.fakes.office import THREAT

if TYPE_CHECKING:
    from tests.review.console.conftest import Console


async def test_an_admin_places_one_and_lifts_it(console: Console) -> None:
    case = await console.office.opened()
    async with console.signed_in("mara") as mara:
        placed = await mara.post(f"/case/{case.id}/hold", data={"reason": "A court <asked> for it."})
        assert placed.status_code == 303
        page = (await mara.get(f"/case/{case.id}")).text
        assert "Kept by a legal hold" in page
        assert "A court &lt;asked&gt; for it." in page
        [hold] = await console.office.store.subjects.holds()
        assert (hold.case_id, hold.placed_by) == (case.id, "mara")
        assert (await mara.post(f"/case/{case.id}/lift", data={"hold": hold.id})).status_code == 303
        assert (await mara.post(f"/case/{case.id}/lift", data={"hold": hold.id})).status_code == 409
    assert await console.office.store.subjects.holds() == []


async def test_who_may_not_is_shown_that_it_stands_and_no_button(console: Console) -> None:
    case = await console.office.opened()
    async with console.signed_in("tom") as tom:
        assert "legal hold" not in (await tom.get(f"/case/{case.id}")).text.lower()
        refused = await tom.post(f"/case/{case.id}/hold", data={"reason": "evidence"})
        assert refused.status_code == 403
        assert "Only an admin or the safety team" in refused.text
        hold = await console.office.store.subjects.hold_case(case.id, "secret reason", actor="mara")
        page = (await tom.get(f"/case/{case.id}")).text
        assert "Kept by a legal hold" in page
        assert "secret reason" not in page
        assert "Lift this hold" not in page
        assert (await tom.post(f"/case/{case.id}/lift", data={"hold": hold.id})).status_code == 403
    assert await console.office.store.subjects.holds() == [hold]


async def test_a_case_of_the_safety_desk_exists_for_that_desk_alone(console: Console) -> None:
    threat = await console.office.opened(THREAT, by="kim")
    async with console.signed_in("mara") as mara, console.signed_in("nadia") as nadia:
        assert (await mara.post(f"/case/{threat.id}/hold", data={"reason": "evidence"})).status_code == 404
        assert (await nadia.post(f"/case/{threat.id}/hold", data={"reason": "evidence"})).status_code == 303


async def test_a_hold_without_a_reason_is_none(console: Console) -> None:
    case = await console.office.opened()
    async with console.signed_in("mara") as mara:
        assert (await mara.post(f"/case/{case.id}/hold", data={"reason": "  "})).status_code == 422
    assert await console.office.store.subjects.holds() == []
