from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.attention import Attention
from bot.model import Case, Event, Mode, Reason, Refusal, State, Verb, VerdictKind, Visibility
from bot.ports import Page
from tests.fakes.network import Network, Poster
from tests.fakes.office import ABUSE, FAIR, RUDE, THREAT, Office

if TYPE_CHECKING:
    from pathlib import Path

    from bot.model import Mention
    from bot.ports import Sighting


async def test_approved_reply_is_posted_once_by_the_leader(office: Office) -> None:
    case = await office.approved()
    await office.publish()
    await office.publish()
    [reply] = office.network.replies
    assert (reply.account, reply.mention_uri) == ("leader", case.mention.uri)
    assert reply.text.startswith("@sam@tidewater.example ")
    assert reply.approved_by == ("mara",)
    assert (await office.now(case)).state is State.PUBLISHED


async def test_fair_criticism_opens_no_case(office: Office) -> None:
    assert await office.receive(office.network.say(FAIR)) == ()
    [left] = await office.store.left_alone()
    assert left.text == FAIR
    assert left.reasons


async def test_rudeness_is_recorded_and_not_answered(office: Office) -> None:
    assert await office.receive(office.network.say(RUDE)) == ()
    [recorded] = await office.store.recorded()
    assert recorded.verdict.kind is VerdictKind.RECORD


async def test_nothing_is_posted_before_the_undo_window_is_over(office: Office) -> None:
    case = await office.decide(await office.opened(), Verb.APPROVE)
    await office.publish()
    assert office.network.replies == []
    assert isinstance(case, Case)
    assert isinstance(await office.decide(case, Verb.UNDO), Case)
    office.clock.pass_(hours=1)
    await office.publish()
    assert office.network.replies == []


async def test_threat_goes_to_the_safety_desk_and_has_no_reply(office: Office) -> None:
    case = await office.opened(THREAT)
    assert (case.state, case.draft, case.on_safety_desk) == (State.ESCALATED, None, True)
    for verb in Verb:
        answer = await office.decide(case, verb, "mara", reason=Reason.NOT_ABUSE, text="Hello.")
        assert isinstance(answer, Refusal)
        assert answer.code == "unknown_case"
    for verb in (Verb.APPROVE, Verb.REWORD, Verb.EDIT, Verb.RELEASE):
        assert isinstance(await office.decide(case, verb, "nadia", text="Hello."), Refusal)


async def test_deleted_threat_keeps_our_copy(office: Office) -> None:
    case = await office.opened(THREAT)
    await office.pipeline.receive("party", Page(mentions=(), cursor=None, gone=(case.mention.uri,)))
    case = await office.now(case)
    assert (case.state, case.mention.text) == (State.ESCALATED, THREAT)
    assert case.gone_at is not None


async def test_second_reviewer_is_told_who_decided(office: Office) -> None:
    case = await office.opened()
    first, second = await asyncio.gather(
        office.decide(case, Verb.APPROVE, "mara"),
        office.decide(case, Verb.DISMISS, "tom", reason=Reason.IRONY),
    )
    refusal, taken = (first, second) if isinstance(first, Refusal) else (second, first)
    assert isinstance(refusal, Refusal)
    assert isinstance(taken, Case)
    assert refusal.code == "too_late"
    assert refusal.message.startswith("Mara Bright was first" if taken.changed_by == "mara" else "Tom Hallow was first")


async def test_two_approvals_must_come_from_two_people(office: Office) -> None:
    mention = office.network.say(ABUSE, account="deputy")
    await office.receive(mention, account="deputy")
    case = await office.case_of(mention)
    once = await office.decide(case, Verb.APPROVE, "mara")
    assert isinstance(once, Case)
    assert once.state is State.OPEN
    again = await office.decide(once, Verb.APPROVE, "mara")
    assert isinstance(again, Refusal)
    assert "different person" in again.message
    twice = await office.decide(once, Verb.APPROVE, "tom")
    assert isinstance(twice, Case)
    assert twice.state is State.APPROVED
    office.clock.pass_(hours=1)
    await office.publish()
    [reply] = office.network.replies
    assert set(reply.approved_by) == {"mara", "tom"}


