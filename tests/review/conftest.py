"""An invented party, its people and its cases, for every test of reviewing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.config import Policies, Policy, Referral
from bot.model import (
    Account,
    Affiliation,
    Author,
    Case,
    Claim,
    Draft,
    Match,
    Mention,
    Mode,
    Parent,
    Reviewer,
    Role,
    State,
    Target,
    TargetKind,
    Verdict,
    VerdictKind,
)

NOW = datetime(2026, 11, 20, 21, 4, tzinfo=UTC)
POST = "Get back to the kitchen, councillor."
REPLY = "@sam@brindle.example Argue with her vote as hard as you like. Not in our name. https://fernwick.example/code"

MakeCase = Callable[..., Case]


@pytest.fixture
def accounts() -> dict[str, Account]:
    party = Account(
        id="party",
        platform="mastodon",
        handle="@party@fernwick.example",
        server="https://fernwick.example",
        mode=Mode.LIVE,
        approvals=1,
        approvers=frozenset({"asha", "tom"}),
        answered_by=("leader", "party"),
    )
    leader = replace(party, id="leader", handle="@leader@fernwick.example", principal="lena")
    return {"party": party, "leader": leader}


@pytest.fixture
def reviewers() -> dict[str, Reviewer]:
    roles = {
        "asha": ("Asha Verma", {Role.APPROVER}),
        "tom": ("Tom Reed", {Role.APPROVER}),
        "sofia": ("Sofia Lind", {Role.SAFETY, Role.APPROVER}),
        "ada": ("Ada Moss", {Role.ADMIN}),
        "otto": ("Otto Grey", {Role.AUDITOR}),
        "lena": ("Lena Hart", {Role.PRINCIPAL}),
    }
    return {key: Reviewer(id=key, name=name, roles=frozenset(has)) for key, (name, has) in roles.items()}


@pytest.fixture
def policies() -> Policies:
    return Policies(
        severities={1: "rude", 2: "attacks a person for who they are", 3: "dehumanising", 4: "danger to a person"},
        clauses={
            "sexism": Policy(clause="2.3 We do not attack anyone for their sex.", verdict=VerdictKind.RESPOND),
            "threat": Policy(clause="1.1 We never threaten.", verdict=VerdictKind.ESCALATE),
        },
    )


@pytest.fixture
def referral() -> Referral:
    return Referral(platform="the report form", police="101, or 999 in danger", disciplinary="code@fernwick.example")


@pytest.fixture
def mention() -> Mention:
    return Mention(
        uri="https://brindle.example/posts/1",
        platform="mastodon",
        account="party",
        native_id="1",
        author=Author(
            uri="https://brindle.example/people/sam",
            handle="@sam@brindle.example",
            display_name="Sam",
            bio="member since 2015",
            created_at=datetime(2021, 3, 1, tzinfo=UTC),
            followers=40,
        ),
        text=POST,
        created_at=NOW - timedelta(minutes=13),
        url="https://brindle.example/@sam/1",
        lang="en",
        addressed=("@leader@fernwick.example",),
        parent=Parent(
            uri="https://fernwick.example/posts/9", author="@leader@fernwick.example", text="I voted for the buses."
        ),
    )


@pytest.fixture
def verdict() -> Verdict:
    return Verdict(
        kind=VerdictKind.RESPOND,
        policy="sexism",
        severity=2,
        matches=(
            Match(rule="sexist-demand", policy="sexism", severity=2, field="text", start=0, end=23, text=POST[:23]),
        ),
        target=Target(kind=TargetKind.PERSON, handle="@leader@fernwick.example", characteristic="sex"),
        affiliation=Affiliation(claim=Claim.SUPPORTER, confidence=0.8, evidence=("bio: 'member since 2015'",)),
        reasons=("It tells a woman to leave public life.",),
    )


@pytest.fixture
def make_case(mention: Mention, verdict: Verdict) -> MakeCase:
    """Makes a case as the store would return it; whatever is named differs from the ordinary one."""

    def make(**changes: object) -> Case:
        ordinary = Case(
            id="c1",
            mention=mention,
            mention_version=1,
            account="leader",
            verdict=verdict,
            state=State.OPEN,
            version=1,
            approvals_required=1,
            opened_at=NOW - timedelta(minutes=12),
            changed_at=NOW - timedelta(minutes=2),
            draft=Draft(
                id="d1",
                revision=1,
                text=REPLY,
                text_sha256="0" * 64,
                mention_version=1,
                response="sexism-in-group",
                variant=1,
                written_by=None,
            ),
        )
        return replace(ordinary, **changes)  # type: ignore[arg-type]  # a test names the field it varies

    return make
