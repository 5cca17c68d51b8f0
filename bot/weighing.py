"""What is due for a mention: the rules' verdict under exemptions and limits, and the account and words for a reply."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.limits import never_because
from bot.model import EarlierAbuse, Mode, State, VerdictKind, Visibility
from bot.responses import new_token
from bot.rights import account_of, silent
from bot.rules.stance import target
from bot.store import About, PileOn, Received, ReplyWish, Standing, Thread, digest_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from datetime import datetime

    from bot.files import Files
    from bot.model import Account, Case, EarlierCase, History, Mention, Proposal, Side, Verdict
    from bot.store import Known, Store, Wish

LIVE = frozenset({State.OPEN, State.APPROVED, State.PUBLISHING, State.ESCALATED})
"""States in which an edit of the mention changes the case."""
CROWD = timedelta(hours=24)
"""How far back a rule may look for others who are abusive to the same account."""
LARGEST_CROWD = 1_000
BEFORE_AN_ELECTION = 2
"""How many people approve each reply then, whatever the account asks for otherwise."""
UNWISHED = "The person it is aimed at wishes that nobody replies for them."
UNASKED = "The person it is aimed at is asked first, on their own page, and has not said yes."


@dataclass(kw_only=True)
class Facts:
    """What the store knows that bears on some mentions; `crowds`, `threads` and `recent` grow as a page is weighed."""

    histories: Mapping[str, History]
    crowds: dict[str, tuple[EarlierAbuse, ...]]
    """For each account of ours that is addressed, who was abusive to it, the last to arrive first."""
    standings: dict[str, Standing]
    """By the handle of each target, in lower case, for those that abuse was aimed at lately."""
    threads: dict[str, Thread]
    recent: dict[str, list[tuple[str, int]]]
    """For each account that may answer, the wordings that it used, newest first."""
    wishes: Mapping[str, Wish]
    """By the digest of their handle, what protected people wish."""
    live: Mapping[str, Case]
    """By `uri`, the case that an edit of the mention would change."""
    shadowed: frozenset[str]
    """Rules that the brake has turned to shadow."""


@dataclass(frozen=True, kw_only=True)
class Weighing:
    """Decides what is due; writes nothing."""

    store: Store
    files: Files
    now: Callable[[], datetime]

    async def gather(self, mentions: Collection[Mention], account_id: str, known: Mapping[str, Known]) -> Facts:
        """Read once what all these mentions need."""
        now = self.now()
        oldest = min((mention.created_at for mention in mentions), default=now)
        live = {
            uri: case
            for uri, before in known.items()
            if before.state in LIVE and before.case_id and (case := await self.store.case(before.case_id))
        }
        limits = self.files.config.limits
        found = await self.store.background(
            About(
                authors={mention.author.uri for mention in mentions},
                strikes_since=now - timedelta(days=limits.strike_days),
                accounts={mention.account for mention in mentions},
                crowds_since=max(oldest, now - CROWD) - CROWD,
                largest_crowd=LARGEST_CROWD,
                conversations={mention.conversation for mention in mentions},
                targets={self._aimed_at(mention) for mention in mentions},
                incident=timedelta(minutes=limits.incident_minutes),
                voices=self.line(account_id),
            )
        )
        return Facts(
            histories=found.histories,
            crowds=dict(found.crowds),
            threads=dict(found.threads),
            standings=dict(found.standings),
            live=live,
            wishes=found.wishes,
            shadowed=frozenset(name for name, rule in found.braked.items() if rule.shadowed),
            recent={voice: list(said) for voice, said in found.wordings.items()},
        )

    def weigh(self, mention: Mention, facts: Facts, *, seen_by: str, via: str = "watch") -> Received:
        """Judge one mention and say what is to be stored of it; `facts` take in what it adds."""
        live = facts.live.get(mention.uri)
        verdict = self.files.rulebook.judge(mention, _history(mention, facts), facts.shadowed)
        verdict = self._tempered(verdict, mention)
        if live is not None and live.correction and verdict.kind is not VerdictKind.ESCALATE:
            return self._still_to_correct(live, mention, verdict, facts, via=via)
        if verdict.abusive and verdict.kind is not VerdictKind.IGNORE:
            latest = EarlierAbuse(author=mention.author.uri, at=mention.created_at)
            facts.crowds[mention.account] = (latest, *facts.crowds[mention.account])[:LARGEST_CROWD]
        chosen = account_of(live, self.files.accounts) if live else self.answerer(mention, seen_by)
        account = self.as_it_asks(chosen or self.files.accounts.get(seen_by) or silent(seen_by, mention.platform))
        proposal, pile_on = None, self._pile_on(verdict, mention)
        if pile_on is not None:
            why_not = self._no_reply(mention, facts, chosen, pile_on, edit=live is not None)
            if why_not is None:
                proposal = self.propose(verdict, mention, account, facts)
                why_not = None if proposal else "No response is written for this."
            if why_not is not None:
                verdict = replace(verdict, kind=VerdictKind.RECORD, reasons=(*verdict.reasons, why_not))
        if verdict.kind is VerdictKind.RESPOND and live is None:
            self._count(mention, pile_on, facts)
        return Received(
            mention=mention,
            verdict=verdict,
            account=account.id,
            approvals_required=account.approvals,
            principal=account.own_approval,
            proposal=proposal,
            edits=live.id if live else None,
            pile_on=pile_on,
            via=via,
            side=self.files.rulebook.side(mention, verdict),
        )

    def instead(self, case: Case, mention: Mention, facts: Facts) -> Received:
        """What would follow if the reply of this case were taken down: by the same account, as if it never spoke."""
        facts = replace(unanswered(case, mention, facts), live={mention.uri: case})
        return replace(self.weigh(mention, facts, seen_by=mention.account), edits=None, via="correction")

    def correction(self, case: Case, facts: Facts, *, shown: Collection[tuple[str, int]] = ()) -> Proposal | None:
        """A wording that says that our reply was a mistake, in the voice that made it; `None` when none is left."""
        account = account_of(case, self.files.accounts)
        return self.files.responses.choose(
            case.verdict,
            case.mention,
            account,
            strikes=0,
            used=frozenset(shown),
            recent=facts.recent.get(account.id, ()),
            token=new_token(),
            correction=True,
        )

    def follows_mistake(self, case: Case, facts: Facts) -> Received:
        """The case that is to correct a reply: for the same account, on the post as it now reads."""
        account = self.as_it_asks(account_of(case, self.files.accounts))
        return Received(
            mention=case.mention,
            verdict=replace(case.verdict, kind=VerdictKind.RESPOND),
            account=account.id,
            approvals_required=account.approvals,
            principal=account.own_approval,
            proposal=self.correction(case, facts),
            via="mistake",
            correction=True,
        )

    def _still_to_correct(self, live: Case, mention: Mention, verdict: Verdict, facts: Facts, *, via: str) -> Received:
        """An edit of a post that waits for our correction: that is due to its author whatever it says now."""
        reason = "Our reply to it was a mistake, which is to be corrected whatever the post now says."
        return Received(
            mention=mention,
            verdict=replace(verdict, kind=VerdictKind.RESPOND, reasons=(*verdict.reasons, reason)),
            account=live.account,
            approvals_required=live.approvals_required,
            principal=live.principal,
            proposal=self.correction(replace(live, mention=mention), facts),
            edits=live.id,
            via=via,
        )

    def propose(
        self,
        verdict: Verdict,
        mention: Mention,
        account: Account,
        facts: Facts,
        *,
        shown: Collection[tuple[str, int]] = (),
        bundled: bool = False,
    ) -> Proposal | None:
        """A wording that neither the mention's thread has seen nor the reviewer (`shown`); `None` if none is left.

        Of an incident one post is answered at most, so its drafts may say the same; `bundled` says that it is in one.
        """
        thread = facts.threads[mention.conversation]
        pile_on = self._pile_on(verdict, mention)
        bundled = bundled or (pile_on is not None and self._bundled(pile_on, facts))
        used = {*(thread.said if bundled else thread.wordings), *shown}
        while True:
            proposal = self.files.responses.choose(
                verdict,
                mention,
                account,
                strikes=facts.histories[mention.author.uri].strikes_besides(mention.uri),
                used=used,
                recent=facts.recent.get(account.id, ()),
                token=new_token(),
            )
            if proposal is None or proposal.response is None or self.unsaid_because(proposal.text) is None:
                break
            used.add((proposal.response, proposal.variant or 0))
        if proposal is not None and proposal.response is not None:
            wording = (proposal.response, proposal.variant or 0)
            facts.recent.setdefault(account.id, []).insert(0, wording)
            facts.threads[mention.conversation] = replace(thread, wordings=thread.wordings | {wording})
        return proposal

    def answerer(self, mention: Mention, seen_by: str, *, after: str | None = None) -> Account | None:
        """The account that is to answer: the first in line that does more than watch; `None` when there is none.

        `after` names one that will not. A post that not everyone may see is answered only by the account that saw it.
        """
        watching = self.files.accounts.get(seen_by)
        line = watching.answered_by if watching else ()
        if after is not None:
            line = line[line.index(after) + 1 :] if after in line else ()
        candidates = [account for name in line if (account := self.files.accounts.get(name))]
        candidates = [account for account in candidates if account.mode is not Mode.WATCH]
        if mention.visibility in {Visibility.DIRECT, Visibility.FOLLOWERS}:
            candidates = [account for account in candidates if account.id == mention.account]
        return next(iter(candidates), None)

    async def unwished_because(self, case: Case, facts: Facts) -> str | None:
        """Why the person that a case is aimed at stands against a reply, or has not spoken; `None` when nobody does."""
        wish = facts.wishes.get(digest_of(self._aimed_at(case.mention)))
        if unwished(wish):
            return UNWISHED
        if wish is None or wish.reply is not ReplyWish.ASK_ME or await self.store.protected.agreed([case.id]):
            return None
        return UNASKED

    def never_because(self, case: Case, facts: Facts) -> str | None:
        """Why waiting will not make a reply to this case's mention due; `None` when one may be posted."""
        if case.correction:
            return None  # It is never too late, or said too often, that we were wrong.
        mention = case.mention
        return never_because(
            mention,
            facts.histories[mention.author.uri],
            replies_in_thread=facts.threads[mention.conversation].replies,
            limits=self.files.config.limits,
            now=self.now(),
        )

    def as_it_asks(self, account: Account) -> Account:
        """The account with as many approvals as it asks for now: before an election two at least."""
        if self.files.config.election_at(self.now()) is None:
            return account
        return replace(account, approvals=max(account.approvals, BEFORE_AN_ELECTION))

    def unsaid_because(self, text: str) -> str | None:
        """Why this may not be said before an election, as a sentence; `None` when it may, or none is near."""
        election = self.files.config.election_at(self.now())
        words = election.words_in(text) if election else ()
        if election is None or not words:
            return None
        said = ", ".join(f"“{word}”" for word in words)
        return f"Until {election.last} no reply says {said} (election.wording): say it otherwise."

    def side(self, case: Case) -> Side:
        """Which side the author of a case claims, read anew: it is counted, and stored of nobody."""
        return self.files.rulebook.side(case.mention, case.verdict)

    def line(self, account_id: str) -> list[str]:
        """The account and those that may answer for it."""
        account = self.files.accounts.get(account_id)
        return list(dict.fromkeys((account_id, *(account.answered_by if account else ()))))

    def _tempered(self, verdict: Verdict, mention: Mention) -> Verdict:
        """An exempt author is judged for escalation alone."""
        why = self.files.config.exempt.handles.get(mention.author.handle.lower())
        if why is None or verdict.kind in {VerdictKind.ESCALATE, VerdictKind.IGNORE}:
            return verdict
        return replace(verdict, kind=VerdictKind.IGNORE, reasons=(*verdict.reasons, f"The author is exempt: {why}."))

    def _pile_on(self, verdict: Verdict, mention: Mention) -> PileOn | None:
        """What makes a pile-on of abuse that asks for a reply; `None` for what never becomes part of one."""
        if verdict.kind is not VerdictKind.RESPOND or verdict.policy is None:
            return None
        limits = self.files.config.limits
        return PileOn(
            handle=self._aimed_at(mention),
            within=timedelta(minutes=limits.incident_minutes),
            cases=limits.incident_cases,
        )

    def _aimed_at(self, mention: Mention) -> str:
        """The handle of whoever lives through a post, in lower case: the target, had it spoken to somebody.

        So words about a group are part of the pile-on on whom they are said to.
        """
        accounts = self.files.accounts
        found = target(
            mention,
            spoken_to=True,
            characteristic=None,
            own={account.handle.lower() for account in accounts.values()},
            protected={person.handle.lower() for person in self.files.config.protected},
        )
        addressed = accounts[mention.account].handle if mention.account in accounts else mention.account
        return (found.handle or addressed).lower()

    def _bundled(self, pile_on: PileOn, facts: Facts) -> bool:
        """Whether one more post that is aimed so is part of an incident."""
        standing = facts.standings.get(pile_on.handle, Standing())
        return standing.formed or standing.cases + 1 >= pile_on.cases

    def _count(self, mention: Mention, pile_on: PileOn | None, facts: Facts) -> None:
        """Take in that the mention opens a case."""
        thread = facts.threads[mention.conversation]
        facts.threads[mention.conversation] = replace(thread, live_cases=thread.live_cases + 1)
        if pile_on is not None:
            before = facts.standings.get(pile_on.handle, Standing())
            facts.standings[pile_on.handle] = replace(before, cases=before.cases + 1, waiting=before.waiting + 1)

    def _no_reply(
        self, mention: Mention, facts: Facts, account: Account | None, pile_on: PileOn, *, edit: bool
    ) -> str | None:
        thread, limits = facts.threads[mention.conversation], self.files.config.limits
        history = facts.histories[mention.author.uri]
        if account is None or account.mode is Mode.WATCH:
            return "No account that may answer it is switched to dry_run or live."
        if unwished(facts.wishes.get(digest_of(pile_on.handle))):
            return UNWISHED
        if any(self._dangerous(case) for case in history.cases):
            return "The safety team has a threat by this author: they are not answered in public."
        standing = facts.standings.get(pile_on.handle, Standing())
        if not edit and standing.answered and self._bundled(pile_on, facts):
            return "Part of a pile-on that has had its reply."
        waiting = max(thread.live_cases, standing.waiting if self._bundled(pile_on, facts) else 0)
        if not edit and waiting >= limits.open_cases_per_thread:
            return f"Part of a pile-on: {waiting} posts of it are already with reviewers. It is counted."
        return never_because(mention, history, replies_in_thread=thread.replies, limits=limits, now=self.now())

    def _dangerous(self, case: EarlierCase) -> bool:
        """Whether an earlier case is, or ended as, one for the safety team."""
        policy = self.files.config.policies.clauses.get(case.policy)
        escalates = policy is not None and policy.verdict is VerdictKind.ESCALATE
        return case.outcome == State.ESCALATED or (escalates and case.outcome != "dismissed")