async def test_another_wording_needs_an_approval_of_its_own(office: Office) -> None:
    mention = office.network.say(ABUSE, account="deputy")
    await office.receive(mention, account="deputy")
    case = await office.decide(await office.case_of(mention), Verb.APPROVE, "mara")
    assert isinstance(case, Case)
    reworded = await office.decide(case, Verb.REWORD, "tom")
    assert isinstance(reworded, Case)
    assert reworded.draft is not None
    assert case.draft is not None
    assert reworded.draft.text != case.draft.text
    assert reworded.approvals == ()


async def test_own_wording_is_posted_as_written(office: Office) -> None:
    words = "Argue as hard as you like. https://fernwick.example/code"
    edited = await office.decide(await office.opened(), Verb.EDIT, text=words)
    assert isinstance(edited, Case)
    assert isinstance(await office.decide(edited, Verb.APPROVE), Case)
    office.clock.pass_(hours=1)
    await office.publish()
    [reply] = office.network.replies
    assert reply.text == f"@sam@tidewater.example {words}"


async def test_too_long_a_wording_is_refused_with_the_reason(office: Office) -> None:
    answer = await office.decide(await office.opened(), Verb.EDIT, text="word " * 200)
    assert isinstance(answer, Refusal)
    assert answer.code == "bad_text"


async def test_principal_refuses_and_another_account_is_offered(office: Office) -> None:
    case = await office.opened()
    assert case.account == "leader"
    refused = await office.decide(case, Verb.REFUSE, "rosa")
    assert isinstance(refused, Case)
    assert (refused.state, refused.outcome) == (State.CLOSED, "refused")
    [offered] = await office.store.cases(states={State.OPEN})
    assert (offered.account, offered.mention.uri) == ("party", case.mention.uri)
    assert offered.approvals == ()


async def test_only_the_principal_can_refuse(office: Office) -> None:
    assert isinstance(await office.decide(await office.opened(), Verb.REFUSE, "mara"), Refusal)


async def test_edit_in_the_undo_window_stops_the_reply(office: Office) -> None:
    case = await office.approved()
    office.network.edit(case.mention.uri, FAIR)
    await office.publish()
    assert office.network.replies == []
    case = await office.now(case)
    assert (case.state, case.draft_is_current) == (State.OPEN, False)
    assert isinstance(await office.decide(case, Verb.APPROVE), Refusal)


async def test_edit_that_is_still_abusive_gets_a_new_draft_to_approve(office: Office) -> None:
    case = await office.approved()
    office.network.edit(case.mention.uri, f"{ABUSE} And your dog.")
    await office.publish()
    assert office.network.replies == []
    case = await office.now(case)
    assert (case.state, case.draft_is_current, case.approvals) == (State.OPEN, True, ())


async def test_edit_into_a_threat_becomes_an_escalation_of_its_own(office: Office) -> None:
    case = await office.approved()
    office.network.edit(case.mention.uri, THREAT)
    await office.publish()
    assert office.network.replies == []
    assert (await office.now(case)).outcome == "superseded"
    [escalated] = await office.store.cases(states={State.ESCALATED})
    assert (escalated.verdict.kind, escalated.draft) == (VerdictKind.ESCALATE, None)


async def test_deleted_mention_withdraws_the_reply(office: Office) -> None:
    case = await office.approved()
    office.network.gone.add(case.mention.uri)
    await office.publish()
    assert office.network.replies == []
    assert (await office.now(case)).outcome == "withdrawn"


async def test_mention_answered_by_hand_is_not_answered_again(office: Office) -> None:
    case = await office.approved()
    office.network.by_hand.add(case.mention.uri)
    await office.publish()
    assert office.network.replies == []
    assert (await office.now(case)).outcome == "withdrawn"


async def test_what_breaks_at_one_case_holds_up_no_other_of_its_account(office: Office) -> None:
    class Broken(Poster):
        async def look(self, mention: Mention) -> Sighting:
            if mention.uri == broken.mention.uri:
                message = "a mistake of ours"
                raise RuntimeError(message)
            return await super().look(mention)

    broken, well = await office.approved(by="sam"), await office.approved(by="vic")
    office.pipeline = office.without(publishers={"leader": Broken(office.network)})
    with pytest.raises(RuntimeError, match="a mistake of ours"):
        await office.publish()
    await office.publish()
    assert (await office.now(well)).state is State.PUBLISHED
    assert (await office.now(broken)).state is State.PUBLISHING
    office.clock.pass_(minutes=3)
    with pytest.raises(RuntimeError, match="a mistake of ours"):
        await office.publish()


