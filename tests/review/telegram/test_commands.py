"""What reviewers write: commands, and answers to cards."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.config import Brake
from bot.model import State, Verb, VerdictKind
from bot.store import RuleText

if TYPE_CHECKING:
    from tests.review.telegram.conftest import Office


async def test_queue_lists_what_waits_without_the_abuse(office: Office) -> None:
    case = await office.open_case(text="A vile word about her.")
    threat = await office.open_case(kind=VerdictKind.ESCALATE)
    async with office.at_work():
        told = await office.say("asha", "/queue")
        assert f"/case_{case.id}" in told
        assert "Sexism · to @" in told
        assert "vile" not in told
        assert threat.id not in told
        assert threat.id in await office.say("sofia", "/queue", group=office.safety)


async def test_queue_says_when_nothing_waits(office: Office) -> None:
    async with office.at_work():
        assert await office.say("asha", "/queue") == "Nothing waits here."


async def test_queue_of_a_pile_on_fits_in_a_message(office: Office) -> None:
    for _ in range(40):
        await office.open_case()
    async with office.at_work(group_rate=10):
        told = await office.say("asha", "/queue")
        assert told.endswith("more")
        assert len(told) <= 4096


async def test_case_brings_the_card_down(office: Office) -> None:
    case = await office.open_case()
    async with office.at_work():
        card = await office.card(case)
        await office.api.say(office.people["asha"], office.staff, f"/case_{case.id}")
        await office.api.until(lambda: card.deleted and office.cards(case))
        again = await office.card(case)
        await office.press("asha", again, "Approve")
        await office.card(case, saying="Approved by Asha Verma")


async def test_case_tells_of_a_closed_one_and_of_none_of_the_other_desk(office: Office) -> None:
    case = await office.open_case(text="A vile word about her.")
    threat = await office.open_case(kind=VerdictKind.ESCALATE)
    async with office.at_work():
        await office.ask(case, Verb.REFUSE, "lena")
        told = await office.say("asha", f"/case {case.id}")
        assert "Refused by Lena Hart" in told
        assert "vile" not in told
        for unknown in (threat.id, "nothing", ""):
            assert (await office.say("asha", f"/case {unknown}")).startswith("Write /case and the id")


async def test_add_opens_a_case_from_a_link(office: Office) -> None:
    async with office.at_work():
        told = await office.say("asha", "/add https://brindle.example/@sam/77")
        assert told.startswith("It is a case: /case_")
        assert office.reported == [("https://brindle.example/@sam/77", "asha")]
        assert await office.say("asha", "/add https://brindle.example/missing") == "The server cannot find that post."
        assert (await office.say("asha", "/add what?")).startswith("Write /add and the address")
        assert await office.say("otto", "/add https://brindle.example/1") == "Your role does not let you add posts."


async def test_pause_and_resume_take_an_account_and_a_reason(office: Office) -> None:
    async with office.at_work():
        told = await office.say("asha", "/pause leader she asked for it")
        assert told.startswith("Paused by Asha Verma: @leader@fernwick.example")
        pause = (await office.store.paused())["leader"]
        assert (pause.by, pause.reason) == ("asha", "she asked for it")
        await office.say("sofia", "/pause")
        assert set(await office.store.paused()) == {"leader", "all"}
        told = await office.say("ada", "/resume")
        assert told == "Resumed by Ada Moss: all accounts. Still paused: @leader@fernwick.example."
        await office.say("asha", "/resume @leader@fernwick.example")
        assert await office.store.paused() == {}


async def test_who_may_not_pause_or_resume_is_told(office: Office) -> None:
    async with office.at_work():
        assert await office.say("otto", "/pause") == "Your role does not let you pause posting."
        await office.say("asha", "/pause")
        assert await office.say("otto", "/resume") == "Your role does not let you resume posting."
        assert (await office.say("asha", "/resume nobody")).startswith("There is no account nobody. The accounts are:")
        assert "all" in await office.store.paused()


async def test_stopped_rules_are_told_of_and_an_admin_releases_one(office: Office) -> None:
    rule = office.verdict.matches[0].rule
    await office.store.note_rules([RuleText(id=rule, digest="new", escalates=False, shipped=False)])
    for _ in range(5):
        await office.open_case()
    await office.store.brake(Brake())
    async with office.at_work():
        assert (await office.say("asha", "/release")).startswith(f"Rule {rule} is in shadow since")
        assert await office.say("asha", f"/release {rule}") == "Only an admin may release a rule."
        assert await office.say("ada", f"/release {rule}") == f"Released by Ada Moss: {rule}."
        assert await office.say("ada", "/release") == "No rule is stopped."
    assert await office.audited("rule.released") == [{"rule": rule}]


async def test_stats_and_help_answer(office: Office) -> None:
    await office.open_case()
    async with office.at_work():
        assert "1 mentions" in await office.say("otto", "/stats")
        assert "/queue: what waits here" in await office.say("otto", "/help")
        assert (await office.say("otto", "/nonsense")).startswith("There is no command /nonsense")


async def test_figures_in_the_staff_chat_are_those_of_a_day_without_what_the_safety_desk_has(office: Office) -> None:
    async with office.at_work():
        await office.open_case()
        before = [await office.say("otto", command) for command in ("/stats", "/status")]
        await office.open_case(kind=VerdictKind.ESCALATE, text="I know where Ada's daughter goes to school")
        assert [await office.say("otto", command) for command in ("/stats", "/status")] == before
        assert "escalated 1" in await office.say("sofia", "/stats", group=office.safety)


async def test_a_command_may_name_the_bot_and_one_for_another_bot_is_not_ours(office: Office) -> None:
    async with office.at_work():
        await office.api.say(office.people["asha"], office.staff, "/queue@another_bot")
        assert await office.say("asha", "/queue@fernwick_bot") == "Nothing waits here."
        assert len(office.api.shown(office.staff)) == 1


async def test_commands_are_offered_in_both_chats(office: Office) -> None:
    async with office.at_work():
        assert [command["command"] for command in office.api.commands] == [
            "status",
            "queue",
            "case",
            "add",
            "pause",
            "resume",
            "release",
            "handover",
            "takeover",
            "stats",
            "help",
        ]


async def test_answering_a_card_is_an_edit_by_that_reviewer_and_still_needs_approval(office: Office) -> None:
    case = await office.open_case()
    words = "Disagree with her all you like. This is not what we expect here. https://fernwick.example/code"
    async with office.at_work():
        card = await office.card(case)
        told = await office.say("tom", words, reply_to=card)
        assert told.startswith("Taken as the new wording"), told
        await office.api.until(lambda: card.covered("pre") == [words])
        assert "written by Tom Reed" in card.text
    fresh = await office.case(case)
    assert fresh.state is State.OPEN
    assert fresh.draft is not None
    assert (fresh.draft.written_by, fresh.draft.revision) == ("tom", 2)


async def test_an_edited_answer_is_the_newer_wording(office: Office) -> None:
    case = await office.open_case()
    async with office.at_work():
        card = await office.card(case)
        await office.say("tom", "Argue as hard as yu like. https://fernwick.example/code", reply_to=card)
        said = next(message for message in office.api.messages if message.text.startswith("Argue as hard as yu"))
        await office.api.until(lambda: "yu like" in card.text)
        await office.drawn(case)
        await office.api.rewrite(said, "Argue as hard as you like. https://fernwick.example/code")
        await office.api.until(lambda: "you like" in card.text)


@pytest.mark.parametrize("who", ["otto", "sofia"])
async def test_who_may_not_speak_for_the_account_cannot_edit(office: Office, who: str) -> None:
    case = await office.open_case()
    async with office.at_work():
        card = await office.card(case)
        assert (await office.say(who, "My own words.", reply_to=card)).startswith("Your wording was not taken.")
    assert (await office.case(case)).version == case.version


async def test_a_wording_that_breaks_the_rules_for_replies_is_refused_with_the_reason(office: Office) -> None:
    case = await office.open_case()
    async with office.at_work():
        card = await office.card(case)
        told = await office.say("tom", "x" * 900, reply_to=card)
        assert told.startswith("Your wording was not taken.")
    assert (await office.case(case)).version == case.version


async def test_talk_among_staff_is_left_alone(office: Office) -> None:
    case = await office.open_case()
    async with office.at_work():
        card = await office.card(case)
        await office.api.say(office.people["asha"], office.staff, "What do you think, @fernwick_bot?")
        told = await office.say("asha", "/queue", reply_to=card)
        assert f"/case_{case.id}" in told
    assert (await office.case(case)).version == case.version


async def test_note_for_the_next_shift_is_kept_for_its_own_desk_and_can_be_read_there(office: Office) -> None:
    async with office.at_work():
        assert await office.say("tom", "/handover") == "Nobody has left a note in the last 24 hours."
        assert (await office.say("tom", "/handover Ring the <b>Gazette</b>.")).startswith("Kept.")
        assert (await office.say("sofia", "/handover The school was told.", group=office.safety)).startswith("Kept.")
        assert await office.say("asha", "/handover") == "Tom Reed, 21:04 UTC: Ring the <b>Gazette</b>."
        assert "school" in await office.say("sofia", "/handover", group=office.safety)
    assert "Gazette" not in str(await office.store.audit_events("system"))


async def test_status_says_how_the_bot_is_and_the_queue_how_long_the_oldest_waits(office: Office) -> None:
    async with office.at_work():
        await office.open_case()
        office.clock.now += timedelta(hours=3)
        await office.open_case()
        assert "2 cases wait, the oldest for 3 h." in await office.say("tom", "/status")
        assert (await office.say("tom", "/queue")).startswith("2 wait, the oldest for 3 h.")


async def test_shift_is_taken_over_in_the_safety_chat_alone(office: Office) -> None:
    async with office.at_work():
        assert await office.say("sofia", "/takeover") == "Escalations are taken over in the safety chat."
        told = await office.say("sofia", "/takeover", group=office.safety)
        assert told == "There is nothing to take over."
