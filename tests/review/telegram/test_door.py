"""Who is in a chat: an unknown person stops the cards, and only their leaving or an admin's word brings them back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.model import VerdictKind

if TYPE_CHECKING:
    from tests.fakes.telegram_chats import Group, Message
    from tests.review.telegram.conftest import Office

AGAIN = "Show cards here again"


async def notice(office: Office, group: Group | None = None) -> Message:
    """The message that says that cards have stopped."""
    found = await office.api.until(
        lambda: [m for m in office.api.shown(group or office.staff) if m.text.startswith("Cards have stopped here")]
    )
    return found[-1]


async def test_a_newcomer_whom_nobody_named_stops_the_cards_and_hides_those_there(office: Office) -> None:
    case = await office.open_case(text="A vile word about her.")
    async with office.at_work() as desk:
        await office.card(case)
        await office.api.join(office.api.user("Nobody known"), office.staff)
        said = await notice(office)
        assert "1 person is here whom the configuration does not name" in said.text
        await office.api.until(lambda: not office.cards(case))
        await office.open_case(text="Another vile word.")
        await desk.refresh()
        await desk.tell("Case x waits.")
        assert not any("vile" in message.text for message in office.api.shown(office.staff))
    (detail,) = await office.audited("desk.closed")
    assert detail == {"chat": "staff", "strangers": 1, "sign": "membership"}


async def test_when_the_unknown_person_leaves_the_cards_come_back(office: Office) -> None:
    case = await office.open_case()
    stranger = office.api.user("Nobody known")
    async with office.at_work():
        await office.card(case)
        await office.api.join(stranger, office.staff)
        await notice(office)
        await office.api.until(lambda: not office.cards(case))
        await office.api.leave(stranger, office.staff)
        assert (await office.card(case)).buttons


async def test_an_admin_lets_the_cards_come_back_and_a_restart_remembers_it(office: Office) -> None:
    case = await office.open_case()
    async with office.at_work():
        await office.api.join(office.api.user("A new colleague"), office.staff)
        said = await notice(office)
        assert await office.press("asha", said, AGAIN) == "Only an admin can show the cards here again."
        assert await office.press("ada", said, AGAIN) == "Cards are shown here again."
        await office.card(case)
    async with office.at_work():
        assert (await office.card(case)).buttons
        await office.api.join(office.api.user("One more"), office.staff)
        await office.api.until(lambda: not office.cards(case))
    assert len(await office.audited("desk.closed")) == 2


async def test_an_admin_says_resume_and_the_pause_of_posting_stays(office: Office) -> None:
    case = await office.open_case()
    async with office.at_work():
        await office.say("asha", "/pause all something is odd")
        await office.api.join(office.api.user("A new colleague"), office.staff)
        await notice(office)
        told = await office.say("ada", "/resume")
        assert told == "Cards are shown here again. Posting is still paused: /resume once more to go on."
        await office.card(case)
        assert "all" in await office.store.paused()
        await office.say("ada", "/resume")
        assert await office.store.paused() == {}


async def test_someone_unknown_who_was_there_before_the_bot_stops_the_cards_at_the_start(office: Office) -> None:
    case = await office.open_case()
    stranger = office.api.user("Nobody known")
    office.staff.members[stranger.id] = "member"
    async with office.at_work():
        await notice(office)
        assert office.cards(case) == []


async def test_someone_unknown_who_speaks_is_noticed(office: Office) -> None:
    case = await office.open_case()
    stranger = office.api.user("Nobody known")
    async with office.at_work():
        await office.card(case)
        office.staff.members[stranger.id] = "member"
        await office.api.say(stranger, office.staff, "/queue")
        await notice(office)
        await office.api.until(lambda: not office.cards(case))
    (detail,) = await office.audited("message.refused")
    assert str(stranger.id) not in str(detail)


async def test_someone_whom_an_admin_let_stay_may_talk_but_not_act(office: Office) -> None:
    case = await office.open_case()
    colleague = office.api.user("A new colleague")
    async with office.at_work():
        await office.api.join(colleague, office.staff)
        await office.press("ada", await notice(office), AGAIN)
        card = await office.card(case)
        await office.api.say(colleague, office.staff, "/pause")
        press = await office.api.press(colleague, card, "Approve")
        assert await press.answered() == "You are not a reviewer here. Nothing was done."
        assert office.cards(case) == [card]
    assert await office.store.paused() == {}
    assert (await office.case(case)).version == case.version
    assert len(await office.audited("message.refused")) == 1


async def test_someone_unknown_who_presses_is_noticed(office: Office) -> None:
    case = await office.open_case()
    stranger = office.api.user("Nobody known")
    async with office.at_work():
        card = await office.card(case)
        office.staff.members[stranger.id] = "member"
        await (await office.api.press(stranger, card, "Approve")).answered()
        await notice(office)


@pytest.mark.parametrize("who", ["asha", "ada"])
async def test_the_safety_chat_is_closed_to_reviewers_who_are_not_of_the_safety_team_and_to_admins(
    office: Office, who: str
) -> None:
    threat = await office.open_case(kind=VerdictKind.ESCALATE, text="I know where she lives.")
    case = await office.open_case()
    async with office.at_work():
        card = await office.card(threat)
        await office.api.join(office.people[who], office.safety)
        said = await notice(office, office.safety)
        await office.api.until(lambda: not office.cards(threat, office.safety))
        press = await office.api.press(office.people[who], card, "ack", seen={"ack": f"acknowledge:{threat.id}:1"})
        assert await press.answered() == "You are not a reviewer here. Nothing was done."
        assert (await office.card(case)).buttons
        assert await office.press("sofia", said, AGAIN) == "Cards are shown here again."
        await office.card(threat)


async def test_while_cards_have_stopped_nothing_is_decided_there(office: Office) -> None:
    case = await office.open_case()
    async with office.at_work():
        card = await office.card(case)
        seen = card.buttons
        await office.api.join(office.api.user("Nobody known"), office.staff)
        await notice(office)
        press = await office.api.press(office.people["asha"], card, "Approve", seen=seen)
        assert (await press.answered()).startswith("Cards have stopped here")
        assert (await office.say("asha", "/queue")).startswith("Cards have stopped here")
        assert (await office.case(case)).version == case.version


async def test_a_group_that_becomes_public_stops_the_cards_whoever_asks(office: Office) -> None:
    case = await office.open_case()
    async with office.at_work():
        await office.card(case)
        office.staff.username = "fernwick_staff"
        await office.api.join(office.api.user("Nobody known"), office.staff)
        said = await notice(office)
        assert "it is public: it has a username" in said.text
        assert await office.press("ada", said, AGAIN) == "No: it is public: it has a username."
        await office.api.until(lambda: not office.cards(case))
