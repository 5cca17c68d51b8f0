"""Cases made by hand, for what is judged without a store: any state, any verdict, as little else as will do."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.model import (
    Account,
    Approval,
    Author,
    Case,
    Draft,
    Mention,
    Mode,
    Reviewer,
    Role,
    State,
    Verdict,
    VerdictKind,
)
from tests.fakes.network import EVENING

SAM = Author(uri="https://tidewater.example/users/sam", handle="@sam@tidewater.example")
MENTION = Mention(
    uri="https://tidewater.example/posts/1",
    platform="mastodon",
    account="party",
    native_id="1",
    author=SAM,
    text="You florp.",
    created_at=EVENING,
)
DRAFT = Draft(
    id="d1",
    revision=1,
    text="@sam@tidewater.example Argue with us.",
    text_sha256="0" * 64,
    mention_version=1,
    response="calm",
    variant=0,
    written_by=None,
)
LEADER = Account(
    id="leader",
    platform="mastodon",
    handle="@leader@fernwick.example",
    server="https://fernwick.example",
    mode=Mode.LIVE,
    approvals=1,
    approvers=frozenset({"mara", "tom"}),
    answered_by=("leader", "party"),
    principal="rosa",
)
OFFICE = {role: Reviewer(id=f"only_{role}", name=f"Only {role}", roles=frozenset({role})) for role in Role}
"""One person for each role, who has that role alone and whom no account names."""


def case(state: State = State.OPEN, kind: VerdictKind = VerdictKind.RESPOND, **changes: Any) -> Case:
    """A case in that state with that verdict; an escalated verdict has no draft."""
    made = Case(
        id="c1",
        mention=MENTION,
        mention_version=1,
        account="leader",
        verdict=Verdict(kind=kind, policy="personal_abuse", severity=2),
        state=state,
        version=3,
        approvals_required=1,
        opened_at=EVENING,
        changed_at=EVENING,
        draft=None if kind is VerdictKind.ESCALATE else DRAFT,
    )
    return replace(made, **changes)


def approval(reviewer: str) -> Approval:
    """That person's approval of the newest draft."""
    return Approval(decision_id=f"by_{reviewer}", reviewer_id=reviewer, at=EVENING + timedelta(minutes=1))