def unanswered(case: Case, mention: Mention, facts: Facts) -> Facts:
    """The facts about the case's mention as if the case had no reply, neither one that stands nor one in doubt."""
    author, thread = mention.author.uri, facts.threads[mention.conversation]
    history, publication = facts.histories[author], case.publication
    receipt = publication.receipt if publication else None
    out_at = receipt.posted_at if receipt else publication and publication.intended_at
    if out_at == history.answered_at:
        history = replace(history, answered_at=None)
    return replace(
        facts,
        histories={**facts.histories, author: history},
        threads={**facts.threads, mention.conversation: replace(thread, replies=max(0, thread.replies - 1))},
    )


def unwished(wish: Wish | None) -> bool:
    """Whether somebody wants no reply at all: they said so, or took their consent back."""
    return wish is not None and (wish.reply is ReplyWish.NEVER or wish.withdrawn_at is not None)


def _history(mention: Mention, facts: Facts) -> History:
    """The author's history before this post, and without today's name: a returning author is not a renamed one."""
    history, today = facts.histories[mention.author.uri], mention.author.handle.lower()
    names = tuple(name for name in history.names if name.lower() != today)
    strikes = history.strikes_besides(mention.uri)
    return replace(history, names=names, strikes=strikes, crowd=facts.crowds[mention.account])
