from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.model import Case, Decision, Mode, Reason, Refusal, State, Verb
from bot.rights import REASONS
from tests.fakes.office import ABUSE, THREAT, Office

if TYPE_CHECKING:
    from pathlib import Path


async def taken(office: Office, case: Case, verb: Verb, reviewer: str = "mara", reason: Reason | None = None) -> Case:
    answer = await office.decide(case, verb, reviewer, reason=reason)
    assert isinstance(answer, Case), answer
    return answer


async def refused(
    office: Office, case: Case, verb: Verb, reviewer: str = "mara", **more: Reason | str | None
) -> Refusal:
    answer = await office.decide(case, verb, reviewer, **more)  # type: ignore[arg-type]  # a test names what it asks for
    assert isinstance(answer, Refusal), answer
    return answer


async def test_approval_is_due_when_the_undo_window_is_over(office: Office) -> None:
    case = await taken(office, await office.opened(), Verb.APPROVE)
    assert case.due_at is not None
    assert (case.due_at - office.clock.now()).total_seconds() == office.files.config.limits.undo_seconds
    assert [approval.reviewer_id for approval in case.approvals] == ["mara"]


@pytest.mark.parametrize(("verb", "reason"), [(verb, reason) for verb in REASONS for reason in REASONS[verb]])
async def test_every_offered_reason_is_taken_and_kept(office: Office, verb: Verb, reason: Reason) -> None:
    case = await taken(office, await office.opened(), verb, reason=reason)
    [decision] = await office.store.decisions(case.id)
    assert (decision.kind, decision.reviewer, decision.reason) == (verb, "mara", reason)
    ends = {Verb.DISMISS: "dismissed", Verb.REFER: "referred", Verb.ESCALATE: None}
    assert case.outcome == ends[verb]
    assert case.state is (State.ESCALATED if verb is Verb.ESCALATE else State.CLOSED)


@pytest.mark.parametrize("verb", REASONS)
async def test_decision_that_needs_a_reason_is_refused_without_one_of_its_own(office: Office, verb: Verb) -> None:
    case = await office.opened()
    another = next(reason for reason in Reason if reason not in REASONS[verb])
    for reason in (None, another):
        refusal = await refused(office, case, verb, reason=reason)
        assert (refusal.code, refusal.message) == ("no_reason", f"To {verb} a case, choose a reason from the list.")
    assert (await office.now(case)).version == case.version


async def test_every_refusal_is_on_record_and_changes_nothing(office: Office) -> None:
    case, threat = await office.opened(), await office.opened(THREAT, by="vic")
    before = [await office.now(case), await office.now(threat)]
    await refused(office, case, Verb.APPROVE, "nadia")
    await refused(office, replace(case, version=9), Verb.APPROVE)
    await refused(office, case, Verb.DISMISS)
    await refused(office, case, Verb.EDIT, text="florp yourself")
    await refused(office, threat, Verb.ACKNOWLEDGE, "mara")
    await refused(office, replace(case, id="forged"), Verb.APPROVE, "nobody")
    assert [await office.now(case), await office.now(threat)] == before
    events = [event for event in await office.store.audit_events() if event.kind == "decision.refused"]
    noted = sorted(
        (event.actor, event.case_id, event.detail["asked"], event.detail["code"]) for event in events if event.case_id
    )
    assert noted == sorted(
        [
            ("nadia", case.id, "approve", "no_right"),
            ("mara", case.id, "approve", "too_late"),
            ("mara", case.id, "dismiss", "no_reason"),
            ("mara", case.id, "edit", "bad_text"),
            ("mara", threat.id, "acknowledge", "unknown_case"),
        ]
    )
    [stranger] = [event for event in events if event.case_id is None]
    assert (stranger.actor, stranger.stream) == ("bot", "system")
    assert await office.store.verify() == []