class Together(Poster):
    """The first two to look are at it at the same time."""

    def __init__(self, network: Network) -> None:
        super().__init__(network)
        self._first_two = asyncio.Barrier(2)
        self.looking = asyncio.Event()
        self._looks = 0

    async def look(self, mention: Mention) -> Sighting:
        self._looks += 1
        self.looking.set()
        if self._looks <= self._first_two.parties:
            await self._first_two.wait()
        return await super().look(mention)


async def test_author_is_answered_once_however_many_accounts_are_due_at_one_moment(office: Office) -> None:
    for account, text in (("party", ABUSE), ("deputy", f"{ABUSE} And you.")):
        mention = office.network.say(text, account=account, by="sam")
        await office.receive(mention, account=account)
        case = await office.case_of(mention)
        for reviewer in sorted(office.files.accounts[case.account].approvers)[: case.approvals_required]:
            await office.decide(await office.now(case), Verb.APPROVE, reviewer)
        assert (await office.now(case)).state is State.APPROVED
    office.clock.pass_(seconds=office.files.config.limits.undo_seconds + 1)
    at_work = office.without(publishers=dict.fromkeys(office.files.accounts, Together(office.network)))
    for _ in range(2):
        await asyncio.gather(*(at_work.publish_due(account) for account in office.files.accounts))
    [reply] = office.network.replies
    [waits] = await office.store.cases(states={State.OPEN})
    assert waits.account != reply.account
    assert "We answered this author less than" in waits.note


async def test_two_publishers_of_one_account_hold_to_its_limit_together(tmp_path: Path) -> None:
    office = await Office.open(tmp_path, limits={"replies_per_hour": 1})
    cases = [await office.approved(by=name) for name in ("sam", "kim")]
    together = Together(office.network)
    at_work = office.without(publishers={"leader": together})
    first = asyncio.create_task(at_work.publish_due("leader"))
    await together.looking.wait()
    await asyncio.gather(first, at_work.publish_due("leader"))
    await at_work.publish_due("leader")
    assert len(office.network.replies) == 1
    states = sorted([(await office.now(case)).state for case in cases])
    assert states == [State.APPROVED, State.PUBLISHED]
    await office.store.close()


async def test_dry_run_does_everything_but_post(office: Office) -> None:
    case = await office.approved()
    accounts = {name: replace(account, mode=Mode.DRY_RUN) for name, account in office.files.accounts.items()}
    office.pipeline = office.without(files=replace(office.files, accounts=accounts))
    await office.publish()
    case = await office.now(case)
    assert (case.state, case.outcome, office.network.replies) == (State.CLOSED, "dry_run", [])


async def test_pause_stops_posting_and_resume_goes_on(office: Office) -> None:
    await office.approved()
    await office.store.pause("all", actor="mara", reason="A death in the family")
    await office.publish()
    assert office.network.replies == []
    await office.store.resume("all", actor="mara")
    await office.publish()
    assert len(office.network.replies) == 1


async def test_author_is_answered_once_in_the_cooldown(office: Office) -> None:
    await office.approved()
    await office.publish()
    again = office.network.say(ABUSE)
    assert await office.receive(again) == ()
    [recorded] = await office.store.recorded()
    assert "answered this author" in recorded.verdict.reasons[-1]


async def test_pile_on_opens_few_cases_and_gets_one_reply(office: Office) -> None:
    root = office.network.say(FAIR, by="imogen")
    allowed = office.files.config.limits.open_cases_per_thread
    crowd = [office.network.say(ABUSE, by=f"angry{n}", thread=root.uri) for n in range(30)]
    await office.receive(root, *crowd)
    cases = await office.store.cases(states={State.OPEN})
    assert len(cases) == allowed
    assert len(await office.store.recorded()) == 30 - allowed
    for case in cases:
        await office.decide(case, Verb.APPROVE)
    office.clock.pass_(minutes=10)
    await office.publish()
    assert len(office.network.replies) == 1
    assert await office.store.cases(states={State.OPEN}) == []


async def test_wording_is_never_twice_the_same_in_a_thread(office: Office) -> None:
    root = office.network.say(FAIR, by="imogen")
    crowd = [office.network.say(ABUSE, by=f"angry{n}", thread=root.uri) for n in range(3)]
    await office.receive(root, *crowd)
    cases = await office.store.cases(states={State.OPEN})
    wordings = {(case.draft.response, case.draft.variant) for case in cases if case.draft}
    assert len(wordings) == len(cases) == 3


