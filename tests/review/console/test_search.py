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


async def test_words_are_found_and_what_was_asked_stays_in_the_box(console: Console) -> None:
    case, threat = await console.office.opened(), await console.office.opened(THREAT, by="kim")
    async with console.signed_in("mara") as mara, console.signed_in("nadia") as nadia:
        answer = await mara.post("/search", data={"q": "  the LOT of  "})
        assert answer.headers["location"] == "/search?q=the+LOT+of"
        page = (await mara.get(answer.headers["location"])).text
        assert f'href="/case/{case.id}"' in page
        assert ">the LOT of</textarea>" in page
        assert threat.id not in (await mara.get("/search?q=zark")).text
        assert threat.id in (await nadia.get("/search?q=zark")).text
        assert "No case holds these words" in (await mara.get("/search?q=<b>nothing")).text


async def test_five_thousand_pasted_words_get_a_clear_sentence_and_are_kept(console: Console) -> None:
    words = "<b>" + "pasted " * 5_000
    async with console.signed_in("mara") as browser:
        answer = await browser.post("/search", data={"q": words})
        assert answer.status_code == 422
        assert "That is 35,002 characters, and 200 can be looked for." in answer.text
        assert answer.text.count("pasted") == 5_000
        assert "&lt;b&gt;pasted" in answer.text
        assert "too short" in (await browser.post("/search", data={"q": "ab"})).text
        assert (await browser.get("/search")).status_code == 200
