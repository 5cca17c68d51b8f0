"""Three invented cases to practise on: a fair critic, an insult, a threat. They stand in no store; nobody wrote them.

They are real as far as a desk can tell: each is a `Case` that the same card presents, and that the same rights judge.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.model import (
    Account,
    Affiliation,
    Approval,
    Author,
    Case,
    Claim,
    Draft,
    Match,
    Mention,
    Mode,
    Parent,
    State,
    Target,
    TargetKind,
    Verdict,
    VerdictKind,
)

if TYPE_CHECKING:
    from datetime import datetime

ACCOUNT = "rehearsal"
"""The id of the account that would answer; it posts nowhere."""
HANDLE = "@practice@rehearsal.example"
COUNCILLOR = "@councillor@rehearsal.example"
REPLY = (
    "Argue with how she voted as hard as you like. Posts like this make people think twice about standing at all. "
    "How was it when people turned on you? Not in our name."
)
UNDO = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Words:
    """What makes one invented case another than the next."""

    by: str
    text: str
    matched: str
    """The words that a rule is said to have found."""
    policy: str
    rule: str
    reason: str


FAIR = Words(
    by="@gran@rehearsal.example",
    text="The councillor’s bus plan is rubbish, and I have the timetable to prove it. My gran walks two miles now.",
    matched="rubbish",
    policy="personal_abuse",
    rule="rubbish-as-insult",
    reason="A word that often insults a person. Here it may be about a plan.",
)
INSULT = Words(
    by="@loudmouth@rehearsal.example",
    text="Get back to the kitchen, councillor. Nobody needs a woman to run the buses. Proud member since 2015!",
    matched="Get back to the kitchen",
    policy="sexism",
    rule="back-to-the-kitchen",
    reason="It tells a woman to leave public life because she is one.",
)
THREAT = Words(
    by="@shadow@rehearsal.example",
    text="What an idiot. I know which bus she takes home on Tuesdays. She will not like who is waiting at her stop.",
    matched="What an idiot",
    policy="personal_abuse",
    rule="idiot-of-a-person",
    reason="It insults a person. The rules saw no more than that; a person may see more.",
)


def account(reviewer: str) -> Account:
    """The account of the rehearsal, in dry run, for which this reviewer may approve."""
    return Account(
        id=ACCOUNT,
        platform="mastodon",
        handle=HANDLE,
        server="https://rehearsal.example",
        mode=Mode.DRY_RUN,
        approvals=1,
        approvers=frozenset({reviewer}),
        answered_by=(ACCOUNT,),
    )


def case(case_id: str, words: Words, now: datetime) -> Case:
    """An open case with a proposed reply."""
    opened = now - timedelta(minutes=4)
    text = f"{words.by} {REPLY}"
    return Case(
        id=case_id,
        mention=_mention(case_id, words, opened),
        mention_version=1,
        account=ACCOUNT,
        verdict=_verdict(words),
        state=State.OPEN,
        version=1,
        approvals_required=1,
        opened_at=opened,
        changed_at=opened,
        draft=Draft(
            id=case_id,
            revision=1,
            text=text,
            text_sha256=hashlib.sha256(text.encode()).hexdigest(),
            mention_version=1,
            response="rehearsal",
            variant=1,
            written_by=None,
        ),
    )


def approved(found: Case, reviewer: str, now: datetime) -> Case:
    """The same after an approval, in its undo window."""
    return replace(
        found,
        state=State.APPROVED,
        version=found.version + 1,
        changed_at=now,
        changed_by=reviewer,
        approvals=(Approval(decision_id=found.id, reviewer_id=reviewer, at=now),),
        due_at=now + UNDO,
    )


def _mention(case_id: str, words: Words, at: datetime) -> Mention:
    return Mention(
        uri=f"https://rehearsal.example/{case_id}",
        platform="mastodon",
        account=ACCOUNT,
        native_id=case_id,
        author=Author(
            uri=f"https://rehearsal.example/people/{case_id}",
            handle=words.by,
            display_name="",
            bio="",
            created_at=at - timedelta(days=900),
            followers=120,
        ),
        text=words.text,
        created_at=at,
        lang="en",
        addressed=(COUNCILLOR,),
        parent=Parent(uri="https://rehearsal.example/0", author=COUNCILLOR, text="I voted for the new bus plan today."),
    )


def _verdict(words: Words) -> Verdict:
    start = words.text.index(words.matched)
    match = Match(
        rule=words.rule,
        policy=words.policy,
        severity=2,
        field="text",
        start=start,
        end=start + len(words.matched),
        text=words.matched,
    )
    claims = words is INSULT
    return Verdict(
        kind=VerdictKind.RESPOND,
        policy=words.policy,
        severity=2,
        matches=(match,),
        target=Target(kind=TargetKind.PERSON, handle=COUNCILLOR, characteristic=None),
        affiliation=Affiliation(claim=Claim.MEMBER, confidence=0.9, evidence=("text: “Proud member since 2015”",))
        if claims
        else Affiliation(),
        reasons=(words.reason,),
    )
