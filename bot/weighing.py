"""What is due for a mention: the rules' verdict under exemptions and limits, and the account and words for a reply."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.limits import never_because
from bot.model import EarlierAbuse, Mode, State, VerdictKind, Visibility
from bot.rights import account_of, silent
from bot.store import Received, Thread

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from datetime import datetime

    from bot.files import Files
    from bot.model import Account, Case, EarlierCase, History, Mention, Proposal, Verdict
    from bot.store import Known, Store

LIVE = frozenset({State.OPEN, State.APPROVED, State.PUBLISHING, State.ESCALATED})
"""States in which an edit of the mention changes the case."""
CROWD = timedelta(hours=24)
"""How far back a rule may look for others who are abusive to the same account."""
LARGEST_CROWD = 1_000


@dataclass(kw_only=True)
class Facts:
    """What the store knows that bears on some mentions; `crowds`, `threads` and `recent` grow as a page is weighed."""

    histories: Mapping[str, History]
    crowds: dict[str, tuple[EarlierAbuse, ...]]
    """For each account of ours that is addressed, who was abusive to it, the last to arrive first."""
    threads: dict[str, Thread]
    recent: dict[str, list[tuple[str, int]]]
    """For each account that may answer, the wordings that it used, newest first."""
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
        since = now - timedelta(days=self.files.config.limits.strike_days)
        oldest = min((mention.created_at for mention in mentions), default=now)
        live = {
            uri: case
            for uri, before in known.items()
            if before.state in LIVE and before.case_id and (case := await self.store.case(before.case_id))
        }
        return Facts(
            histories=await self.store.histories({mention.author.uri for mention in mentions}, since=since),
            crowds=await self.store.crowds(
                {mention.account for mention in mentions}, since=max(oldest, now - CROWD) - CROWD, limit=LARGEST_CROWD
            ),
            threads=await self.store.threads({mention.conversation for mention in mentions}),
            live=live,
            shadowed=frozenset(name for name, rule in (await self.store.braked()).items() if rule.shadowed),
            recent={name: list(await self.store.wordings(name)) for name in self.line(account_id)},
        )

    def weigh(self, mention: Mention, facts: Facts, *, seen_by: str, via: str = "watch") -> Received:
        """Judge one mention and say what is to be stored of it; `facts` take in what it adds."""
        live = facts.live.get(mention.uri)
        verdict = self.files.rulebook.judge(mention, _history(mention, facts), facts.shadowed)
        verdict = self._tempered(verdict, mention)
        if verdict.abusive and verdict.kind is not VerdictKind.IGNORE:
            latest = EarlierAbuse(author=mention.author.uri, at=mention.created_at)
            facts.crowds[mention.account] = (latest, *facts.crowds[mention.account])[:LARGEST_CROWD]
        chosen = account_of(live, self.files.accounts) if live else self.answerer(mention, seen_by)
        account = chosen or self.files.accounts.get(seen_by) or silent(seen_by, mention.platform)
        proposal = None
        if verdict.kind is VerdictKind.RESPOND:
            why_not = self._no_reply(mention, facts, chosen, edit=live is not None)
            if why_not is None:
                proposal = self.propose(verdict, mention, account, facts, counted=live is not None)
                why_not = None if proposal else "No response is written for this."
            if why_not is not None:
                verdict = replace(verdict, kind=VerdictKind.RECORD, reasons=(*verdict.reasons, why_not))
        if verdict.kind is VerdictKind.RESPOND and live is None:
            thread = facts.threads[mention.conversation]
            facts.threads[mention.conversation] = replace(thread, live_cases=thread.live_cases + 1)
        return Received(
            mention=mention,
            verdict=verdict,
            account=account.id,
            approvals_required=account.approvals,
            principal=account.own_approval,
            proposal=proposal,
            edits=live.id if live else None,
            via=via,
        )

    def instead(self, case: Case, mention: Mention, facts: Facts) -> Received:
        """What would follow if the reply of this case were taken down: by the same account, as if it never spoke."""
        author, thread = mention.author.uri, facts.threads[mention.conversation]
        history = facts.histories[author]
        receipt = case.publication.receipt if case.publication else None
        if receipt is not None and receipt.posted_at == history.answered_at:
            history = replace(history, answered_at=None)
        facts = replace(
            facts,
            live={mention.uri: case},
            histories={**facts.histories, author: history},
            threads={**facts.threads, mention.conversation: replace(thread, replies=max(0, thread.replies - 1))},
        )
        return replace(self.weigh(mention, facts, seen_by=mention.account), edits=None, via="correction")

    def propose(
        self,
        verdict: Verdict,
        mention: Mention,
        account: Account,
        facts: Facts,
        *,
        shown: Collection[tuple[str, int]] = (),
        counted: bool = True,
    ) -> Proposal | None:
        """A wording that neither the mention's thread has seen nor the reviewer (`shown`); `None` if none is left.

        `counted` says that the mention is stored, and so is one of its author's strikes already.
        """
        thread = facts.threads[mention.conversation]
        proposal = self.files.responses.choose(
            verdict,
            mention,
            account,
            strikes=max(0, facts.histories[mention.author.uri].strikes - counted),
            used=thread.wordings | set(shown),
            recent=facts.recent.get(account.id, ()),
        )
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

    def never_because(self, case: Case, facts: Facts) -> str | None:
        """Why waiting will not make a reply to this case's mention due; `None` when one may be posted."""
        mention = case.mention
        return never_because(
            mention,
            facts.histories[mention.author.uri],
            replies_in_thread=facts.threads[mention.conversation].replies,
            limits=self.files.config.limits,
            now=self.now(),
        )

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

    def _no_reply(self, mention: Mention, facts: Facts, account: Account | None, *, edit: bool) -> str | None:
        thread, limits = facts.threads[mention.conversation], self.files.config.limits
        history = facts.histories[mention.author.uri]
        if account is None or account.mode is Mode.WATCH:
            return "No account that may answer it is switched to dry_run or live."
        if any(self._dangerous(case) for case in history.cases):
            return "The safety team has a threat by this author: they are not answered in public."
        if not edit and thread.live_cases >= limits.open_cases_per_thread:
            return f"Part of a pile-on: {thread.live_cases} cases of this thread are already with reviewers."
        return never_because(mention, history, replies_in_thread=thread.replies, limits=limits, now=self.now())

    def _dangerous(self, case: EarlierCase) -> bool:
        """Whether an earlier case is, or ended as, one for the safety team."""
        policy = self.files.config.policies.clauses.get(case.policy)
        escalates = policy is not None and policy.verdict is VerdictKind.ESCALATE
        return case.outcome == State.ESCALATED or (escalates and case.outcome != "dismissed")


def _history(mention: Mention, facts: Facts) -> History:
    """The author's history, with only those names that are not today's: a returning author is not a renamed one."""
    history, today = facts.histories[mention.author.uri], mention.author.handle.lower()
    names = tuple(name for name in history.names if name.lower() != today)
    return replace(history, names=names, crowd=facts.crowds[mention.account])