async def test_our_own_posts_are_never_judged(office: Office) -> None:
    ours = office.network.say(ABUSE)
    ours = replace(ours, author=replace(ours.author, handle="@Leader@fernwick.example"))
    assert await office.receive(ours) == ()
    assert await office.store.known([ours.uri]) == {}


async def test_private_mention_is_answered_in_private_by_the_account_it_was_sent_to(office: Office) -> None:
    case = await office.approved(visibility=Visibility.DIRECT)
    await office.publish()
    [reply] = office.network.replies
    assert (reply.account, reply.visibility) == ("party", Visibility.DIRECT)
    assert case.account == "party"


async def test_reply_is_unlisted_however_public_the_mention(office: Office) -> None:
    await office.approved()
    await office.publish()
    assert office.network.replies[0].visibility is Visibility.UNLISTED


async def test_overdue_case_is_reminded_passed_on_and_expires(office: Office) -> None:
    case = await office.opened()
    schedule = office.files.config.schedule
    office.clock.pass_(minutes=schedule.remind_after_minutes + 1)
    await office.pipeline.expire_and_remind()
    assert len(office.sayings) == 1
    office.clock.pass_(minutes=schedule.pass_on_after_minutes)
    await office.pipeline.expire_and_remind()
    assert any(name in office.sayings[-1] for name in ("Mara Bright", "Tom Hallow"))
    seen = await office.now(case)
    assert seen.version == case.version
    office.clock.pass_(hours=schedule.expire_after_hours)
    await office.pipeline.expire_and_remind()
    assert (await office.now(case)).outcome == "expired"
    await office.publish()
    assert office.network.replies == []


async def test_escalation_rings_until_somebody_acknowledges_and_never_expires(office: Office) -> None:
    case = await office.opened(THREAT)
    for _ in range(3):
        await office.pipeline.expire_and_remind()
        office.clock.pass_(days=2)
    assert len(office.sayings) == 3
    case = await office.now(case)
    assert case.state is State.ESCALATED
    assert isinstance(await office.decide(case, Verb.ACKNOWLEDGE, "nadia"), Case)
    await office.pipeline.expire_and_remind()
    assert len(office.sayings) == 3


async def test_escalation_that_was_rung_by_a_clock_ahead_rings_again(office: Office) -> None:
    await office.opened(THREAT)
    office.clock.pass_(days=30)
    await office.pipeline.expire_and_remind()
    office.clock.pass_(days=-30)
    rung = len(office.sayings)
    await office.pipeline.expire_and_remind()
    assert len(office.sayings) == rung + 1


