"""What a reviewer's decision changes, verb by verb, and in which words it is refused."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.limits import INSTEAD, Foresight, never_because, not_before
from bot.model import Event, Reason, Refusal, Role, State, Verb, VerdictKind
from bot.responses import new_token
from bot.rights import ALONE, REASONS, VERBS, account_of, no_approval_because, verbs_for
from bot.safety.passing import asked
from bot.safety.reporting import Reporting
from bot.store import Change, Received

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.files import Files
    from bot.model import Case, Decision, Reviewer
    from bot.safety.passing import Passing
    from bot.store import Store
    from bot.weighing import Facts, Weighing

NOT_THERE = Refusal(code="unknown_case", message="There is no such case, or it is not yours to see.")
DONE = {
    State.OPEN: "changed it",
    State.APPROVED: "approved it",
    State.PUBLISHING: "is posting it",
    State.PUBLISHED: "posted it",
    State.RETRACTING: "asked to take the reply down",
    State.RETRACTED: "took the reply down",
    State.FAILED: "could not post it",
    State.UNCONFIRMED: "could not tell whether it was posted",
    State.ESCALATED: "passed it to the safety desk",
    State.CLOSED: "closed it",
}
"""What whoever came first has done, by the state in which they left the case."""
CLOSES: dict[Verb, str | None] = {Verb.DISMISS: "dismissed", Verb.REFER: "referred", Verb.ESCALATE: None}
"""Verbs that take the case from the queue, and the outcome with which it closes; `None`: it goes to the safety desk."""


@dataclass(frozen=True, kw_only=True)
class Rulings:
    """Turns a decision into a change of its case, or into a refusal; writes nothing."""

    store: Store
    weighing: Weighing
    files: Files
    now: Callable[[], datetime]
    passing: Passing | None = None
    """What seals a referral to the disciplinary body; `None` where they have given no key, and it is a note alone."""

    @property
    def reporting(self) -> Reporting:
        """What is said where a case is referred to the platform."""
        return Reporting.of(self.files.config, self.files.accounts)

    def refuse(self, case: Case, decision: Decision, reviewer: Reviewer) -> Refusal | None:
        """Why this reviewer cannot have this now: first rights, then who was first, then what is missing."""
        account = account_of(case, self.files.accounts)
        if case.on_safety_desk and Role.SAFETY not in reviewer.roles:
            return NOT_THERE
        if decision.version > case.version:
            message = f"This case never was at version {decision.version}: it is at {case.version}. Look at it again."
            return Refusal(code="too_late", message=message)
        if case.version != decision.version:
            return self.too_late(case)
        if decision.verb not in verbs_for(case, reviewer, account):
            known = no_approval_because(reviewer, case, self.files.reviewers) if decision.verb is Verb.APPROVE else None
            message = f"You may not {decision.verb} this case: it is {case.state}, or that is not your role for it."
            return Refusal(code="no_right", message=known or message)
        if decision.verb in REASONS and decision.reason not in REASONS[decision.verb]:
            return Refusal(code="no_reason", message=f"To {decision.verb} a case, choose a reason from the list.")
        return self.passing.refuse(case, decision) if self.passing else None

    def too_late(self, case: Case, *, asked: str | None = None) -> Refusal:
        """Tell the second who was first; `asked` is the id of the case that they wanted, if it is another."""
        reviewer = self.files.reviewers.get(case.changed_by or "")
        who = reviewer.name if reviewer else "The bot"
        did = f"{DONE[case.state]} ({case.outcome})" if case.outcome else DONE[case.state]
        if asked not in {None, case.id}:
            did = f"{did}: case {case.id}, another post of this pile-on. Only one of them is answered"
            return Refusal(code="too_late", message=f"{who} was first and {did}.")
        message = f"{who} was first and {did} at {case.changed_at:%H:%M} UTC. Look at it again before you act."
        return Refusal(code="too_late", message=message)

    async def change(self, case: Case, decision: Decision) -> Change | Refusal:
        """What this decision changes; it has passed `refuse`."""
        change = Change(
            case_id=case.id,
            version=case.version,
            event=VERBS[decision.verb][0],
            actor=decision.reviewer,
            desk=decision.desk,
            reason=decision.reason,
            note=decision.note,
        )
        if decision.verb in CLOSES:
            whole = decision.whole and decision.verb is Verb.DISMISS
            change = replace(change, decides=str(decision.verb), outcome=CLOSES[decision.verb], whole=whole)
            return await self._passed_on(case, change, decision)
        if decision.verb is Verb.EDIT:
            return self._own_wording(case, change, decision.text or "")
        facts = await self.weighing.gather([case.mention], case.account, {})
        result: Change | Refusal = change
        match decision.verb:
            case Verb.APPROVE:
                unwished = await self.weighing.unwished_because(case, facts)
                held = Refusal(code="held", message=unwished) if unwished else None
                if decision.let_in_by:
                    change = replace(change, detail={"let_in_by": sorted(decision.let_in_by)})
                result = await self._one_hand(case, decision) or held or self._approval(case, change, facts)
            case Verb.REWORD:
                result = await self._another_wording(case, change, facts)
            case Verb.REFUSE:
                result = self._handed_on(case, change, facts)
            case Verb.CORRECT:
                result = await self._correction(case, change, facts)
            case Verb.MISTAKE if case.state is State.RETRACTED:
                result = await self._mistake(case, change, facts)
            case Verb.CONFIRM:
                result = replace(change, side=self.weighing.side(case))
        return result

    async def foresee(self, case: Case) -> Foresight:
        """What would become of its reply if somebody approved it now: asked of the same brakes that will decide."""
        now, limits, author = self.now(), self.files.config.limits_of(case.account), case.mention.author.uri
        histories = await self.store.histories({author}, since=now - timedelta(days=limits.strike_days))
        threads = await self.store.threads({case.mention.conversation})
        due = now + timedelta(seconds=limits.undo_seconds)
        never = never_because(
            case.mention,
            histories[author],
            replies_in_thread=threads[case.mention.conversation].replies,
            limits=self.files.config.limits,
            now=now,
        )
        return Foresight(
            never=None if case.correction else never,
            wait=not_before(
                due, posted=await self.store.replies_since(case.account, now - timedelta(days=1)), limits=limits
            ),
            undo_seconds=limits.undo_seconds,
        )

    async def _passed_on(self, case: Case, change: Change, decision: Decision) -> Change | Refusal:
        """As it is, unless it goes to the platform, with what the bot reports, or sealed to the disciplinary body."""
        if decision.verb is Verb.REFER and decision.reason is Reason.PLATFORM:
            return replace(change, report=self.reporting.text(case))
        if self.passing is None or not asked(decision):
            return change
        ground = self.passing.ground(case, decision)
        sealed = await self.passing.referral(self.store, case, ground)
        return sealed if isinstance(sealed, Refusal) else replace(change, passed=sealed, detail={"ground": ground})

    async def _one_hand(self, case: Case, decision: Decision) -> Refusal | None:
        """Why somebody else may be behind this approval, or behind one before it too: who makes a link can open it."""
        if decision.let_in_by and decision.reviewer == case.principal:
            whose, makers = self._name(case.principal), " and ".join(map(self._name, sorted(decision.let_in_by)))
            why = f"{whose}'s own approval is asked for, and this session came by a link of {makers}'s."
            return Refusal(code="no_right", message=f"{why} Sign in by yourself, then approve it: {ALONE}.")
        given = {approval.decision_id: approval for approval in case.approvals}
        hands = decision.let_in_by | {decision.reviewer}
        for event in await self.store.trail(case.id) if given else ():
            let_in_by = event.detail.get("let_in_by")
            before = {event.actor, *(let_in_by if isinstance(let_in_by, list) else ())}
            if event.detail.get("decision") in given and hands & before:
                return self._may_be_one(decision, event.actor, min(hands & before))
        return None

    def _may_be_one(self, decision: Decision, other: str, maker: str) -> Refusal:
        """Whose link it was, and how the case still gets its two approvals."""
        first, whose = self._name(other), "you" if maker == decision.reviewer else self._name(maker)
        why = f"{first} has approved it, and by a sign-in link that {whose} made, one person could give both approvals."
        if maker in decision.let_in_by:
            todo = f"Sign in by yourself, then approve it: {ALONE}."
        else:
            todo = f"Let a third person approve it; or save its wording anew, and have {first} sign in alone: {ALONE}."
        return Refusal(code="no_right", message=f"{why} {todo}")

    def _name(self, reviewer_id: str) -> str:
        reviewer = self.files.reviewers.get(reviewer_id)
        return reviewer.name if reviewer else reviewer_id

    def _approval(self, case: Case, change: Change, facts: Facts) -> Change | Refusal:
        if never := self.weighing.never_because(case, facts):
            return Refusal(code="held", message=f"{never} {INSTEAD}")
        change = replace(change, decides="approve")
        if len(case.approvals) + 1 < case.approvals_required:
            return replace(change, event=Event.APPROVAL_ADDED)
        return replace(change, due_at=self.now() + timedelta(seconds=self.files.config.limits.undo_seconds))

    async def _correction(self, case: Case, change: Change, facts: Facts) -> Change | Refusal:
        """Only where something would follow: else our reply is kept, or taken down for good."""
        edit = (await self.store.edits([case])).get(case.id)
        if edit is None:
            return Refusal(code="not_now", message="The edit is not kept any more: keep the reply, or take it down.")
        instead = self.weighing.instead(case, edit.after, facts)
        if instead.proposal is not None:
            return change
        why = "It is for the safety team now." if instead.verdict.kind is VerdictKind.ESCALATE else ""
        why = why or next(reversed(instead.verdict.reasons), "No rule holds in it.")
        message = f"No other reply is due to the post as it now reads. {why} Keep the reply, or take it down."
        return Refusal(code="held", message=message)

    async def _mistake(self, case: Case, change: Change, facts: Facts) -> Change | Refusal:
        """Of a reply that is down already: its correction is proposed at once."""
        known = (await self.store.known([case.mention.uri])).get(case.mention.uri)
        if known is not None and known.state is State.ESCALATED:
            return Refusal(code="held", message="The post is with the safety team now: it is not answered.")
        return replace(change, successor=self.weighing.follows_mistake(case, facts))

    async def _another_wording(self, case: Case, change: Change, facts: Facts) -> Change | Refusal:
        shown = [(draft.response, draft.variant or 0) for draft in await self.store.drafts(case.id) if draft.response]
        account = account_of(case, self.files.accounts)
        bundled = case.incident is not None
        proposal = (
            self.weighing.correction(case, facts, shown=shown)
            if case.correction
            else self.weighing.propose(case.verdict, case.mention, account, facts, shown=shown, bundled=bundled)
        )
        if proposal is None:
            message = "You have seen every wording that fits. Write your own, or dismiss it with a reason."
            return Refusal(code="not_now", message=message)
        return replace(change, proposal=proposal)

    def _own_wording(self, case: Case, change: Change, text: str) -> Change | Refusal:
        account = account_of(case, self.files.accounts)
        proposal, faults = self.files.responses.own_wording(
            text, case.verdict, case.mention, account, token=new_token(), correction=case.correction
        )
        unsaid = self.weighing.unsaid_because(proposal.text)
        faults = (*faults, *self.files.abuse_in(proposal.text), *([unsaid] if unsaid else []))
        if faults:
            return Refusal(code="bad_text", message=" ".join(faults))
        return replace(change, proposal=proposal)

    def _handed_on(self, case: Case, change: Change, facts: Facts) -> Change:
        """The principal will not say it and need not say why: the next account in line is offered, as a new case.

        New, so that no approval given for one account's words can ever count for another's.
        """
        change = replace(change, outcome="refused")
        if case.correction:
            return change  # Nobody else can say for this account that it was wrong.
        account = self.weighing.answerer(case.mention, case.mention.account, after=case.account)
        proposal = self.weighing.propose(case.verdict, case.mention, account, facts) if account else None
        if account is None or proposal is None:
            return change
        successor = Received(
            mention=case.mention,
            verdict=case.verdict,
            account=account.id,
            approvals_required=self.weighing.as_it_asks(account).approvals,
            principal=account.own_approval,
            proposal=proposal,
        )
        return replace(change, successor=successor)
