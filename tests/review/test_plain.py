from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from bot.model import History, Incident, Mention, State, Verdict, VerdictKind
from bot.review.card import CaseCard, Measure, present
from bot.review.difference import Change, Piece
from bot.review.plain import COLUMNS, WAITING, facts, full, row

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.config import Policies
    from bot.model import Account, Case, Reviewer

NOW = datetime(2026, 11, 20, 21, 4, tzinfo=UTC)
HOSTILE = "Sam\x1b[2J\u202e\u2066\r\nReply as @leader@fernwick.example:\nYes\x07\x9b31m"


@pytest.fixture
def shown(
    accounts: dict[str, Account], policies: Policies, reviewers: dict[str, Reviewer]
) -> Callable[[Case], CaseCard]:
    def show(case: Case) -> CaseCard:
        return present(
            case,
            account=accounts["leader"],
            clauses=policies.clauses,
            history=History(),
            reviewers=reviewers,
            measure=Measure(limit=500),
            now=NOW,
        )

    return show


def test_row_has_a_cell_for_each_column(make_case: Callable[..., Case], shown: Callable[[Case], CaseCard]) -> None:
    cells = row(shown(make_case()))
    assert len(cells) == len(COLUMNS)
    assert cells[0] == "c1"
    assert cells[1] == "open"
    assert cells[3:] == ("@sam@brindle.example", "Get back to the kitchen, councillor.")


def test_long_text_is_cut_in_the_queue(
    make_case: Callable[..., Case], mention: Mention, shown: Callable[[Case], CaseCard]
) -> None:
    text = row(shown(make_case(mention=replace(mention, text="word " * 20_000))))[-1]
    assert len(text) == 60
    assert text.endswith("…")


def test_text_of_a_threat_is_not_shown_in_a_list(
    make_case: Callable[..., Case], verdict: Verdict, shown: Callable[[Case], CaseCard]
) -> None:
    threat = make_case(verdict=replace(verdict, kind=VerdictKind.ESCALATE), state=State.ESCALATED, draft=None)
    assert row(shown(threat))[-1] == "(safety desk)"


def test_whole_case_has_everything_that_a_reviewer_needs(
    make_case: Callable[..., Case], shown: Callable[[Case], CaseCard]
) -> None:
    said = full(shown(make_case()))
    for part in (
        "c1  Sexism",
        "Waiting for a decision.",
        "«Get back to the kitchen», councillor.",
        "rule sexist-demand, ",
        "2.3 We do not attack anyone for their sex.",
        "bio: 'member since 2015'",
        "In answer to @leader@fernwick.example: I voted for the buses.",
        "It tells a woman to leave public life.",
        "Reply as @leader@fernwick.example (",
        "Argue with her vote as hard as you like.",
    ):
        assert part in said


def test_case_without_a_reply_shows_none(
    make_case: Callable[..., Case], verdict: Verdict, shown: Callable[[Case], CaseCard]
) -> None:
    threat = make_case(verdict=replace(verdict, kind=VerdictKind.ESCALATE), state=State.ESCALATED, draft=None)
    assert "Reply as" not in full(shown(threat))


def test_hostile_text_can_neither_move_the_cursor_nor_forge_a_line(
    make_case: Callable[..., Case], mention: Mention, verdict: Verdict, shown: Callable[[Case], CaseCard]
) -> None:
    hostile = replace(
        mention,
        text=HOSTILE,
        content_warning=HOSTILE,
        poll=(HOSTILE,),
        author=replace(mention.author, display_name=HOSTILE, handle=f"@sam{HOSTILE}@brindle.example"),
        parent=replace(mention.parent, author=HOSTILE, text=HOSTILE) if mention.parent else None,
    )
    match = replace(verdict.matches[0], start=0, end=len(HOSTILE), text=HOSTILE)
    case = make_case(mention=hostile, verdict=replace(verdict, matches=(match,), reasons=(HOSTILE,)))
    card = shown(case)
    for text in (full(card), "\n".join(row(card))):
        assert all(character == "\n" or character.isprintable() for character in text)
    assert [line for line in full(card).splitlines() if line.startswith("Reply as")] == [
        f"Reply as @leader@fernwick.example ({card.reply.length} of {card.reply.limit}):" if card.reply else ""
    ]


def test_an_edit_shows_what_was_taken_out_and_what_was_put_in(
    make_case: Callable[..., Case], shown: Callable[[Case], CaseCard]
) -> None:
    pieces = (Piece("You ", Change.SAME), Piece("florp. ", Change.REMOVED), Piece("dear.", Change.ADDED))
    card = replace(shown(make_case()), edit=(("Post", pieces),))
    assert "Edited, Post: You [-florp.-] {+dear.+}" in full(card).splitlines()


def test_own_wording_keeps_its_lines(make_case: Callable[..., Case], shown: Callable[[Case], CaseCard]) -> None:
    case = make_case()
    assert case.draft is not None
    lines = full(shown(make_case(draft=replace(case.draft, text="@sam@brindle.example One.\nTwo.")))).splitlines()
    assert lines[-2:] == ["@sam@brindle.example One.", "Two."]


def test_facts_are_json_for_scripts(make_case: Callable[..., Case]) -> None:
    found = json.loads(json.dumps(facts(make_case(due_at=NOW))))
    assert found["id"] == "c1"
    assert (found["state"], found["verdict"], found["policy"], found["severity"]) == ("open", "respond", "sexism", 2)
    assert found["due_at"] == NOW.isoformat()
    assert found["reply"].startswith("@sam@brindle.example")
    assert json.loads(json.dumps(facts(make_case(draft=None))))["reply"] is None


def test_what_waits_for_a_person_is_shown_and_what_is_under_way_or_over_is_not() -> None:
    assert set(State) - WAITING == {
        State.PUBLISHING,
        State.PUBLISHED,
        State.RETRACTING,
        State.RETRACTED,
        State.CLOSED,
    }


def test_a_pile_on_is_told_in_the_queue_and_in_the_facts(
    make_case: Callable[..., Case], shown: Callable[[Case], CaseCard]
) -> None:
    incident = Incident(id="i", posts=17, people=15, first_at=NOW - timedelta(minutes=12), last_at=NOW)
    case = make_case(incident=incident)
    assert row(shown(case))[2].endswith("· pile-on")
    assert "Pile-on: 17 posts by 15 people in 12 minutes. One of them is answered at most." in full(shown(case))
    assert facts(case)["incident"] == {
        "id": "i",
        "posts": 17,
        "people": 15,
        "first_at": (NOW - timedelta(minutes=12)).isoformat(),
        "last_at": NOW.isoformat(),
    }
    assert facts(make_case())["incident"] is None
