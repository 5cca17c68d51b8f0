"""One sentence says where a case stands and who did what."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from bot.model import Account, Approval, Case, Publication, Reason, Receipt, Reviewer, State
from bot.review.status import CLOSED, status_of

NOW = datetime(2026, 11, 20, 21, 4, tzinfo=UTC)
MakeCase = Callable[..., Case]
Say = Callable[[Case], str]
ASHA = Approval(decision_id="x", reviewer_id="asha", at=NOW - timedelta(minutes=2))


@pytest.fixture
def say(accounts: dict[str, Account], reviewers: dict[str, Reviewer]) -> Say:
    return lambda case: status_of(case, account=accounts[case.account], reviewers=reviewers, now=NOW)


def test_first_of_two_approvals_names_who_gave_it(make_case: MakeCase, say: Say) -> None:
    assert "two different people" in say(make_case(approvals_required=2))
    words = say(make_case(approvals_required=2, approvals=(ASHA,)))
    assert words.startswith("1 of 2 approvals: Asha Verma at 21:02 UTC.")


def test_case_that_waits_for_its_principal_names_them(make_case: MakeCase, say: Say) -> None:
    assert say(make_case(principal="lena")) == "Waiting for a decision, and for Lena Hart's own approval."
    both = make_case(principal="lena", approvals_required=2)
    assert say(both).endswith("two different people must approve, and Lena Hart's own approval must be one.")
    half = make_case(principal="lena", approvals_required=2, approvals=(ASHA,))
    assert say(half).endswith("Asha Verma at 21:02 UTC. It waits for Lena Hart's own approval.")
    hers = Approval(decision_id="y", reviewer_id="lena", at=NOW)
    given = make_case(principal="lena", approvals_required=2, approvals=(hers,))
    assert say(given).endswith("Another person must approve too.")


def test_reply_whose_post_was_edited_asks_first(make_case: MakeCase, say: Say) -> None:
    words = say(make_case(state=State.PUBLISHED, asked_at=NOW))
    assert words.startswith("The author edited the post after our reply: keep, correct or retract it?")


def test_deletion_after_our_reply_is_said(make_case: MakeCase, say: Say) -> None:
    assert say(make_case(state=State.PUBLISHED, gone_at=NOW)).endswith("The post was deleted, found at 21:04 UTC.")


def test_reply_that_was_our_mistake_is_not_said_to_follow_an_edit(make_case: MakeCase, say: Say) -> None:
    edited = make_case(state=State.CLOSED, outcome="corrected")
    assert say(edited).endswith("the post, as it now reads, is a case of its own.")
    ours = make_case(state=State.CLOSED, outcome="corrected", mistaken=True)
    assert say(ours) == "Taken down at 21:02 UTC: it was our mistake. What says so to its author is a case of its own."


def test_what_holds_an_approved_reply_back_is_said(make_case: MakeCase, say: Say) -> None:
    due = NOW + timedelta(hours=1)
    case = make_case(state=State.APPROVED, approvals=(ASHA,), due_at=due, note="These are quiet hours.")
    assert say(case) == "Approved by Asha Verma; posts at 22:04 UTC unless undone. These are quiet hours."


def test_approved_case_says_when_it_posts(make_case: MakeCase, say: Say) -> None:
    case = make_case(state=State.APPROVED, approvals=(ASHA,), due_at=NOW + timedelta(minutes=1))
    assert say(case) == "Approved by Asha Verma; posts at 21:05 UTC unless undone."
    assert "to be posted next" in say(make_case(state=State.APPROVED, approvals=(ASHA,), due_at=NOW))


def test_approved_case_of_a_paused_account_promises_no_time(
    make_case: MakeCase, accounts: dict[str, Account], reviewers: dict[str, Reviewer]
) -> None:
    for due_at in (NOW, NOW + timedelta(minutes=1)):
        case = make_case(state=State.APPROVED, approvals=(ASHA,), due_at=due_at)
        words = status_of(case, account=accounts["leader"], reviewers=reviewers, now=NOW, paused=True)
        assert words == "Approved by Asha Verma; posting is paused."


def test_published_case_gives_the_address(make_case: MakeCase, say: Say) -> None:
    receipt = Receipt(native_id="7", url="https://fernwick.example/@leader/7", posted_at=NOW)
    publication = Publication(id="p", draft_id="d1", key="k", intended_at=NOW, receipt=receipt)
    words = say(make_case(state=State.PUBLISHED, publication=publication))
    assert words == "Published by @leader@fernwick.example at 21:04 UTC: https://fernwick.example/@leader/7"


def test_dismissed_case_says_who_and_why(make_case: MakeCase, say: Say) -> None:
    case = make_case(state=State.CLOSED, outcome="dismissed", changed_by="tom", reason=Reason.FAIR_CRITICISM)
    assert say(case) == "Dismissed by Tom Reed at 21:02 UTC. Not abuse: fair criticism."


def test_escalation_says_whether_anyone_has_it(make_case: MakeCase, say: Say) -> None:
    assert "Nobody has acknowledged" in say(make_case(state=State.ESCALATED))
    assert "Sofia Lind" in say(make_case(state=State.ESCALATED, acknowledged_by="sofia"))


@pytest.mark.parametrize("state", list(State))
def test_every_state_has_a_sentence(make_case: MakeCase, say: Say, state: State) -> None:
    assert say(make_case(state=state)).endswith(".")


@pytest.mark.parametrize("outcome", sorted(CLOSED))
def test_every_outcome_has_a_sentence(make_case: MakeCase, say: Say, outcome: str) -> None:
    assert "{" not in say(make_case(state=State.CLOSED, outcome=outcome))


def test_a_name_with_braces_is_only_a_name(make_case: MakeCase, say: Say) -> None:
    assert "{at}" in say(make_case(state=State.CLOSED, outcome="dismissed", changed_by="{at}"))