@pytest.mark.parametrize("verb", Verb)
async def test_nothing_is_decided_on_a_closed_case(office: Office, verb: Verb) -> None:
    case = await taken(office, await office.opened(), Verb.DISMISS, reason=Reason.IRONY)
    reason = next(iter(REASONS.get(verb, ())), None)
    for reviewer in ("mara", "tom", "nadia", "rosa"):
        assert (await refused(office, case, verb, reviewer, reason=reason, text="Hello.")).code in {
            "no_right",
            "unknown_case",
        }
    assert await office.now(case) == case


async def test_stranger_is_told_nothing_about_a_case(office: Office) -> None:
    case = await office.opened()
    assert (await refused(office, case, Verb.APPROVE, "somebody")).code == "unknown_case"
    gone = replace(case, id="nothing")
    assert await refused(office, gone, Verb.APPROVE) == await refused(office, case, Verb.APPROVE, "somebody")


async def test_threat_is_not_even_admitted_to_whoever_may_not_see_it(office: Office) -> None:
    case = await office.opened(THREAT)
    stale = replace(case, version=case.version + 9)
    for asked in (case, stale):
        assert (await refused(office, asked, Verb.ESCALATE, "mara", reason=Reason.DANGER)).code == "unknown_case"


async def test_missing_right_is_told_in_words(office: Office) -> None:
    refusal = await refused(office, await office.opened(), Verb.APPROVE, "nadia")
    assert refusal.code == "no_right"
    assert refusal.message == "You may not approve this case: it is open, or that is not your role for it."


@pytest.mark.parametrize(
    ("verb", "did"),
    [
        (Verb.APPROVE, "approved it"),
        (Verb.DISMISS, "closed it (dismissed)"),
        (Verb.REWORD, "changed it"),
        (Verb.REFER, "closed it (referred)"),
    ],
)
async def test_second_is_told_who_was_first_and_what_they_did(office: Office, verb: Verb, did: str) -> None:
    case = await office.opened()
    await taken(office, case, verb, "tom", REASONS.get(verb, (None,))[0])
    refusal = await refused(office, case, Verb.APPROVE, "mara")
    assert refusal.code == "too_late"
    assert refusal.message == f"Tom Hallow was first and {did} at 18:30 UTC. Look at it again before you act."


async def test_version_that_never_was_is_refused_and_names_nobody(office: Office) -> None:
    case = await office.opened()
    refusal = await refused(office, replace(case, version=99), Verb.APPROVE)
    assert refusal.code == "too_late"
    assert refusal.message == "This case never was at version 99: it is at 1. Look at it again."


async def test_case_that_was_escalated_meanwhile_is_no_longer_the_approvers_to_see(office: Office) -> None:
    case = await office.opened()
    await taken(office, case, Verb.ESCALATE, "tom", Reason.DANGER)
    assert (await refused(office, case, Verb.APPROVE)).code == "unknown_case"


async def test_bot_is_named_when_the_bot_was_first(office: Office) -> None:
    case = await office.opened()
    office.clock.pass_(hours=office.files.config.schedule.expire_after_hours, minutes=1)
    await office.pipeline.expire_and_remind()
    assert (await refused(office, case, Verb.APPROVE)).message.startswith("The bot was first and closed it (expired)")


async def test_approval_of_what_can_no_longer_be_answered_is_held_with_the_reason(office: Office) -> None:
    case = await office.opened()
    office.clock.pass_(hours=office.files.config.limits.answer_within_hours, seconds=-1)
    later = await office.opened(by="vic")
    office.clock.pass_(seconds=2)
    refusal = await refused(office, case, Verb.APPROVE)
    assert refusal.code == "held"
    assert refusal.message.endswith("Dismiss it instead, with a reason.")
    assert isinstance(await office.decide(later, Verb.APPROVE), Case)


async def test_when_every_wording_was_shown_the_reviewer_is_told_what_is_left_to_do(office: Office) -> None:
    case = await office.opened()
    answer: Case | Refusal = case
    while isinstance(answer, Case):
        case = answer
        answer = await office.decide(case, Verb.REWORD)
    assert answer.code == "not_now"
    assert answer.message.startswith("You have seen every wording that fits.")
    assert (await office.now(case)).version == case.version


