"""Consent is a protected person's own: given, changed and withdrawn on a page that only they can open."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import httpx
import pytest

from bot.model import Case, Parent, Refusal, State, Verb
from bot.public import ChoicesPage, public_app, public_templates
from bot.store import ReplyWish, digest_of
from tests.fakes.office import ABUSE, THREAT, Office
from tests.fakes.strangers import ADDRESS, FROM_OURSELVES, PUBLIC

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

HER = "@ada@fernwick.example"
CONSENT = {"given_by": "Ada Quill", "given_on": "2026-11-02", "recorded_by": "Mara Bright"}
PROTECTED = [{"name": "Ada Quill", "handle": HER, "watched_through": "party", "consent": CONSENT}]


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    office = await Office.open(tmp_path, protected=PROTECTED, public=PUBLIC)
    yield office
    await office.store.close()


@asynccontextmanager
async def browser(office: Office) -> AsyncIterator[httpx.AsyncClient]:
    pages = public_templates("The Fernwick Party")
    links = office.files.links
    assert links is not None
    page = ChoicesPage(pages=pages, store=office.store, without_link=links.without, clock=lambda: 0.0)
    app = public_app(page.routes(), pages=pages, url=ADDRESS)
    transport = httpx.ASGITransport(app=app, client=("203.0.113.7", 50_000), raise_app_exceptions=False)
    async with httpx.AsyncClient(
        transport=transport, base_url=ADDRESS, headers=FROM_OURSELVES, follow_redirects=True
    ) as client:
        yield client


async def page_of(office: Office, client: httpx.AsyncClient) -> str:
    """The path of her own page, behind a fresh link."""
    link = await office.store.protected.make_link(HER, actor="nadia")
    opened = await client.post(f"/mine/open/{link}")
    assert opened.status_code == 200, opened.text
    return opened.url.path


async def at_her(office: Office, text: str = ABUSE, *, by: str = "sam") -> Case:
    """A case that is aimed at her, found under her post."""
    said = office.network.say(
        text, by=by, parent=Parent(uri="https://x.example/1", author=HER, text="Hello"), watched_for=HER
    )
    await office.receive(said)
    return await office.case_of(said)


async def test_looking_at_a_link_does_not_use_it_up_and_opening_it_does(office: Office) -> None:
    link = await office.store.protected.make_link(HER, actor="nadia")
    async with browser(office) as client:
        for _ in range(3):
            assert "Open my page" in (await client.get(f"/mine/open/{link}")).text
        page = await client.post(f"/mine/open/{link}")
        assert "You have not said yes." in page.text
        for again in (await client.get(f"/mine/open/{link}"), await client.post(f"/mine/open/{link}")):
            assert again.status_code == 404
            assert "This link opens nothing now" in again.text
        assert (await client.get(page.url.path)).status_code == 200


async def test_page_names_nobody_and_has_no_script(office: Office) -> None:
    async with browser(office) as client:
        text = (await client.get(await page_of(office, client))).text
    names = [HER, "Ada", *(person.name for person in office.files.reviewers.values())]
    assert [name for name in names if name in text] == []
    assert "<script" not in text


async def test_never_means_that_it_is_recorded_and_no_case_asks_for_a_reply(office: Office) -> None:
    async with browser(office) as client:
        page = await page_of(office, client)
        kept = await client.post(f"{page}/choose", data={"reply": "never"})
        assert "Kept. It counts from now on." in kept.text
    said = office.network.say(ABUSE, parent=Parent(uri="https://x.example/1", author=HER, text="Hello"))
    assert await office.receive(said) == ()
    [recorded] = await office.store.recorded()
    assert recorded.verdict.reasons[-1] == "The person it is aimed at wishes that nobody replies for them."
    threat = await at_her(office, THREAT, by="vic")
    assert threat.state is State.ESCALATED


async def test_ask_me_means_that_nothing_can_be_approved_before_she_says_yes(office: Office) -> None:
    async with browser(office) as client:
        page = await page_of(office, client)
        await client.post(f"{page}/choose", data={"reply": "ask_me"})
        case = await at_her(office)
        refused = await office.decide(case, Verb.APPROVE)
        assert isinstance(refused, Refusal)
        assert refused.message == "The person it is aimed at is asked first, on their own page, and has not said yes."
        asked = (await client.get(page)).text
        assert "<summary>Show what they wrote</summary>" in asked
        assert ABUSE in asked
        assert case.draft is not None
        assert "If we got this wrong" in case.draft.text
        assert [word for word in ("@sam", "/r/") if word in asked] == []  # the link is its author's alone to use
        said = await client.post(f"{page}/answer", data={"case": case.id, "said": "yes"})
        assert "Our people decide now" in said.text
        approved = await office.decide(await office.now(case), Verb.APPROVE)
        assert isinstance(approved, Case)
        again = await client.post(f"{page}/answer", data={"case": case.id, "said": "no"})
        assert again.status_code == 409


async def test_her_no_closes_the_case(office: Office) -> None:
    async with browser(office) as client:
        page = await page_of(office, client)
        await client.post(f"{page}/choose", data={"reply": "ask_me"})
        case = await at_her(office)
        assert (
            "Nobody replies to it." in (await client.post(f"{page}/answer", data={"case": case.id, "said": "no"})).text
        )
    assert (await office.now(case)).outcome == "refused"


async def test_do_not_show_me_leaves_figures_alone(office: Office) -> None:
    async with browser(office) as client:
        page = await page_of(office, client)
        await client.post(f"{page}/choose", data={"reply": "ask_me", "shown": "no", "weekly": "yes"})
        await at_her(office)
        text = (await client.get(page)).text
    assert ABUSE not in text
    assert "florp" not in text
    assert "1 abusive post aimed at you, by 1 person" in text
    assert "Yes, reply" in text


async def test_what_was_approved_before_she_changed_her_mind_is_not_posted(office: Office) -> None:
    async with browser(office) as client:
        page = await page_of(office, client)
        await client.post(f"{page}/choose", data={"reply": "for_me"})
        case = await at_her(office)
        assert isinstance(await office.decide(case, Verb.APPROVE), Case)
        office.clock.pass_(seconds=office.files.config.limits.undo_seconds + 1)
        await client.post(f"{page}/choose", data={"reply": "never"})
    await office.publish()
    assert office.network.replies == []
    assert (await office.now(case)).state is State.OPEN


async def test_with_her_consent_goes_what_was_found_for_her_and_she_can_say_yes_anew(office: Office) -> None:
    async with browser(office) as client:
        page = await page_of(office, client)
        await client.post(f"{page}/choose", data={"reply": "for_me"})
        case = await at_her(office)
        withdrawn = (await client.post(f"{page}/withdraw")).text
        assert "You took your consent back on" in withdrawn
        assert (await office.now(case)).mention.text == ""
        assert "Stop, and erase it" not in withdrawn
        assert "You said yes on" in (await client.post(f"{page}/choose", data={"reply": "never"})).text
    wish = (await office.store.protected.wishes())[digest_of(HER)]
    assert (wish.reply, wish.withdrawn_at) == (ReplyWish.NEVER, None)


@pytest.mark.parametrize("path", ["choose", "withdraw", "answer"])
async def test_nobody_without_the_address_changes_anything(office: Office, path: str) -> None:
    async with browser(office) as client:
        assert (await client.post(f"/mine/guessed/{path}", data={"reply": "never"})).status_code == 404
    assert await office.store.protected.wishes() == {}


async def test_whoever_tries_many_links_is_asked_to_wait(office: Office) -> None:
    async with browser(office) as client:
        answers = [(await client.get(f"/mine/guess{number}")).status_code for number in range(22)]
    assert answers[:20] == [404] * 20
    assert answers[-1] == 429


async def test_a_form_without_a_choice_changes_nothing_and_says_so(office: Office) -> None:
    async with browser(office) as client:
        page = await page_of(office, client)
        answer = await client.post(f"{page}/choose", data={"reply": "whatever"})
    assert answer.status_code == 422
    assert "Nothing was changed." in answer.text
