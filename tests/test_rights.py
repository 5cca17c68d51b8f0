from __future__ import annotations

from dataclasses import replace

import pytest

from bot.model import TRANSITIONS, Event, Mode, Reason, Reviewer, Role, State, Verb, VerdictKind
from bot.rights import (
    REASON_WORDS,
    REASONS,
    SPEAKING,
    VERBS,
    account_of,
    asks_more,
    no_approval_because,
    verbs_for,
)
from tests.fakes.cases import DRAFT, LEADER, OFFICE, approval, case
from tests.fakes.network import EVENING

MARA = Reviewer(id="mara", name="Mara Bright", roles=frozenset({Role.APPROVER, Role.ADMIN}))
ROSA = Reviewer(id="rosa", name="Rosa Lindqvist", roles=frozenset({Role.PRINCIPAL}))
NADIA = Reviewer(id="nadia", name="Nadia Sorrel", roles=frozenset({Role.SAFETY}))


def test_approver_named_by_the_account_decides_an_open_case() -> None:
    assert verbs_for(case(), MARA, LEADER) == {
        Verb.APPROVE,
        Verb.REWORD,
        Verb.EDIT,
        Verb.DISMISS,
        Verb.ESCALATE,
        Verb.REFER,
    }


def test_approver_whom_the_account_does_not_name_may_not_speak_for_it() -> None:
    found = verbs_for(case(), OFFICE[Role.APPROVER], LEADER)
    assert found == {Verb.DISMISS, Verb.ESCALATE, Verb.REFER}
    for state in State:
        assert not verbs_for(case(state), OFFICE[Role.APPROVER], LEADER) & SPEAKING


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("kind", VerdictKind)
def test_auditor_alone_can_do_nothing(state: State, kind: VerdictKind) -> None:
    auditor = OFFICE[Role.AUDITOR]
    assert verbs_for(case(state, kind), auditor, LEADER) == frozenset()
    named = replace(LEADER, approvers=frozenset({auditor.id}))
    assert verbs_for(case(state, kind), auditor, named) == frozenset()


@pytest.mark.parametrize("state", State)
def test_admin_who_is_no_approver_only_settles_what_the_bot_could_not_find_out(state: State) -> None:
    admin = OFFICE[Role.ADMIN]
    settles = frozenset({Verb.CONFIRM, Verb.DENY}) if state is State.UNCONFIRMED else frozenset()
    for account in (LEADER, replace(LEADER, approvers=frozenset({admin.id}), principal=admin.id)):
        assert verbs_for(case(state), admin, account) == settles


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.PRINCIPAL}))
def test_name_of_the_principal_is_worth_nothing_without_the_role(role: Role) -> None:
    person = OFFICE[role]
    as_principal = replace(LEADER, principal=person.id)
    for state in State:
        assert verbs_for(case(state), person, as_principal) == verbs_for(case(state), person, LEADER)


def test_last_approval_is_kept_for_a_principal_who_approves_each_reply() -> None:
    waits = case(principal="rosa")
    assert Verb.APPROVE in verbs_for(waits, ROSA, LEADER)
    assert Verb.APPROVE not in verbs_for(waits, MARA, LEADER)
    assert Verb.EDIT in verbs_for(waits, MARA, LEADER)
    both = replace(waits, approvals_required=2)
    assert Verb.APPROVE in verbs_for(both, MARA, LEADER)
    tom = replace(MARA, id="tom")
    assert Verb.APPROVE not in verbs_for(replace(both, approvals=(approval("mara"),)), tom, LEADER)
    assert Verb.APPROVE in verbs_for(replace(both, approvals=(approval("rosa"),)), tom, LEADER)


def test_whose_approval_would_not_count_is_told_why() -> None:
    people = {"mara": MARA, "rosa": ROSA}
    assert no_approval_because(MARA, case(), people) is None
    twice = "You have approved it already; a different person must be the second."
    assert no_approval_because(MARA, case(approvals=(approval("mara"),)), people) == twice
    own = "It waits for Rosa Lindqvist's own approval, and nobody else's can stand for it."
    assert no_approval_because(MARA, case(principal="rosa"), people) == own
    assert no_approval_because(MARA, case(principal="gone"), people) == own.replace("Rosa Lindqvist", "gone")


def test_account_asks_for_more_than_an_earlier_case_and_never_for_less() -> None:
    own = replace(LEADER, principal_approves=True)
    assert asks_more(replace(LEADER, approvals=2), case())
    assert asks_more(own, case())
    assert asks_more(own, case(principal="idris"))
    assert not asks_more(own, case(principal="rosa"))
    assert not asks_more(LEADER, case(principal="rosa", approvals_required=2))


