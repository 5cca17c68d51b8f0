"""Cards and the store in step: sent, redrawn, put away, sent again, and never more than a minute allows."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.model import Event, Reason, Receipt, State, Verb, VerdictKind, Visibility
from bot.store import Change, PileOn, Received

if TYPE_CHECKING:
    from bot.model import Case
    from tests.fakes.telegram_chats import Message
    from tests.review.telegram.conftest import Office

ON_IMOGEN = PileOn(handle="@imogen@fernwick.example", within=timedelta(minutes=30), cases=3)
NEXT_POST = "Show another post of the pile-on"


async def close(office: Office, case: Case) -> None:
    await office.ask(case, Verb.DISMISS, "tom", reason=Reason.IRONY)


def counting(office: Office) -> list[Message]:
    return [message for message in office.api.shown(office.staff) if message.text.startswith("and ")]


async def test_each_case_has_one_card_in_its_chat(office: Office) -> None:
    first, second = await office.open_case(), await office.open_case()
    threat = await office.open_case(kind=VerdictKind.ESCALATE, text="I know where she lives.")
    async with office.at_work() as desk:
        for case in (first, second, threat):
            await office.card(case)
        await desk.refresh()
        await office.kept(threat)
        assert office.cards(threat, office.staff) == []
        assert len(office.api.shown(office.staff)) == 2
        assert len(office.api.shown(office.safety)) == 1
        assert not any("lives" in message.text for message in office.api.shown(office.staff))


async def test_link_previews_are_off(office: Office) -> None:
    case = await office.open_case()
    async with office.at_work():
        assert (await office.card(case)).preview_off


async def test_after_a_restart_cards_are_sent_redrawn_and_closed(office: Office) -> None:
    changed, closed = await office.open_case(), await office.open_case(text="A vile word about her.")
    async with office.at_work():
        cards = [await office.card(case) for case in (changed, closed)]
        await office.kept(closed)
    fresh = await office.open_case()
    await office.ask(changed, Verb.APPROVE, "asha")
    await close(office, closed)
    async with office.at_work():
        await office.card(fresh)
        assert await office.card(changed, saying="Approved by Asha Verma") is cards[0]
        assert await office.card(closed, saying="Dismissed by Tom Reed") is cards[1]
        assert "vile" not in cards[1].text
        assert len(office.api.shown(office.staff)) == 3


async def test_a_card_that_someone_deleted_is_sent_again(office: Office) -> None:
    case = await office.open_case()
    async with office.at_work() as desk:
        card = await office.card(case)
        await office.kept(case)
        await office.api.delete(card)
        await office.ask(case, Verb.REWORD, "asha")
        await desk.refresh()
        assert await office.card(case) is not card


async def test_a_card_deleted_while_the_bot_was_away_is_sent_again_at_the_start(office: Office) -> None:
    case = await office.open_case()
    async with office.at_work():
        card = await office.card(case)
        await office.kept(case)
    await office.api.delete(card)
    async with office.at_work():
        assert await office.card(case) is not card


async def publish(office: Office, case: Case) -> Case:
    """What `publish_due` stores, with no platform behind it."""
    case = await office.case(case)
    until = office.clock.now + timedelta(minutes=2)
    claimed = Change(case_id=case.id, version=case.version, event=Event.CLAIMED, actor="bot", owner="test")
    case = await office.store.advance(replace(claimed, claimed_until=until))
    await office.store.intend(case, owner="test", visibility=Visibility.UNLISTED)
    receipt = Receipt(native_id="9", url="https://fernwick.example/@leader/9", posted_at=office.clock.now)
    return await office.store.advance(
        Change(case_id=case.id, version=case.version, event=Event.PUBLISHED, actor="bot", receipt=receipt)
    )


async def test_a_posted_reply_leaves_a_stub_with_its_link_and_a_way_to_take_it_back(office: Office) -> None:
    case = await office.open_case(text="A vile word about her.")
    await office.ask(case, Verb.APPROVE, "asha")
    async with office.at_work() as desk:
        card = await office.card(case, saying="Approved by Asha Verma")
        await publish(office, case)
        await desk.refresh()
        await office.card(case, saying="Published by @leader@fernwick.example")
        assert "https://fernwick.example/@leader/9" in card.covered("url")
        assert "vile" not in card.text
        assert set(card.buttons) == {"Delete our reply…", "Our mistake…"}
        await office.press("asha", card, "Delete our reply…", "Yes, delete our reply")
        assert (await office.case(case)).state is State.RETRACTING


async def test_an_edit_after_our_reply_opens_its_card_with_what_changed_and_what_can_be_done(office: Office) -> None:
    case = await office.open_case(text="A vile word about her.")
    await office.ask(case, Verb.APPROVE, "asha")
    async with office.at_work() as desk:
        await office.card(case, saying="Approved by Asha Verma")
        await publish(office, case)
        await desk.refresh()
        await office.card(case, saying="Published by")
        edited = replace(case.mention, text="A kind word about her.", edited_at=office.clock.now)
        received = Received(mention=edited, verdict=replace(case.verdict, policy=None, matches=()))
        await office.store.receive("party", [received], cursor=None)
        await desk.refresh()
        card = await office.card(case, saying="keep, correct or retract it?")
        assert card.covered("strikethrough") == ["vile "]
        assert "kind " in card.covered("underline")
        assert "As the post now reads, no rule holds in it." in card.text
        assert {"Keep our reply", "Correct it…", "Delete our reply…", "Our mistake…"} == set(card.buttons)
        assert "Published by" in await office.press("asha", card, "Keep our reply")
        await desk.refresh()
        [card] = await office.api.until(lambda: [card for card in office.cards(case) if "vile" not in card.text])
        assert set(card.buttons) == {"Delete our reply…", "Our mistake…"}


async def test_when_telegram_asks_to_slow_down_the_card_comes_later(office: Office) -> None:
    case = await office.open_case()
    office.api.complain("sendMessage", 429, "Too Many Requests: retry after 1", retry_after=1)
    async with office.at_work():
        await office.card(case)


async def test_when_telegram_fails_the_card_comes_later(office: Office) -> None:
    case = await office.open_case()
    office.api.complain("sendMessage", 502, "Bad Gateway")
    async with office.at_work():
        await office.card(case)


async def test_one_card_that_telegram_refuses_does_not_hold_up_the_others(office: Office) -> None:
    first, second = await office.open_case(), await office.open_case()
    office.api.complain("sendMessage", 400, "Bad Request: something new")
    async with office.at_work():
        refused = await office.card(first)
        assert "cannot be shown here" in refused.text
        assert refused.buttons == {}
        assert (await office.card(second)).buttons != {}


async def test_a_chat_that_is_lost_does_not_silence_the_other(office: Office) -> None:
    async with office.at_work() as desk:
        office.staff.members[office.api.me.id] = "kicked"
        await office.open_case()
        threat = await office.open_case(kind=VerdictKind.ESCALATE)
        await desk.refresh()
        await office.card(threat)


async def test_a_pile_on_is_collapsed_and_nothing_is_lost(office: Office) -> None:
    cases = [await office.open_case() for _ in range(9)]
    async with office.at_work(group_rate=10) as desk:
        (count,) = await office.api.until(lambda: counting(office))
        assert count.text == "and 4 more: /queue"
        assert [bool(office.cards(case)) for case in cases] == [True] * 5 + [False] * 4
        office.clock.now += timedelta(seconds=61)
        await desk.refresh()
        for case in cases:
            await office.card(case)
        await office.api.until(lambda: not counting(office))


async def test_a_reply_too_long_to_be_read_whole_cannot_be_approved_here(office: Office) -> None:
    case = await office.open_case(reply="Argue. " * 300)
    async with office.at_work():
        card = await office.card(case)
        assert "too long to show here whole" in card.text
        assert "Approve" not in card.buttons
        assert "Dismiss…" in card.buttons


async def test_the_state_of_every_case_fits_on_a_card(office: Office) -> None:
    case = await office.open_case()
    async with office.at_work() as desk:
        await office.ask(case, Verb.APPROVE, "asha")
        await desk.refresh()
        card = await office.card(case, saying="Approved by Asha Verma")
        await office.ask(case, Verb.UNDO, "asha")
        await desk.refresh()
        await office.card(case, saying="Waiting for a decision")
        assert "Approve" in card.buttons
        assert (await office.case(case)).state is State.OPEN


async def test_a_pile_on_has_one_card_that_counts_without_a_new_message(office: Office) -> None:
    first = await office.open_case(pile_on=ON_IMOGEN)
    second = await office.open_case(pile_on=ON_IMOGEN)
    async with office.at_work() as desk:
        card, other = await office.card(first), await office.card(second)
        assert "Pile-on" not in card.text
        before = [button for button in card.buttons if "pile-on" not in button]
        await office.open_case(pile_on=ON_IMOGEN)
        await desk.refresh()
        await office.api.until(lambda: office.api.shown(office.staff) == [card])
        assert other not in office.api.shown(office.staff)
        await office.card(first, saying="Pile-on: 3 posts by 3 people within a minute.")
        assert list(card.buttons)[: len(before)] == before
        await office.open_case(pile_on=ON_IMOGEN)
        await desk.refresh()
        await office.card(first, saying="Pile-on: 4 posts")
        assert office.api.shown(office.staff) == [card]


async def test_another_post_is_shown_in_the_same_message_and_can_be_approved_there(office: Office) -> None:
    first, second, third = [await office.open_case(text=f"Vile {n}.", pile_on=ON_IMOGEN) for n in range(3)]
    async with office.at_work():
        card = await office.card(first)
        await office.press("asha", card, NEXT_POST)
        assert await office.card(second, saying="Vile 1.") is card
        await office.press("asha", card, NEXT_POST)
        assert await office.card(third, saying="Vile 2.") is card
        await office.press("asha", card, NEXT_POST, NEXT_POST)
        assert await office.card(second, saying="Vile 1.") is card
        await office.press("asha", card, "Approve")
        assert (await office.case(second)).state is State.APPROVED
        assert await office.card(second, saying="Approved by Asha Verma") is card
        await office.press("tom", card, "Undo")
        assert {(await office.case(case)).state for case in (first, second, third)} == {State.OPEN}


async def test_a_card_turns_to_the_post_that_was_approved_elsewhere(office: Office) -> None:
    first, second, _ = [await office.open_case(text=f"Vile {n}.", pile_on=ON_IMOGEN) for n in range(3)]
    async with office.at_work() as desk:
        card = await office.card(first)
        await office.drawn(first)
        await office.store.advance(
            Change(case_id=second.id, version=1, event=Event.APPROVED, actor="tom", decides="approve")
        )
        await desk.refresh()
        assert await office.card(second, saying="Approved by Tom") is card
        assert len(office.api.shown(office.staff)) == 1


async def test_a_press_on_a_button_of_a_post_that_waits_no_longer_is_told(office: Office) -> None:
    first, second, _ = [await office.open_case(pile_on=ON_IMOGEN) for _ in range(3)]
    async with office.at_work():
        card = await office.card(first)
        await office.api.until(lambda: NEXT_POST in card.buttons)
        await office.store.advance(
            Change(case_id=second.id, version=1, event=Event.EXPIRED, actor="bot", outcome="expired")
        )
        told = await office.press("asha", card, NEXT_POST)
        assert told == "That post waits no longer, or this is no longer its card."


async def test_a_whole_pile_on_is_dismissed_with_one_press_and_a_reason(office: Office) -> None:
    found = [await office.open_case(pile_on=ON_IMOGEN) for _ in range(3)]
    async with office.at_work():
        card = await office.card(found[0])
        await office.press("asha", card, "Dismiss the whole pile-on…", "● all: Abuse, not answered")
        for case in found:
            now = await office.case(case)
            assert (now.state, now.reason, now.changed_by) == (State.CLOSED, Reason.NOT_ANSWERED, "asha")
        await office.card(found[0], saying="Dismissed by Asha Verma")


async def test_a_post_of_a_pile_on_that_is_asked_for_takes_the_card_along(office: Office) -> None:
    first, second, _ = [await office.open_case(text=f"Vile {n}.", pile_on=ON_IMOGEN) for n in range(3)]
    async with office.at_work():
        await office.card(first)
        await office.api.say(office.people["asha"], office.staff, f"/case_{second.id}")
        await office.card(second, saying="Vile 1.")
        await office.api.until(lambda: len(office.cards(first, office.staff)) == 0)


async def test_a_pile_on_that_grows_and_grows_waits_for_its_minute_and_holds_up_no_threat(office: Office) -> None:
    first, *_ = [await office.open_case(pile_on=ON_IMOGEN) for _ in range(3)]
    async with office.at_work(group_rate=4) as desk:
        await office.card(first, saying="Pile-on: 3 posts")
        await office.open_case(pile_on=ON_IMOGEN)
        await desk.refresh()
        await office.card(first, saying="Pile-on: 4 posts")
        for _ in range(3):
            await office.open_case(pile_on=ON_IMOGEN)
        threat = await office.open_case(kind=VerdictKind.ESCALATE)
        await desk.refresh()
        await office.card(threat)
        assert "Pile-on: 4 posts" in (await office.card(first)).text
        office.clock.now += timedelta(seconds=61)
        await desk.refresh()
        await office.card(first, saying="Pile-on: 7 posts")
