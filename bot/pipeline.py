"""What happens to a mention, from top to bottom: receive · decide · publish_due · expire_and_remind.

Each step stores what it did, with its audit event, before anyone is told. A crash between two steps loses nothing, for
each step begins by asking the store what is due. `publish_due` alone uses a `Publisher`, and hands it only what the
store made out of stored approvals.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.afterwards import Afterwards
from bot.attention import Attention
from bot.last_look import Hindrance, last_look
from bot.limits import not_before
from bot.model import Case, Event, Mode, State, VerdictKind, Visibility
from bot.ports import PlatformError
from bot.reconciling import CLAIM, Reconciling
from bot.rejoinders import Rejoinders
from bot.rights import account_of, asks_more, may_speak
from bot.rulings import NOT_THERE, Rulings
from bot.safety.passing import Passing
from bot.safety.relief import watch_now
from bot.steps import Steps
from bot.store import Change, Preceded, Received, Stale
from bot.weighing import Weighing, unanswered

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from bot.files import Files
    from bot.model import Account, Decision, Mention, Receipt, Refusal, Reviewer
    from bot.ports import Page, Publisher
    from bot.store import Known, OthersOut, Store
    from bot.watched import Watched
    from bot.weighing import Facts

DAY = timedelta(days=1)
ASIDE = timedelta(minutes=1)
"""How long a case at which something broke is left aside."""
MANY = 10_000
"""More cases than can wait at once."""


@dataclass(frozen=True, kw_only=True)
class Pipeline:
    """The story, with all that it is told of the world."""

    store: Store
    files: Files
    publishers: Mapping[str, Publisher]
    """By account id, for the accounts that are *live*."""
    now: Callable[[], datetime]
    owner: str
    """This process, in the claims that it makes."""
    changed: Callable[[], None] = lambda: None
    """Called after each change, so that desks redraw and the publisher wakes. Returns at once."""
    tell: Callable[[str], None] = lambda _text: None
    """Says a sentence to staff. Returns at once."""
    ring: Callable[[str], None] = lambda _text: None
    """Says a sentence to the safety desk alone. Returns at once."""
    watched: Watched | None = None
    """Who agreed that what is said under their posts is taken in; `None` where nobody is protected."""
    weighing: Weighing = field(init=False)
    rulings: Rulings = field(init=False)
    afterwards: Afterwards = field(init=False)
    passing: Passing | None = field(init=False)
    """What seals for the compliance team; `None` where they have given no key."""
    rejoinders: Rejoinders = field(init=False)
    _aside: dict[str, datetime] = field(default_factory=dict)
    """Cases at which something broke, and until when the others of their accounts go first."""
    attention: Attention = field(init=False)
    steps: Steps = field(init=False)
    reconciling: Reconciling = field(init=False)

    def __post_init__(self) -> None:
        weighing = Weighing(store=self.store, files=self.files, now=self.now)
        steps = Steps(store=self.store, weighing=weighing, tell=self.tell)
        object.__setattr__(self, "steps", steps)
        passing = self._passing()
        rulings = Rulings(store=self.store, weighing=weighing, files=self.files, now=self.now, passing=passing)
        object.__setattr__(self, "passing", passing)
        object.__setattr__(self, "weighing", weighing)
        object.__setattr__(self, "rulings", rulings)
        afterwards = Afterwards(store=self.store, weighing=weighing, files=self.files, now=self.now, steps=steps)
        object.__setattr__(self, "afterwards", afterwards)
        reconciling = Reconciling(
            store=self.store,
            publishers=self.publishers,
            now=self.now,
            owner=self.owner,
            steps=steps,
            post=self._post,
            still_due=self._still_due,
        )
        object.__setattr__(self, "reconciling", reconciling)
        rejoinders = Rejoinders(
            store=self.store, files=self.files, now=self.now, changed=self.changed, tell=self.tell, ring=self.ring
        )
        object.__setattr__(self, "rejoinders", rejoinders)
        object.__setattr__(self, "attention", Attention(files=self.files, now=self.now))

    def _passing(self) -> Passing | None:
        settings = self.files.config
        if settings.referral.compliance_key is None:
            return None
        return Passing(
            public_key=settings.referral.compliance_key,
            clauses=settings.policies.clauses,
            titles=self.files.titles,
            now=self.now,
            ours=frozenset(account.handle for account in self.files.accounts.values()),
            mentions=settings.referral.pass_abusive,
        )

    # ── 1. A page of mentions arrives ────────────────────────────────────────────────────────────────────────────

    async def receive(self, account_id: str, page: Page) -> tuple[str, ...]:
        """Judge a page of an account's mentions and store it with its cursor; return the cases opened or changed.

        One transaction a page, and safe to repeat: what is known, and unedited, is passed over.
        """
        mentions = await self.watched.still(page.mentions) if self.watched else page.mentions
        known = await self.store.known(mention.uri for mention in mentions)
        news = [_not_after(self.now(), mention) for mention in mentions if self._is_news(mention, known)]
        facts = await self.weighing.gather(news, account_id, known)
        received = [self.weighing.weigh(mention, facts, seen_by=account_id) for mention in news]
        if self.passing:
            received = [self.passing.mention(item) for item in received]
        changed = await self.store.receive(
            account_id,
            received,
            cursor=page.cursor,
            gone=page.gone,
            malformed=page.malformed,
            keep_ignored=self.files.config.retention.ignored_days > 0,
        )
        if received:
            await self._brake()
        if changed:
            self.changed()
        return changed

    async def _brake(self) -> None:
        """Turn rules that were edited and now run away to shadow, and say so; one that escalates is only told of."""
        for rule in await self.store.brake(self.files.config.rules.brake):
            self.tell(rule.sentence)
            if rule.escalates:
                self.ring(rule.sentence)
            self.changed()

    async def intake(self, mention: Mention, *, reported_by: str) -> str | None:
        """Open a case for a post that a person reported by its link, or return the one it has; `None` for our own.

        The rules judge it like any other; where they find nothing, the person's word opens a case without a reply.
        """
        known = await self.store.known([mention.uri])
        before = known.get(mention.uri)
        if before is not None and before.case_id and not self._is_news(mention, known):
            return before.case_id
        if self._is_ours(mention):
            return None
        mention = _not_after(self.now(), mention)
        facts = await self.weighing.gather([mention], mention.account, known)
        received = self.weighing.weigh(mention, facts, seen_by=mention.account, via=f"intake:{reported_by}")
        if received.verdict.kind in {VerdictKind.IGNORE, VerdictKind.RECORD}:
            reasons = (*received.verdict.reasons, "A person reported it.")
            verdict = replace(received.verdict, kind=VerdictKind.RESPOND, reasons=reasons)
            received = replace(received, verdict=verdict, proposal=None)
        changed = await self.store.receive(mention.account, [received], cursor=None)
        self.changed()
        return next(iter(changed), None)

    def _is_news(self, mention: Mention, known: Mapping[str, Known]) -> bool:
        """Unknown, or edited since it was stored; and never a post of our own."""
        before = known.get(mention.uri)
        return (before is None or before.digest != mention.digest) and not self._is_ours(mention)

    def _is_ours(self, mention: Mention) -> bool:
        return mention.author.handle.lower() in {account.handle.lower() for account in self.files.accounts.values()}

    # ── 2. A reviewer decides ────────────────────────────────────────────────────────────────────────────────────

    async def decide(self, decision: Decision) -> Case | Refusal:
        """Do what a reviewer asks, if they may and the case is still as they saw it; else say why not.

        Stored when it returns, a refusal too. Of two at the same moment one gets the case, one hears who was first.
        """
        case = await self.store.case(decision.case_id)
        reviewer = self.files.reviewers.get(decision.reviewer)
        if reviewer is not None and decision.roles is not None:
            reviewer = replace(reviewer, roles=reviewer.roles & decision.roles)
        result = await self._decided(decision, case, reviewer) if case and reviewer else NOT_THERE
        if isinstance(result, Case):
            self.changed()
        else:
            await self.store.note(
                "decision.refused",
                actor=reviewer.id if reviewer else "bot",
                stream=case.account if case else "system",
                case_id=case.id if case else None,
                detail={"asked": str(decision.verb), "code": result.code, "desk": decision.desk},
            )
        return result

    async def _decided(self, decision: Decision, case: Case, reviewer: Reviewer) -> Case | Refusal:
        if refusal := self.rulings.refuse(case, decision, reviewer):
            return refusal
        change = await self.rulings.change(case, decision)
        if not isinstance(change, Change):
            return change
        try:
            return await self.store.advance(change)
        except Stale as stale:
            return self.rulings.too_late(stale.case, asked=case.id)

    # ── 3. What is due is posted ─────────────────────────────────────────────────────────────────────────────────

    async def publish_due(self, account_id: str) -> bool:
        """Carry one approved reply of an account a step further, and say whether there was one to carry.

        Claim, look, write the intent, post, write the receipt: a crash between any two is settled by the next call.
        """
        now = self.now()
        aside = [case_id for case_id, until in self._aside.items() if until > now]
        case = await self.store.next_due(account_id, now, owner=self.owner, skip=aside)
        if case is None:
            return False
        try:
            with suppress(Stale):  # A reviewer, or another worker, was first; the next call sees what they made of it.
                await self._carry(case)
        except Exception:  # What is wrong with one case must not hold up its account's others.
            self._aside[case.id] = now + ASIDE
            raise
        self.changed()
        return True

    async def _carry(self, case: Case) -> None:
        match case.state:
            case State.PUBLISHING:
                await self.reconciling.settle(case)
            case State.RETRACTING:
                await self.afterwards.retract(case, self.publishers.get(case.account))
            case _:
                await self._publish(case, account_of(case, self.files.accounts))

    async def _publish(self, case: Case, account: Account) -> None:
        others = await self.store.others_out(case, self.now() - DAY)
        if await self._must_wait(case, account):
            return
        if account.mode is not Mode.LIVE:
            await self.steps.take(case, Event.REHEARSED, outcome="dry_run", note=f"{account.id} is in {account.mode}.")
            return
        claimed_until = self.now() + CLAIM
        case = await self.steps.take(case, Event.CLAIMED, owner=self.owner, claimed_until=claimed_until)
        publisher = self.publishers[account.id]
        try:
            mention = await self._still_there(case)
            if mention is None:
                return
            visibility = Visibility.UNLISTED.narrowed_to(case.mention.visibility).narrowed_to(mention.visibility)
            receipt = await self._post(case, publisher, visibility, others)
        except Preceded:  # By which this one may be one too many: the next call asks anew.
            await self.steps.take(case, Event.POSTPONED, due_at=self.now(), note="Another reply went out first.")
        except PlatformError as error:
            await self.reconciling.not_posted(case, error)
        else:
            # The reply is out: whatever stops us now, the receipt must be stored.
            await asyncio.shield(self.steps.take(case, Event.PUBLISHED, receipt=receipt))

    async def _post(
        self, case: Case, publisher: Publisher, visibility: Visibility, others: OthersOut | None = None
    ) -> Receipt:
        """Write the intent, and only then post. Raises Stale when the claim is no longer ours, and PlatformError.

        `others` are the replies that were out when it was asked whether this one may be: Preceded when there are more.
        """
        reply = await self.store.intend(case, owner=self.owner, visibility=visibility, others=others)
        return await publisher.publish(reply)

    async def _must_wait(self, case: Case, account: Account) -> bool:
        """Whether something forbids posting now. What waiting cannot cure goes back to review."""
        account = self.weighing.as_it_asks(account)
        if asks_more(account, case):
            await self._ask_more(case, account)
            return True
        facts = await self.weighing.gather([case.mention], case.account, {})
        if never := await self._unfit_because(case, account, facts):
            await self.steps.take(case, Event.APPROVAL_LAPSED, note=never)
            return True
        posted = await self.store.replies_since(account.id, self.now() - DAY)
        wait = not_before(self.now(), posted=posted, limits=self.files.config.limits_of(account.id))
        if wait is not None:
            await self.steps.take(case, Event.HELD, due_at=wait.until, note=wait.because)
        return wait is not None

    async def _still_due(self, case: Case) -> bool:
        """Whether a reply of which nobody knows if it is out would be posted now, had it not been tried."""
        account = self.weighing.as_it_asks(account_of(case, self.files.accounts))
        facts = unanswered(case, case.mention, await self.weighing.gather([case.mention], case.account, {}))
        quiet = not_before(self.now(), posted=(), limits=self.files.config.limits_of(account.id))
        unfit = asks_more(account, case) or await self._unfit_because(case, account, facts)
        return account.mode is Mode.LIVE and quiet is None and not unfit

    async def _unfit_because(self, case: Case, account: Account, facts: Facts) -> str | None:
        """Why what was approved may not be said any more, however long one waits, as a sentence; `None` when it may."""
        unwished = await self.weighing.unwished_because(case, facts)
        return self._lapsed_because(case, account) or unwished or self.weighing.never_because(case, facts)

    def _lapsed_because(self, case: Case, account: Account) -> str | None:
        """Why the approvals of a case no longer stand, as a sentence; `None` when they do."""
        if not case.draft_is_current:
            return "The author edited the post."
        oldest = timedelta(hours=self.files.config.schedule.approval_lapses_after_hours)
        if any(self.now() - given.at > oldest for given in case.approvals):
            return "The approval is too old."
        if any(given.at - self.now() > oldest for given in case.approvals):
            return "The approval bears a time that is yet to come: the clock was ahead when it was given."
        people = (self.files.reviewers.get(given.reviewer_id) for given in case.approvals)
        if account.mode is Mode.LIVE and not all(may_speak(person, account) for person in people):
            return "Somebody who approved it may no longer decide for this account."
        return self.weighing.unsaid_because(case.draft.text) if case.draft else None

    async def _ask_more(self, case: Case, account: Account) -> None:
        """The account asks for more approvals than when the case opened, which no case can change: a new one does."""
        successor = Received(
            mention=case.mention,
            verdict=replace(case.verdict, kind=VerdictKind.RESPOND),
            account=account.id,
            approvals_required=account.approvals,
            principal=account.own_approval,
            proposal=case.draft.proposal if case.draft else None,
            correction=case.correction,
        )
        own = ", one of them the principal's own" if account.own_approval else ""
        note = f"{account.id} now asks for {account.approvals} approval(s){own}."
        await self.steps.take(case, Event.SUPERSEDED, outcome="superseded", note=note, successor=successor)

    async def _still_there(self, case: Case) -> Mention | None:
        """The mention, if it stands as it was when its reply was approved; else the case goes where it belongs."""
        line = {case.account, *self.weighing.line(case.mention.account)}
        seen = await last_look(case, {name: self.publishers[name] for name in line & self.publishers.keys()})
        if isinstance(seen, Hindrance):
            outcome = "withdrawn" if seen.event is Event.WITHDRAWN else None
            await self.steps.take(case, seen.event, outcome=outcome, note=seen.note)
        elif seen.digest != case.mention.digest:
            await self._edited(case, seen)
        else:
            return seen
        return None

    async def _edited(self, case: Case, mention: Mention) -> None:
        """The author changed the post after it was approved to be answered: the claim ends in review."""
        mention = replace(mention, account=case.mention.account, native_id=case.mention.native_id)
        known = await self.store.known([mention.uri])
        facts = await self.weighing.gather([mention], case.account, known)
        received = self.weighing.weigh(mention, facts, seen_by=mention.account)
        await self.store.receive(mention.account, [received], cursor=None, owner=self.owner)
        now = await self.store.case(case.id)
        if now is not None and now.state is State.PUBLISHING:
            await self.steps.take(now, Event.MENTION_EDITED, note="The post reads otherwise than the one we hold.")

    # ── 4. Nobody forgets ────────────────────────────────────────────────────────────────────────────────────────

    async def expire_and_remind(self) -> None:
        """Remind of what waits, pass it on, then let it expire; ring for escalations until a person acknowledges them.

        Nothing is ever published because nobody spoke.
        """
        states = {State.OPEN, State.APPROVED, State.ESCALATED}
        called = (await watch_now(self.store, self.attention.safety, self.now())).on
        in_front = {case.id for case in await self.store.cases(states=states, in_front=True, limit=MANY)}
        errors: list[Exception] = []
        for case in await self.store.cases(states=states, asked=True, limit=MANY):
            try:
                match case.state:
                    case State.OPEN:
                        await self._nudge(case, calls=case.id in in_front)
                    case State.APPROVED:
                        await self._lapse(case)
                    case State.PUBLISHED:
                        await self.afterwards.ask(case)
                    case State.ESCALATED:
                        await self._ring(case, called)
            except Stale:  # Someone has just acted on it: there is nothing to remind of.
                continue
            except Exception as error:  # noqa: BLE001  what is wrong with one case must not silence the others
                errors.append(error)
        await self.rejoinders.remind()
        if errors:
            raise errors[0]

    async def _nudge(self, case: Case, *, calls: bool) -> None:
        """Let a case expire, or call staff: of an incident the case in front alone calls."""
        account = self.weighing.as_it_asks(account_of(case, self.files.accounts))
        if asks_more(account, case):
            await self._ask_more(case, account)
            return
        event, sentence = self.attention.due(case)
        if event is not Event.EXPIRED and not calls:
            return
        if event is not None:
            await self.steps.take(case, event, outcome="expired" if event is Event.EXPIRED else None)
        if sentence:
            self.tell(sentence)

    async def _lapse(self, case: Case) -> None:
        if why := self._lapsed_because(case, account_of(case, self.files.accounts)):
            await self.steps.take(case, Event.APPROVAL_LAPSED, note=why)

    async def lapse_all(self, why: str) -> None:
        """Send everything that is approved back to review: it was approved under other rules."""
        for case in await self.store.cases(states={State.APPROVED}, limit=MANY):
            with suppress(Stale):
                await self.steps.take(case, Event.APPROVAL_LAPSED, note=why)

    async def _ring(self, case: Case, called: Sequence[str]) -> None:
        if sentence := self.attention.rings(case, called):
            await self.steps.take(case, Event.RUNG)
            self.ring(sentence)


def _not_after(now: datetime, mention: Mention) -> Mention:
    """The mention, written no later than now: a server may date its posts as it likes, and limits count from there."""
    edited_at = mention.edited_at and min(mention.edited_at, now)
    return replace(mention, created_at=min(mention.created_at, now), edited_at=edited_at)
