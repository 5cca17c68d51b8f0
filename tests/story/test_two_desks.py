"""Two people at one case at the same moment, wherever each of them sits: one decision, one post, and both are told."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, cast

import httpx
import pytest
from selectolax.lexbor import LexborHTMLParser
from structlog.testing import capture_logs

from bot.model import State
from tests.fakes.bot_api import TOKEN, BotApi
from tests.fakes.office import ABUSE
from tests.fakes.town import Town, town, until

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from structlog.typing import EventDict

    from bot.app import App
    from bot.model import Case
    from tests.fakes.telegram_chats import Group, Message, User

SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}


@dataclass(kw_only=True)
class House:
    """A bot at work with both its desks open, on the simulated networks."""

    town: Town
    app: App
    api: BotApi
    staff: Group
    mara: User
    tom: User

    async def opened(self, by: str, **said: str) -> Case:
        """The case of a new mention."""
        post = self.town.say(ABUSE, by=by, **said)

        async def there() -> list[Case]:
            return [case for case in await self.app.store.cases(states={State.OPEN}) if case.mention.uri == post.uri]

        [case] = await until(there)
        return cast("Case", case)

    async def card(self, case: Case, *, saying: str = "") -> Message:
        """The case's card in the staff chat, once it can be approved and says this."""
        found = await self.api.until(partial(self._cards, case, saying))
        return found[0]

    def _cards(self, case: Case, saying: str) -> list[Message]:
        shown = [message for message in self.api.shown(self.staff) if f"/case_{case.id}" in message.text]
        return [message for message in shown if "Approve" in message.buttons and saying in message.text]

    @asynccontextmanager
    async def browser(self, who: str) -> AsyncIterator[httpx.AsyncClient]:
        """Somebody's browser, signed in at the console."""
        assert self.app.console is not None
        async with httpx.AsyncClient(base_url=self.app.console.address, headers=SAME_ORIGIN, timeout=30) as browser:
            assert (await browser.post(self.app.console.link_for(who))).is_redirect
            yield browser

    async def outcome(self, case: Case) -> tuple[list[str], int]:
        """Who has decided the case, once it is done, and how many replies to it stand on the network."""

        async def done() -> bool:
            now = await self.app.store.case(case.id)
            return now is not None and now.state in {State.PUBLISHED, State.CLOSED}

        await until(done)
        decisions = await self.app.store.decisions(case.id)
        replies = [reply for reply in self.town.replies() if reply["in_reply_to"] == case.mention.uri]
        return [decision.reviewer for decision in decisions], len(replies)


@pytest.fixture(autouse=True)
def logged() -> Iterator[list[EventDict]]:
    """What the bot logs, which would otherwise be drawn on a terminal."""
    with capture_logs() as entries:
        yield entries


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with BotApi.running() as api:
        mara, tom = api.user("Mara", user_id=700000001), api.user("Tom", user_id=700000002)
        nadia = api.user("Nadia", user_id=700000003)
        staff, safety = api.group("Staff", mara, tom), api.group("Safety", nadia)
        desks = {
            "console": {"enabled": True, "port": 0},
            "telegram": {"token_env": "TELEGRAM_TOKEN", "staff_chat": staff.id, "safety_chat": safety.id},
        }
        async with (
            town(tmp_path, desks=desks) as fernwick,
            fernwick.bot(telegram_address=api.url, TELEGRAM_TOKEN=TOKEN) as app,
        ):
            yield House(town=fernwick, app=app, api=api, staff=staff, mara=mara, tom=tom)


async def form(browser: httpx.AsyncClient, case: Case, verb: str) -> dict[str, str]:
    """What the case's page would send when that button is pressed, once the post was shown."""
    page = LexborHTMLParser((await browser.get(f"/case/{case.id}", params={"shown": "1"})).text)
    found = page.css_first(f"form[action='/case/{case.id}/{verb}']")
    assert found is not None
    fields = found.css("input[type=hidden]")
    return {field.attributes["name"] or "": field.attributes.get("value") or "" for field in fields}


async def test_one_presses_on_telegram_while_another_presses_in_the_console(house: House) -> None:
    async with house.browser("tom") as browser:
        for author in ("sam", "vic", "len"):
            case = await house.opened(author)
            card, fields = await house.card(case), await form(browser, case, "approve")
            press = asyncio.create_task(house.api.press(house.mara, card, "Approve"))
            answer = await browser.post(f"/case/{case.id}/approve", data=fields)
            told = await (await press).answered()
            deciders, replies = await house.outcome(case)
            assert (len(deciders), replies) == (1, 1)
            if deciders == ["mara"]:
                assert told.startswith("Approved by Mara Bright")
                assert not answer.is_redirect
                assert "Mara Bright was first" in answer.text
            else:
                assert told.startswith("Tom Hallow was first")
                assert answer.is_redirect


async def test_approval_on_telegram_and_dismissal_in_the_console_are_never_both_taken(house: House) -> None:
    async with house.browser("tom") as browser:
        case = await house.opened("sam")
        card, fields = await house.card(case), await form(browser, case, "dismiss")
        press = asyncio.create_task(house.api.press(house.mara, card, "Approve"))
        await browser.post(f"/case/{case.id}/dismiss", data={**fields, "reason": "irony"})
        await (await press).answered()
        deciders, replies = await house.outcome(case)
        assert (len(deciders), replies) in {(1, 1), (1, 0)}
        assert (deciders == ["mara"]) == (replies == 1)


async def test_two_press_on_telegram(house: House) -> None:
    case = await house.opened("sam")
    card = await house.card(case)
    seen = card.buttons
    presses = [await house.api.press(person, card, "Approve", seen=seen) for person in (house.mara, house.tom)]
    told = sorted(await asyncio.gather(*(press.answered() for press in presses)))
    deciders, replies = await house.outcome(case)
    assert (len(deciders), replies) == (1, 1)
    name = {"mara": "Mara Bright", "tom": "Tom Hallow"}[deciders[0]]
    assert told[0].startswith(f"Approved by {name}")
    assert told[1].startswith(f"{name} was first")


async def test_where_two_must_approve_two_at_once_still_make_one_post(house: House) -> None:
    case = await house.opened("sam", to="@deputy@parlour.example")
    async with house.browser("tom") as browser:
        card, fields = await house.card(case), await form(browser, case, "approve")
        press = asyncio.create_task(house.api.press(house.mara, card, "Approve"))
        answer = await browser.post(f"/case/{case.id}/approve", data=fields)
        await (await press).answered()
        [first] = {decision.reviewer for decision in await house.app.store.decisions(case.id)}
        assert (first == "tom") == answer.is_redirect
        assert house.town.replies() == []
        if first == "mara":
            await browser.post(f"/case/{case.id}/approve", data=await form(browser, case, "approve"))
        else:
            await (
                await house.api.press(house.mara, await house.card(case, saying="1 of 2 approvals"), "Approve")
            ).answered()
        deciders, replies = await house.outcome(case)
        assert (set(deciders), len(deciders), replies) == ({"mara", "tom"}, 2, 1)
