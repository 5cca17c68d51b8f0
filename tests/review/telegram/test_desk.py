"""The desk from its start to its stop: what it refuses, what it survives, what it never says."""

from __future__ import annotations

import asyncio
import io
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot import log
from bot.model import State, VerdictKind
from bot.review.telegram import DeskError, TelegramDesk
from tests.fakes.bot_api import TOKEN
from tests.fakes.telegram_chats import ANONYMOUS_ADMIN, User

if TYPE_CHECKING:
    from bot.ports import Desk
    from tests.review.telegram.conftest import Office

CHILD = Path(__file__).with_name("interrupted_desk.py")
WRONG = TOKEN[:-1] + "x"


@pytest.fixture
def logged() -> io.StringIO:
    """Everything that is logged, at the most talkative, as the bot sets it up."""
    stream = io.StringIO()
    log.set_up(level="DEBUG", stream=stream, as_json=True)
    log.register_secret(TOKEN)
    return stream


def test_it_is_a_desk(office: Office) -> None:
    desk: Desk = office.desk()
    assert desk.name == "telegram"


async def test_it_starts_and_stops_and_starts_again(office: Office) -> None:
    for _ in range(2):
        async with office.at_work() as desk:
            await desk.refresh()
    assert office.api.calls[-1][0] == "getUpdates"


async def test_stopping_a_desk_that_never_started_is_harmless(office: Office) -> None:
    await office.desk().stop()


async def test_a_wrong_token_is_told_without_showing_it(office: Office, logged: io.StringIO) -> None:
    log.register_secret(WRONG)
    with pytest.raises(DeskError) as caught:
        await office.desk(token=WRONG).start()
    assert str(caught.value).startswith("desks.telegram.token_env: Telegram refused this token.")
    assert caught.value.__suppress_context__
    assert WRONG not in f"{caught.value}{logged.getvalue()}"


async def test_the_token_is_in_no_log(office: Office, logged: io.StringIO) -> None:
    case = await office.open_case()
    office.api.complain("sendMessage", 502, "Bad Gateway")
    async with office.at_work():
        card = await office.card(case)
        await office.press("asha", card, "Approve")
        office.api.complain("getUpdates", 401, "Unauthorized")
        await office.api.say(office.people["asha"], office.staff, "/queue")
        await office.api.until(lambda: not office.api.expected("getUpdates"))
        assert await office.say("asha", "/help")
    assert "token was refused; presses and commands are not heard" in logged.getvalue()
    assert TOKEN not in logged.getvalue()


async def test_a_telegram_that_cannot_be_reached_holds_nobody_up(office: Office, logged: io.StringIO) -> None:
    desk = TelegramDesk(
        office.room,
        token=TOKEN,
        staff_chat=office.staff.id,
        safety_chat=office.safety.id,
        base_url="http://127.0.0.1:9",
    )
    await desk.start()
    await desk.refresh()
    await desk.tell("Case x waits.")
    await desk.stop()
    assert "Telegram cannot be reached" in logged.getvalue()


@pytest.mark.parametrize("method", ["getMe", "sendChatAction", "getChatMemberCount"])
async def test_a_telegram_that_comes_back_is_found(office: Office, method: str) -> None:
    case = await office.open_case()
    office.api.complain(method, 502, "Bad Gateway")
    async with office.at_work():
        card = await office.card(case)
        await office.press("asha", card, "Approve")
        assert (await office.case(case)).state is State.APPROVED


async def test_it_refuses_a_public_chat(office: Office) -> None:
    office.safety.username = "fernwick_safety"
    with pytest.raises(DeskError, match=r"desks\.telegram\.safety_chat: .* it is public"):
        await office.desk().start()


async def test_it_refuses_a_chat_that_it_is_not_in(office: Office) -> None:
    del office.staff.members[office.api.me.id]
    with pytest.raises(DeskError, match=r"desks\.telegram\.staff_chat: .* Add the bot to the group"):
        await office.desk().start()


async def test_it_refuses_one_chat_for_both(office: Office) -> None:
    with pytest.raises(DeskError, match="another chat"):
        TelegramDesk(office.room, token=TOKEN, staff_chat=-1, safety_chat=-1)


async def test_it_refuses_a_conversation_with_someone_who_may_not_see_its_cases(office: Office) -> None:
    office.safety.type = "private"
    with pytest.raises(DeskError, match=r"desks\.telegram\.safety_chat: this is a conversation"):
        await office.desk().start()


async def test_telling_goes_to_the_chat_it_is_for(office: Office) -> None:
    async with office.at_work() as desk:
        await desk.tell("Case <x> waits & waits.")
        await desk.tell("Ring.", safety=True)
        assert [message.text for message in office.api.shown(office.staff)] == ["Case <x> waits & waits."]
        assert [message.text for message in office.api.shown(office.safety)] == ["Ring."]


