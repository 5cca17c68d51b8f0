"""Who may do what to a case, and the closed list of reasons: one table for every desk, and the check behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.model import TRANSITIONS, Account, Case, Event, Mode, Reason, Reviewer, Role, Verb

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.model import Verdict

ALONE = "a link from whoever runs the bot, or the party's sign-in; a passkey must have been added that way too"
"""How somebody comes in through nobody else's hands."""
VERBS: dict[Verb, tuple[Event, frozenset[Role]]] = {
    Verb.APPROVE: (Event.APPROVED, frozenset({Role.APPROVER, Role.PRINCIPAL})),
    Verb.REWORD: (Event.REWORDED, frozenset({Role.APPROVER, Role.PRINCIPAL})),
    Verb.EDIT: (Event.REWORDED, frozenset({Role.APPROVER, Role.PRINCIPAL})),
    Verb.DISMISS: (Event.DISMISSED, frozenset({Role.APPROVER, Role.SAFETY})),
    Verb.ESCALATE: (Event.ESCALATED, frozenset({Role.APPROVER, Role.SAFETY, Role.PRINCIPAL})),
    Verb.REFER: (Event.REFERRED, frozenset({Role.APPROVER, Role.SAFETY})),
    Verb.REFUSE: (Event.REFUSED, frozenset({Role.PRINCIPAL})),
    Verb.UNDO: (Event.UNDONE, frozenset({Role.APPROVER, Role.PRINCIPAL})),
    Verb.ACKNOWLEDGE: (Event.ACKNOWLEDGED, frozenset({Role.SAFETY})),
    Verb.RELEASE: (Event.RELEASED, frozenset({Role.SAFETY})),
    Verb.CONFIRM: (Event.CONFIRMED, frozenset({Role.APPROVER, Role.PRINCIPAL, Role.ADMIN})),
    Verb.DENY: (Event.DENIED, frozenset({Role.APPROVER, Role.PRINCIPAL, Role.ADMIN})),
    Verb.REOPEN: (Event.REOPENED, frozenset({Role.APPROVER, Role.PRINCIPAL})),
    Verb.KEEP: (Event.KEPT, frozenset({Role.APPROVER, Role.PRINCIPAL})),
    Verb.CORRECT: (Event.CORRECTION_ASKED, frozenset({Role.APPROVER, Role.PRINCIPAL})),
    Verb.RETRACT: (Event.RETRACTION_ASKED, frozenset({Role.APPROVER, Role.PRINCIPAL})),
    Verb.MISTAKE: (Event.MISTAKEN, frozenset({Role.APPROVER, Role.PRINCIPAL})),
}
"""What each verb makes happen, and which roles have it. An escalated case answers to the safety role alone."""

REASONS: dict[Verb, tuple[Reason, ...]] = {
    Verb.DISMISS: (
        Reason.NOT_ABUSE,
        Reason.FAIR_CRITICISM,
        Reason.QUOTED,
        Reason.IRONY,
        Reason.NOT_ANSWERED,
        Reason.LOW_REACH,
        Reason.ANSWERED_ELSEWHERE,
        Reason.VULNERABLE,
    ),
    Verb.ESCALATE: (
        Reason.DANGER,
        Reason.STALKING,
        Reason.PRIVATE_DETAILS,
        Reason.SELF_HARM,
        Reason.MINOR,
    ),
    Verb.REFER: (Reason.PLATFORM, Reason.POLICE, Reason.DISCIPLINARY),
}
"""The closed list of reason codes for each verb that needs one."""

REASON_WORDS: dict[Reason, str] = {
    Reason.NOT_ABUSE: "Not abuse",
    Reason.FAIR_CRITICISM: "Not abuse: fair criticism",
    Reason.QUOTED: "Not abuse: quotes or reports it",
    Reason.IRONY: "Not abuse: irony or banter",
    Reason.NOT_ANSWERED: "Abuse, not answered",
    Reason.LOW_REACH: "Abuse, not answered: hardly seen",
    Reason.ANSWERED_ELSEWHERE: "Abuse, not answered: already dealt with",
    Reason.VULNERABLE: "Abuse, not answered: author may be at risk",
    Reason.DANGER: "Danger to a person",
    Reason.STALKING: "Stalking or fixation",
    Reason.PRIVATE_DETAILS: "Private details published",
    Reason.SELF_HARM: "Self-harm",
    Reason.MINOR: "A child is involved",
    Reason.PLATFORM: "Reported to the platform",
    Reason.POLICE: "Passed to the police",
    Reason.DISCIPLINARY: "Passed to the party's disciplinary body",
}

SPEAKING = frozenset(
    {
        Verb.APPROVE,
        Verb.REWORD,
        Verb.EDIT,
        Verb.UNDO,
        Verb.KEEP,
        Verb.CORRECT,
        Verb.RETRACT,
        Verb.MISTAKE,
        Verb.CONFIRM,
        Verb.DENY,
        Verb.REOPEN,
    }
)
"""Verbs that touch what an account says: for its principal and those named as its approvers; an admin may settle."""

