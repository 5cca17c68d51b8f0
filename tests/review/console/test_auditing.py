"""The audit in the console: for auditors and admins, filtered by its address, checked and exported."""

from __future__ import annotations

import html
import json
import re
from typing import TYPE_CHECKING

import pytest

from bot.model import Reason, Verb
from bot.review.console.auditing import PAGE
from bot.store import audit_line
from tests.fakes.office import THREAT
from tests.store.scene import Clock, Scene

if TYPE_CHECKING:
    import httpx

    from tests.review.console.conftest import Console

AUDITOR, ADMIN = "wyn", "ada"


async def checked(browser: httpx.AsyncClient) -> str:
    """The page after every chain was recomputed."""
    answer = await browser.post("/audit/verify")
    assert answer.status_code == 303
    while "being recomputed" in (page := (await browser.get("/audit")).text):
        pass
    return page


async def test_auditors_and_admins_read_it_and_nobody_else(console: Console) -> None:
    case = await console.office.opened()
    for who in (AUDITOR, ADMIN):
        async with console.signed_in(who) as browser:
            assert "The case was opened." in (await browser.get("/audit")).text
            assert 'href="/audit"' in (await browser.get("/more")).text
    for who in ("tom", "nadia", "rosa"):
        async with console.signed_in(who) as browser:
            assert 'href="/audit"' not in (await browser.get("/more")).text
            for address in ("/audit", f"/audit/case/{case.id}"):
                assert (await browser.get(address)).status_code == 403
            for address in ("/audit/verify", "/audit/export"):
                assert (await browser.post(address)).status_code == 403
    kinds = [event.kind for event in await console.office.store.audit_events()]
    assert not {"audit.exported", "audit.verified"} & set(kinds)


async def test_admin_is_told_of_nothing_that_the_safety_team_does_with_a_case(console: Console) -> None:
    threat = await console.office.opened(THREAT)
    await console.office.store.note("evidence.packed", actor="nadia", detail={"cases": [threat.id]})
    async with console.signed_in("nadia") as browser:
        held = await browser.post(f"/case/{threat.id}/hold", data={"reason": "The police asked for it."})
        assert held.status_code == 303
        assert "Nadia Sorrel placed a legal hold." in (await browser.get(f"/case/{threat.id}")).text
    for who, told in ((ADMIN, False), (AUDITOR, True)):
        async with console.signed_in(who) as browser:
            page = (await browser.get("/audit")).text
        assert ("Nadia Sorrel made a pack of evidence." in page) is told
        assert ("Nadia Sorrel placed a legal hold." in page) is told


async def test_filters_stand_in_the_address(console: Console) -> None:
    case, other = await console.office.opened(by="kim"), await console.office.opened(by="lee")
    await console.office.decide(case, Verb.DISMISS, "tom", reason=Reason.QUOTED)
    async with console.signed_in(AUDITOR) as browser:
        page = (await browser.get("/audit?kind=case.dismissed&actor=&stream=&day=&case=")).text
        assert "Tom Hallow dismissed it. Not abuse: quotes or reports it." in page
        assert other.id not in page
        page = (await browser.get(f"/audit?case={other.id}")).text
        assert (case.id in page, "The case was opened." in page) == (False, True)
        assert "Nothing." in (await browser.get("/audit?day=2020-01-01")).text


async def test_older_events_are_one_press_away_and_none_is_missed(console: Console) -> None:
    for number in range(PAGE):
        await console.office.store.note("bot.started", actor="bot", detail={"number": number})
        await console.office.store.note("bot.stopped", actor="bot", stream="party")
    async with console.signed_in(AUDITOR) as browser:
        page = (await browser.get("/audit")).text
        shown = page.count("<li><span")
        while older := re.search(r'href="([^"]*)" rel="next"', page):
            page = (await browser.get(html.unescape(older[1]))).text
            shown += page.count("<li><span")
    assert shown == len(await console.office.store.audit_events())


