"""Before an election two people approve every reply, whenever its case opened, and some words are not said."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.files import Files
from bot.model import Case, Refusal, State, Verb
from tests.fakes.office import Office, write_files

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

PHRASE = "hard"
"""Of some of the wordings that answer it."""
WORDS = ["vote for", PHRASE]


@pytest.fixture
async def before(tmp_path: Path) -> AsyncIterator[Office]:
    """An office five days before a campaign of ten."""
    files = Files.read(write_files(tmp_path))
    office = await Office.open(tmp_path, files=files)
    today = office.clock.now().date()
    days = {"from": str(today + timedelta(days=5)), "to": str(today + timedelta(days=15)), "wording": WORDS}
    await office.store.close()
    office = await Office.open(tmp_path, files=Files.read(write_files(tmp_path, election=days)))
    yield office
    await office.store.close()


def campaign_begins(office: Office, *, minutes: int = 0) -> None:
    """Let it begin, or be so many minutes away."""
    midnight = (office.clock.now() + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    until = midnight + timedelta(days=4) - office.clock.now()
    office.clock.pass_(minutes=round(until.total_seconds() / 60) - minutes + (0 if minutes else 1))


async def test_two_people_approve_what_one_could_before(before: Office) -> None:
    case = await before.opened()
    assert case.approvals_required == 1
    campaign_begins(before)
    case = await before.opened(by="kim")
    assert case.approvals_required == 2
    case = await decided(before, case, "mara")
    assert case.state is State.OPEN
    assert (await decided(before, case, "tom")).state is State.APPROVED


async def test_what_one_approved_in_time_is_not_posted_by_one_alone_afterwards(before: Office) -> None:
    campaign_begins(before, minutes=240)
    case = await decided(before, await before.opened(), "mara")
    assert case.state is State.APPROVED
    before.clock.pass_(minutes=241)
    await before.publish()
    assert before.network.replies == []
    closed = await before.store.case(case.id)
    assert closed is not None
    assert closed.outcome == "superseded"
    [successor] = await before.store.cases(states={State.OPEN})
    assert successor.approvals_required == 2


async def test_words_that_may_not_be_said_are_neither_proposed_nor_taken_from_a_reviewer(before: Office) -> None:
    campaign_begins(before)
    cases = [await before.opened(f"You florp number {number}.", by=f"sam{number}") for number in range(4)]
    assert not [case for case in cases if case.draft is None or f" {PHRASE} " in case.draft.text]
    case = cases[0]
    answer = await before.decide(case, Verb.EDIT, "mara", text="Vote for kindness. https://fernwick.example/code")
    assert isinstance(answer, Refusal)
    assert "no reply says “vote for” (election.wording)" in answer.message


async def test_a_reply_that_was_approved_before_and_says_them_goes_back_to_people(before: Office) -> None:
    campaign_begins(before, minutes=240)
    weighing = before.pipeline.weighing
    case = await before.opened(by="kim")
    assert case.draft is not None
    assert weighing.unsaid_because(f"{case.draft.text} Vote for us") is None
    before.clock.pass_(minutes=241)
    assert "no reply says" in (weighing.unsaid_because(f"{case.draft.text} Vote for us") or "")
    assert weighing.as_it_asks(replace(before.files.accounts["leader"], approvals=1)).approvals == 2


async def decided(office: Office, case: Case, who: str) -> Case:
    answer = await office.decide(case, Verb.APPROVE, who)
    assert isinstance(answer, Case), answer
    return answer
