"""Presses of buttons, from the fake Telegram through the desk to the store and back."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from bot.model import Reason, Refusal, State, Verb, VerdictKind
from tests.fakes.telegram_chats import ANONYMOUS_ADMIN, Press, User

if TYPE_CHECKING:
    from tests.review.telegram.conftest import Office


async def test_approving_is_stored_answered_and_drawn(office: Office) -> None:
    case = await office.open_case()
    async with office.at_work():
        card = await office.card(case)
        told = await office.press("asha", card, "Approve")
        assert told.startswith("Approved by Asha Verma; posts at 21:05 UTC")
        assert (await office.case(case)).state is State.APPROVED
        await office.card(case, saying="Approved by Asha Verma")
        assert "Undo" in card.buttons


async def test_an_approval_can_be_undone(office: Office) -> None:
    case = await office.open_case()
    async with office.at_work():
        card = await office.card(case)
        await office.press("asha", card, "Approve", "Undo")
        assert (await office.case(case)).state is State.OPEN
        await office.card(case, saying="Waiting for a decision")


async def test_another_wording_is_another_draft(office: Office) -> None:
    case = await office.open_case()
    async with office.at_work():
        card = await office.card(case)
        (before,) = card.covered("pre")
        await office.press("asha", card, "Another wording")
        await office.api.until(lambda: card.covered("pre") != [before])
        fresh = await office.case(case)
        assert fresh.draft is not None
        assert fresh.draft.revision == 2
        assert fresh.state is State.OPEN


async def test_edit_says_how_to(office: Office) -> None:
    case = await office.open_case()
    async with office.at_work():
        told = await office.press("asha", await office.card(case), "Edit…")
        assert told.startswith("Answer the card with your wording")
        assert (await office.case(case)).version == case.version


async def test_dismissing_asks_for_a_reason_and_leaves_a_stub_without_the_abuse(office: Office) -> None:
    case = await office.open_case(text="A vile word about her.")
    async with office.at_work():
        card = await office.card(case)
        told = await office.press("tom", card, "Dismiss…", "● Abuse, not answered")
        assert told.startswith("Dismissed by Tom Reed")
        await office.card(case, saying="Dismissed by Tom Reed")
        assert "vile" not in card.text
        assert case.mention.author.handle not in card.text
        assert card.buttons == {}
    decided = await office.case(case)
    assert (decided.state, decided.reason) == (State.CLOSED, "not_answered")
    assert await office.store.cards("telegram") == []


async def test_back_shows_the_first_buttons_again(office: Office) -> None:
    case = await office.open_case()
    async with office.at_work():
        card = await office.card(case)
        before = card.buttons
        await office.press("tom", card, "Dismiss…", "« Back")
        await office.api.until(lambda: card.buttons == before)


async def test_escalating_moves_the_case_to_the_safety_chat(office: Office) -> None:
    case = await office.open_case(text="A vile word about her.")
    async with office.at_work():
        card = await office.card(case)
        await office.press("asha", card, "Escalate…", "Stalking or fixation")
        on_safety = await office.card(case, office.safety)
        assert set(on_safety.buttons) == {"Acknowledge", "Refer…", "Dismiss…", "Send back to staff"}
        await office.card(case, office.staff, saying="Passed to the safety desk")
        assert "vile" not in card.text
        assert card.buttons == {}


async def test_the_safety_team_sends_a_case_back_to_staff(office: Office) -> None:
    case = await office.open_case()
    await office.ask(case, Verb.ESCALATE, "asha", reason=Reason.DANGER)
    async with office.at_work():
        card = await office.card(case, office.safety)
        await office.press("sofia", card, "Send back to staff")
        await office.card(case, office.staff, saying="Waiting for a decision")
        assert (await office.case(case)).state is State.OPEN


async def test_a_threat_is_acknowledged_and_referred_and_has_no_reply_button(office: Office) -> None:
    case = await office.open_case(kind=VerdictKind.ESCALATE)
    async with office.at_work():
        card = await office.card(case, office.safety)
        assert set(card.buttons) == {"Acknowledge", "Refer…", "Dismiss…"}
        assert card.covered("pre") == []
        assert (await office.press("sofia", card, "Acknowledge")).startswith("Escalated. Sofia Lind has acknowledged")
        await office.card(case, office.safety, saying="Sofia Lind has acknowledged")
        assert "Police: 101" in await office.press("sofia", card, "Refer…")
        await office.press("sofia", card, "Passed to the police")
        assert (await office.case(case)).outcome == "referred"
        assert office.cards(case, office.staff) == []


async def test_the_principal_refuses_without_a_reason(office: Office) -> None:
    case = await office.open_case()
    async with office.at_work():
        card = await office.card(case)
        assert (await office.press("lena", card, "I will not say this")).startswith("Refused by Lena Hart")
        assert (await office.case(case)).outcome == "refused"


async def test_a_reviewer_without_the_right_is_told_so(office: Office) -> None:
    case = await office.open_case()
    async with office.at_work():
        card = await office.card(case)
        assert (await office.press("otto", card, "Approve")).startswith("Not now, or not for you")
        assert (await office.press("asha", card, "I will not say this")).startswith("Not now, or not for you")
        assert (await office.press("otto", card, "Dismiss…")).startswith("Not now, or not for you")
        assert (await office.case(case)).version == case.version
        refused = [event for event in await office.store.audit_events() if event.kind == "decision.refused"]
        assert [event.actor for event in refused] == ["otto", "asha", "otto"]


async def test_two_people_must_approve_where_the_account_asks_for_two(office: Office) -> None:
    case = await office.open_case(approvals=2)
    async with office.at_work():
        card = await office.card(case)
        assert (await office.press("asha", card, "Approve")).startswith("1 of 2 approvals: Asha Verma")
        await office.card(case, saying="1 of 2 approvals")
        assert (await office.press("asha", card, "Approve")).startswith("You have approved it already")
        await office.press("tom", card, "Approve")
        assert (await office.case(case)).state is State.APPROVED


async def test_an_unknown_presser_is_told_no_and_nothing_happens(office: Office) -> None:
    case = await office.open_case()
    stranger = office.api.user("Nobody known")
    async with office.at_work():
        card = await office.card(case)
        press = await office.api.press(stranger, card, "Approve")
        assert await press.answered() == "You are not a reviewer here. Nothing was done."
    assert (await office.case(case)).version == case.version
    (detail,) = await office.audited("press.refused")
    assert detail["chat"] == "staff"
    assert str(stranger.id) not in str(detail)
    assert len(str(detail["user"])) == 16


async def test_an_anonymous_admin_is_refused(office: Office) -> None:
    case = await office.open_case()
    anonymous = User(id=ANONYMOUS_ADMIN, name="Group")
    async with office.at_work():
        press = await office.api.press(anonymous, await office.card(case), "Approve")
        assert "hides who you are" in await press.answered()
        assert (await office.case(case)).version == case.version


async def test_a_reviewer_in_another_chat_decides_nothing(office: Office) -> None:
    case = await office.open_case()
    other = office.api.group("Elsewhere", *office.people.values())
    async with office.at_work():
        card = await office.card(case)
        copied = office.api.message(other, office.api.me, card.text)
        copied.keyboard = card.keyboard
        press = await office.api.press(office.people["asha"], copied, "Approve")
        assert await press.answered() == "This chat is not a desk."
        assert (await office.case(case)).version == case.version
        [refused] = [event for event in await office.store.audit_events() if event.kind == "press.refused"]
        assert (refused.actor, refused.detail) == ("asha", {"why": "another chat"})


async def test_a_forged_press_on_a_safety_case_shows_and_does_nothing_in_the_staff_chat(office: Office) -> None:
    mine = await office.open_case()
    threat = await office.open_case(kind=VerdictKind.ESCALATE, text="I know where she lives.")
    async with office.at_work():
        card = await office.card(mine)
        seen = {"forged": f"acknowledge:{threat.id}:{threat.version}"}
        press = await office.api.press(office.people["sofia"], card, "forged", seen=seen)
        assert await press.answered() == "There is no such case on this desk."
        assert (await office.case(threat)).acknowledged_by is None
        assert not any("lives" in message.text for message in office.api.shown(office.staff))


@pytest.mark.parametrize("data", ["", "approve", "approve:x", "approve:x:y", "publish:x:1", "dismiss:x:1:police", "🙂"])
async def test_words_that_no_button_of_ours_says_are_refused(office: Office, data: str) -> None:
    case = await office.open_case()
    async with office.at_work():
        card = await office.card(case)
        press = await office.api.press(office.people["asha"], card, "forged", seen={"forged": data})
        assert await press.answered() == "There is no such case on this desk."
        [refused] = [event for event in await office.store.audit_events() if event.kind == "press.refused"]
        assert (refused.actor, refused.detail) == ("asha", {"why": "not on this desk"})


async def test_of_two_at_the_same_moment_one_decides_and_the_other_is_told_who(office: Office) -> None:
    case = await office.open_case()
    async with office.at_work():
        card = await office.card(case)
        seen = card.buttons
        presses = [await office.api.press(office.people[who], card, "Approve", seen=seen) for who in ("asha", "tom")]
        told = sorted(await asyncio.gather(*(press.answered() for press in presses)))
        first, second = (("Asha Verma", "Tom Reed"), ("Tom Reed", "Asha Verma"))["Approved by Tom" in told[0]]
        assert told[0].startswith(f"Approved by {first}; posts at")
        assert told[1].startswith(f"{first} was first"), second
    assert len(await office.store.decisions(case.id)) == 1


async def test_whoever_comes_after_the_console_is_told_who_was_first(office: Office) -> None:
    case = await office.open_case()
    async with office.at_work():
        card = await office.card(case)
        await office.ask(case, Verb.APPROVE, "tom")
        told = await office.press("asha", card, "Approve")
        assert told.startswith("Tom Reed was first and approved it at 21:04 UTC")
        assert isinstance(await office.ask(case, Verb.APPROVE, "asha"), Refusal)
        await office.card(case, saying="Approved by Tom Reed")
    assert [decision.reviewer for decision in await office.store.decisions(case.id)] == ["tom"]


async def test_the_same_person_pressing_twice_decides_once_and_is_told(office: Office) -> None:
    case = await office.open_case()
    async with office.at_work():
        card = await office.card(case)
        seen = card.buttons
        await office.press("asha", card, "Approve")
        again = await office.api.press(office.people["asha"], card, "Approve", seen=seen)
        assert (await again.answered()).startswith("You have done this already. Approved by Asha Verma")
    assert len(await office.store.decisions(case.id)) == 1


async def test_another_button_of_a_card_that_is_not_yet_redrawn_asks_to_look_again(office: Office) -> None:
    case = await office.open_case()
    async with office.at_work():
        card = await office.card(case)
        seen = card.buttons
        await office.press("asha", card, "Another wording")
        late = await office.api.press(office.people["asha"], card, "Dismiss…", seen=seen)
        assert await late.answered() == "The card has changed meanwhile. Waiting for a decision. Press again."
    assert (await office.case(case)).state is State.OPEN


async def test_a_press_that_telegram_delivers_again_decides_once(office: Office) -> None:
    case = await office.open_case()
    async with office.at_work():
        card = await office.card(case)
        press = await office.api.press(office.people["asha"], card, "Approve")
        await press.answered()
        await office.api.send_press(press)
        told = [call for call in office.api.calls if call[0] == "answerCallbackQuery"]
        await office.api.until(lambda: len([c for c in office.api.calls if c[0] == "answerCallbackQuery"]) > len(told))
    assert len(await office.store.decisions(case.id)) == 1


async def test_a_decision_stands_although_telegram_takes_no_answer_any_more(office: Office) -> None:
    case = await office.open_case()
    async with office.at_work():
        card = await office.card(case)
        press = Press(id="1", by=office.people["asha"], message=card, data=card.buttons["Approve"], too_old=True)
        await office.api.send_press(press)
        await office.card(case, saying="Approved by Asha Verma")
    assert (await office.case(case)).state is State.APPROVED
    assert not press.answer.done()


async def test_a_button_from_before_an_edit_of_the_reply_approves_nothing(office: Office) -> None:
    case = await office.open_case()
    async with office.at_work():
        card = await office.card(case)
        seen = card.buttons
        await office.press("asha", card, "Another wording")
        late = await office.api.press(office.people["tom"], card, "Approve", seen=seen)
        assert (await late.answered()).startswith("Asha Verma was first and changed it")
    assert (await office.case(case)).state is State.OPEN


async def test_buttons_work_after_a_restart(office: Office) -> None:
    case = await office.open_case()
    async with office.at_work():
        card = await office.card(case)
    async with office.at_work():
        await office.press("asha", card, "Approve")
        assert (await office.case(case)).state is State.APPROVED
        assert await office.card(case, saying="Approved by Asha Verma") is card


async def test_a_card_that_was_sent_but_not_remembered_becomes_the_card_when_pressed(office: Office) -> None:
    case = await office.open_case()
    async with office.at_work():
        card = await office.card(case)
        await office.store.drop_card(await office.kept(case))
        await office.press("asha", card, "Approve")
        await office.api.until(lambda: "Approved by Asha Verma" in card.text)


async def test_a_second_message_of_the_same_case_is_put_away_when_pressed(office: Office) -> None:
    case = await office.open_case()
    async with office.at_work():
        card = await office.card(case)
        double = office.api.message(office.staff, office.api.me, card.text)
        double.keyboard = card.keyboard
        await office.press("asha", double, "Approve")
        await office.api.until(lambda: "no longer the card" in double.text)
        assert double.buttons == {}
        await office.api.until(lambda: "Approved by Asha Verma" in card.text)


async def test_checklist_is_ticked_by_whoever_acknowledged_and_shown_to_the_next(office: Office) -> None:
    case = await office.open_case(kind=VerdictKind.ESCALATE)
    async with office.at_work():
        card = await office.card(case)
        assert "☐ Danger now?" in card.text
        assert "☐ Danger now?" not in card.buttons
        await office.press("sofia", card, "Acknowledge")
        assert await office.press("sofia", card, "☐ Danger now?") == "Ticked: Danger now?"
        await office.card(case, saying="☑ Danger now?: Sofia Lind")
        assert await office.press("sofia", card, "☑ Danger now?") == "Not done after all: Danger now?"
    assert await office.store.safety.ticked([case.id]) == {}


async def test_step_of_an_escalation_cannot_be_ticked_from_the_staff_chat(office: Office) -> None:
    case, theirs = await office.open_case(kind=VerdictKind.ESCALATE), await office.open_case()
    async with office.at_work():
        await office.press("sofia", await office.card(case), "Acknowledge")
        card = await office.card(theirs)
        old = {"☐ Danger now?": f"step:{case.id}:life"}
        press = await office.api.press(office.people["asha"], card, "☐ Danger now?", seen=old)
        assert await press.answered() == "There is no such case on this desk."
    assert await office.store.safety.ticked([case.id]) == {}
