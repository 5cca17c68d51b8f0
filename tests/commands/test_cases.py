from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from bot.files import Files
from bot.model import Verb
from bot.rights import REASONS
from tests.fakes.office import ABUSE, FAIR, Office
from tests.fakes.terminal import typed
from tests.fakes.town import town

if TYPE_CHECKING:
    from pathlib import Path

    from tests.commands.conftest import Terminal


def test_queue_shows_what_waits_without_the_words_of_a_threat(terminal: Terminal) -> None:
    result = terminal.type("queue")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0].split() == ["case", "state", "about", "author", "text"]
    assert len(lines) == 3
    assert ABUSE in result.stdout
    assert "zark" not in result.stdout
    assert "(safety desk)" in result.stdout


def test_queue_as_json_holds_the_facts_of_each_case(terminal: Terminal) -> None:
    found = {case["state"]: case for case in terminal.json("queue")}
    assert set(found) == {"open", "escalated"}
    assert found["open"]["text"] == ABUSE
    assert found["open"]["reply"].startswith("@sam@tidewater.example ")
    assert found["escalated"]["reply"] is None


def test_empty_queue_says_so(terminal: Terminal) -> None:
    for state, reviewer in (("open", "mara"), ("escalated", "nadia")):
        case = terminal.case(state)
        assert terminal.type("queue", "decide", case, "dismiss", "--reason", "irony", "--as", reviewer).exit_code == 0
    assert terminal.type("queue").stdout == "No case waits.\n"
    assert terminal.json("queue") == []


def test_show_tells_everything_that_a_reviewer_sees(terminal: Terminal) -> None:
    result = terminal.type("queue", "show", terminal.case())
    assert result.exit_code == 0
    assert "You «florp», the lot of you." in result.stdout
    assert "made-up-insult" in result.stdout
    assert "Reply as @leader@fernwick.example" in result.stdout


def test_show_of_a_threat_has_no_reply(terminal: Terminal) -> None:
    case = terminal.case("escalated")
    assert "Reply as" not in terminal.type("queue", "show", case).stdout
    assert terminal.json("queue", "show", case)["reply"] is None


def test_unknown_case_is_wrong_usage(terminal: Terminal) -> None:
    for words in (("show", "nothing"), ("decide", "nothing", "approve", "--as", "mara")):
        result = terminal.type("queue", *words)
        assert result.exit_code == 2
        assert "There is no case nothing." in result.stderr


def test_approval_is_stored_and_said_in_one_line(terminal: Terminal) -> None:
    case = terminal.case()
    result = terminal.type("queue", "decide", case, "approve", "--version", "1", "--as", "mara", "--note", "Fine.")
    assert (result.exit_code, result.stdout) == (0, f"Case {case} is now approved.\n")
    found = terminal.json("queue", "show", case)
    assert (found["state"], found["approvals"]) == ("approved", ["mara"])


@pytest.mark.parametrize("verb", [Verb.DISMISS, Verb.ESCALATE, Verb.REFER])
def test_other_decisions_need_a_reason_from_the_list(terminal: Terminal, verb: Verb) -> None:
    case = terminal.case()
    for reason in ((), ("--reason", "because")):
        result = terminal.type("queue", "decide", case, verb.value, "--as", "mara", *reason)
        assert result.exit_code == 2
        assert all(code in result.stderr for code in REASONS[verb])
    result = terminal.type("queue", "decide", case, verb.value, "--as", "mara", "--reason", REASONS[verb][0])
    assert result.exit_code == 0, result.stderr
    ends = {Verb.DISMISS: "dismissed", Verb.ESCALATE: "escalated", Verb.REFER: "referred"}
    assert result.stdout == f"Case {case} is now {ends[verb]}.\n"


def test_approval_takes_no_reason(terminal: Terminal) -> None:
    case = terminal.case()
    result = terminal.type("queue", "decide", case, "approve", "--version", "1", "--as", "mara", "--reason", "irony")
    assert result.exit_code == 2
    assert terminal.json("queue", "show", case)["state"] == "open"