@pytest.mark.parametrize("text", ["", "   ", "florp yourself", "Hello $handle", "x" * 600])
async def test_wording_that_may_not_be_posted_is_refused_and_changes_nothing(office: Office, text: str) -> None:
    case = await office.opened()
    refusal = await refused(office, case, Verb.EDIT, text=text)
    assert refusal.code == "bad_text"
    assert refusal.message
    assert len(await office.store.drafts(case.id)) == 1


async def test_own_wording_carries_its_writer_and_needs_a_fresh_approval(office: Office) -> None:
    case = await office.decide(await office.opened(), Verb.EDIT, "tom", text="Argue as hard as you like.")
    assert isinstance(case, Case)
    assert case.draft is not None
    assert (case.draft.revision, case.draft.written_by, case.approvals) == (2, "tom", ())


async def test_refused_reply_is_offered_to_the_next_account_without_any_approval(office: Office) -> None:
    case = await taken(office, await office.opened(), Verb.APPROVE)
    case = await taken(office, case, Verb.REFUSE, "rosa")
    assert (case.outcome, case.changed_by) == ("refused", "rosa")
    [offered] = await office.store.cases(states={State.OPEN})
    assert (offered.account, offered.approvals) == ("party", ())
    office.clock.pass_(hours=1)
    await office.publish()
    assert office.network.replies == []


async def test_refusal_of_the_last_in_line_offers_nobody(office: Office) -> None:
    accounts = {
        name: replace(account, mode=Mode.WATCH if name == "party" else account.mode)
        for name, account in office.files.accounts.items()
    }
    case = await office.opened()
    office.pipeline = office.without(files=replace(office.files, accounts=accounts))
    await taken(office, case, Verb.REFUSE, "rosa")
    assert await office.store.cases(states={State.OPEN}) == []


async def test_reason_for_refusing_is_never_asked(office: Office) -> None:
    case = await taken(office, await office.opened(), Verb.REFUSE, "rosa")
    assert case.reason is None
    assert Verb.REFUSE not in REASONS


async def test_released_case_comes_back_to_staff_with_a_reply_to_approve(office: Office) -> None:
    case = await taken(office, await office.opened(), Verb.ESCALATE, "mara", Reason.DANGER)
    released = await taken(office, case, Verb.RELEASE, "nadia")
    assert (released.state, released.approvals) == (State.OPEN, ())
    assert isinstance(await office.decide(released, Verb.APPROVE), Case)


async def test_decision_is_stored_with_where_it_was_made_and_what_was_noted(office: Office) -> None:
    case = await office.opened(ABUSE)
    wanted = Decision(
        case_id=case.id,
        version=case.version,
        verb=Verb.DISMISS,
        reviewer="tom",
        desk="telegram",
        reason=Reason.IRONY,
        note="Rang the author.",
    )
    await office.pipeline.decide(wanted)
    [kept] = await office.store.decisions(case.id)
    assert (kept.desk, kept.note) == ("telegram", "Rang the author.")


async def test_what_would_become_of_a_reply_is_foreseen_by_the_brakes_that_will_decide(office: Office) -> None:
    case = await office.opened()
    seen = await office.pipeline.rulings.foresee(case)
    assert (seen.never, seen.wait, seen.undo_seconds) == (None, None, office.files.config.limits.undo_seconds)
    office.clock.pass_(hours=office.files.config.limits.answer_within_hours + 1)
    assert "too late to set a tone" in str((await office.pipeline.rulings.foresee(case)).never)


async def test_quiet_hours_are_foreseen_with_their_end(tmp_path: Path) -> None:
    quiet = {"start": "18:00", "end": "07:00", "time_zone": "UTC"}
    office = await Office.open(tmp_path, limits={"quiet_hours": quiet})
    wait = (await office.pipeline.rulings.foresee(await office.opened())).wait
    await office.store.close()
    assert wait is not None
    assert (wait.until.hour, "quiet hours" in wait.because) == (7, True)
