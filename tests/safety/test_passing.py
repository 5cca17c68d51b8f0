"""A case is referred on a ground, sealed in the same transaction, and comms can do nothing with it from then on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import Case, ExhibitKind, Found, Original, Proposal, Reason, Refusal, State, Verb, Verdict
from bot.safety.passing import CLEAN, Passing
from bot.safety.wall import OURS, Kind, open_box
from bot.store import Capture, Captured, Received
from bot.store.encoding import evidence_of, sha256
from tests.fakes.cases import MENTION, approval, case
from tests.fakes.office import ABUSE, FAIR, RUDE, THREAT
from tests.fakes.wall import PRIVATE, PUBLIC, a_wall
from tests.safety.test_wall import AT, CLAUSES, VERDICT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fakes.wall import Wall

EVIDENCE = evidence_of(MENTION)
CAPTURED = [Captured(number=1, at=AT, evidence=EVIDENCE, sha256=sha256(EVIDENCE))]
PASSING = Passing(public_key=PUBLIC, clauses=CLAUSES, titles=dict, now=lambda: AT)
ours = st.text("abcdefghij", min_size=12, max_size=30)
"""Long enough that they stand nowhere by chance."""


@given(draft=ours, note=ours, reviewer=ours, approver=ours, principal=ours)
def test_nothing_of_ours_is_ever_in_a_box(draft: str, note: str, reviewer: str, approver: str, principal: str) -> None:
    one = case(
        verdict=VERDICT,
        note=note,
        changed_by=reviewer,
        acknowledged_by=reviewer,
        approvals=(approval(approver),),
        principal=principal,
    )
    content = PASSING._composed("c1", Kind.REFERRAL, one.verdict, CAPTURED, "personal_abuse").model_dump_json()  # noqa: SLF001  the one place that composes
    assert one.draft is not None
    for word in (draft, note, reviewer, approver, principal, one.draft.text, one.account):
        assert word not in content.replace(EVIDENCE, "")


async def test_whole_way_leaves_no_draft_name_or_note_in_the_box(wall: Wall) -> None:
    first = await wall.comms.opened()
    second = await wall.comms.decide(first, Verb.EDIT, text="Argue with us about the buses instead, please.")
    assert isinstance(second, Case)
    sent = await wall.refer(second)
    assert isinstance(sent, Case)
    [box] = await wall.comms.store.outbox.waiting(1)
    content = open_box(box.sealed, PRIVATE).model_dump_json()
    assert first.draft is not None
    assert first.draft.text not in content
    for word in ("buses", *(person.name for person in wall.comms.files.reviewers.values()), "mara"):
        assert word not in content


async def test_from_then_on_no_verb_of_anybody_touches_it(wall: Wall) -> None:
    sent = await wall.referred()
    assert (sent.state, sent.outcome) == (State.CLOSED, "referred")
    for reviewer in wall.comms.files.reviewers:
        for verb in Verb:
            answer = await wall.comms.decide(sent, verb, reviewer, reason=Reason.DISCIPLINARY, text="Hello.")
            assert isinstance(answer, Refusal), (reviewer, verb)
    assert await wall.comms.now(sent) == sent
    assert len(await wall.comms.store.outbox.waiting(10)) == 1


async def beside(wall: Wall, first: Case) -> Case:
    """The other case of the same post that is not over."""
    found = await wall.comms.store.cases(states=set(State) - {State.CLOSED})
    return next(each for each in found if each.id != first.id)


async def test_case_that_went_before_it_on_the_same_post_is_behind_the_wall_with_it(wall: Wall) -> None:
    store = wall.comms.store
    mention = replace(wall.comms.network.say(f"{ABUSE} quagmirely"), original=CAPTURE)
    await wall.comms.receive(mention)
    first = await wall.comms.case_of(mention)
    refused = await wall.comms.decide(first, Verb.REFUSE, "rosa")
    assert isinstance(refused, Case)
    assert [each.id for each in await store.search("quagmirely", safety=False, limit=1)] != []
    wall.comms.clock.pass_(hours=1)
    sent = await wall.refer(await beside(wall, first))
    assert isinstance(sent, Case)
    hidden = await wall.comms.now(first)
    assert (hidden.behind_wall, hidden.sealed_at, hidden.mention.text, hidden.draft) == (True, sent.sealed_at, "", None)
    assert hidden.changed_at == refused.changed_at
    assert await store.drafts(first.id) == []
    assert await store.search("quagmirely", safety=True) == []
    assert await store.search(first.id, safety=True) == []
    assert await store.evidence.listed(first.id) == []
    assert await store.evidence.dossier(first.id) is None


async def test_post_that_is_edited_after_it_was_passed_on_is_a_case_again_without_what_it_said_before(
    wall: Wall,
) -> None:
    mention = replace(wall.comms.network.say(f"{ABUSE} quagmirely"), original=CAPTURE)
    await wall.comms.receive(mention)
    assert isinstance(await wall.refer(await wall.comms.case_of(mention)), Case)
    wall.comms.clock.pass_(minutes=5)
    edited = wall.comms.network.edit(mention.uri, f"{ABUSE} Once more.")
    await wall.comms.receive(replace(edited, original=CAPTURE))
    again = await wall.comms.case_of(mention)
    store = wall.comms.store
    assert (again.state, again.mention.text) == (State.OPEN, f"{ABUSE} Once more.")
    assert await store.edits([again]) == {}
    assert [each.mention_version for each in await store.evidence.listed(again.id)] == [2]
    dossier = await store.evidence.dossier(again.id)
    assert dossier is not None
    assert (list(dossier.wordings), [each.mention_version for each in dossier.captures]) == ([2], [2])


async def test_reply_that_is_out_can_be_taken_down_though_its_post_was_passed_on_since(wall: Wall) -> None:
    answered = await wall.comms.approved()
    await wall.comms.publish()
    wall.comms.clock.pass_(minutes=5)
    await wall.comms.receive(wall.comms.network.edit(answered.mention.uri, THREAT))
    sent = await wall.refer(await beside(wall, answered), by="nadia")
    assert isinstance(sent, Case)
    asked = await wall.comms.now(answered)
    assert asked.asked_at is not None
    assert isinstance(await wall.comms.decide(asked, Verb.RETRACT), Case)
    await wall.comms.publish()
    assert (await wall.comms.now(answered)).state is State.RETRACTED
    assert len(wall.comms.network.retracted) == 1


async def test_note_would_tell_them_how_eager_somebody_is_and_is_refused(wall: Wall) -> None:
    opened = await wall.comms.opened()
    answer = await wall.refer(opened, note="The leader wants this done by Friday.")
    assert isinstance(answer, Refusal)
    assert (answer.code, answer.message) == ("bad_text", CLEAN)
    assert await wall.comms.now(opened) == opened


async def test_ground_is_one_of_the_clauses_that_the_rules_found(wall: Wall) -> None:
    opened = await wall.comms.opened()
    for ground in ("racism", "press_interest", ""):
        answer = await wall.refer(opened, ground=ground)
        assert isinstance(answer, Refusal), ground
        assert answer.code == "no_ground"
        assert "personal_abuse" in answer.message
    assert isinstance(await wall.refer(opened, ground="personal_abuse"), Case)


async def test_ground_must_be_named_where_the_rules_do_not_settle_it(wall: Wall) -> None:
    reported = wall.comms.network.say(FAIR)
    case_id = await wall.comms.pipeline.intake(reported, reported_by="tom")
    opened = await wall.comms.store.case(case_id or "")
    assert opened is not None
    answer = await wall.refer(opened)
    assert isinstance(answer, Refusal)
    assert "racism, " in answer.message
    sent = await wall.refer(opened, ground="racism")
    assert isinstance(sent, Case)
    [box] = await wall.comms.store.outbox.waiting(1)
    passed = open_box(box.sealed, PRIVATE)
    assert passed.ground is not None
    assert passed.ground.policy == "racism"
    assert "reported" not in passed.model_dump_json()


async def test_other_referrals_are_a_note_as_before(wall: Wall) -> None:
    opened = await wall.comms.opened()
    answer = await wall.refer(opened, reason=Reason.PLATFORM, note="Number 4711.")
    assert isinstance(answer, Case)
    assert (answer.behind_wall, answer.note) == (False, "Number 4711.")
    assert await wall.comms.store.outbox.waiting(1) == []


async def test_abusive_mentions_are_passed_where_they_are_asked_for(tmp_path: Path) -> None:
    async with a_wall(tmp_path, referral={"pass_abusive": True}) as wall:
        say = wall.comms.network.say
        await wall.comms.receive(say(ABUSE), say(RUDE), say(THREAT), say(FAIR))
        found = [open_box(box.sealed, PRIVATE) for box in await wall.comms.store.outbox.waiting(10)]
        assert sorted(passed.mention.text for passed in found) == sorted([ABUSE, RUDE, THREAT])
        assert {passed.kind.value for passed in found} == {"mention"}
        assert all(passed.ground is None for passed in found)


async def test_edit_that_is_abusive_is_passed_as_well_and_a_repeated_page_is_not(tmp_path: Path) -> None:
    async with a_wall(tmp_path, referral={"pass_abusive": True}) as wall:
        mention = wall.comms.network.say(RUDE)
        await wall.comms.receive(mention)
        await wall.comms.receive(mention)
        assert len(await wall.comms.store.outbox.waiting(10)) == 1
        wall.comms.clock.pass_(minutes=1)
        await wall.comms.receive(wall.comms.network.edit(mention.uri, "You blimp, you utter blimp."))
        assert len(await wall.comms.store.outbox.waiting(10)) == 2


async def test_nothing_is_passed_where_nobody_asked_for_it(wall: Wall) -> None:
    await wall.comms.receive(wall.comms.network.say(ABUSE))
    assert await wall.comms.store.outbox.waiting(10) == []


async def test_post_that_is_not_kept_any_more_cannot_be_passed_on(wall: Wall) -> None:
    answer = await PASSING.referral(wall.comms.store, case(verdict=Verdict()), "personal_abuse")
    assert isinstance(answer, Refusal)
    assert "not kept any more" in answer.message


CAPTURE = Original(
    url="https://tidewater.example/api/v1/statuses/1",
    media_type="application/json",
    headers=(("server", "Mastodon"),),
    body=b'{"content": "<p>You florp.</p>"}',
    received_at=AT,
)


async def test_what_was_captured_goes_with_it_to_the_byte_and_is_gone_here(wall: Wall) -> None:
    mention = replace(wall.comms.network.say(ABUSE), original=CAPTURE)
    await wall.comms.receive(mention)
    opened = await wall.comms.case_of(mention)
    assert len(await wall.comms.store.evidence.exhibits(opened.id)) == 1
    assert isinstance(await wall.refer(opened), Case)
    assert await wall.comms.store.evidence.exhibits(opened.id) == []
    [box] = await wall.comms.store.outbox.waiting(1)
    [exhibit] = open_box(box.sealed, PRIVATE).exhibits
    assert (exhibit.kind, exhibit.body, exhibit.headers, exhibit.whole) == (
        "post",
        CAPTURE.body,
        CAPTURE.headers,
        True,
    )


async def around(wall: Wall, opened: Case, **bodies: str) -> dict[str, str]:
    """What stands around a case is captured so, and it is referred: why each thing was left out, by its kind."""
    [wanted] = [
        one for one in await wall.comms.store.evidence.wanting("party") if one.mention.uri == opened.mention.uri
    ]
    found = [
        Found(kind=ExhibitKind(kind), original=replace(CAPTURE, body=body.encode())) for kind, body in bodies.items()
    ]
    await wall.comms.store.evidence.capture(
        Capture(
            mention_id=wanted.mention_id,
            mention_version=wanted.mention_version,
            account_id="party",
            kind="surroundings",
            found=found,
        )
    )
    assert isinstance(await wall.refer(opened), Case)
    [box] = await wall.comms.store.outbox.waiting(10)
    exhibits = open_box(box.sealed, PRIVATE).exhibits
    assert [one for one in exhibits if one.missing and one.body] == []
    return {one.kind: one.missing for one in exhibits}


async def test_what_shows_a_thread_stays_here_once_a_reply_of_ours_was_out_in_it(wall: Wall) -> None:
    office, where = wall.comms, "https://fernwick.example/1"
    first = await office.opened(ABUSE, by="sam", thread=where)
    second = await office.opened(f"{ABUSE} Once more.", by="tim", thread=where)
    await office.decide(first, Verb.APPROVE)
    office.clock.pass_(minutes=5)
    await office.publish()
    ours = office.network.replies[-1].text
    shown = {"thread": "[]", "post_page": "florp", "profile_page": f"<p>{ours}</p>", "author": "{}"}
    left_out = await around(wall, await office.now(second), **shown)
    assert left_out == {"thread": OURS, "post_page": OURS, "profile_page": OURS, "author": ""}


async def test_post_that_somebody_wrote_by_hand_from_our_account_stays_here(wall: Wall) -> None:
    hand = '{"ancestors": [{"account": {"acct": "party"}, "content": "We answer by hand."}], "descendants": []}'
    name, _, host = wall.comms.files.accounts["party"].handle.removeprefix("@").partition("@")
    page = f'<article>You florp.</article><a href="https://{host}/@{name}/7">We answer by hand.</a>'
    opened = await wall.comms.opened()
    left_out = await around(wall, opened, thread=hand.replace("party", name), post_page=page, profile_page="You florp.")
    assert left_out == {"thread": OURS, "post_page": OURS, "profile_page": ""}


async def test_thread_and_pages_in_which_we_are_only_named_go_with_it(wall: Wall) -> None:
    handle = wall.comms.files.accounts["party"].handle
    left_out = await around(wall, await wall.comms.opened(), thread=f'[{{"mentions": "{handle}"}}]', post_page=handle)
    assert left_out == {"thread": "", "post_page": ""}


def test_received_mention_stays_as_it_was_where_mentions_are_not_passed() -> None:
    received = Received(mention=MENTION, verdict=VERDICT, proposal=Proposal(text="x", response=None))
    assert PASSING.mention(received) is received


@pytest.mark.parametrize("reason", [None, *Reason])
async def test_reason_is_from_the_closed_list(wall: Wall, reason: Reason | None) -> None:
    answer = await wall.refer(await wall.comms.opened(), reason=reason)
    assert isinstance(answer, Case) is (reason in {Reason.PLATFORM, Reason.POLICE, Reason.DISCIPLINARY})
