"""A page of mentions is stored whole: evidence, cases, audit events and cursor in one transaction."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.model import LONGEST_ADDRESS, Author, Event, Match, Reason, State, Verdict, VerdictKind
from bot.store import Stale, StoreError
from tests.store.scene import OWNER, START

if TYPE_CHECKING:
    from bot.model import Case
    from tests.store.scene import Scene


def edited(text: str = "you lot are lovely", **more: object) -> dict[str, object]:
    return {"text": text, "edited_at": START + timedelta(minutes=1), **more}


async def test_each_verdict_is_stored_as_it_deserves(scene: Scene) -> None:
    opened = await scene.receive(
        scene.received("1", "ignore"),
        scene.received("2", "record"),
        scene.received("3", "respond"),
        scene.received("4", "escalate"),
        cursor="40",
    )
    answerable, escalated = [await scene.case(case_id) for case_id in opened]
    assert (answerable.state, escalated.state) == (State.OPEN, State.ESCALATED)
    assert answerable.draft is not None
    assert answerable.draft.text == "@al@other.example Not in our name."
    assert escalated.draft is None
    assert [alone.reasons for alone in await scene.store.left_alone()] == [("Nothing held.",)]
    assert [recorded.mention.native_id for recorded in await scene.store.recorded()] == ["2"]
    assert await scene.store.cursor("party") == "40"
    kinds = [event.kind for event in await scene.store.audit_events("party")]
    assert kinds == ["mention.recorded", "case.opened", "case.opened"]


async def test_a_case_holds_the_mention_and_the_verdict_as_they_were(scene: Scene) -> None:
    received = scene.received()
    case = await scene.opened()
    assert case.mention == received.mention
    assert case.verdict == received.verdict


async def test_a_page_that_fails_leaves_nothing_and_does_not_move_the_cursor(scene: Scene) -> None:
    await scene.receive(cursor="1")
    page = [scene.received("1"), scene.received("2", account="nobody's account")]
    with pytest.raises(StoreError):
        await scene.receive(*page, cursor="2")
    assert await scene.store.cursor("party") == "1"
    assert await scene.store.known([item.mention.uri for item in page]) == {}
    assert await scene.store.audit_events() == []


async def test_a_page_of_an_unknown_account_is_refused(scene: Scene) -> None:
    with pytest.raises(StoreError, match="Account stranger is not in the database"):
        await scene.receive(account="stranger", cursor="1")


async def test_a_page_without_a_cursor_leaves_the_old_one(scene: Scene) -> None:
    await scene.receive(cursor="1")
    await scene.receive(scene.received())
    assert await scene.store.cursor("party") == "1"


async def test_a_mention_that_another_account_brought_first_is_passed_over(scene: Scene) -> None:
    case = await scene.opened()
    assert await scene.receive(scene.received(), account="leader") == ()
    assert await scene.kinds(case) == ["case.opened"]


async def test_the_same_mention_twice_in_a_page_is_one(scene: Scene) -> None:
    assert len(await scene.receive(scene.received(), scene.received())) == 1
    again = scene.received("2", "escalate", said=edited("worse"))
    first, second = await scene.receive(scene.received("2"), again)
    assert (await scene.case(first)).outcome == "superseded"
    assert (await scene.case(second)).state is State.ESCALATED


async def test_what_was_left_alone_and_then_edited_into_abuse_opens_a_case(scene: Scene) -> None:
    await scene.receive(scene.received("1", "ignore", said={"text": "hello"}))
    case = await scene.opened(said=edited("worse"))
    assert case.state is State.OPEN
    assert await scene.store.left_alone() == []


async def test_a_recorded_mention_that_is_edited_keeps_both_versions(scene: Scene) -> None:
    await scene.receive(scene.received("1", "record"))
    assert await scene.receive(scene.received("1", "record", said=edited())) == ()
    with scene.by_hand() as connection:
        assert connection.execute("SELECT count(*) FROM mention_versions").fetchone() == (2,)
    case = await scene.opened("1", said={"text": "worse", "edited_at": START + timedelta(minutes=2)})
    assert case.mention_version == 3
    assert await scene.store.verify() == []


async def test_a_mention_whose_case_has_closed_may_open_another(scene: Scene) -> None:
    closed = await scene.dismissed()
    case = await scene.opened(kind="escalate", said=edited("worse"))
    assert case.state is State.ESCALATED
    assert (await scene.case(closed)).mention.text == "you lot are vermin"


# Edits of a mention whose case is live


async def test_an_edit_brings_an_approved_case_back_to_review(scene: Scene) -> None:
    case = await scene.approve(await scene.opened())
    changed = await scene.receive(scene.received(said=edited(), edits=case.id, reply="Not so, please."))
    now = await scene.case(case)
    assert changed == (case.id,)
    assert (now.state, now.version, now.mention_version) == (State.OPEN, case.version + 1, 2)
    assert now.mention.text == "you lot are lovely"
    assert now.draft is not None
    assert (now.draft.revision, now.draft.text, now.draft_is_current) == (2, "Not so, please.", True)
    assert (now.approvals, now.due_at) == ((), None)


async def test_an_edit_that_no_rule_minds_leaves_the_case_without_a_current_draft(scene: Scene) -> None:
    case = await scene.opened()
    await scene.receive(scene.received(kind="ignore", said=edited(), edits=case.id))
    now = await scene.case(case)
    assert (now.state, now.verdict.kind) == (State.OPEN, VerdictKind.IGNORE)
    assert not now.draft_is_current


async def test_an_edit_into_a_threat_closes_the_case_and_opens_an_escalation(scene: Scene) -> None:
    case = await scene.approve(await scene.opened())
    changed = await scene.receive(scene.received(kind="escalate", said=edited("I know where you live"), edits=case.id))
    old, new = [await scene.case(case_id) for case_id in changed]
    assert (old.id, old.outcome) == (case.id, "superseded")
    assert (new.state, new.mention.text) == (State.ESCALATED, "I know where you live")
    assert old.mention.text == "you lot are vermin"


async def test_an_edit_of_an_escalation_stays_with_the_safety_desk(scene: Scene) -> None:
    case = await scene.opened(kind="escalate")
    await scene.receive(scene.received(said=edited(), edits=case.id))
    now = await scene.case(case)
    assert (now.state, now.draft, now.mention_version) == (State.ESCALATED, None, 2)


async def test_an_edit_of_an_escalation_rings_again_whoever_had_acknowledged_it(scene: Scene) -> None:
    case = await scene.change(await scene.opened(kind="escalate"), Event.RUNG)
    case = await scene.change(case, Event.ACKNOWLEDGED, "cat")
    assert (case.acknowledged_by, case.called_at) == ("cat", START)
    await scene.receive(scene.received(kind="escalate", said=edited("worse"), edits=case.id))
    now = await scene.case(case)
    assert (now.state, now.acknowledged_by, now.called_at) == (State.ESCALATED, None, None)


async def test_a_reviewers_escalation_edited_into_a_threat_is_never_released(scene: Scene) -> None:
    case = await scene.escalated_by_reviewer()
    await scene.receive(scene.received(kind="escalate", said=edited("worse"), edits=case.id))
    now = await scene.case(case)
    assert now.state is State.ESCALATED
    with pytest.raises(Exception, match="stands at escalated"):
        await scene.change(now, Event.RELEASED, "cat")


async def test_while_it_is_published_only_the_publisher_brings_an_edit_in(scene: Scene) -> None:
    case = await scene.claimed()
    edit = scene.received(said=edited(), edits=case.id)
    assert await scene.receive(edit) == ()
    assert (await scene.case(case)).mention_version == 1
    assert (await scene.kinds(case))[-1] == "mention.edited"
    assert await scene.receive(edit, owner=OWNER) == (case.id,)
    now = await scene.case(case)
    assert (now.state, now.mention_version, now.mention.text) == (State.OPEN, 2, "you lot are lovely")
    assert await scene.store.verify() == []


async def test_an_edit_that_had_to_wait_shows_as_news_until_the_case_has_followed_it(scene: Scene) -> None:
    case = await scene.claimed()
    edit = scene.received(said=edited(), edits=case.id)
    await scene.receive(edit)
    uri = edit.mention.uri
    assert (await scene.store.known([uri]))[uri].digest == case.mention.digest
    await scene.receive(edit, owner=OWNER)
    assert (await scene.store.known([uri]))[uri].digest == edit.mention.digest


async def test_an_edit_after_publication_asks_what_becomes_of_the_reply_and_leaves_what_was_answered(
    scene: Scene,
) -> None:
    case = await scene.published()
    scene.clock.forward(minutes=9)
    assert await scene.receive(scene.received(said=edited())) == (case.id,)
    now = await scene.case(case)
    assert (now.state, now.asked_at, now.version) == (State.PUBLISHED, scene.clock(), case.version + 1)
    assert (now.mention, now.mention_version, now.publication) == (case.mention, 1, case.publication)
    assert (await scene.store.known([case.mention.uri]))[case.mention.uri].digest != case.mention.digest
    assert await scene.receive(scene.received(said=edited())) == ()
    assert await scene.store.verify() == []


async def test_a_second_edit_after_publication_is_news_and_the_question_as_old_as_the_first(scene: Scene) -> None:
    case = await scene.published()
    await scene.receive(scene.received(said=edited()))
    asked = await scene.change(await scene.case(case), Event.REMINDED)
    scene.clock.forward(hours=1)
    again = {"text": "you lot are grand", "edited_at": scene.clock()}
    assert await scene.receive(scene.received(said=again)) == (case.id,)
    now = await scene.case(case)
    assert (now.asked_at, now.called_at, asked.called_at) == (START, None, START)
    assert now.version == asked.version + 1


async def test_an_edit_while_the_reply_was_on_its_way_is_asked_about_once_it_stands(scene: Scene) -> None:
    case = await scene.claimed()
    await scene.intend(case)
    assert await scene.receive(scene.received(said=edited())) == ()
    published = await scene.change(case, Event.PUBLISHED, receipt=scene.receipt())
    assert published.asked_at == START
    (edit,) = (await scene.store.edits([published])).values()
    assert edit.after.text != published.mention.text == edit.before.text


PAST_REVIEW = (State.PUBLISHED, State.RETRACTING, State.RETRACTED, State.FAILED, State.UNCONFIRMED)


async def past_review(scene: Scene, state: State) -> Case:
    case = await scene.claimed()
    await scene.intend(case)
    if state is State.FAILED:
        return await scene.change(case, Event.FAILED)
    if state is State.UNCONFIRMED:
        return await scene.change(case, Event.UNCONFIRMED)
    case = await scene.change(case, Event.PUBLISHED, receipt=scene.receipt())
    if state is not State.PUBLISHED:
        case = await scene.change(case, Event.RETRACTION_ASKED, "ann")
    return await scene.change(case, Event.RETRACTED) if state is State.RETRACTED else case


@pytest.mark.parametrize("state", PAST_REVIEW)
async def test_an_edit_into_a_threat_past_review_opens_an_escalation_of_its_own(scene: Scene, state: State) -> None:
    case = await past_review(scene, state)
    opened, *also = await scene.receive(scene.received(kind="escalate", said=edited("I know where you live")))
    escalation = await scene.case(opened)
    assert (escalation.state, escalation.draft, escalation.mention_version) == (State.ESCALATED, None, 2)
    asked = {case.id: START} if state is State.PUBLISHED else {}
    assert dict.fromkeys(also, START) == asked
    now = await scene.case(case)
    assert (now.state, now.mention, now.asked_at) == (state, case.mention, asked.get(case.id))
    known = (await scene.store.known([case.mention.uri]))[case.mention.uri]
    assert (known.case_id, known.state, known.digest) == (opened, State.ESCALATED, escalation.mention.digest)
    (event,) = await scene.store.trail(opened)
    assert event.detail["beside"] == case.id
    assert await scene.store.verify() == []


async def test_a_further_edit_and_a_deletion_concern_the_escalation_and_the_reply_beside_it(scene: Scene) -> None:
    case = await scene.published()
    opened, _ = await scene.receive(scene.received(kind="escalate", said=edited("I know where you live")))
    again = {"text": "I know your street", "edited_at": START + timedelta(minutes=2)}
    for kind in ("escalate", "ignore"):
        said = again | {"text": f"{again['text']}: {kind}"}
        assert await scene.receive(scene.received(kind=kind, said=said)) == (opened, case.id)
    assert set(await scene.receive(gone=[case.mention.uri])) == {opened, case.id}
    assert await scene.receive(gone=[case.mention.uri]) == ()
    escalation = await scene.case(opened)
    assert (escalation.state, escalation.mention_version, escalation.gone_at) == (State.ESCALATED, 4, START)
    now = await scene.case(case)
    assert (now.state, now.gone_at, now.asked_at) == (State.PUBLISHED, START, None)
    closed = await scene.change(escalation, Event.DISMISSED, "cat", decides="dismiss", reason=Reason.NOT_ABUSE)
    known = (await scene.store.known([case.mention.uri]))[case.mention.uri]
    assert (closed.state, known.case_id, known.state) == (State.CLOSED, case.id, State.PUBLISHED)


async def test_what_failed_is_not_reopened_while_its_mention_is_escalated(scene: Scene) -> None:
    case = await past_review(scene, State.FAILED)
    (opened,) = await scene.receive(scene.received(kind="escalate", said=edited("I know where you live")))
    with pytest.raises(Stale):
        await scene.change(case, Event.REOPENED, "ann")
    escalation = await scene.case(opened)
    await scene.change(escalation, Event.DISMISSED, "cat", decides="dismiss", reason=Reason.NOT_ABUSE)
    assert (await scene.change(case, Event.REOPENED, "ann")).state is State.OPEN


async def test_a_threat_seen_while_a_reply_is_on_its_way_is_escalated_and_the_reply_never_sent(scene: Scene) -> None:
    case = await scene.claimed()
    threat = scene.received(kind="escalate", said=edited("I know where you live"))
    (opened,) = await scene.receive(threat)
    assert (await scene.case(case)).state is State.PUBLISHING
    with pytest.raises(Stale):
        await scene.intend(case)
    assert await scene.receive(replace(threat, edits=opened), owner=OWNER) == (case.id,)
    assert (await scene.case(case)).outcome == "superseded"
    assert (await scene.case(opened)).state is State.ESCALATED


async def test_an_edit_that_the_publisher_saw_counts_whatever_its_date_says(scene: Scene) -> None:
    case = await scene.claimed(said=edited("the later words"))
    edit = scene.received(said={"text": "the words today"}, edits=case.id)
    assert await scene.receive(edit) == ()
    assert (await scene.store.known([case.mention.uri]))[case.mention.uri].digest == case.mention.digest
    assert await scene.receive(edit, owner=OWNER) == (case.id,)
    now = await scene.case(case)
    assert (now.state, now.mention.text) == (State.OPEN, "the words today")
    slow = scene.received(said={"text": "the first words"})
    assert await scene.receive(slow, account="leader") == ()


async def test_an_older_copy_from_a_slow_server_is_no_edit(scene: Scene) -> None:
    case = await scene.opened(said=edited("the later words"))
    assert await scene.receive(scene.received(said={"text": "the first words"}), account="leader") == ()
    assert (await scene.case(case)).mention.text == "the later words"


# Deletions


async def test_a_deleted_mention_withdraws_its_case_and_our_copy_is_kept(scene: Scene) -> None:
    for number, case in enumerate([await scene.opened("1"), await scene.approve(await scene.opened("2"))]):
        assert await scene.receive(gone=[case.mention.uri]) == (case.id,)
        now = await scene.case(case)
        assert (now.state, now.outcome, now.gone_at) == (State.CLOSED, "withdrawn", START), number
        assert now.mention.text == "you lot are vermin"


async def test_a_deleted_threat_stays_with_the_safety_desk(scene: Scene) -> None:
    case = await scene.opened(kind="escalate")
    scene.clock.forward(minutes=5)
    assert await scene.receive(gone=[case.mention.uri]) == (case.id,)
    assert await scene.receive(gone=[case.mention.uri]) == ()
    now = await scene.case(case)
    assert (now.state, now.gone_at) == (State.ESCALATED, scene.clock())
    assert now.mention == case.mention


async def test_while_it_is_published_only_the_publisher_withdraws(scene: Scene) -> None:
    case = await scene.claimed()
    assert await scene.receive(gone=[case.mention.uri]) == ()
    assert await scene.receive(gone=[case.mention.uri], owner="another") == ()
    assert await scene.receive(gone=[case.mention.uri], owner=OWNER) == (case.id,)


async def test_a_recorded_mention_that_is_deleted_is_noted_once(scene: Scene) -> None:
    await scene.receive(scene.received("1", "record"))
    for _ in range(2):
        await scene.receive(gone=["https://other.example/1", "https://other.example/never-seen"])
    assert [event.kind for event in await scene.store.audit_events()] == ["mention.recorded", "mention.gone"]
    assert [kept.mention.text for kept in await scene.store.recorded()] == ["you lot are vermin"]


async def test_a_deletion_after_publication_is_noted_once_on_the_case_and_asks_nothing(scene: Scene) -> None:
    case = await scene.published()
    assert await scene.receive(gone=[case.mention.uri]) == (case.id,)
    assert await scene.receive(gone=[case.mention.uri]) == ()
    now = await scene.case(case)
    assert (now.state, now.gone_at, now.asked_at) == (State.PUBLISHED, START, None)
    assert (await scene.kinds(case))[-1] == "case.mention_gone"


async def test_a_deletion_ends_the_question_that_an_edit_had_asked(scene: Scene) -> None:
    case = await scene.published()
    await scene.receive(scene.received(said=edited()))
    assert (await scene.case(case)).asked_at is not None
    await scene.receive(gone=[case.mention.uri])
    assert (await scene.case(case)).asked_at is None


async def test_what_was_left_alone_and_then_deleted_is_forgotten(scene: Scene) -> None:
    await scene.receive(scene.received("1", "ignore"))
    await scene.receive(gone=["https://other.example/1"])
    assert [alone.text for alone in await scene.store.left_alone()] == [""]


# The rest


async def test_what_was_not_understood_is_kept_for_staff_and_only_its_digest_for_the_audit(scene: Scene) -> None:
    await scene.receive(malformed=["A notification of @someone had no text."])
    (kept,) = await scene.store.malformed()
    assert (kept.account, kept.sentence) == ("party", "A notification of @someone had no text.")
    (event,) = await scene.store.audit_events()
    assert event.kind == "mention.malformed"
    assert "someone" not in str(event)


async def test_no_text_is_kept_of_what_was_left_alone_when_none_may_be(scene: Scene) -> None:
    await scene.receive(scene.received("1", "ignore"), keep_ignored=False)
    (alone,) = await scene.store.left_alone()
    assert (alone.text, alone.reasons) == ("", ())
    assert "https://other.example/1" in await scene.store.known(["https://other.example/1"])


async def test_rules_are_counted_live_and_shadow(scene: Scene) -> None:
    shadow = Match(rule="new-1", policy="racism", severity=2, field="text", start=0, end=3, text="you")
    verdict = Verdict(shadow=(shadow, shadow))
    await scene.receive(scene.received("1", "ignore", verdict=verdict), scene.received("2"))
    await scene.receive(scene.received("3"))
    stats = await scene.store.stats(START, safety=True)
    assert (stats.rules, stats.shadow) == ({"racism-1": 2}, {"new-1": 1})


async def test_no_personal_data_enters_a_chain(scene: Scene) -> None:
    author = Author(uri="https://other.example/u/al", handle="@al@other.example", display_name="Albert Q", bio="bio!")
    case = await scene.published(said={"author": author, "text": "secret words"})
    await scene.change(case, Event.RETRACTION_ASKED, "ann", note="my note")
    chain = str(await scene.store.audit_events())
    for word in ("al@other", "Albert", "bio!", "secret words", "Not in our name", "my note", case.mention.uri):
        assert word not in chain


async def test_hostile_text_is_kept_as_it_came(scene: Scene) -> None:
    text = "\ud800 half a pair, \x00 a zero, \u202e backwards, " + "x" * 65_536
    case = await scene.opened(said={"text": text})
    assert case.mention.text == text
    await scene.receive(scene.received("2", "ignore", said={"text": text}), malformed=["\udfff"])
    assert (await scene.store.left_alone())[0].text.startswith("� half a pair")
    assert await scene.store.verify() == []


async def test_a_case_may_ask_for_more_approvals_than_its_account_but_not_for_fewer(scene: Scene) -> None:
    assert (await scene.opened("1", approvals_required=2)).approvals_required == 2
    assert (await scene.opened("2", account="leader", approvals_required=1)).approvals_required == 2


async def test_longest_addresses_that_there_are_find_room_in_every_index(scene: Scene) -> None:
    luck = random.Random(7)  # noqa: S311  what a database could shorten would prove nothing
    longest = "".join(chr(luck.randrange(0x10000, 0x1FFFF)) for _ in range(LONGEST_ADDRESS))
    received = scene.received("1", "respond", said={"thread": longest})
    author = replace(received.mention.author, uri=longest)
    received = replace(received, mention=replace(received.mention, author=author))
    [opened] = await scene.receive(received, cursor="40")
    assert (await scene.case(opened)).mention.author.uri == longest
