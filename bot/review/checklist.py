"""The checklist of an escalation, the same on every desk: what is to be done, and who has done it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.model import Role, State
from bot.review.words import moment, name_of
from bot.safety.checklists import checklist
from bot.safety.kinds import child_author, for_safeguarding, kind_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from bot.config import Referral, Safety
    from bot.model import Case, Reviewer
    from bot.store import Tick


@dataclass(frozen=True, slots=True, kw_only=True)
class StepView:
    """One step as a desk shows it."""

    id: str
    title: str
    words: str
    done: str
    """Who has done it, and when; empty while nobody has."""


def steps_of(
    case: Case,
    ticks: Mapping[str, Tick],
    *,
    safety: Safety,
    referral: Referral,
    reviewers: Mapping[str, Reviewer],
    now: datetime,
) -> tuple[StepView, ...]:
    """The steps of a case of the safety desk, in order."""
    return tuple(
        StepView(
            id=step.id,
            title=step.title,
            words=step.words,
            done=f"{name_of(tick.by, reviewers)}, {moment(tick.at, now)}" if tick else "",
        )
        for step in checklist(kind_of(case), safety, referral)
        for tick in [ticks.get(step.id)]
    )


def safeguarding_notes(case: Case, safety: Safety, reviewers: Mapping[str, Reviewer]) -> Iterable[str]:
    """What has to be known first about a case in which there is a child."""
    if not for_safeguarding(case):
        return
    if child_author(case):
        yield "The author may be a child: a person to protect. Nothing is held against them, and nobody exposes them."
    if safety.safeguarding_lead:
        yield f"For {name_of(safety.safeguarding_lead, reviewers)} first, who leads on safeguarding."


def may_tick(case: Case, reviewer: Reviewer) -> bool:
    """Whether this person ticks the steps of this case: they have acknowledged it, or taken it over."""
    in_hand = case.state is State.ESCALATED and case.acknowledged_by == reviewer.id
    return in_hand and Role.SAFETY in reviewer.roles
