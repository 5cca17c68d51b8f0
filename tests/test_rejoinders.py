"""What was said by a link is told to staff without its words, and ruled on by whoever may speak for the account."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.model import Refusal, RejoinderKind, Ruling
from bot.rejoinders import KIND_WORDS
from bot.responses import digest_of
from bot.store import Taken
from tests.fakes.office import THREAT
from tests.fakes.strangers import Outside, outside

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.model import Rejoinder


@pytest.fixture
async def at(tmp_path: Path) -> AsyncIterator[Outside]:
    async with outside(tmp_path) as place:
        yield place


async def said(at: Outside, kind: RejoinderKind = RejoinderKind.SORRY, words: str = "I was angry.") -> Rejoinder:
    case, path = await at.answered()
    assert await at.office.pipeline.rejoinders.hear(digest_of(path.removeprefix("/r/")), kind, words) is Taken.NEW
    [rejoinder] = await at.office.store.rejoinders_to(case.id)
    return rejoinder


async def ruled(at: Outside, rejoinder: Rejoinder, ruling: Ruling, by: str) -> str:
    person = at.office.files.reviewers[by]
    refusal = await at.office.pipeline.rejoinders.rule(rejoinder.id, ruling, person)
    return refusal.code if isinstance(refusal, Refusal) else ""


def test_every_choice_has_its_words() -> None:
    assert set(KIND_WORDS) == set(RejoinderKind)


async def test_staff_are_told_once_and_never_the_words(at: Outside) -> None:
    rejoinder = await said(at)
    told = f"They answered our reply in case {rejoinder.case_id}: “I am sorry”. A person must read it."
    assert at.office.sayings == [told]
    path = at.path_in(at.office.network.replies[-1].text)
    digest = digest_of(path.removeprefix("/r/"))
    assert await at.office.pipeline.rejoinders.hear(digest, rejoinder.kind, rejoinder.words) is Taken.KNOWN
    assert at.office.sayings == [told]


async def test_link_that_nobody_gave_out_is_told_to_nobody(at: Outside) -> None:
    taken = await at.office.pipeline.rejoinders.hear("00" * 32, RejoinderKind.NOT_ME, THREAT)
    assert (taken, at.office.sayings) == (Taken.UNKNOWN, [])


@pytest.mark.parametrize("by", ["nadia", "wyn", "idris"])
async def test_whoever_may_not_speak_for_the_account_rules_on_nothing(at: Outside, by: str) -> None:
    rejoinder = await said(at)
    assert await ruled(at, rejoinder, Ruling.ACCEPTED, by) == "unknown_rejoinder"
    assert await at.office.store.rejoinders(safety=False) == [rejoinder]


async def test_second_reviewer_is_told_that_somebody_was_first(at: Outside) -> None:
    rejoinder = await said(at)
    assert await ruled(at, rejoinder, Ruling.ACCEPTED, "mara") == ""
    assert await ruled(at, rejoinder, Ruling.STANDS, "tom") == "too_late"


async def test_only_an_apology_is_accepted_and_a_mistake_is_ruled_on_its_case(at: Outside) -> None:
    rejoinder = await said(at, RejoinderKind.NOT_ME)
    assert await ruled(at, rejoinder, Ruling.ACCEPTED, "mara") == "not_now"
    assert await ruled(at, rejoinder, Ruling.MISTAKE, "mara") == "not_now"
    assert await ruled(at, rejoinder, Ruling.STANDS, "mara") == ""


async def test_what_speaks_of_danger_is_ruled_on_by_the_safety_role_alone(at: Outside) -> None:
    rejoinder = await said(at, words=THREAT)
    assert rejoinder.safety
    assert await ruled(at, rejoinder, Ruling.STANDS, "mara") == "unknown_rejoinder"
    assert await ruled(at, rejoinder, Ruling.STANDS, "nadia") == ""


async def test_nothing_that_is_said_or_ruled_posts_anything(at: Outside) -> None:
    rejoinder = await said(at)
    await ruled(at, rejoinder, Ruling.ACCEPTED, "mara")
    at.office.clock.pass_(hours=3)
    await at.office.pipeline.expire_and_remind()
    await at.office.publish()
    assert len(at.office.network.replies) == 1
