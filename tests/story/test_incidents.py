"""A pile-on as everybody lives it: one card that counts, one reply, and no post that gets lost."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from bot.model import Case, Decision, Reason, Refusal, State, Verb, VerdictKind
from tests.fakes.network import Trouble
from tests.fakes.office import ABUSE, FAIR, THREAT, Office
from tests.story.test_machine import Story, files

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.model import Mention

ENGAGED = {State.APPROVED, State.PUBLISHING, State.UNCONFIRMED, State.PUBLISHED, State.RETRACTING, State.RETRACTED}


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    office = await Office.open(tmp_path)
    yield office
    await office.store.close()


async def pile_on(office: Office, number: int, *, text: str = ABUSE, name: str = "angry") -> list[Mention]:
    """So many people, one a minute, each in a thread of their own."""
    found = []
    for one in range(number):
        found.append(office.network.say(text, by=f"{name}{one}"))
        await office.receive(found[-1])
        office.clock.pass_(minutes=1)
    return found


async def waiting(office: Office) -> list[Case]:
    return await office.store.cases(states={State.OPEN}, in_front=True)


async def answer(office: Office, case: Case) -> None:
    assert isinstance(await office.decide(case, Verb.APPROVE), Case)
    office.clock.pass_(minutes=2)
    await office.publish()


async def test_seventeen_posts_in_as_many_threads_are_one_card_and_win_one_reply(office: Office) -> None:
    posts = await pile_on(office, 17)
    [front] = await waiting(office)
    assert front.incident is not None
    assert (front.incident.posts, front.incident.people) == (17, 17)
    assert front.mention.uri == posts[0].uri
    await answer(office, front)
    assert [reply.mention_uri for reply in office.network.replies] == [front.mention.uri]
    assert {(await office.case_of(post)).outcome for post in posts[1:]} == {"incident_answered"}
    await pile_on(office, 5, name="late")
    assert await waiting(office) == []
    assert len(office.network.replies) == 1
    assert len(await office.store.recorded()) == 5


async def test_reviewer_chooses_the_one_post_to_answer(office: Office) -> None:
    posts = await pile_on(office, 5)
    await answer(office, await office.case_of(posts[3]))
    assert [reply.mention_uri for reply in office.network.replies] == [posts[3].uri]
    assert await waiting(office) == []


async def test_a_threat_in_the_middle_rings_as_ever(office: Office) -> None:
    await pile_on(office, 4)
    [threat] = await pile_on(office, 1, text=THREAT, name="danger")
    await pile_on(office, 4, name="more")
    case = await office.case_of(threat)
    assert (case.state, case.incident) == (State.ESCALATED, None)
    await office.pipeline.expire_and_remind()
    assert any(f"Escalated and not yet acknowledged: case {case.id}" in said for said in office.sayings)
    await answer(office, (await waiting(office))[0])
    assert (await office.now(case)).state is State.ESCALATED


async def test_of_two_who_choose_different_posts_one_counts_and_the_other_is_told(office: Office) -> None:
    first, second, _ = [await office.case_of(post) for post in await pile_on(office, 3)]
    answers = await asyncio.gather(
        office.decide(first, Verb.APPROVE, "mara"), office.decide(second, Verb.APPROVE, "tom")
    )
    [refused] = [each for each in answers if isinstance(each, Refusal)]
    [approved] = [each for each in answers if isinstance(each, Case)]
    assert refused.code == "too_late"
    assert f"case {approved.id}, another post of this pile-on" in refused.message
    office.clock.pass_(minutes=2)
    await office.publish()
    assert len(office.network.replies) == 1


async def test_undo_gives_it_back_whole(office: Office) -> None:
    posts = await pile_on(office, 4)
    [front] = await waiting(office)
    approved = await office.decide(front, Verb.APPROVE)
    assert isinstance(approved, Case)
    assert await waiting(office) == []
    assert isinstance(await office.decide(approved, Verb.UNDO), Case)
    assert [case.id for case in await waiting(office)] == [front.id]
    assert {(await office.case_of(post)).state for post in posts} == {State.OPEN}


async def test_when_the_answer_fails_the_next_post_is_offered_and_may_be_answered(office: Office) -> None:
    posts = await pile_on(office, 3)
    office.network.troubles.append(Trouble.REJECTED)
    await answer(office, (await waiting(office))[0])
    assert (await office.case_of(posts[0])).state is State.FAILED
    [front] = await waiting(office)
    assert front.mention.uri == posts[1].uri
    await answer(office, front)
    assert len(office.network.replies) == 1
    assert (await office.case_of(posts[0])).outcome == "incident_answered"


async def test_when_its_author_deletes_it_the_next_post_is_offered(office: Office) -> None:
    posts = await pile_on(office, 3)
    office.network.gone.add(posts[0].uri)
    await answer(office, (await waiting(office))[0])
    assert [case.mention.uri for case in await waiting(office)] == [posts[1].uri]


async def test_all_are_dismissed_at_once_and_one_alone(office: Office) -> None:
    posts = await pile_on(office, 5)
    [front] = await waiting(office)
    await office.decide(front, Verb.DISMISS, reason=Reason.IRONY)
    [front] = await waiting(office)
    decision = Decision(
        case_id=front.id,
        version=front.version,
        verb=Verb.DISMISS,
        reviewer="mara",
        desk="console",
        reason=Reason.NOT_ANSWERED,
        whole=True,
    )
    assert isinstance(await office.pipeline.decide(decision), Case)
    assert await office.store.cases(states={State.OPEN}) == []
    reasons = Counter([(await office.case_of(post)).reason for post in posts])
    assert reasons == {Reason.IRONY: 1, Reason.NOT_ANSWERED: 4}


async def test_staff_are_reminded_of_the_card_and_not_of_each_post(office: Office) -> None:
    await pile_on(office, 6)
    schedule = office.files.config.schedule
    office.clock.pass_(minutes=schedule.remind_after_minutes + 1)
    await office.pipeline.expire_and_remind()
    assert len(office.sayings) == 1


async def test_nobody_decides_and_all_expire(office: Office) -> None:
    posts = await pile_on(office, 4)
    office.clock.pass_(minutes=60 * office.files.config.schedule.expire_after_hours + 10)
    await office.pipeline.expire_and_remind()
    assert {(await office.case_of(post)).outcome for post in posts} == {"expired"}


async def test_of_a_flood_few_wait_and_every_post_is_counted(office: Office) -> None:
    crowd = [office.network.say(ABUSE, by=f"angry{one}") for one in range(300)]
    for start in range(0, 300, 40):
        await office.receive(*crowd[start : start + 40])
    assert len(await office.store.cases(states={State.OPEN})) == office.files.config.limits.open_cases_per_thread
    [front] = await waiting(office)
    assert front.incident is not None
    assert front.incident.posts == 300
    assert len(await office.store.recorded(limit=400)) == 280


async def test_it_is_the_same_on_several_accounts_of_ours(office: Office) -> None:
    for number, account in enumerate(("party", "leader", "deputy")):
        abuse = office.network.say(ABUSE, by=f"angry{number}", account=account, addressed=("@imogen@fernwick.example",))
        await office.receive(abuse, account=account)
    [front] = await waiting(office)
    assert front.incident is not None
    assert front.incident.posts == 3


async def test_fair_criticism_is_no_part_of_it(office: Office) -> None:
    await pile_on(office, 3)
    await pile_on(office, 3, text=FAIR, name="fair")
    [front] = await waiting(office)
    assert front.incident is not None
    assert front.incident.posts == 3


async def test_a_reply_is_corrected_and_no_other_post_takes_its_place(office: Office) -> None:
    posts = await pile_on(office, 3)
    first, second, _ = [await office.case_of(post) for post in posts]
    await office.decide(second, Verb.ESCALATE, "mara", reason=Reason.DANGER)
    await answer(office, first)
    edited = office.network.edit(posts[0].uri, ABUSE + " And your dog.")
    await office.receive(edited)
    await office.decide(await office.now(first), Verb.CORRECT)
    await office.publish()
    await pile_on(office, 1, name="late")
    [corrected] = await waiting(office)
    assert corrected.mention.uri == posts[0].uri
    released = await office.decide(await office.now(second), Verb.RELEASE, "nadia")
    assert isinstance(released, Case)
    assert isinstance(await office.decide(released, Verb.APPROVE), Refusal)
    await answer(office, corrected)
    assert {reply.mention_uri for reply in office.network.replies} == {posts[0].uri}


class PileOns(Story):
    """The same bad days, on which whoever is abusive is part of a pile-on."""

    files = files(incident_cases=3, open_cases_per_thread=5)

    @rule(data=st.data())
    def a_whole_pile_on_is_dismissed(self, data: st.DataObject) -> None:
        case = self._any_case(data, State.OPEN)
        if case is None:
            return
        decision = Decision(
            case_id=case.id,
            version=case.version,
            verb=Verb.DISMISS,
            reviewer="mara",
            desk="console",
            reason=Reason.NOT_ANSWERED,
            whole=True,
        )
        self.do(self.office.pipeline.decide(decision))

    @invariant()
    def no_incident_has_two_replies(self) -> None:
        engaged = self.do(self.office.store.cases(states=ENGAGED))
        counted = Counter(case.incident.id for case in engaged if case.incident)
        assert all(number == 1 for number in counted.values()), counted
        replied = [self.do(self.office.store.case(reply.case_id)) for reply in self.office.network.replies]
        replies = Counter(case.incident.id for case in replied if case.incident)
        assert all(number == 1 for number in replies.values()), replies

    @invariant()
    def every_abusive_post_has_a_case_or_is_recorded(self) -> None:
        known = self.do(self.office.store.known(self.delivered))
        recorded = {each.mention.uri for each in self.do(self.office.store.recorded(limit=10_000))}
        abusive = {uri for uri, mention in self.delivered.items() if mention.text != FAIR}
        assert not [uri for uri in abusive if not known[uri].case_id and uri not in recorded]

    @invariant()
    def every_incident_that_waits_has_one_case_in_front(self) -> None:
        cases = self.do(self.office.store.cases(states={State.OPEN, State.APPROVED, State.PUBLISHING}))
        front = self.do(self.office.store.cases(states={State.OPEN, State.APPROVED, State.PUBLISHING}, in_front=True))
        shown = Counter(case.incident.id for case in front if case.incident)
        assert all(number == 1 for number in shown.values())
        assert {case.id for case in cases if case.incident is None} <= {case.id for case in front}
        assert not [case for case in front if case.verdict.kind is VerdictKind.ESCALATE and case.incident]


TestPileOns = PileOns.TestCase
TestPileOns.settings = settings(
    max_examples=25,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
