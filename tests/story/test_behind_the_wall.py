"""Once a case was sealed, nobody of comms meets it again: on no page, by no command, by no query, in no role."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from bot.model import Case, Decision, Reason, Refusal, State, Verb
from bot.store import AuditSought, QueueView, Reader, Sought, Wanted
from bot.store.records import Terms
from tests.fakes.office import ABUSE, THREAT, Office
from tests.fakes.terminal import typed
from tests.fakes.wall import REFERRAL
from tests.review.console.conftest import over

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

WORDS = ("quagmirely", "zebedee")
"""What the post says, and who wrote it. Which rule held is counted in the figures, like every case."""


@pytest.fixture
async def comms(tmp_path: Path) -> AsyncIterator[Office]:
    office = await Office.open(tmp_path, referral=REFERRAL)
    yield office
    await office.store.close()


async def sealed(comms: Office) -> Case:
    opened = await comms.opened(f"{ABUSE} quagmirely", by="zebedee")
    decision = Decision(
        case_id=opened.id,
        version=opened.version,
        verb=Verb.REFER,
        reviewer="tom",
        desk="console",
        reason=Reason.DISCIPLINARY,
    )
    answer = await comms.pipeline.decide(decision)
    assert isinstance(answer, Case)
    return answer


def meets(text: str) -> list[str]:
    return [word for word in WORDS if word in text.lower()]


async def test_no_page_shows_it_to_anybody(comms: Office) -> None:
    case = await sealed(comms)
    async with over(comms) as console:
        routes = console.app._app.routes  # type: ignore[attr-defined]  # noqa: SLF001  every address there is
        places = sorted({(method, route.path) for route in routes for method in getattr(route, "methods", ())})
        assert len(places) > 60
        for person in ("mara", "tom", "nadia", "rosa", "wyn", "ada"):
            async with console.signed_in(person) as browser:
                for method, path in places:
                    address = re.sub(
                        r"{(\w+)(?::\w+)?}", lambda found: case.id if found[1] == "case_id" else "approve", path
                    )
                    if address in {"/events", "/sign-out"} or address.startswith("/static"):
                        continue
                    query = {"q": "florp"} if method == "GET" else {}
                    form = console.form(case, reason="not_abuse", text="Hello.") if method == "POST" else None
                    answer = await browser.request(method, address, params=query, data=form, follow_redirects=True)
                    assert not meets(answer.text), (person, method, address)


async def test_its_page_says_that_it_was_passed_on_and_no_more(comms: Office) -> None:
    case = await sealed(comms)
    async with over(comms) as console:
        for person in ("mara", "tom", "rosa", "wyn"):
            async with console.signed_in(person) as browser:
                page = (await browser.get(f"/case/{case.id}")).text
                assert "Passed on to the disciplinary body at" in page
                for word in ("Tom Hallow", "personal_abuse", "<form", "Severity"):
                    assert word not in page.partition("<main")[2]


async def test_no_command_shows_it(comms: Office) -> None:
    case = await sealed(comms)
    config = comms.files.loaded.path
    for command in (
        ["queue"],
        ["queue", "show", case.id],
        ["queue", "show", case.id, "--json"],
        ["status"],
        ["queue", "decide", case.id, "dismiss", "--reason", "not_abuse", "--as", "mara"],
    ):
        said = await typed(*command, "--config", config, module=True)
        assert not meets(said.out + said.err), command
    assert (
        "Passed on to the disciplinary body"
        in (await typed("queue", "show", case.id, "--config", config, module=True)).out
    )


async def test_no_query_gives_it_out(comms: Office) -> None:
    case = await sealed(comms)
    store, now = comms.store, comms.clock.now()
    reader = Reader(id="mara", speaks_for=frozenset(comms.files.accounts), has_open=frozenset())
    found = [
        await store.case(case.id),
        await store.cases(states=set(State), asked=True),
        await store.queue(Wanted(view=QueueView.ALL), reader),
        [await store.search(word, safety=safety) for word in (*WORDS, "florp") for safety in (True, False)],
        [await store.closed(safety=safety) for safety in (True, False)],
        await store.drafts(case.id),
        await store.decisions(case.id),
        await store.edits([case]),
        await store.seek(Sought(safety=True)),
        await store.live_mentions("party"),
        await store.recorded(),
        await store.left_alone(),
        await store.audit_page(AuditSought(safety=True)),
        await store.trail(case.id),
        await store.evidence.exhibits(case.id),
        await store.evidence.listed(case.id),
        await store.evidence.dossier(case.id),
        await store.audit_events(),
        await store.stats(now.replace(year=2020), safety=True),
    ]
    for answer in found:
        text = re.sub(
            r"'rules': \[[^\]]*\]", "", repr(answer)
        )  # which rules held is on record since the case was opened
        assert not meets(text), text


async def test_nobody_can_hurry_or_withdraw_it(comms: Office) -> None:
    case = await sealed(comms)
    for person in comms.files.reviewers:
        for verb in Verb:
            assert isinstance(await comms.decide(case, verb, person, reason=Reason.DISCIPLINARY), Refusal)
    await comms.store.purge(
        comms.clock.now().replace(year=2040), Terms(ignored_days=1, recorded_days=1, closed_case_days=1)
    )
    assert [box.id for box in await comms.store.outbox.waiting(10)] == [case.id]


async def test_it_keeps_counting_against_its_author_without_being_shown(comms: Office) -> None:
    await sealed(comms)
    again = await comms.opened(by="zebedee")
    history = (await comms.store.histories([again.mention.author.uri], since=comms.clock.now().replace(year=2020)))[
        again.mention.author.uri
    ]
    assert history.strikes == 1
    assert [earlier.outcome for earlier in history.cases] == ["open", "referred"]
    async with over(comms) as console:
        card = await console.room.card(again)
        assert card.past == ()
        assert not any("still counts" in note for note in card.notes)
        threat = await comms.opened(THREAT, by="zebedee")
        assert (await console.room.card(threat)).past == ("19 Nov 2026: personal abuse, open",)