async def test_case_at_which_something_breaks_silences_no_other(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = await office.opened()
    threat = await office.opened(THREAT, by="kim")
    as_ever = Attention.due

    def due(attention: Attention, case: Case) -> tuple[Event | None, str]:
        if case.id == broken.id:
            raise RuntimeError("a mistake of ours")
        return as_ever(attention, case)

    monkeypatch.setattr(Attention, "due", due)
    with pytest.raises(RuntimeError, match="a mistake of ours"):
        await office.pipeline.expire_and_remind()
    assert any(threat.id in said for said in office.sayings)


async def test_approval_by_a_clock_ahead_goes_back_to_review(office: Office) -> None:
    office.clock.pass_(days=30)
    case = await office.approved()
    office.clock.pass_(days=-30)
    await office.pipeline.expire_and_remind()
    case = await office.now(case)
    assert case.state is State.OPEN
    assert "the clock was ahead" in case.note


async def test_old_approval_goes_back_to_review(office: Office) -> None:
    case = await office.approved()
    await office.store.pause("all", actor="mara", reason="")
    office.clock.pass_(hours=office.files.config.schedule.approval_lapses_after_hours + 1)
    await office.pipeline.expire_and_remind()
    case = await office.now(case)
    assert (case.state, case.approvals) == (State.OPEN, ())


async def test_retracted_reply_is_taken_down(office: Office) -> None:
    case = await office.approved()
    await office.publish()
    asked = await office.decide(await office.now(case), Verb.RETRACT)
    assert isinstance(asked, Case)
    assert asked.state is State.RETRACTING
    await office.publish()
    assert (await office.now(case)).state is State.RETRACTED
    assert list(office.network.standing()) == []


async def test_same_page_twice_changes_nothing(office: Office, tmp_path: Path) -> None:
    mentions = [office.network.say(ABUSE), office.network.say(FAIR, by="dot"), office.network.say(THREAT, by="vic")]
    assert len(await office.receive(*mentions)) == 2
    before = await office.store.audit_events()
    assert await office.receive(*mentions) == ()
    assert await office.store.audit_events() == before


async def test_mention_of_two_accounts_is_one_case(office: Office) -> None:
    mention = office.network.say(ABUSE)
    await office.receive(mention)
    assert await office.receive(replace(mention, account="leader", native_id="9"), account="leader") == ()
    assert len(await office.store.cases(states={State.OPEN})) == 1


async def test_reported_link_opens_a_case_even_where_no_rule_held(office: Office) -> None:
    mention = office.network.say(ABUSE)
    case_id = await office.pipeline.intake(mention, reported_by="tom")
    assert case_id is not None
    assert await office.pipeline.intake(mention, reported_by="mara") == case_id
    missed = await office.pipeline.intake(office.network.say(FAIR, by="dot"), reported_by="mara")
    assert missed is not None
    case = await office.store.case(missed)
    assert case is not None
    assert (case.state, case.draft) == (State.OPEN, None)
    assert isinstance(await office.decide(case, Verb.APPROVE), Refusal)
    worded = await office.decide(case, Verb.EDIT, text="Please keep to the point. https://fernwick.example/code")
    assert isinstance(worded, Case)
    assert isinstance(await office.decide(worded, Verb.APPROVE), Case)


async def test_post_that_was_left_alone_can_still_be_reported(office: Office) -> None:
    for text, by in ((FAIR, "dot"), (RUDE, "vic")):
        mention = office.network.say(text, by=by)
        await office.receive(mention)
        assert await office.pipeline.intake(mention, reported_by="mara") is not None


async def test_own_wording_that_is_itself_abusive_is_refused(office: Office) -> None:
    case = await office.opened("Oh florp.")
    for text in ("You blimp. https://fernwick.example/code", "I will zark you. https://fernwick.example/code"):
        answer = await office.decide(case, Verb.EDIT, text=text)
        assert isinstance(answer, Refusal)
        assert answer.code == "bad_text"


async def test_case_that_safety_closed_stays_with_safety(office: Office) -> None:
    case = await office.decide(await office.opened(), Verb.ESCALATE, reason=Reason.STALKING)
    assert isinstance(case, Case)
    assert case.state is State.ESCALATED
    closed = await office.decide(case, Verb.REFER, "nadia", reason=Reason.POLICE)
    assert isinstance(closed, Case)
    assert closed.on_safety_desk
    assert closed.id not in {seen.id for seen in await office.store.closed(safety=False)}
    assert closed.id in {seen.id for seen in await office.store.closed(safety=True)}


async def test_escalated_case_is_released_by_safety_alone_and_needs_a_new_approval(office: Office) -> None:
    case = await office.decide(await office.opened(), Verb.ESCALATE, reason=Reason.DANGER)
    assert isinstance(case, Case)
    assert isinstance(await office.decide(case, Verb.RELEASE, "mara"), Refusal)
    released = await office.decide(case, Verb.RELEASE, "nadia")
    assert isinstance(released, Case)
    assert (released.state, released.approvals) == (State.OPEN, ())


async def test_edit_after_a_principal_refused_keeps_the_account_that_was_offered(office: Office) -> None:
    case = await office.opened()
    await office.decide(case, Verb.REFUSE, "rosa")
    await office.receive(office.network.edit(case.mention.uri, f"{ABUSE} And your dog."), cursor=None)
    [offered] = await office.store.cases(states={State.OPEN})
    assert (offered.account, offered.mention_version, offered.draft_is_current) == ("party", 2, True)


async def test_first_offence_is_not_a_strike_against_its_own_reply(office: Office) -> None:
    responses = {response.id: response for response in office.files.responses.all}
    answer: Case | Refusal = await office.opened()
    while isinstance(answer, Case):
        assert answer.draft is not None
        assert responses[answer.draft.response or ""].min_strikes == 0
        answer = await office.decide(answer, Verb.REWORD)
    assert answer.code == "not_now"


async def test_account_that_left_the_configuration_cannot_speak(office: Office) -> None:
    case = await office.approved()
    accounts = {name: account for name, account in office.files.accounts.items() if name != "leader"}
    office.pipeline = office.without(files=replace(office.files, accounts=accounts))
    await office.publish()
    assert office.network.replies == []
    assert (await office.now(case)).outcome == "dry_run"


async def test_answered_post_edited_into_a_threat_becomes_an_escalation_of_its_own(office: Office) -> None:
    case = await office.approved()
    await office.publish()
    await office.receive(office.network.edit(case.mention.uri, THREAT), cursor=None)
    [escalated] = await office.store.cases(states={State.ESCALATED})
    assert (escalated.mention.uri, escalated.draft) == (case.mention.uri, None)
    assert (await office.now(case)).state is State.PUBLISHED


async def test_returning_author_is_not_taken_for_a_renamed_one(office: Office) -> None:
    await office.receive(office.network.say(RUDE))
    case = await office.opened()
    assert case.verdict.affiliation.doubts == ()
    assert case.verdict.affiliation.in_group


async def test_approval_of_somebody_who_may_no_longer_decide_does_not_count(office: Office) -> None:
    case = await office.approved()
    reviewers = {name: person for name, person in office.files.reviewers.items() if name != "mara"}
    office.pipeline = office.without(files=replace(office.files, reviewers=reviewers))
    await office.publish()
    assert office.network.replies == []
    case = await office.now(case)
    assert (case.state, case.approvals) == (State.OPEN, ())


async def test_account_that_now_asks_for_two_approvals_asks_anew(office: Office) -> None:
    case = await office.approved()
    leader = replace(office.files.accounts["leader"], approvals=2)
    office.pipeline = office.without(files=replace(office.files, accounts={**office.files.accounts, "leader": leader}))
    await office.publish()
    assert office.network.replies == []
    assert (await office.now(case)).outcome == "superseded"
    [anew] = await office.store.cases(states={State.OPEN})
    assert (anew.approvals_required, anew.approvals) == (2, ())


async def test_case_with_nothing_left_to_answer_is_not_asked_anew_and_expires(office: Office) -> None:
    case = await office.opened()
    await office.receive(office.network.edit(case.mention.uri, FAIR), cursor=None)
    leader = replace(office.files.accounts["leader"], approvals=2)
    files = replace(office.files, accounts={**office.files.accounts, "leader": leader})
    office.pipeline = office.without(files=files)
    await office.pipeline.expire_and_remind()
    assert (await office.now(case)).state is State.OPEN
    office.clock.pass_(hours=office.files.config.schedule.expire_after_hours + 1)
    await office.pipeline.expire_and_remind()
    assert (await office.now(case)).outcome == "expired"


async def test_post_that_has_become_private_is_not_answered_in_public(office: Office) -> None:
    case = await office.approved()
    office.network.mentions[case.mention.uri] = replace(case.mention, visibility=Visibility.DIRECT)
    await office.publish()
    assert office.network.replies == []
    assert (await office.now(case)).state is State.FAILED


async def test_post_dated_in_the_future_is_still_followed_when_it_is_edited(office: Office) -> None:
    mention = office.network.say(ABUSE)
    ahead = replace(mention, created_at=mention.created_at + timedelta(days=300))
    await office.receive(ahead)
    case = await office.case_of(ahead)
    assert case.mention.created_at == mention.created_at
    office.clock.pass_(minutes=1)
    await office.receive(replace(ahead, text=THREAT, edited_at=ahead.created_at), cursor=None)
    assert (await office.now(case)).outcome == "superseded"
    assert len(await office.store.cases(states={State.ESCALATED})) == 1


async def test_author_of_a_threat_gets_no_slogan(office: Office) -> None:
    threat = await office.opened(THREAT)
    assert await office.receive(office.network.say(ABUSE)) == ()
    closed = await office.decide(threat, Verb.REFER, "nadia", reason=Reason.POLICE)
    assert isinstance(closed, Case)
    await office.receive(office.network.edit(threat.mention.uri, ABUSE), cursor=None)
    assert await office.store.cases(states={State.OPEN}) == []


async def test_changed_accounts_send_approvals_back_to_review(office: Office) -> None:
    case = await office.approved()
    await office.pipeline.lapse_all("The accounts were changed.")
    await office.publish()
    assert office.network.replies == []
    assert (await office.now(case)).state is State.OPEN
