"""From a case that was decided the next one of the queue is one press away."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.fakes.office import ABUSE, THREAT

if TYPE_CHECKING:
    import httpx

    from bot.model import Case
    from tests.review.console.conftest import Console


def onward(page: httpx.Response) -> str:
    """The case that a page leads on to; empty for none."""
    found = re.search(r'id="onward" href="/case/([^"]+)">Next case<', page.text)
    return found[1] if found else ""


async def came(console: Console, by: str, account: str = "party") -> Case:
    """A case that opened so long after the one before that they are no pile-on."""
    console.office.clock.pass_(hours=3)
    mention = console.office.network.say(f"{ABUSE} {by}", by=by, account=account)
    await console.office.receive(mention, account=account)
    return await console.office.case_of(mention)


async def test_after_a_decision_the_next_case_is_one_press_away(console: Console) -> None:
    first, second, third = [await came(console, f"b{number}") for number in range(3)]
    async with console.signed_in("mara") as browser:
        await browser.get("/")
        assert onward(await browser.get(f"/case/{first.id}")) == ""
        page = await console.press(browser, first, "reword")
        assert onward(page) == ""
        page = await console.press(browser, await console.office.now(first), "approve")
        assert onward(page) == second.id
        live = await browser.get(f"/case/{first.id}", headers={"x-live": "1"})
        assert onward(live) == second.id
        page = await console.press(browser, third, "dismiss", reason="irony")
        assert onward(page) == second.id, "behind the last it begins again"
        page = await console.press(browser, second, "dismiss", reason="irony")
        assert onward(page) == ""
        assert onward(await browser.get(f"/case/{first.id}")) == ""


async def test_the_next_case_is_of_the_view_that_the_reviewer_came_from(console: Console) -> None:
    first, party, deputy = (
        await came(console, "b0", "deputy"),
        await came(console, "b1"),
        await came(console, "b2", "deputy"),
    )
    async with console.signed_in("mara") as browser:
        await browser.get("/?account=deputy")
        assert onward(await console.press(browser, first, "dismiss", reason="irony")) == deputy.id
        await browser.get("/")
        assert onward(await console.press(browser, deputy, "dismiss", reason="irony")) == party.id


async def test_a_case_that_somebody_else_has_open_is_next_only_where_there_is_no_other(console: Console) -> None:
    first, second, third = [await came(console, f"b{number}") for number in range(3)]
    async with console.signed_in("mara") as browser, console.signed_in("tom") as tom:
        await tom.get(f"/case/{second.id}")
        assert onward(await console.press(browser, first, "dismiss", reason="irony")) == third.id
        assert onward(await console.press(browser, third, "dismiss", reason="irony")) == second.id


async def test_no_escalated_case_is_ever_next(console: Console) -> None:
    first = await console.office.opened(by="b0")
    await console.office.opened(THREAT, by="vic")
    async with console.signed_in("nadia") as browser:
        assert onward(await console.press(browser, first, "escalate", reason="threat")) == ""
