"""What every desk is given: the store to read, the verbs to ask for, and one presentation of a case."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Protocol

from bot.config import Safety
from bot.model import Role, State, Verb
from bot.review.card import Measure, present
from bot.review.checklist import may_tick, safeguarding_notes, steps_of
from bot.review.condition import condition
from bot.review.outlook import outlook
from bot.review.report_words import report_view
from bot.review.words import case_count, listed, moment, name_of
from bot.rights import account_of, grounds, verbs_for
from bot.rota import Rota
from bot.safety.cues import cues
from bot.safety.relief import watch_now

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence
    from datetime import datetime

    from bot.config import Policies, Referral
    from bot.limits import Foresight
    from bot.model import Account, Case, Decision, Refusal, Reviewer
    from bot.rejoinders import Rejoinders
    from bot.review.card import CaseCard
    from bot.review.report_words import ReportView
    from bot.safety.relief import Watch
    from bot.safety.reporting import Reporting
    from bot.store import Store
    from bot.web.vitals import Vitals

NOTE_CHARACTERS = 2_000
"""Of a hand-over note: so much fits on one card."""
REPLY_LIMIT = 500
"""What a server allows that does not say otherwise."""


def _plain(_account_id: str) -> Measure:
    return Measure(limit=REPLY_LIMIT)


def _nowhere(_case_id: str) -> str | None:
    return None


def _nothing_against(_case: Case, _text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return (), ()


class TakesVitals(Protocol):
    """How the bot is now; answers even when the database does not. Without `figures` nothing is counted, for pages."""

    def __call__(self, *, figures: bool = True) -> Awaitable[Vitals]:
        """Look now."""


@dataclass(frozen=True, kw_only=True)
class Room:
    """A desk reads here and asks here; it changes nothing by itself, and it is never handed a publisher."""

    store: Store
    accounts: Mapping[str, Account]
    reviewers: Mapping[str, Reviewer]
    policies: Policies
    referral: Referral
    now: Callable[[], datetime]
    decide: Callable[[Decision], Awaitable[Case | Refusal]]
    """The one way to change a case."""
    intake: Callable[[str, str], Awaitable[Case | str]]
    """From the address of a post and the id of who reports it: the case, or a sentence that says why there is none."""
    pause: Callable[[str, str, str], Awaitable[tuple[str, ...]]]
    """Scope (`all` or an account's id), reviewer's id, reason: the ids of the cases whose replies are on their way."""
    resume: Callable[[str, str], Awaitable[None]]
    """Scope, reviewer's id."""
    release: Callable[[str, str], Awaitable[Refusal | None]]
    """Rule's id, reviewer's id: lets a rule go on that the brake has stopped, or says why not."""
    vitals: TakesVitals
    case_link: Callable[[str], str | None] = _nowhere
    """The address of a case in the console; `None` when there is no console."""
    measure: Callable[[str], Measure] = _plain
    """How the platform of an account of ours counts a reply."""
    advise: Callable[[Case], tuple[str, ...]] = lambda _case: ()
    """What to think over in a reviewer's own wording; nothing in it is forbidden."""
    lint: Callable[[Case, str], tuple[tuple[str, ...], tuple[str, ...]]] = _nothing_against
    """Why a wording may not be posted, and what is merely unwise in it: sentences, while it is being typed."""
    standing: Callable[[], tuple[str, ...]] = lambda: ()
    """Sentences that hold for a while and that everybody on a desk must know."""
    foresee: Callable[[Case], Awaitable[Foresight]] | None = None
    """What would become of its reply if somebody approved it now; `None` where nobody can tell."""
    reporting: Reporting | None = None
    """What the bot reports where a case is referred to the platform; `None` where a person does so by hand."""
    rejoinders: Rejoinders | None = None
    """What is said to our replies by their links; `None` where nothing can be ruled on."""
    strike_days: int = 365
    """How far back an author's strikes are counted."""
    safety: Safety = field(default_factory=Safety)
    """What the safety team is told when somebody may be in danger."""
    safety_rota: Callable[[], Rota] = lambda: Rota((), "UTC")
    """Who is on for the safety team."""
    changed: Callable[[], None] = lambda: None
    """Called after what changes a case without a decision, so that every desk redraws. Returns at once."""

    async def condition(self, *, safety: bool) -> tuple[str, ...]:
        """How the bot is, in sentences: the answer to `/status`."""
        return (*self.standing(), *condition(await self.vitals(), self.accounts, safety=safety))

    async def hand_over(self, text: str, reviewer: str, *, safety: bool) -> str:
        """Keep a note for whoever comes next on that desk; what to tell who wrote it."""
        text = text.strip()
        if not text or len(text) > NOTE_CHARACTERS:
            return f"Nothing was kept. A hand-over note has words, and at most {NOTE_CHARACTERS:,} characters."
        await self.store.hand_over(text, actor=reviewer, safety=safety)
        return "Kept. It is shown when the next shift begins, and until then by /handover and in the console."

    async def handed_over(self, *, safety: bool) -> tuple[str, ...]:
        """The notes of the last day for that desk, each with who wrote it and when, the newest first."""
        now = self.now()
        notes = await self.store.handed_over(now - timedelta(days=1), safety=safety)
        return tuple(
            f"{name_of(note.by, self.reviewers)}, {moment(note.at, now)}: {note.text}" for note in reversed(notes)
        )

    async def card(self, case: Case) -> CaseCard:
        """The presentation of a case, with what the store knows of its author."""
        return (await self.cards([case]))[0]

    async def cards(self, cases: Sequence[Case]) -> list[CaseCard]:
        """The presentations of many cases, in their order, with one look at the authors' histories."""
        if not cases:
            return []
        now, paused = self.now(), await self.store.paused()
        authors = {case.mention.author.uri for case in cases}
        edits = await self.store.edits(cases)
        reports = await self.store.platform_reports.of([case.id for case in cases if case.state is State.CLOSED])
        histories = await self.store.histories(authors, since=now - timedelta(days=self.strike_days))
        cards = [
            present(
                case,
                account=self.account_of(case),
                clauses=self.policies.clauses,
                severities={int(level): words for level, words in self.policies.severities.items()},
                history=histories[case.mention.author.uri],
                reviewers=self.reviewers,
                measure=self.measure(case.account),
                now=now,
                paused=bool({"all", case.account} & paused.keys()),
                edit=edits.get(case.id),
                report=reports.get(case.id),
                cues=cues(case, histories[case.mention.author.uri]) if case.on_safety_desk else (),
                strike_days=self.strike_days,
            )
            for case in cases
        ]
        cards = [
            replace(card, notes=(*card.notes, *self._advice(case))) if card.reply else card
            for card, case in zip(cards, cases, strict=True)
        ]
        return await self._for_safety(cards, cases)

    async def _for_safety(self, cards: list[CaseCard], cases: Sequence[Case]) -> list[CaseCard]:
        """The same cards; those of the safety desk with what its team has to think of."""
        dangerous = [case.id for case in cases if case.on_safety_desk]
        if not dangerous:
            return cards
        ticks, now = await self.store.safety.ticked(dangerous), self.now()
        steps = partial(steps_of, safety=self.safety, referral=self.referral, reviewers=self.reviewers, now=now)
        return [
            replace(
                card,
                notes=(*safeguarding_notes(case, self.safety, self.reviewers), *card.notes),
                checklist=steps(case, ticks.get(case.id, {})),
            )
            if case.on_safety_desk
            else card
            for card, case in zip(cards, cases, strict=True)
        ]

    async def tick(self, case: Case, step: str, me: Reviewer, *, done: bool) -> str:
        """Note that a step of the checklist is done, or is not after all; why that was not noted, else empty."""
        if not may_tick(case, me):
            return "Whoever has acknowledged it ticks its steps; nothing was noted."
        if step not in {each.id for each in (await self.card(case)).checklist}:
            return "That step is not on this checklist; nothing was noted."
        await self.store.safety.tick(case.id, step, actor=me.id, done=done)
        self.changed()
        return ""

    async def watch(self) -> Watch:
        """Who is on for the safety team, and whether they have relieved those before them."""
        return await watch_now(self.store, self.safety_rota(), self.now())

    async def take_over(self, me: Reviewer) -> str:
        """“I have it”: what the last shift left is this person's from now on; what came of it, as a sentence."""
        watch = await self.watch()
        if watch.began is None:
            return "There is nothing to take over."
        if Role.SAFETY not in me.roles or not watch.may_take(me.id):
            return f"Nothing was taken over: that is for whoever is on now, {self.names(watch.relieving)}."
        if await self.store.safety.take_over(watch.began, actor=me.id, relieved=watch.staying) is None:
            return "Somebody has taken it over already."
        self.changed()
        return f"You have it: {case_count(len(watch.left))}. {self.names(watch.staying)} can go."

    def names(self, people: Sequence[str]) -> str:
        """Their names, as one writes them."""
        return listed([name_of(each, self.reviewers) for each in people])

    def _advice(self, case: Case) -> list[str]:
        return [f"Your wording: {words}" for words in self.advise(case)]

    async def outlook(self, case: Case, me: Reviewer) -> tuple[str, ...]:
        """What happens if this reviewer approves, in sentences; none where that cannot be told, or is not theirs."""
        if self.foresee is None or Verb.APPROVE not in self.verbs(case, me):
            return ()
        return outlook(
            case,
            await self.foresee(case),
            account=self.account_of(case),
            me=me,
            reviewers=self.reviewers,
            now=self.now(),
            paused=bool({"all", case.account} & (await self.store.paused()).keys()),
        )

    def grounds(self, case: Case) -> dict[str, str]:
        """The clauses on which it can be referred to the disciplinary body, by policy; none where nothing is sealed."""
        if self.referral.compliance_key is None:
            return {}
        return {policy: self.policies.clauses[policy].clause for policy in grounds(case.verdict, self.policies.clauses)}

    def will_report(self, case: Case) -> ReportView | None:
        """What the bot reports if the case is referred to the platform; `None` where a person has done so by hand."""
        return report_view(case, self.reporting)

    def verbs(self, case: Case, reviewer: Reviewer) -> frozenset[Verb]:
        """What this reviewer may do to this case now; to be asked again on every press."""
        return verbs_for(case, reviewer, self.account_of(case))

    def account_of(self, case: Case) -> Account:
        """The account that would answer. One that has left the configuration is silent: nobody may speak for it."""
        return account_of(case, self.accounts)
