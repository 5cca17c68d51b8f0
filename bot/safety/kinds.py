"""What kind of danger a case is about, told by the reviewer who escalated it, else by the rules. Pure."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from bot.model import Reason

if TYPE_CHECKING:
    from bot.model import Case

CHILD = "child"
"""The policy under which rules find a child."""


class Kind(StrEnum):
    """What the safety team has to think of."""

    THREAT = "threat"
    STALKING = "stalking"
    DOXXING = "doxxing"
    SELF_HARM = "self_harm"
    """Somebody is told to harm themselves."""
    AT_RISK = "at_risk"
    """The author may harm themselves."""
    CHILD = "child"
    CHILD_AUTHOR = "child_author"
    OTHER = "other"


_BY_REASON = {
    Reason.DANGER: Kind.THREAT,
    Reason.STALKING: Kind.STALKING,
    Reason.PRIVATE_DETAILS: Kind.DOXXING,
    Reason.SELF_HARM: Kind.SELF_HARM,
    Reason.MINOR: Kind.CHILD,
}


def kind_of(case: Case) -> Kind:
    """The kind of danger. A child comes first, whatever else the post says."""
    if child_author(case):
        return Kind.CHILD_AUTHOR
    if for_safeguarding(case):
        return Kind.CHILD
    if case.reason in _BY_REASON:
        return _BY_REASON[case.reason]
    policy = case.verdict.policy
    return Kind(policy) if policy in set(Kind) else Kind.OTHER


def for_safeguarding(case: Case) -> bool:
    """Whether a child is involved, so that the safeguarding lead is asked first."""
    by_rules = case.verdict.policy == CHILD or any(match.policy == CHILD for match in case.verdict.matches)
    return by_rules or case.reason is Reason.MINOR


def child_author(case: Case) -> bool:
    """Whether a rule found that the author says they are a child: a person to protect, whatever they wrote."""
    return any(match.policy == CHILD and match.concern for match in case.verdict.matches)
