"""The promises, under any order of events: nothing posted without its approvals, nothing twice, nothing lost.

Hypothesis drives a real pipeline and a real store through mentions, decisions, edits, deletions, limits, time, failures
of the platform, crashes and restarts, and after each step compares the books with what stands on the network.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bot.files import Files
from bot.model import Case, Refusal, State, Verb, VerdictKind
from bot.ports import Page
from bot.rights import REASONS
from tests.fakes.counted import counted, folded
from tests.fakes.databases import ON_POSTGRESQL
from tests.fakes.network import Crash, Trouble
from tests.fakes.office import ABUSE, FAIR, RUDE, THREAT, Office, write_files

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from bot.model import Mention

TEXTS = [ABUSE, ABUSE + " And your dog.", FAIR, RUDE, THREAT]
ACCOUNTS = ["party", "leader", "deputy"]
PEOPLE = ["sam", "vic", "dot", "len", "ines", "roy", "kev", "jean"]
REVIEWERS = ["mara", "tom", "nadia", "rosa", "idris", "wyn", "nobody"]


def files(**more: int) -> Files:
    """An office where hardly anything is limited, and the deputy leader's own approval is one of two."""
    limits = {
        "incident_cases": 100_000,
        "author_cooldown_days": 0,
        "open_cases_per_thread": 100,
        "replies_per_thread": 100,
        "replies_per_hour": 10_000,
        **more,
    }
    path = write_files(Path(tempfile.mkdtemp(prefix="machine-")), limits=limits)
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    content["accounts"][ACCOUNTS.index("deputy")]["principal_approves"] = True
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return Files.read(path)


FILES = files()


