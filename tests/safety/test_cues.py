from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import Case, EarlierCase, History, State, Target, TargetKind, Verdict, VerdictKind
from bot.safety.cues import Cue, CueKind, cues, kinds
from tests.fakes.cases import MENTION, case
from tests.fakes.network import EVENING

ADA = "@ada@fernwick.example"


def threat(text: str, *, at: str | None = None, **facts: Any) -> Case:
    target = Target(kind=TargetKind.PERSON, handle=at) if at else None
    verdict = Verdict(kind=VerdictKind.ESCALATE, policy="threat", severity=4, target=target)
    mention = replace(MENTION, text=text, **facts)
    return case(State.ESCALATED, VerdictKind.ESCALATE, verdict=verdict, mention=mention)


def found(text: str) -> dict[str, list[str]]:
    told: dict[str, list[str]] = {}
    for cue in cues(threat(text), History()):
        told.setdefault(cue.kind.value, []).append(cue.text)
    return told


@pytest.mark.parametrize(
    ("text", "cued"),
    [
        ("I know where you live.", {"place": ["where you live"]}),
        ("We are outside your lovely house", {"place": ["outside your lovely house"]}),
        ("see you at the hustings", {"place": ["at the hustings"]}),
        ("12 Bridge Street, FW1 2AB, lads", {"place": ["12 Bridge Street", "FW1 2AB"]}),
        ("You die TONIGHT", {"time": ["TONIGHT"]}),
        ("on Friday at 6pm, then", {"time": ["on Friday", "at 6pm"]}),
        ("when you leave work", {"time": ["when you leave"]}),
        ("Next time I see you", {"time": ["Next time I see"]}),
        ("I’ve got a knife", {"means": ["knife"]}),
        ("soon 🔪🔪", {"means": ["🔪", "🔪"]}),
        ("your daughter Anna is next", {"family": ["your daughter Anna"]}),
        ("ur mum too", {"family": ["ur mum"]}),
        (
            "I know where your kids go to school. Tonight, with acid.",
            {
                "place": ["where your kids go to school"],
                "family": ["your kids"],
                "time": ["Tonight"],
                "means": ["acid"],
            },
        ),
    ],
)
def test_cue_is_found_in_the_words_of_the_author(text: str, cued: dict[str, list[str]]) -> None:
    assert found(text) == cued


@pytest.mark.parametrize(
    "text",
    [
        "I will kill you.",
        "You will regret this vote.",
        "Hope you lose your seat.",
        "Somebody should do you in",
        "This is a knockout blow for the council.",
        "gunning for promotion",
        "Thursdays are the worst.",
        "fewer than 30 people came",
    ],
)
def test_what_names_neither_place_nor_time_nor_means_nor_family_has_no_cue(text: str) -> None:
    assert found(text) == {}


def test_cue_stands_where_the_words_stand_in_whichever_field() -> None:
    made = threat("See you then.", content_warning="tonight, at your office", poll=("the knife", "the rope"))
    at = {cue.field: cue for cue in cues(made, History())}
    assert set(at) == {"content_warning", "poll.0", "poll.1"}
    for cue in at.values():
        assert dict(made.mention.fields())[cue.field][cue.start : cue.end] == cue.text


def test_name_of_the_author_is_no_means() -> None:
    hammer = replace(MENTION.author, display_name="Tom Hammer 🔪")
    assert cues(threat("You will see.", author=hammer), History()) == ()


def earlier(number: int, **facts: Any) -> EarlierCase:
    ordinary: dict[str, Any] = {"policy": "threat", "outcome": "dismissed", "answered": False, "target": ADA}
    return EarlierCase(case_id=f"before{number}", opened_at=EVENING - timedelta(days=number), **{**ordinary, **facts})


def test_repetition_is_earlier_cases_of_this_author_at_this_target() -> None:
    past = (
        earlier(1),
        earlier(2, target="@someone@else.example"),
        earlier(3, cleared=True),
        earlier(4, outcome="superseded"),
        replace(earlier(5), case_id="c1"),
        replace(earlier(6), opened_at=EVENING + timedelta(days=1)),
        earlier(7),
    )
    again = cues(threat("You will see.", at=ADA.upper()), History(cases=past))
    assert again == tuple(Cue(kind=CueKind.REPETITION, text=name) for name in ("before1", "before7"))


def test_threat_that_names_nobody_is_compared_by_our_account() -> None:
    past = (earlier(1, target="party"), earlier(2, target="leader"))
    assert [cue.text for cue in cues(threat("You will see."), History(cases=past))] == ["before1"]


def test_kinds_are_counted_once_each() -> None:
    many = cues(
        threat("tonight, tomorrow, with a knife, a gun and a rope"), History(cases=(earlier(1, target="party"),))
    )
    assert kinds(many) == (CueKind.TIME, CueKind.MEANS, CueKind.REPETITION)


@given(st.text(max_size=300))
def test_whatever_was_written_a_cue_is_a_part_of_it_and_changes_nothing(text: str) -> None:
    made = threat(text)
    for cue in cues(made, History()):
        assert text[cue.start : cue.end] == cue.text != ""


def test_hostile_length_takes_no_more_than_its_beginning() -> None:
    made = threat("where your " * 20_000 + "tonight")
    assert all(cue.end <= 10_000 for cue in cues(made, History()))
