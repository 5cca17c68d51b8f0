from __future__ import annotations

from datetime import timedelta

from bot.config import Referral, Safety
from bot.model import Match, Reason, Role, State, Verdict, VerdictKind
from bot.review.checklist import may_tick, safeguarding_notes, steps_of
from bot.store import Tick
from tests.fakes.cases import OFFICE, case
from tests.fakes.network import EVENING

THREAT = case(
    State.ESCALATED, VerdictKind.ESCALATE, verdict=Verdict(kind=VerdictKind.ESCALATE, policy="threat", severity=4)
)
CHILD = Match(
    rule="author-is-a-child", policy="child", severity=2, field="text", start=0, end=6, text="I'm 13", concern=True
)
LEAD = Safety(safeguarding_lead="only_safety")
PEOPLE = {person.id: person for person in OFFICE.values()}


def test_next_shift_reads_who_did_what_and_when() -> None:
    ticks = {"tell": Tick(by="only_safety", at=EVENING + timedelta(minutes=4))}
    steps = steps_of(THREAT, ticks, safety=Safety(), referral=Referral(), reviewers=PEOPLE, now=EVENING)
    assert {step.id: step.done for step in steps if step.done} == {
        "tell": f"Only safety, {EVENING + timedelta(minutes=4):%H:%M} UTC"
    }
    assert steps[0].id == "life"


def test_who_acknowledged_it_ticks_and_nobody_else() -> None:
    person = OFFICE[Role.SAFETY]
    assert not may_tick(THREAT, person)
    for role, somebody in OFFICE.items():
        held = case(State.ESCALATED, VerdictKind.ESCALATE, acknowledged_by=somebody.id)
        assert may_tick(held, somebody) is (role is Role.SAFETY)
    closed = case(State.CLOSED, VerdictKind.ESCALATE, acknowledged_by=person.id)
    assert not may_tick(closed, person)


def test_child_who_writes_is_a_person_to_protect_and_goes_to_the_lead_first() -> None:
    verdict = Verdict(kind=VerdictKind.ESCALATE, policy="child", severity=2, matches=(CHILD,))
    child = case(State.ESCALATED, VerdictKind.ESCALATE, verdict=verdict)
    first, second = safeguarding_notes(child, LEAD, PEOPLE)
    assert "a person to protect" in first
    assert second == "For Only safety first, who leads on safeguarding."


def test_where_a_reviewer_says_that_a_child_is_involved_the_author_may_be_anybody() -> None:
    drawn_in = case(State.ESCALATED, reason=Reason.MINOR)
    assert list(safeguarding_notes(drawn_in, LEAD, PEOPLE)) == ["For Only safety first, who leads on safeguarding."]
    assert list(safeguarding_notes(drawn_in, Safety(), PEOPLE)) == []
    assert list(safeguarding_notes(THREAT, LEAD, PEOPLE)) == []
