"""The last look before posting: whatever forbids the reply ends in a sentence that a reviewer reads."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.model import Case, State, Verb, Visibility

if TYPE_CHECKING:
    from tests.fakes.office import Office


async def looked_at(office: Office, case: Case) -> Case:
    await office.publish()
    assert office.network.replies == []
    return await office.now(case)


async def test_what_the_account_has_muted_is_not_answered_and_a_person_reads_why(office: Office) -> None:
    case = await office.approved()
    office.network.refusing = "@leader@fernwick.example has muted this thread."
    case = await looked_at(office, case)
    assert (case.state, case.note) == (State.FAILED, "@leader@fernwick.example has muted this thread.")
    office.network.refusing = ""
    case = await office.decide(case, Verb.REOPEN)  # type: ignore[assignment]  # a refusal fails the next line
    assert (case.state, case.approvals) == (State.OPEN, ())


@pytest.mark.parametrize("narrowed", [Visibility.FOLLOWERS, Visibility.DIRECT])
async def test_what_not_everybody_sees_any_more_is_not_answered(office: Office, narrowed: Visibility) -> None:
    case = await office.approved()
    mentions = office.network.mentions
    mentions[case.mention.uri] = replace(mentions[case.mention.uri], visibility=narrowed)
    case = await looked_at(office, case)
    assert case.state is State.FAILED
    assert case.note == f"Its author has narrowed who can see the post since: it is for {narrowed} now."


async def test_reply_is_never_seen_by_more_people_than_the_post(office: Office) -> None:
    case = await office.approved(visibility=Visibility.FOLLOWERS, account="party")
    await office.publish()
    [reply] = office.network.replies
    assert (reply.case_id, reply.visibility) == (case.id, Visibility.FOLLOWERS)


async def test_reply_that_no_longer_fits_is_not_sent_and_the_lengths_are_told(office: Office) -> None:
    case = await office.approved()
    office.network.character_limit = 120
    case = await looked_at(office, case)
    assert case.state is State.FAILED
    assert case.note.endswith("and the server takes no more than 120 now. Shorten it.")
    office.network.character_limit = 500
    again = await office.decide(case, Verb.REOPEN)
    assert isinstance(again, Case)
    await office.decide(again, Verb.APPROVE)
    office.clock.pass_(minutes=2)
    await office.publish()
    assert len(office.network.replies) == 1


@pytest.mark.parametrize("known", ["by_hand", "by_another"])
async def test_what_another_account_of_ours_has_answered_is_withdrawn(office: Office, known: str) -> None:
    case = await office.approved()
    getattr(office.network, known).add(case.mention.uri)
    case = await looked_at(office, case)
    assert (case.outcome, case.note) == ("withdrawn", "An account of ours has already answered this post.")