def test_reply_is_kept_or_corrected_only_while_that_is_asked() -> None:
    asked = {Verb.KEEP, Verb.CORRECT}
    assert not verbs_for(case(State.PUBLISHED), MARA, LEADER) & asked
    assert verbs_for(case(State.PUBLISHED, asked_at=EVENING), MARA, LEADER) == asked | {Verb.RETRACT, Verb.MISTAKE}
    assert not verbs_for(case(State.RETRACTING, asked_at=EVENING), MARA, LEADER)


def test_principal_refuses_for_their_own_account_only() -> None:
    own = {Verb.APPROVE, Verb.REWORD, Verb.EDIT, Verb.ESCALATE, Verb.REFUSE}
    assert verbs_for(case(), ROSA, LEADER) == own
    another = replace(LEADER, id="deputy", principal="idris")
    assert verbs_for(case(account="deputy"), ROSA, another) == frozenset()


def test_principal_can_refuse_until_it_is_being_posted() -> None:
    can = {state for state in State if Verb.REFUSE in verbs_for(case(state), ROSA, LEADER)}
    assert can == {State.OPEN, State.APPROVED}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("kind", [VerdictKind.ESCALATE, VerdictKind.RESPOND])
def test_escalated_case_answers_to_the_safety_role_alone(role: Role, kind: VerdictKind) -> None:
    person = replace(OFFICE[role], id="mara")
    everybody = replace(LEADER, principal="mara")
    found = verbs_for(case(State.ESCALATED, kind), person, everybody)
    expected = {Verb.ACKNOWLEDGE, Verb.REFER, Verb.DISMISS}
    if kind is VerdictKind.RESPOND:
        expected |= {Verb.RELEASE}
    assert found == (expected if role is Role.SAFETY else frozenset())


def test_escalation_is_acknowledged_once() -> None:
    taken = case(State.ESCALATED, VerdictKind.ESCALATE, acknowledged_by="nadia")
    assert Verb.ACKNOWLEDGE not in verbs_for(taken, NADIA, LEADER)


def test_nobody_approves_twice() -> None:
    half = case(approvals=(approval("mara"),), approvals_required=2)
    assert Verb.APPROVE not in verbs_for(half, MARA, LEADER)
    tom = replace(MARA, id="tom")
    assert Verb.APPROVE in verbs_for(half, tom, LEADER)


def test_draft_for_an_older_version_of_the_mention_can_not_be_approved() -> None:
    stale = case(draft=replace(DRAFT, mention_version=1), mention_version=2)
    assert Verb.APPROVE not in verbs_for(stale, MARA, LEADER)
    assert Verb.REWORD in verbs_for(stale, MARA, LEADER)
    assert Verb.APPROVE not in verbs_for(case(draft=None), MARA, LEADER)


@pytest.mark.parametrize("kind", [VerdictKind.IGNORE, VerdictKind.RECORD])
def test_edit_that_took_the_abuse_away_leaves_nothing_to_approve(kind: VerdictKind) -> None:
    assert verbs_for(case(kind=kind), MARA, LEADER) == {Verb.DISMISS, Verb.ESCALATE, Verb.REFER}


def test_account_that_left_the_configuration_is_spoken_for_by_nobody() -> None:
    left = account_of(case(account="gone"), {"leader": LEADER})
    assert (left.id, left.mode, left.approvers, left.principal) == ("gone", Mode.WATCH, frozenset(), None)
    for state in State:
        for person in (MARA, ROSA, *OFFICE.values()):
            found = verbs_for(case(state, account="gone"), person, left)
            assert found & SPEAKING <= {Verb.CONFIRM, Verb.DENY}
    assert account_of(case(), {"leader": LEADER}) is LEADER


def test_every_verb_makes_something_happen_that_the_table_knows() -> None:
    events = {event for _, event in TRANSITIONS}
    assert set(VERBS) == set(Verb)
    assert {event for event, _ in VERBS.values()} <= events
    assert all(roles <= set(Role) and Role.AUDITOR not in roles for _, roles in VERBS.values())


def test_only_the_approving_verb_leads_to_an_approval() -> None:
    assert [verb for verb, (event, _) in VERBS.items() if event is Event.APPROVED] == [Verb.APPROVE]


def test_every_reason_has_its_words_and_belongs_to_one_verb() -> None:
    offered = [reason for reasons in REASONS.values() for reason in reasons]
    assert sorted(offered) == sorted(Reason)
    assert set(REASON_WORDS) == set(Reason)
    assert len(set(REASON_WORDS.values())) == len(Reason)


def test_words_keep_not_abuse_apart_from_abuse_not_answered() -> None:
    for reason in REASONS[Verb.DISMISS]:
        start = "Abuse, not answered" if reason.abusive else "Not abuse"
        assert REASON_WORDS[reason].startswith(start)