@pytest.mark.parametrize("who", ["nadia", "wyn", "idris", "nobody"])
def test_decision_of_somebody_without_the_right_is_the_answer_no(terminal: Terminal, who: str) -> None:
    case = terminal.case()
    result = terminal.type("queue", "decide", case, "approve", "--version", "1", "--as", who)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr
    assert terminal.json("queue", "show", case)["state"] == "open"


def test_threat_can_not_be_approved_by_anybody(terminal: Terminal) -> None:
    case = terminal.case("escalated")
    for who in ("mara", "tom", "nadia", "rosa", "idris", "wyn"):
        assert terminal.type("queue", "decide", case, "approve", "--version", "1", "--as", who).exit_code == 1
    assert terminal.json("queue", "show", case)["state"] == "escalated"


def test_second_decision_is_told_that_it_is_too_late(terminal: Terminal) -> None:
    case = terminal.case()
    assert terminal.type("queue", "decide", case, "dismiss", "--reason", "irony", "--as", "mara").exit_code == 0
    result = terminal.type("queue", "decide", case, "approve", "--version", "1", "--as", "tom")
    assert result.exit_code == 1
    assert "Mara Bright was first and closed it" in result.stderr


def test_deciding_needs_a_name(terminal: Terminal) -> None:
    result = terminal.type("queue", "decide", terminal.case(), "approve")
    assert result.exit_code == 2
    assert "--as" in result.stderr


@pytest.mark.parametrize("verb", ["edit", "publish", "release", "APPROVE"])
def test_only_the_four_rulings_can_be_typed(terminal: Terminal, verb: str) -> None:
    assert terminal.type("queue", "decide", terminal.case(), verb, "--as", "mara").exit_code == 2


def test_intake_without_tokens_names_them(terminal: Terminal) -> None:
    result = terminal.type("intake", "https://x.example/@a/1", "--as", "mara", PARTY_TOKEN=None, DEPUTY_TOKEN="")
    assert result.exit_code == 2
    assert "PARTY_TOKEN, DEPUTY_TOKEN" in result.stderr


async def test_link_that_a_person_reported_opens_a_case(tmp_path: Path) -> None:
    async with town(tmp_path) as fernwick:
        fernwick.world.add_person("@roy@fernwick.example")
        abuse, fair = (fernwick.world.post("@roy@fernwick.example", text) for text in (ABUSE, FAIR))
        words = ("intake", "--config", str(fernwick.config), "--as", "tom")
        for post in (abuse, fair):
            opened = await typed(*words, fernwick.world.url(post), environment=fernwick.tokens)
            assert (opened.status, opened.err) == (0, "")
            assert opened.out.endswith(" is open.\n")
        lost = await typed(*words, "https://nowhere.example/@x/1", environment=fernwick.tokens)
        assert (lost.status, lost.out) == (1, "")
        assert fernwick.replies() == []


def test_nobody_approves_a_text_that_they_have_not_seen(terminal: Terminal) -> None:
    case = terminal.case()
    blind = terminal.type("queue", "decide", case, "approve", "--as", "mara")
    assert (blind.exit_code, "--version" in blind.stderr) == (2, True)
    assert "(version 1)" in terminal.type("queue", "show", case).stdout
    stale = terminal.type("queue", "decide", case, "approve", "--version", "7", "--as", "mara")
    assert stale.exit_code == 1


def test_whole_pile_on_is_one_line_and_dismissed_at_once(terminal: Terminal) -> None:
    async def pile_on() -> None:
        office = await Office.open(terminal.folder, files=Files.read(terminal.config))
        office.clock.at = datetime.now(UTC)
        crowd = [office.network.say(ABUSE, by=f"angry{number}") for number in range(9)]
        await office.receive(*crowd[5:])  # The addresses of the first five may have been read yesterday.
        await office.store.close()

    asyncio.run(pile_on())
    found = [case for case in terminal.json("queue") if case["incident"]]
    [case] = found
    posts = case["incident"]["posts"]
    assert posts >= 4
    assert terminal.json("status")["pile_ons"] == [posts]
    told = ("queue", "decide", case["id"], "--as", "mara", "--whole")
    assert "--whole is for dismiss" in terminal.type(*told, "refer", "--reason", "police").stderr
    assert terminal.type(*told, "dismiss", "--reason", "not_answered").exit_code == 0
    assert not [case for case in terminal.json("queue") if case["incident"]]