async def test_telling_that_fails_raises_nothing(office: Office) -> None:
    async with office.at_work() as desk:
        office.api.complain("sendMessage", 403, "bot was kicked from the group chat")
        await desk.tell("Case x waits.")
        await desk.tell("Again.")
        assert [message.text for message in office.api.shown(office.staff)] == ["Again."]


async def test_presses_made_while_the_bot_was_away_are_taken_at_the_start(office: Office) -> None:
    case = await office.open_case()
    async with office.at_work():
        card = await office.card(case)
        await office.kept(case)
    press = await office.api.press(office.people["asha"], card, "Approve")
    async with office.at_work():
        assert (await press.answered()).startswith("Approved by Asha Verma")
        assert (await office.case(case)).state is State.APPROVED


async def test_a_group_that_becomes_a_supergroup_is_followed_and_staff_are_told(office: Office) -> None:
    case = await office.open_case()
    async with office.at_work():
        await office.card(case)
        await office.kept(case)
        after = await office.api.upgrade(office.staff)
        said = await office.api.until(lambda: [m for m in office.api.shown(after) if "supergroup" in m.text])
        assert f"desks.telegram.staff_chat: {after.id}" in said[0].text
        card = await office.card(case, after)
        await office.press("asha", card, "Approve")
        assert (await office.case(case)).state is State.APPROVED


async def test_a_group_that_moved_while_the_bot_was_away_is_followed(office: Office) -> None:
    case = await office.open_case()
    after = await office.api.upgrade(office.staff)
    office.api.updates.clear()
    async with office.at_work():
        await office.card(case, after)


async def test_another_program_with_the_same_token_is_named_in_the_log(office: Office, logged: io.StringIO) -> None:
    async with office.at_work():
        office.api.complain("getUpdates", 409, "terminated by other getUpdates request")
        await office.api.say(office.people["asha"], office.staff, "/queue")
        await office.api.until(lambda: not office.api.expected("getUpdates"))
        assert await office.say("asha", "/help")
    assert "another program reads this bot's messages" in logged.getvalue()


async def test_when_the_bot_is_removed_from_one_chat_the_other_is_told(office: Office) -> None:
    async with office.at_work():
        await office.api.remove_bot(office.safety)
        said = await office.api.until(lambda: office.api.shown(office.staff))
        assert said[0].text == "The bot was removed from the safety chat. Nobody is shown its cards."


async def test_other_chats_are_left_alone(office: Office) -> None:
    other = office.api.group("Elsewhere", office.people["asha"])
    async with office.at_work():
        await office.api.say(office.people["asha"], other, "/queue")
        await office.say("asha", "/help")
        assert office.api.shown(other) == []


async def test_an_anonymous_admin_who_commands_is_told_to_show_who_they_are(office: Office) -> None:
    anonymous = User(id=ANONYMOUS_ADMIN, name="Group")
    async with office.at_work():
        said = await office.api.say(anonymous, office.staff, "/pause")
        told = await office.api.until(lambda: [m for m in office.api.shown(office.staff) if m.reply_to is said])
        assert "hides who you are" in told[0].text
    assert await office.store.paused() == {}


async def test_killed_between_a_decision_and_its_answer_the_buttons_work_afterwards(
    office: Office, tmp_path: Path
) -> None:
    case = await office.open_case()
    threat = await office.open_case(kind=VerdictKind.ESCALATE)
    facts = [
        str(tmp_path / "bot.db"),
        office.api.url,
        str(office.staff.id),
        str(office.safety.id),
        *(f"{name}:{user.id}" for name, user in office.people.items()),
    ]
    child = await asyncio.create_subprocess_exec(
        sys.executable, str(CHILD), *facts, stdout=asyncio.subprocess.PIPE, cwd=CHILD.parents[3]
    )
    assert child.stdout is not None
    card = await office.card(case)
    await office.kept(threat)
    press = await office.api.press(office.people["asha"], card, "Approve")
    assert (await asyncio.wait_for(child.stdout.readline(), 60)).decode().strip() == "stored"
    child.send_signal(signal.SIGKILL)
    await child.wait()
    assert not press.answer.done()
    decided = await office.case(case)
    assert decided.state is State.APPROVED
    async with office.at_work():
        assert await office.card(case, saying="Approved by Asha Verma") is card
        await office.press("asha", card, "Undo")
        assert (await office.case(case)).state is State.OPEN
        await office.press("sofia", await office.card(threat), "Acknowledge")
        assert (await office.case(threat)).acknowledged_by == "sofia"
    assert len(await office.store.decisions(case.id)) == 1
