"""A room presents cases from what the store knows, and asks rights afresh each time."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.model import Reason, Refusal, State, Verb
from bot.review.room import Room
from tests.fakes.office import ABUSE, THREAT
from tests.fakes.quiet import quiet

if TYPE_CHECKING:
    from bot.model import Case
    from tests.fakes.office import Office


@pytest.fixture
def room(office: Office) -> Room:
    async def intake(_url: str, _reviewer: str) -> Case | str:
        return ""

    async def pause(*_given: str) -> tuple[str, ...]:
        return ()

    async def resume(*_given: str) -> None: ...

    async def release(*_given: str) -> Refusal | None:
        return None

    settings = office.files.config
    return Room(
        store=office.store,
        accounts=office.files.accounts,
        reviewers=office.files.reviewers,
        policies=settings.policies,
        referral=settings.referral,
        now=office.clock.now,
        decide=office.pipeline.decide,
        intake=intake,
        pause=pause,
        resume=resume,
        release=release,
        vitals=quiet(office.store, office.clock.now),
    )


async def test_cards_come_in_the_order_of_their_cases(office: Office, room: Room) -> None:
    cases = [await office.opened(by="kim"), await office.opened(by="lee")]
    assert [card.case_id for card in await room.cards(cases)] == [case.id for case in cases]
    assert await room.cards([]) == []


async def test_first_offence_is_not_shown_as_its_own_past(office: Office, room: Room) -> None:
    case = await office.opened()
    card = await room.card(case)
    assert card.past == ()
    assert not any("ruled abuse" in note for note in card.notes)


async def test_second_case_of_an_author_names_the_first(office: Office, room: Room) -> None:
    await office.approved()
    office.clock.pass_(days=2)
    card = await room.card(await office.opened(f"Again: {ABUSE}"))
    [earlier] = card.past
    assert earlier.endswith("; a strike until 19 Nov 2027")
    assert "1 other post of theirs, ruled abuse by a person, still counts." in card.notes


async def test_only_a_card_of_the_safety_desk_names_its_other_cases_of_an_author(office: Office, room: Room) -> None:
    staffs = await office.opened(by="dan")
    office.clock.pass_(minutes=5)
    threat = await office.opened(THREAT, by="dan")
    again = await office.opened(f"{THREAT} Again.", by="dan")
    assert (await room.card(staffs)).past == ()
    past = ("19 Nov 2026: threat, escalated", "19 Nov 2026: personal abuse, open")
    assert (await room.card(threat)).past == (await room.card(again)).past == past


async def test_strike_that_the_safety_desk_alone_may_see_is_counted_on_its_cards_alone(
    office: Office, room: Room
) -> None:
    first = await office.approved(by="dan")
    office.clock.pass_(days=2)
    second = await office.opened(f"Again: {ABUSE}", by="dan")
    ruled = await office.decide(await office.opened(THREAT, by="dan"), Verb.REFER, "nadia", reason=Reason.POLICE)
    assert not isinstance(ruled, Refusal)
    told = "1 other post of theirs, ruled abuse by a person, still counts."
    assert told in (await room.card(second)).notes
    assert not any("still counts" in note for note in (await room.card(first)).notes)
    assert told in (await room.card(ruled)).notes


async def test_strike_of_a_post_stands_at_the_case_of_it_that_most_may_see(office: Office, room: Room) -> None:
    answered = await office.approved(by="dan")
    later = await office.opened(f"Again: {ABUSE}", by="dan")
    await office.publish()
    await office.receive(office.network.edit(answered.mention.uri, THREAT))
    [threat] = await office.store.cases(states={State.ESCALATED})
    assert not isinstance(await office.decide(threat, Verb.REFER, "nadia", reason=Reason.POLICE), Refusal)
    [past] = (await room.card(later)).past
    assert past.endswith("personal abuse, published, answered; a strike until 19 Nov 2027")


async def test_verbs_are_those_of_the_account_that_would_answer(office: Office, room: Room) -> None:
    case = await office.opened()
    assert Verb.APPROVE in room.verbs(case, room.reviewers["mara"])
    assert Verb.APPROVE not in room.verbs(case, room.reviewers["wyn"])


async def test_case_of_an_account_that_has_left_is_shown_and_nobody_speaks_for_it(office: Office, room: Room) -> None:
    case = replace(await office.opened(), account="gone")
    card = await room.card(case)
    assert card.reply is not None
    assert card.reply.account == "gone"
    assert Verb.APPROVE not in room.verbs(case, room.reviewers["mara"])


async def test_paused_account_or_a_pause_of_everything_shows_on_the_card(office: Office, room: Room) -> None:
    case = await office.approved()
    assert "to be posted next" in (await room.card(case)).status
    for scope in (case.account, "all"):
        await office.store.pause(scope, actor="mara")
        assert (await room.card(case)).status == "Approved by Mara Bright; posting is paused."
        await office.store.resume(scope, actor="mara")
    other = next(account for account in room.accounts if account != case.account)
    await office.store.pause(other, actor="mara")
    assert "to be posted next" in (await room.card(case)).status


async def test_advice_says_that_it_is_about_the_wording(office: Office, room: Room) -> None:
    room = replace(room, advise=lambda _case: ("It does not link to the code.",))
    case = await office.opened()
    assert (await room.card(case)).notes[-1] == "Your wording: It does not link to the code."
    escalated = await room.card(replace(case, state=State.ESCALATED))
    assert not any("Your wording" in note for note in escalated.notes)


async def test_without_a_console_there_is_no_link(room: Room) -> None:
    assert room.case_link("c1") is None


async def test_cues_are_marked_and_told_on_the_safety_desk_alone(office: Office, room: Room) -> None:
    threat = await room.card(await office.opened("I will zark you tonight, with a knife.", by="vic"))
    assert [part.text for part in threat.text if part.marked] == ["zark", "tonight", "knife"]
    assert threat.level == ("time", "means")
    assert threat.notes[0].startswith("It names a time and a means.")
    ordinary = await room.card(await office.opened("You florp, tonight, with a knife.", by="kim"))
    assert (ordinary.level, ordinary.cues) == ((), ())
    assert [part.text for part in ordinary.text if part.marked] == ["florp"]


async def test_second_threat_of_an_author_at_the_same_target_is_a_cue(office: Office, room: Room) -> None:
    first = await room.card(await office.opened("I will zark you.", by="vic"))
    assert first.level == ()
    office.clock.pass_(days=1)
    second = await room.card(await office.opened("I will zark you, again.", by="vic"))
    assert second.level == ("repetition",)


async def test_cues_change_neither_verdict_nor_verbs(office: Office, room: Room) -> None:
    plain = await office.opened("I will zark you.", by="vic")
    cued = await office.opened("I will zark you tonight, your kids too.", by="kim")
    safety = room.reviewers["nadia"]
    assert (plain.verdict.kind, plain.verdict.severity) == (cued.verdict.kind, cued.verdict.severity)
    assert room.verbs(plain, safety) == room.verbs(cued, safety)
