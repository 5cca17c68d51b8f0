from __future__ import annotations

from typing import Any

import pytest

from bot.model import Match, Reason, State, Verdict, VerdictKind
from bot.safety.kinds import CHILD, Kind, child_author, for_safeguarding, kind_of
from tests.fakes.cases import case


def escalated(policy: str | None, *matches: Match, **changes: Any) -> Any:
    verdict = Verdict(kind=VerdictKind.ESCALATE, policy=policy, severity=4, matches=matches)
    return case(State.ESCALATED, VerdictKind.ESCALATE, verdict=verdict, **changes)


def match(policy: str, *, concern: bool = False) -> Match:
    return Match(rule="r", policy=policy, severity=2, field="text", start=0, end=2, text="hi", concern=concern)


@pytest.mark.parametrize("policy", ["threat", "stalking", "doxxing", "self_harm", "at_risk", "child"])
def test_kind_is_the_policy_of_the_rules(policy: str) -> None:
    assert kind_of(escalated(policy)) == policy


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        (Reason.DANGER, Kind.THREAT),
        (Reason.STALKING, Kind.STALKING),
        (Reason.PRIVATE_DETAILS, Kind.DOXXING),
        (Reason.SELF_HARM, Kind.SELF_HARM),
        (Reason.MINOR, Kind.CHILD),
    ],
)
def test_reviewer_who_escalated_knows_better_than_the_rules(reason: Reason, kind: Kind) -> None:
    assert kind_of(case(State.ESCALATED, reason=reason)) is kind


def test_what_no_kind_fits_has_a_list_all_the_same() -> None:
    assert kind_of(escalated("personal_abuse")) is Kind.OTHER
    assert kind_of(escalated(None)) is Kind.OTHER


def test_child_who_threatens_is_a_child_first() -> None:
    both = escalated("threat", match("threat"), match(CHILD, concern=True))
    assert kind_of(both) is Kind.CHILD_AUTHOR
    assert child_author(both)
    assert for_safeguarding(both)


def test_somebody_elses_child_makes_no_child_of_the_author() -> None:
    drawn_in = escalated(CHILD, match(CHILD))
    assert kind_of(drawn_in) is Kind.CHILD
    assert for_safeguarding(drawn_in)
    assert not child_author(drawn_in)


def test_threat_without_a_child_is_not_for_the_safeguarding_lead() -> None:
    assert not for_safeguarding(escalated("threat", match("threat")))
