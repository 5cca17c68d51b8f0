"""Looking back: closed cases, and a search for words that finds no more than it may."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.fakes.office import THREAT

if TYPE_CHECKING:
    from tests.review.console.conftest import Console


async def test_closed_page_keeps_safety_cases_for_the_safety_desk(console: Console) -> None:
    case, threat = await console.office.opened(), await console.office.opened(THREAT, by="kim")
    async with console.signed_in("mara") as mara, console.signed_in("nadia") as nadia:
        await console.press(mara, case, "dismiss", reason="quoted")
        await console.press(nadia, threat, "dismiss", reason="irony")
        staff = (await mara.get("/closed?show=safety")).text
        assert case.id in staff
        assert threat.id not in staff
        assert threat.id in (await nadia.get("/closed?show=safety")).text
