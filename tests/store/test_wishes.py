"""What protected people wish is theirs to say, and what was found for them alone goes with their consent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.model import Author, Event, State
from bot.store import ReplyWish, Wish, digest_of
from bot.store.wishes import LINK_LASTS
from tests.store.scene import START, aimed

if TYPE_CHECKING:
    from bot.model import Case
    from tests.store.scene import Scene

IMOGEN = "@Imogen@fernwick.example"
HER = digest_of(IMOGEN)


async def page_of(scene: Scene, handle: str = IMOGEN) -> str:
    token = await scene.store.protected.open_link(await scene.store.protected.make_link(handle, actor="cat"))
    assert token is not None
    return token


async def found_for_her(scene: Scene, name: str = "1", kind: str = "respond") -> Case | None:
    said = {"watched_for": IMOGEN, "author": Author(uri=f"https://other.example/u/{name}", handle="@al@other.example")}
    received = scene.received(name, kind, said=said, pile_on=aimed(IMOGEN.lower()) if kind == "respond" else None)
    opened = await scene.receive(received)
    return await scene.case(opened[0]) if opened else None


async def test_a_link_opens_once_and_from_then_on_the_page_is_hers_alone(scene: Scene) -> None:
    link = await scene.store.protected.make_link(IMOGEN, actor="cat")
    assert await scene.store.protected.waits(link)
    page = await scene.store.protected.open_link(link)
    assert page is not None
    assert await scene.store.protected.of_page(page) == Wish(person=HER, own_page=True, unspoken=True)
    assert await scene.store.protected.open_link(link) is None
    assert not await scene.store.protected.waits(link)
    assert await scene.store.protected.of_page(link) is None


async def test_a_link_that_nobody_opens_is_worth_nothing_after_a_week(scene: Scene) -> None:
    link = await scene.store.protected.make_link(IMOGEN, actor="cat")
    scene.clock.time = START + LINK_LASTS
    assert await scene.store.protected.open_link(link) is None


async def test_a_new_link_replaces_the_one_before_and_when_opened_the_page(scene: Scene) -> None:
    page = await page_of(scene)
    first = await scene.store.protected.make_link(IMOGEN, actor="cat")
    second = await scene.store.protected.make_link(IMOGEN, actor="cat")
    assert await scene.store.protected.open_link(first) is None
    assert await scene.store.protected.of_page(page) is not None
    assert await scene.store.protected.open_link(second) is not None
    older = await scene.store.protected.of_page(page)
    assert older == Wish(person=HER, unspoken=True, older=True, replaced_at=START)


async def test_a_choice_is_consent_and_has_a_date(scene: Scene) -> None:
    page = await page_of(scene)
    await scene.store.protected.choose(HER, reply=ReplyWish.ASK_ME, shown=False, weekly=True)
    scene.clock.forward(days=1)
    await scene.store.protected.choose(HER, reply=ReplyWish.NEVER, shown=False, weekly=True)
    wish = await scene.store.protected.of_page(page)
    assert wish == Wish(person=HER, reply=ReplyWish.NEVER, shown=False, weekly=True, given_at=START, own_page=True)


async def test_with_the_consent_goes_what_was_found_for_her_alone(scene: Scene) -> None:
    await page_of(scene)
    await scene.store.protected.choose(HER, reply=ReplyWish.FOR_ME, shown=True, weekly=False)
    case = await found_for_her(scene)
    await found_for_her(scene, "2", "record")
    ours = await scene.opened("3")
    scene.clock.forward(days=1)
    assert await scene.store.protected.withdraw(HER) == 2
    assert case is not None
    now = await scene.case(case)
    assert (now.state, now.outcome, now.mention.text) == (State.CLOSED, "withdrawn", "")
    assert await scene.case(ours) == ours
    wish = (await scene.store.protected.wishes())[HER]
    assert (wish.given_at, wish.withdrawn_at) == (None, scene.clock())
    assert await scene.store.verify() == []


async def test_a_threat_stays_with_the_safety_desk_until_it_is_closed(scene: Scene) -> None:
    await page_of(scene)
    threat = await found_for_her(scene, "1", "escalate")
    assert await scene.store.protected.withdraw(HER) == 0
    assert threat is not None
    assert (await scene.case(threat)).mention.text == "you lot are vermin"
    await scene.change(threat, Event.DISMISSED, "cat", decides="dismiss")
    assert await scene.store.protected.forget([HER]) == 1
    assert (await scene.case(threat)).mention.text == ""


async def test_she_is_asked_about_what_is_aimed_at_her_and_a_no_closes_it(scene: Scene) -> None:
    first, second = await found_for_her(scene), await found_for_her(scene, "2")
    await scene.opened("3", pile_on=aimed("@somebody@fernwick.example"))
    assert first is not None
    assert second is not None
    asked = await scene.store.protected.asked(HER)
    assert [each.case_id for each in asked] == [first.id, second.id]
    assert not await scene.store.protected.answer(HER, second.id, yes=True, words="1 of another wording")
    assert await scene.store.protected.answer(HER, first.id, yes=False, words="")
    assert await scene.store.protected.answer(HER, second.id, yes=True, words=asked[1].words)
    assert await scene.store.protected.asked(HER) == []
    assert (await scene.case(first)).outcome == "refused"
    assert await scene.store.protected.agreed([first.id, second.id]) == {second.id}
    assert await scene.store.verify() == []


@pytest.mark.parametrize("whose", ["another's", "answered", "unknown"])
async def test_what_does_not_wait_for_her_is_not_hers_to_answer(scene: Scene, whose: str) -> None:
    case = await found_for_her(scene)
    assert case is not None
    person = digest_of("@bo@fernwick.example") if whose == "another's" else HER
    if whose == "answered":
        [asked] = await scene.store.protected.asked(HER)
        assert await scene.store.protected.answer(HER, case.id, yes=True, words=asked.words)
    of = "no-such" if whose == "unknown" else case.id
    assert not await scene.store.protected.answer(person, of, yes=False, words="")
    assert (await scene.case(case)).state is State.OPEN


async def test_the_audit_knows_nobody_by_name(scene: Scene) -> None:
    await page_of(scene)
    await scene.store.protected.choose(HER, reply=ReplyWish.NEVER, shown=True, weekly=False)
    await scene.store.protected.withdraw(HER)
    events = [event for event in await scene.store.audit_events("system") if event.kind.startswith("protected.")]
    assert [event.kind for event in events] == [
        f"protected.{each}" for each in ("link_made", "link_opened", "chose", "withdrew")
    ]
    assert "imogen" not in str(events).lower()