class Story(RuleBasedStateMachine):
    """An office whose every day is a bad day."""

    files = FILES

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.folder = tempfile.TemporaryDirectory(prefix="story-")
        self.office: Office = self.do(Office.open(Path(self.folder.name), files=self.files))
        self.delivered: dict[str, Mention] = {}
        self.cursor = 0

    def do(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Run one step to its end, or to the crash that was ordered."""
        return self.runner.run(work)

    def teardown(self) -> None:
        self.do(self._settle())
        self.do(self.office.store.close())
        self.runner.close()
        self.folder.cleanup()

    @initialize(keeps=st.booleans())
    def the_server_keeps_keys_or_does_not(self, keeps: bool) -> None:  # noqa: FBT001
        self.office.network.keeps_keys = keeps

    # ── what can happen ──────────────────────────────────────────────────────────────────────────────────────────

    @rule(
        texts=st.lists(st.tuples(st.sampled_from(TEXTS), st.sampled_from(PEOPLE)), min_size=1, max_size=4),
        account=st.sampled_from(ACCOUNTS),
        crash=st.booleans(),
    )
    def mentions_arrive(self, texts: list[tuple[str, str]], account: str, crash: bool) -> None:  # noqa: FBT001
        """A page; the process may die once it is stored, and then reads the same page again."""
        mentions = [self.office.network.say(text, by=by, account=account) for text, by in texts]
        self.cursor += 1
        page = Page(mentions=tuple(mentions), cursor=str(self.cursor))
        self.do(self.office.pipeline.receive(account, page))
        self.delivered |= {mention.uri: mention for mention in mentions}
        if crash:
            self.do(self.office.restart())
            assert self.do(self.office.pipeline.receive(account, page)) == ()

    @rule(data=st.data(), verb=st.sampled_from(Verb), reviewer=st.sampled_from(REVIEWERS), stale=st.booleans())
    def somebody_decides(self, data: st.DataObject, verb: Verb, reviewer: str, stale: bool) -> None:  # noqa: FBT001
        """Anyone may ask for anything, of the case as it is or as it was."""
        case = self._any_case(data)
        if case is None or not self._true(case, verb):
            return
        if stale:
            self.do(self.office.decide(case, Verb.REWORD, "tom"))
        reason = data.draw(st.sampled_from(REASONS[verb])) if verb in REASONS else None
        answer = self.do(self.office.decide(case, verb, reviewer, reason=reason, text="Be kind. https://f.example/c"))
        assert isinstance(answer, Case | Refusal)

    @rule(data=st.data())
    def case_is_approved(self, data: st.DataObject) -> None:
        """The usual way: by as many people as it takes."""
        case = self._any_case(data, State.OPEN)
        for reviewer in ("mara", "idris", "tom"):
            if isinstance(case, Case) and case.state is State.OPEN:
                answer = self.do(self.office.decide(case, Verb.APPROVE, reviewer))
                case = answer if isinstance(answer, Case) else case

    @rule(data=st.data(), text=st.sampled_from(TEXTS), noticed=st.booleans())
    def author_edits(self, data: st.DataObject, text: str, noticed: bool) -> None:  # noqa: FBT001
        """Seen by the watch, or only by the last look before posting."""
        if not self.delivered:
            return
        uri = data.draw(st.sampled_from(sorted(self.delivered)))
        mention = self.office.network.edit(uri, text)
        if noticed:
            self.do(self.office.receive(mention, account=mention.account, cursor=None))

    @rule(data=st.data(), noticed=st.booleans())
    def author_deletes(self, data: st.DataObject, noticed: bool) -> None:  # noqa: FBT001
        if not self.delivered:
            return
        uri = data.draw(st.sampled_from(sorted(self.delivered)))
        self.office.network.gone.add(uri)
        if noticed:
            page = Page(mentions=(), cursor=None, gone=(uri,))
            self.do(self.office.pipeline.receive(self.delivered[uri].account, page))

    @rule(troubles=st.lists(st.sampled_from([*Trouble, None, None, None]), max_size=4))
    def bot_posts_what_is_due(self, troubles: list[Trouble | None]) -> None:
        """With anything going wrong on the way, death included."""
        self.office.network.troubles.extend(trouble for trouble in troubles if trouble)
        try:
            self.do(self.office.publish())
        except Crash:
            self.do(self.office.restart())
        self.office.network.troubles.clear()

    @rule(minutes=st.sampled_from([1, 2, 15, 90, 60 * 13, 60 * 30]))
    def time_passes(self, minutes: int) -> None:
        self.office.clock.pass_(minutes=minutes)
        self.do(self.office.pipeline.expire_and_remind())

    @rule()
    def process_dies(self) -> None:
        self.do(self.office.restart())

    @precondition(lambda self: self.delivered)
    @rule(paused=st.booleans())
    def somebody_pulls_the_stop(self, paused: bool) -> None:  # noqa: FBT001
        store = self.office.store
        self.do(store.pause("all", actor="mara", reason="") if paused else store.resume("all", actor="mara"))

    # ── what must hold after every step ──────────────────────────────────────────────────────────────────────────

    @invariant()
    def nothing_was_posted_without_its_approvals(self) -> None:
        for reply in (*self.office.network.replies, *self.office.network.late):
            case = self.do(self.office.store.case(reply.case_id))
            assert case.verdict.kind is not VerdictKind.ESCALATE or case.outcome == "superseded"
            decisions = self.do(self.office.store.decisions(reply.case_id))
            drafts = {draft.id: draft for draft in self.do(self.office.store.drafts(reply.case_id))}
            counted = [
                decision
                for decision in decisions
                if decision.kind == "approve"
                and decision.id in reply.decisions
                and drafts[decision.draft_id or ""].text == reply.text
            ]
            people = {decision.reviewer for decision in counted}
            account = self.files.accounts[reply.account]
            assert len(people) == account.approvals == len(reply.approved_by)
            assert people <= account.approvers | {account.principal}
            assert account.own_approval is None or account.own_approval in people

    @invariant()
    def nothing_was_posted_twice(self) -> None:
        answered = Counter(reply.mention_uri for reply in self.office.network.standing())
        assert not [uri for uri, times in answered.items() if times > 1]

    @invariant()
    def nothing_was_lost(self) -> None:
        known = self.do(self.office.store.known(self.delivered))
        assert set(known) == set(self.delivered)
        assert self.do(self.office.store.cursor("party")) is None or self.cursor > 0

    # ── the end ──────────────────────────────────────────────────────────────────────────────────────────────────

    async def _settle(self) -> None:
        """A quiet night: everything that hung is settled, and the books agree with the network and with themselves."""
        await self.office.restart()
        await self.office.store.resume("all", actor="mara")
        for _ in range(6):  # Two looks, once more under the same key, a claim that runs out, two looks.
            self.office.clock.pass_(minutes=3)
            with suppress(Crash):
                await self.office.publish()
        stuck = await self.office.store.cases(states={State.PUBLISHING, State.RETRACTING})
        assert stuck == []
        for reply in self.office.network.replies:
            case = await self.office.store.case(reply.case_id)
            assert case is not None
            posted = {State.PUBLISHED, State.RETRACTED, State.UNCONFIRMED}
            assert case.state in posted or case.outcome == "corrected"
        for case in await self.office.store.closed(limit=1000):
            if case.state is State.PUBLISHED:
                assert case.id in {reply.case_id for reply in self.office.network.replies}
        assert list(await self.office.store.verify()) == []
        if not ON_POSTGRESQL:
            year = self.office.clock.now().date()
            assert await folded(self.office.store, year) == counted(self.office.database)

    def _any_case(self, data: st.DataObject, *states: State) -> Case | None:
        cases = self.do(self.office.store.cases(states=set(states or State)))
        # In an order that a second run has too, in which the ids are others.
        found = sorted(cases, key=lambda case: (case.mention.uri, case.opened_at, case.verdict.kind, case.state))
        return data.draw(st.sampled_from(found)) if found else None

    def _true(self, case: Case, verb: Verb) -> bool:
        """People tell the truth about what they see on the platform."""
        there = case.id in {reply.case_id for reply in self.office.network.replies}
        return {Verb.CONFIRM: there, Verb.DENY: not there}.get(verb, True)


TestStory = Story.TestCase
TestStory.settings = settings(
    max_examples=30 if ON_POSTGRESQL else 60,  # which takes as long
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
