"""What stands around a post is had before it can vanish, and what is not had is said to be missing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from bot.model import ExhibitKind, Found, Original
from bot.ports import Fault, PlatformError
from bot.safety.capture import AT_ONCE, capture
from tests.fakes.office import ABUSE, RUDE, THREAT

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from bot.model import Mention
    from tests.fakes.office import Office


@dataclass
class Around:
    """A watcher that gives what a test has put there."""

    office: Office
    asked: list[tuple[str, frozenset[ExhibitKind]]] = field(default_factory=list)
    found: list[Found] = field(default_factory=list)
    broken: PlatformError | None = None
    at_a_loss: str = ""
    """In a post around which asking fails as nobody foresaw."""

    async def surroundings(self, mention: Mention, kinds: Collection[ExhibitKind]) -> Sequence[Found]:
        if self.broken is not None:
            raise self.broken
        if self.at_a_loss and self.at_a_loss in mention.text:
            raise ValueError("Invalid IPv6 URL")
        self.asked.append((mention.text, frozenset(kinds)))
        return [found for found in self.found if found.kind in kinds]

    def had(self, kind: ExhibitKind) -> Found:
        body = f"the {kind}".encode()
        return Found(kind=kind, original=Original(body=body, url="https://x.example", received_at=self.office.clock.at))

    async def again(self) -> None:
        await capture(self.office.store.evidence, self, "party")  # type: ignore[arg-type]  # the one verb that it uses


@pytest.fixture
def around(office: Office) -> Around:
    watcher = Around(office)
    watcher.found = [watcher.had(kind) for kind in ExhibitKind]
    return watcher


async def test_everything_around_a_case_is_captured_once(office: Office, around: Around) -> None:
    case = await office.opened(ABUSE)
    await around.again()
    await around.again()
    assert [text for text, _ in around.asked] == [ABUSE]
    kinds = [exhibit.kind for exhibit in await office.store.evidence.exhibits(case.id)]
    assert kinds == list(ExhibitKind)
    assert await office.store.verify() == []


async def test_threats_are_captured_before_insults_and_what_has_no_case_is_not(office: Office, around: Around) -> None:
    await office.receive(*(office.network.say(text) for text in (ABUSE, RUDE, THREAT)))
    await around.again()
    assert [text for text, _ in around.asked] == [THREAT, ABUSE]


async def test_what_a_later_attempt_may_bring_is_asked_for_again_and_no_more_than_that(
    office: Office, around: Around
) -> None:
    case = await office.opened(ABUSE)
    late = Found(kind=ExhibitKind.THREAD, missing="The server did not answer in time.", again=True)
    whole = list(around.found)
    around.found = [late, *(found for found in whole if found.kind is not ExhibitKind.THREAD)]
    await around.again()
    around.found = whole
    await around.again()
    assert len(around.asked) == 1
    office.clock.pass_(minutes=6)
    await around.again()
    assert around.asked[1][1] == {ExhibitKind.THREAD}
    threads = [each for each in await office.store.evidence.exhibits(case.id) if each.kind is ExhibitKind.THREAD]
    assert [(each.missing, each.body) for each in threads] == [(late.missing, None), ("", b"the thread")]


async def test_trouble_of_hours_costs_no_evidence_and_few_questions(office: Office, around: Around) -> None:
    case = await office.opened(ABUSE)
    whole = list(around.found)
    around.found = [Found(kind=kind, missing="The server was in trouble.", again=True) for kind in ExhibitKind]
    for _ in range(6 * 60 // 2):
        await around.again()
        office.clock.pass_(minutes=2)
    assert len(around.asked) == 7
    around.found = whole
    for _ in range(6 * 60 // 2):
        await around.again()
        office.clock.pass_(minutes=2)
    assert len(around.asked) == 8
    had = [exhibit.kind for exhibit in await office.store.evidence.exhibits(case.id) if exhibit.body]
    assert had == list(ExhibitKind)


async def test_nothing_is_asked_once_a_day_is_over(office: Office, around: Around) -> None:
    await office.opened(ABUSE)
    around.found = [Found(kind=ExhibitKind.THREAD, missing="The server was in trouble.", again=True)]
    for _ in range(3 * 24):
        await around.again()
        office.clock.pass_(hours=1)
    assert len(around.asked) < 12


async def test_an_edit_is_captured_with_its_own_surroundings(office: Office, around: Around) -> None:
    case = await office.opened(ABUSE)
    await around.again()
    office.clock.pass_(minutes=1)
    await office.receive(office.network.edit(case.mention.uri, f"{ABUSE} And more."))
    await around.again()
    assert [text for text, _ in around.asked] == [ABUSE, f"{ABUSE} And more."]


async def test_a_server_that_is_not_to_be_asked_now_is_asked_later(office: Office, around: Around) -> None:
    case = await office.opened(ABUSE)
    around.broken = PlatformError(Fault.TRANSIENT, "Asked too often.", code="rate_limited")
    await around.again()
    around.broken = None
    await around.again()
    assert len(await office.store.evidence.exhibits(case.id)) == len(ExhibitKind)


async def test_posts_that_cannot_be_asked_about_hold_up_no_other_and_are_noted_as_tried(
    office: Office, around: Around
) -> None:
    strange = [await office.opened(f"{THREAT} {number}", by=f"sam{number}") for number in range(AT_ONCE)]
    case = await office.opened(ABUSE)
    around.at_a_loss = THREAT
    with pytest.raises(ValueError, match="IPv6"):
        await around.again()
    assert [text for text, _ in around.asked] == [ABUSE]
    assert all(exhibit.body for exhibit in await office.store.evidence.exhibits(case.id))
    noted = [exhibit for each in strange for exhibit in await office.store.evidence.exhibits(each.id)]
    assert len(noted) == AT_ONCE * len(ExhibitKind)
    assert all(exhibit.missing and exhibit.body is None for exhibit in noted)
    around.at_a_loss = ""
    office.clock.pass_(minutes=6)
    await around.again()
    assert len(around.asked) == 1 + AT_ONCE
    assert await office.store.verify() == []