@pytest.mark.parametrize("asked", ["day=tomorrow", "day=9999-12-31", "before=x~y", "colour=red", f"actor={'a' * 500}"])
async def test_address_that_cannot_be_read_is_a_plain_page(console: Console, asked: str) -> None:
    async with console.signed_in(AUDITOR) as browser:
        answer = await browser.get(f"/audit?{asked}")
    assert answer.status_code == 422
    assert "To the audit" in answer.text


async def test_one_case_is_followed_from_end_to_end_with_who_looked(console: Console) -> None:
    case = await console.office.opened()
    await console.office.store.note("case.read", actor="tom", stream=case.account, case_id=case.id)
    await console.office.decide(case, Verb.DISMISS, "mara", reason=Reason.IRONY)
    async with console.signed_in(AUDITOR) as browser:
        page = (await browser.get(f"/audit/case/{case.id}")).text
    opened, looked, dismissed = (page.index(words) for words in ("was opened.", "and looked.", "Mara Bright dismissed"))
    assert opened < looked < dismissed
    assert "Looked at by Tom Hallow." in page
    assert "console" in page


async def test_admins_find_nothing_of_what_the_safety_desk_has(console: Console) -> None:
    await console.office.opened()
    async with console.signed_in(AUDITOR) as auditor, console.signed_in(ADMIN) as admin:
        before = (await admin.get("/audit")).text
        threat = await console.office.opened(THREAT, by="zed")
        assert (await admin.get("/audit")).text == before
        assert (await admin.get(f"/audit/case/{threat.id}")).status_code == 404
        assert (await admin.get(f"/audit?case={threat.id}")).text.count(threat.id) == 1
        assert threat.id in (await auditor.get("/audit")).text
        assert "was opened." in (await auditor.get(f"/audit/case/{threat.id}")).text
        assert (await admin.post("/audit/export")).status_code == 403


async def test_chains_are_recomputed_and_the_page_says_what_was_checked(console: Console) -> None:
    await console.office.opened()
    async with console.signed_in(AUDITOR) as browser, console.signed_in(ADMIN) as admin:
        assert "Not checked since the bot started." in (await browser.get("/audit")).text
        heads = await console.office.store.chain_heads()
        page = await checked(browser)
        assert "Every chain is whole." in page
        assert "for Wyn Castell" in page
        assert [head.digest for head in heads if head.digest not in page] == []
        withheld = (await admin.get("/audit")).text
        assert "Every chain is whole." in withheld
        assert [head.digest for head in heads if head.digest in withheld] == []


async def test_broken_chain_is_named_with_its_number(console: Console) -> None:
    case = await console.office.opened()
    event = (await console.office.store.trail(case.id))[0]
    office = Scene(store=console.office.store, clock=Clock(), address=console.office.database)
    office.tamper("UPDATE audit_events SET actor = 'nobody' WHERE stream = ? AND seq = ?", event.stream, event.seq)
    async with console.signed_in(AUDITOR) as browser, console.signed_in(ADMIN) as admin:
        page = await checked(browser)
        assert "The audit was altered." in page
        assert f"Chain {event.stream}, event {event.seq}: its content does not match its digest" in page
        withheld = (await admin.get("/audit")).text
    assert f"Chain {event.stream}, event {event.seq}</li>" in withheld


async def test_export_is_the_terminals_and_its_own_last_event(console: Console) -> None:
    await console.office.opened(THREAT)
    async with console.signed_in(AUDITOR) as browser:
        answer = await browser.post("/audit/export")
    assert answer.headers["content-disposition"].startswith('attachment; filename="audit-')
    events = await console.office.store.audit_events()
    assert answer.text.splitlines() == [audit_line(event) for event in events]
    system = [json.loads(line) for line in answer.text.splitlines() if json.loads(line)["stream"] == "system"]
    assert (system[-1]["kind"], system[-1]["actor"]) == ("audit.exported", AUDITOR)
