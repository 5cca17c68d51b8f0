"""What follows a reply: an edit of its post asks a question, and a correction takes one reply's place with another."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.model import Case, Receipt, Refusal, State, Verb
from bot.ports import Fault, Page, PlatformError
from tests.fakes.network import Poster
from tests.fakes.office import ABUSE, FAIR, THREAT, Office

STILL_ABUSE = f"{ABUSE} And your dog."


async def answered(office: Office, **facts: str) -> Case:
    case = await office.approved(**facts)
    await office.publish()
    return await office.now(case)


async def edited(office: Office, text: str = STILL_ABUSE, **facts: str) -> Case:
    """A published case whose post was edited afterwards, as the watch saw it."""
    case = await answered(office, **facts)
    office.clock.pass_(minutes=5)
    await office.receive(office.network.edit(case.mention.uri, text), account=case.mention.account, cursor=None)
    return await office.now(case)


async def decided(office: Office, case: Case, verb: Verb, reviewer: str = "mara") -> Case:
    answer = await office.decide(case, verb, reviewer)
    assert isinstance(answer, Case), answer
    return answer


async def successor(office: Office) -> Case:
    [case] = await office.store.cases(states={State.OPEN})
    return case


async def test_an_edit_after_our_reply_is_asked_about_at_once_and_again_until_somebody_answers(office: Office) -> None:
    case = await edited(office)
    asked = [f"The post that was answered in case {case.id} was edited: keep, correct or retract our reply?"]
    await office.pipeline.expire_and_remind()
    await office.pipeline.expire_and_remind()
    assert office.sayings == asked
    office.clock.pass_(minutes=office.files.config.schedule.pass_on_after_minutes)
    await office.pipeline.expire_and_remind()
    assert office.sayings == asked * 2
    await decided(office, await office.now(case), Verb.KEEP)
    office.clock.pass_(hours=9)
    await office.pipeline.expire_and_remind()
    assert office.sayings == asked * 2


async def test_a_reply_that_is_kept_stands_and_the_trail_says_who_kept_it(office: Office) -> None:
    kept = await decided(office, await edited(office), Verb.KEEP, "tom")
    assert (kept.state, kept.asked_at, kept.changed_by) == (State.PUBLISHED, None, "tom")
    assert (await office.store.trail(kept.id))[-1].kind == "case.kept"
    assert len(list(office.network.standing())) == 1


async def test_whoever_may_not_speak_for_the_account_answers_no_question(office: Office) -> None:
    case = await edited(office)
    for verb in (Verb.KEEP, Verb.CORRECT, Verb.RETRACT):
        assert isinstance(await office.decide(case, verb, "nadia"), Refusal)
    assert await office.now(case) == case


async def test_a_further_edit_asks_again(office: Office) -> None:
    kept = await decided(office, await edited(office), Verb.KEEP)
    await office.receive(office.network.edit(kept.mention.uri, FAIR), cursor=None)
    assert (await office.now(kept)).asked_at == office.clock.now()


async def test_an_answer_given_before_a_further_edit_was_seen_comes_too_late(office: Office) -> None:
    case = await edited(office)
    await office.receive(office.network.edit(case.mention.uri, FAIR), cursor=None)
    answer = await office.decide(case, Verb.KEEP)
    assert isinstance(answer, Refusal)
    assert answer.code == "too_late"


@pytest.mark.parametrize("verb", [Verb.KEEP, Verb.CORRECT])
async def test_nothing_is_kept_or_corrected_that_was_not_edited(office: Office, verb: Verb) -> None:
    case = await answered(office)
    assert isinstance(await office.decide(case, verb), Refusal)
    assert await office.now(case) == case


async def test_a_corrected_reply_is_taken_down_and_another_needs_an_approval_of_its_own(office: Office) -> None:
    case = await decided(office, await edited(office), Verb.CORRECT)
    assert (case.state, case.correcting) == (State.RETRACTING, True)
    await office.publish()
    assert list(office.network.standing()) == []
    assert (await office.now(case)).outcome == "corrected"
    again = await successor(office)
    assert (again.account, again.mention.text, again.approvals) == (case.account, STILL_ABUSE, ())
    assert again.draft is not None
    assert case.draft is not None
    assert again.draft.text != case.draft.text
    await office.publish()
    assert list(office.network.standing()) == []
    await decided(office, again, Verb.APPROVE, "tom")
    office.clock.pass_(minutes=2)
    await office.publish()
    [reply] = office.network.standing()
    assert (reply.case_id, reply.approved_by) == (again.id, ("tom",))
    assert await office.store.verify() == []


async def test_a_correction_is_finished_after_a_crash(office: Office) -> None:
    case = await decided(office, await edited(office), Verb.CORRECT)
    await office.restart()
    await office.publish()
    assert (await office.now(case)).outcome == "corrected"
    assert (await successor(office)).mention.text == STILL_ABUSE


@pytest.mark.parametrize(("text", "why"), [(FAIR, "No other reply is due"), (THREAT, "It is for the safety team now.")])
async def test_where_no_other_reply_is_due_a_correction_is_refused_with_the_reason(
    office: Office, text: str, why: str
) -> None:
    case = await edited(office, text)
    answer = await office.decide(case, Verb.CORRECT)
    assert isinstance(answer, Refusal)
    assert why in answer.message
    assert answer.message.endswith("Keep the reply, or take it down.")
    assert await office.now(case) == case


async def test_after_a_day_a_reply_is_kept_or_taken_down_and_not_corrected(office: Office) -> None:
    case = await answered(office)
    office.clock.pass_(hours=30)
    await office.receive(office.network.edit(case.mention.uri, STILL_ABUSE), cursor=None)
    answer = await office.decide(await office.now(case), Verb.CORRECT)
    assert isinstance(answer, Refusal)
    assert "24 hours" in answer.message
    taken = await decided(office, await office.now(case), Verb.RETRACT)
    await office.publish()
    assert (await office.now(taken)).state is State.RETRACTED


async def test_an_edit_to_something_fair_while_the_reply_comes_down_leaves_nothing_to_review(office: Office) -> None:
    case = await decided(office, await edited(office), Verb.CORRECT)
    await office.receive(office.network.edit(case.mention.uri, FAIR), cursor=None)
    await office.publish()
    case = await office.now(case)
    assert (case.state, case.note) == (State.RETRACTED, "As the post now reads, no other reply is due.")
    assert await office.store.cases(states={State.OPEN}) == []


async def test_a_corrected_reply_still_counts_for_the_day(office: Office) -> None:
    case = await decided(office, await edited(office), Verb.CORRECT)
    await office.publish()
    posted = await office.store.replies_since(case.account, case.opened_at)
    assert len(posted) == 1


class Stuck(Poster):
    """A server that deletes nothing."""

    async def retract(self, receipt: object) -> None:
        raise PlatformError(Fault.TRANSIENT, "The server did not answer.", code="timed_out")


async def test_a_reply_that_could_not_be_taken_down_is_told_of_and_asked_about_again(office: Office) -> None:
    case = await decided(office, await edited(office), Verb.CORRECT)
    office.pipeline = office.without(publishers=dict.fromkeys(office.files.accounts, Stuck(office.network)))
    await office.publish()
    now = await office.now(case)
    assert (now.state, now.correcting, now.note) == (
        State.PUBLISHED,
        False,
        "The reply is still up: The server did not answer.",
    )
    assert now.asked_at is not None
    assert office.sayings == [f"The reply of case {case.id} is still up: The server did not answer."]


class Mute(Poster):
    """A server that deletes, and whose answers are lost so many times."""

    lost = 2

    async def retract(self, receipt: Receipt) -> None:
        await super().retract(receipt)
        if self.lost:
            self.lost -= 1
            raise PlatformError(Fault.UNKNOWN, "The connection broke off.", code="timed_out")


async def test_a_reply_of_which_nobody_knows_whether_it_is_gone_is_taken_down_again(office: Office) -> None:
    case = await decided(office, await answered(office), Verb.RETRACT)
    office.pipeline = office.without(publishers=dict.fromkeys(office.files.accounts, Mute(office.network)))
    for _ in range(Mute.lost):
        with pytest.raises(PlatformError):
            await office.pipeline.publish_due(case.account)
        assert (await office.now(case)).state is State.RETRACTING
        office.clock.pass_(minutes=5)
    await office.publish()
    assert (await office.now(case)).state is State.RETRACTED


async def test_a_reply_of_an_account_that_left_is_said_to_be_still_up(office: Office) -> None:
    case = await decided(office, await answered(office), Verb.RETRACT)
    office.pipeline = office.without(publishers={})
    await office.publish()
    case = await office.now(case)
    assert case.state is State.PUBLISHED
    assert "Delete it by hand" in case.note


async def test_a_deletion_after_our_reply_is_noted_and_asks_nothing(office: Office) -> None:
    case = await answered(office)
    await office.pipeline.receive("party", Page(mentions=(), cursor=None, gone=(case.mention.uri,)))
    case = await office.now(case)
    assert (case.state, case.gone_at, case.asked_at) == (State.PUBLISHED, office.clock.now(), None)
    await office.pipeline.expire_and_remind()
    assert office.sayings == []


async def test_an_edit_into_a_threat_is_escalated_and_the_reply_asked_about(office: Office) -> None:
    case = await edited(office, THREAT)
    [escalated] = await office.store.cases(states={State.ESCALATED})
    assert escalated.mention.text == THREAT
    assert (case.asked_at, case.mention.text, case.on_safety_desk) == (office.clock.now(), ABUSE, False)


async def test_a_principals_refusal_is_not_turned_round_by_a_correction(office: Office) -> None:
    first = await office.opened()
    await decided(office, first, Verb.REFUSE, "rosa")
    case = await decided(office, await successor(office), Verb.APPROVE)
    office.clock.pass_(minutes=2)
    await office.publish()
    await office.receive(office.network.edit(case.mention.uri, STILL_ABUSE), cursor=None)
    await decided(office, await office.now(case), Verb.CORRECT)
    await office.publish()
    assert (await successor(office)).account == case.account == "party"


@pytest.mark.parametrize("at", [State.OPEN, State.APPROVED])
async def test_correction_is_asked_for_anew_when_its_account_asks_for_two(office: Office, at: State) -> None:
    case = await edited(office, FAIR)
    await decided(office, case, Verb.MISTAKE)
    await office.publish()
    correction = await successor(office)
    if at is State.APPROVED:
        correction = await decided(office, correction, Verb.APPROVE)
        office.clock.pass_(seconds=office.files.config.limits.undo_seconds + 1)
    leader = replace(office.files.accounts["leader"], approvals=2)
    office.pipeline = office.without(files=replace(office.files, accounts={**office.files.accounts, "leader": leader}))
    await office.publish()
    await office.pipeline.expire_and_remind()
    anew = await successor(office)
    assert (anew.correction, anew.approvals_required) == (True, 2)
    assert (await office.now(correction)).outcome == "superseded"