RELEASERS = frozenset({Role.ADMIN})
"""Who may let a rule go on that the brake has stopped."""
HOLDERS = frozenset({Role.ADMIN, Role.SAFETY})
"""Who may keep something from the clocks by a legal hold, and lift that again."""
PACKERS = frozenset({Role.SAFETY})
"""Who may make a pack of evidence, which leaves the house."""
WRITERS = frozenset({Role.ADMIN})
"""Who may write and review responses and rules; everybody who works here reads them."""

SUPPORTERS = frozenset({Role.APPROVER, Role.SAFETY})
"""Who may write a message of support to a protected person: those who read what was aimed at them."""


def verbs_for(case: Case, reviewer: Reviewer, account: Account) -> frozenset[Verb]:
    """What this reviewer may now do to this case: the only buttons that a desk shows, and the check behind each.

    `account` is the one that would answer. Nothing here depends on the clock.
    """
    return frozenset(verb for verb in Verb if _fits(verb, case) and _has_right(verb, case, reviewer, account))


def _fits(verb: Verb, case: Case) -> bool:
    event, _ = VERBS[verb]
    if (case.state, event) not in TRANSITIONS:
        return False
    if verb is Verb.APPROVE:
        return case.answerable and case.draft_is_current
    if verb in {Verb.REWORD, Verb.EDIT, Verb.RELEASE, Verb.REFUSE}:
        return case.answerable
    if verb is Verb.ACKNOWLEDGE:
        return case.acknowledged_by is None
    if verb in {Verb.KEEP, Verb.CORRECT}:
        return case.asked_at is not None
    return verb is not Verb.MISTAKE or not case.correction


def _has_right(verb: Verb, case: Case, reviewer: Reviewer, account: Account) -> bool:
    _, roles = VERBS[verb]
    if case.on_safety_desk:
        return Role.SAFETY in reviewer.roles & roles
    if verb is Verb.APPROVE and not _counts(reviewer, case):
        return False
    held = reviewer.roles & roles
    if reviewer.id != account.principal:
        held -= {Role.PRINCIPAL}
    if verb in SPEAKING and reviewer.id not in account.approvers:
        held -= {Role.APPROVER}
    return bool(held)


def _counts(reviewer: Reviewer, case: Case) -> bool:
    """Whether this person's approval would bring the case on: nobody's twice, the last is kept for its principal."""
    given = {approval.reviewer_id for approval in case.approvals}
    if reviewer.id in given:
        return False
    waits_for_principal = case.principal is not None and case.principal not in given
    return not waits_for_principal or reviewer.id == case.principal or len(given) + 1 < case.approvals_required


def grounds(verdict: Verdict, clauses: Mapping[str, object]) -> tuple[str, ...]:
    """The policies on which a case may be referred: those of which a rule held in it; where none did, all of them."""
    held = dict.fromkeys(match.policy for match in verdict.matches if not match.concern and match.policy in clauses)
    return tuple(held or clauses)


def no_approval_because(reviewer: Reviewer, case: Case, reviewers: Mapping[str, Reviewer]) -> str | None:
    """Why an approval by this person would not count, in words for them; `None` when it would."""
    if _counts(reviewer, case):
        return None
    if any(approval.reviewer_id == reviewer.id for approval in case.approvals):
        return "You have approved it already; a different person must be the second."
    person = reviewers.get(case.principal or "")
    name = person.name if person else case.principal
    return f"It waits for {name}'s own approval, and nobody else's can stand for it."


def asks_more(account: Account, case: Case) -> bool:
    """Whether the account asks for more than a case that opened before: more approvals, or its principal's own.

    Of a case that nobody can approve it asks nothing.
    """
    more = account.approvals > case.approvals_required
    return case.answerable and (more or account.own_approval not in {None, case.principal})


def may_speak(reviewer: Reviewer | None, account: Account) -> bool:
    """Whether this person may decide what the account says: its principal, or an approver whom it names."""
    if reviewer is None:
        return False
    named = Role.APPROVER in reviewer.roles and reviewer.id in account.approvers
    return named or reviewer.id == account.principal


def account_of(case: Case, accounts: Mapping[str, Account]) -> Account:
    """The account that would answer; a silent one when it has left the configuration."""
    return accounts.get(case.account) or silent(case.account, case.mention.platform, case.approvals_required)


def silent(account_id: str, platform: str, approvals: int = 1) -> Account:
    """An account that has left the configuration: nobody may speak for it."""
    return Account(
        id=account_id,
        platform=platform,
        handle=account_id,
        server="",
        mode=Mode.WATCH,
        approvals=approvals,
        approvers=frozenset(),
        answered_by=(),
    )
