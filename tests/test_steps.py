"""What the bot does by itself is told where a person must know, and gives way to whoever was first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.model import Event, State, Verb
from bot.store import Stale

if TYPE_CHECKING:
    from tests.fakes.office import Office


async def test_author_who_blocked_us_fails_the_case_with_words(office: Office) -> None:
    case = await office.approved()
    office.network.blocked.add(case.mention.uri)
    await office.publish()
    case = await office.now(case)
    assert case.state is State.FAILED
    assert "blocked" in case.note
    assert office.sayings == [f"The reply of case {case.id} was not posted. {case.note}"]


async def test_a_step_on_a_case_that_a_person_has_meanwhile_decided_changes_nothing(office: Office) -> None:
    case = await office.opened()
    approved = await office.decide(case, Verb.APPROVE)
    with pytest.raises(Stale):
        await office.pipeline.steps.take(case, Event.EXPIRED, outcome="expired")
    assert await office.now(case) == approved
