"""What the forms of a case do: decisions, second presses, stale pages, rights, wordings."""

from __future__ import annotations

import asyncio
import html
from typing import TYPE_CHECKING

import pytest

from bot.model import Event, Reason, State, Verb
from bot.review.console.deciding import SAID
from bot.store import Change
from tests.fakes.network import Trouble
from tests.fakes.office import ABUSE, THREAT

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.model import Case
    from tests.review.console.conftest import Console


async def test_approving_starts_the_undo_window_and_undoing_stops_it(console: Console) -> None:
    case = await console.office.opened()
    async with console.signed_in("mara") as browser:
        page = await console.press(browser, case, "approve")
        assert "Approved." in page.text
        assert "Approved by Mara Bright; posts at" in page.text
        assert 'data-seconds="60"' in page.text
        case = await console.office.now(case)
        page = await console.press(browser, case, "undo")
        assert "Undone. Nothing was posted." in page.text
    assert (await console.office.now(case)).state is State.OPEN
    console.office.clock.pass_(hours=1)
    await console.office.publish()
    assert console.office.network.replies == []


async def test_approved_reply_is_posted_once_its_window_is_over(console: Console) -> None:
    case = await console.office.opened()
    async with console.signed_in("mara") as browser:
        await console.press(browser, case, "approve")
        console.office.clock.pass_(seconds=61)
        await console.office.publish()
        page = (await browser.get(f"/case/{case.id}")).text
    (reply,) = console.office.network.replies
    assert reply.approved_by == ("mara",)
    assert "Published by" in page
    assert "Open the reply" in page


async def test_second_presser_is_told_who_was_first_and_what_happened(console: Console) -> None:
    case = await console.office.opened()
    async with console.signed_in("mara") as mara, console.signed_in("tom") as tom:
        await console.press(mara, case, "dismiss", reason="fair_criticism", note="It names the vote.")
        late = await console.press(tom, case, "approve")
    assert late.status_code == 409
    assert "Not done." in late.text
    assert "Mara Bright was first" in late.text
    assert "Since you opened it" in late.text
    assert "Mara Bright dismissed it. Not abuse: fair criticism." in late.text
    assert "It names the vote." in late.text
    assert console.office.network.replies == []


async def test_two_presses_at_the_same_moment_make_one_decision(console: Console) -> None:
    case = await console.office.opened()
    async with console.signed_in("mara") as mara, console.signed_in("tom") as tom:
        answers = await asyncio.gather(
            console.press(mara, case, "approve"), console.press(tom, case, "dismiss", reason="not_answered")
        )
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert len(await console.office.store.decisions(case.id)) == 1


async def test_press_on_another_desk_makes_the_page_stale(console: Console) -> None:
    case = await console.office.opened()
    await console.office.decide(case, Verb.REWORD, "tom")
    async with console.signed_in("mara") as browser:
        answer = await console.press(browser, case, "approve")
    assert answer.status_code == 409
    assert "Tom Hallow changed the wording." in answer.text
    assert (await console.office.now(case)).state is State.OPEN


async def test_dismissing_without_a_reason_is_refused_with_words(console: Console) -> None:
    case = await console.office.opened()
    async with console.signed_in("mara") as browser:
        answer = await console.press(browser, case, "dismiss")
    assert answer.status_code == 422
    assert "choose a reason" in answer.text
    assert (await console.office.now(case)).state is State.OPEN


async def test_own_wording_is_stored_with_its_author_and_still_needs_an_approval(console: Console) -> None:
    case = await console.office.opened()
    words = "Argue with us as hard as you like. Not in our name. https://fernwick.example/code"
    async with console.signed_in("mara") as browser:
        page = await console.press(browser, case, "edit", text=words)
        assert "Your wording is saved." in page.text
        assert "written by Mara Bright" in page.text
    now = await console.office.now(case)
    assert now.state is State.OPEN
    assert now.draft is not None
    assert now.draft.text == f"{case.mention.author.handle} {words}"


OWN = "Argue with us as hard as you like. Not in our name. https://fernwick.example/code"


async def test_own_wording_is_saved_and_approved_with_one_press(console: Console) -> None:
    case = await console.office.opened()
    async with console.signed_in("mara") as browser:
        await browser.get(f"/case/{case.id}", params={"shown": "1"})
        page = await console.press(browser, case, "edit", text=OWN, approve="true")
        assert "Approved." in page.text
    now = await console.office.now(case)
    assert now.state is State.APPROVED
    assert now.draft is not None
    assert now.draft.text.endswith(OWN)
    assert [approval.reviewer_id for approval in now.approvals] == ["mara"]


async def test_one_press_approves_nothing_to_somebody_to_whom_the_post_was_not_shown(console: Console) -> None:
    case = await console.office.opened()
    async with console.signed_in("mara") as browser:
        page = await console.press(browser, case, "edit", text=OWN, approve="true")
        assert "has not been shown to you" in page.text
    assert (await console.office.now(case)).state is State.OPEN


async def test_one_press_waits_where_something_speaks_against_the_wording(console: Console) -> None:
    case = await console.office.opened()
    object.__setattr__(console.room, "lint", lambda _case, _text: ((), ("Think.",)))
    async with console.signed_in("mara") as browser:
        await browser.get(f"/case/{case.id}", params={"shown": "1"})
        page = await console.press(browser, case, "edit", text=OWN, approve="true")
        assert "Saved, and not approved yet" in page.text
    assert (await console.office.now(case)).state is State.OPEN


async def test_wording_that_is_refused_stays_in_the_form(console: Console) -> None:
    case = await console.office.opened()
    words = "<b>too long</b> " * 60
    async with console.signed_in("mara") as browser:
        answer = await console.press(browser, case, "edit", text=words)
    assert answer.status_code == 422
    assert "&lt;b&gt;too long&lt;/b&gt;" in answer.text
    assert "<b>too long" not in answer.text
    assert (await console.office.now(case)).version == case.version


async def test_wording_that_is_too_long_comes_back_with_its_own_count(console: Console) -> None:
    case = await console.office.opened()
    async with console.signed_in("mara") as browser:
        answer = await console.press(browser, case, "edit", text="x" * 900)
    counted = 901 + len(case.mention.author.handle)
    assert f'measure over" data-measure aria-live="polite">{counted} of 500 characters' in answer.text


@pytest.mark.parametrize("verb", ["reword", "edit"])
async def test_new_wording_leads_back_to_the_reply(console: Console, verb: str) -> None:
    case = await console.office.opened()
    fields = {"text": "Not in our name."} if verb == "edit" else {}
    async with console.signed_in("mara") as browser:
        answer = await browser.post(f"/case/{case.id}/{verb}", data=console.form(case, **fields))
        assert answer.headers["location"] == f"/case/{case.id}#reply"
        assert 'id="reply"' in (await browser.get(f"/case/{case.id}")).text


async def test_length_is_counted_with_the_handle_that_is_added(console: Console) -> None:
    case = await console.office.opened()
    async with console.signed_in("mara") as browser:
        answer = await browser.post(f"/case/{case.id}/length", data={"text": "four"})
        again = await browser.post(f"/case/{case.id}/length", data={"text": f"{case.mention.author.handle} four"})
    assert answer.json() == again.json()
    assert (answer.json()["length"], answer.json()["limit"]) == (len(case.mention.author.handle) + 5, 500)


async def test_admin_without_the_approver_role_cannot_approve(console: Console) -> None:
    case = await console.office.opened()
    async with console.signed_in("ada") as browser:
        assert "/approve" not in (await browser.get(f"/case/{case.id}")).text
        answer = await console.press(browser, case, "approve")
    assert answer.status_code == 403
    assert (await console.office.now(case)).state is State.OPEN


async def test_principal_refuses_without_a_reason(console: Console) -> None:
    case = await console.office.opened()
    async with console.signed_in("rosa") as browser:
        page = await browser.get(f"/case/{case.id}")
        assert "I will not say this" in page.text
        assert f'/case/{case.id}/dismiss"' not in page.text
        answer = await console.press(browser, case, "refuse")
    assert "No reason is asked" in answer.text
    assert (await console.office.now(case)).outcome == "refused"


async def test_escalating_takes_the_case_out_of_the_hands_of_staff(console: Console) -> None:
    case = await console.office.opened()
    async with console.signed_in("mara") as mara, console.signed_in("nadia") as nadia:
        page = await console.press(mara, case, "escalate", reason="danger")
        assert page.url.path == "/"
        assert "The safety desk has it now." in page.text
        assert (await mara.get(f"/case/{case.id}")).status_code == 404
        case = await console.office.now(case)
        assert case.reason is Reason.DANGER
        page = await nadia.get(f"/case/{case.id}")
        assert "No public reply" in page.text
        assert "Proposed reply" not in page.text
        page = await console.press(nadia, case, "acknowledge")
        assert "Nadia Sorrel has acknowledged it" in page.text
        case = await console.office.now(case)
        page = await console.press(nadia, case, "release")
        assert "Sent back to the staff desk." in page.text
        assert (await mara.get(f"/case/{case.id}")).status_code == 200


async def test_threat_is_referred_and_offers_where_to(console: Console) -> None:
    case = await console.office.opened(THREAT)
    async with console.signed_in("nadia") as browser:
        page = (await browser.get(f"/case/{case.id}")).text
        assert console.room.referral.police in html.unescape(page)
        await console.press(browser, case, "refer", reason="police", note="Ref 4711")
    now = await console.office.now(case)
    assert (now.outcome, now.reason) == ("referred", Reason.POLICE)


@pytest.mark.parametrize(("verb", "state"), [("confirm", State.PUBLISHED), ("deny", State.FAILED)])
async def test_person_settles_what_the_bot_could_not_find_out(console: Console, verb: str, state: State) -> None:
    case = await console.office.approved()
    console.office.network.troubles.append(Trouble.LOST_REQUEST)
    await console.office.publish()
    for _ in range(4):
        console.office.clock.pass_(minutes=10)
        await console.office.publish()
    case = await console.office.now(case)
    assert case.state is State.UNCONFIRMED
    async with console.signed_in("mara") as browser:
        assert "Needs a person to look" in (await browser.get("/")).text
        page = await console.press(browser, case, verb)
        assert SAID[Verb(verb)] in page.text
    assert (await console.office.now(case)).state is state


async def test_published_reply_is_taken_down_on_request(console: Console) -> None:
    case = await console.office.approved()
    await console.office.publish()
    case = await console.office.now(case)
    async with console.signed_in("mara") as browser:
        assert "Take the reply down" in (await browser.get(f"/case/{case.id}")).text
        assert "asked at" in (await console.press(browser, case, "retract")).text
        await console.office.publish()
        page = (await browser.get(f"/case/{case.id}")).text
        assert "taken down" in page
        assert "Open the reply" not in page
    assert list(console.office.network.standing()) == []


async def edited_after(console: Console, text: str) -> Case:
    """A published case whose post was edited since."""
    case = await console.office.approved()
    await console.office.publish()
    await console.office.receive(console.office.network.edit(case.mention.uri, text), cursor=None)
    return await console.office.now(case)


async def test_edit_after_our_reply_stands_in_the_queue_until_somebody_keeps_it(console: Console) -> None:
    case = await edited_after(console, f"{ABUSE} And your <b>dog</b>.")
    async with console.signed_in("mara") as browser:
        queue = (await browser.get("/")).text
        assert "Edited after our reply: keep, correct or retract?" in queue
        assert f"/case/{case.id}" in queue
        page = (await browser.get(f"/case/{case.id}")).text
        assert "<ins>And your &lt;b&gt;dog&lt;/b&gt;.</ins>" in page
        assert "As the post now reads, rules still hold in it: personal abuse." in page
        kept = await console.press(browser, case, "keep")
        assert SAID[Verb.KEEP] in kept.text
        assert "Mara Bright let our reply stand after the edit." in kept.text
        assert "Edited after our reply" not in (await browser.get("/")).text


async def test_corrected_reply_comes_back_to_the_queue_as_the_post_now_reads(console: Console) -> None:
    case = await edited_after(console, f"{ABUSE} And your dog.")
    async with console.signed_in("mara") as browser:
        assert SAID[Verb.CORRECT] in (await console.press(browser, case, "correct")).text
        await console.office.publish()
        page = (await browser.get(f"/case/{case.id}")).text
        assert "Taken down at" in page
        assert "Open the reply" not in page
        [again] = await console.office.store.cases(states={State.OPEN})
        assert "And your dog." in (await browser.get(f"/case/{again.id}")).text
    assert list(console.office.network.standing()) == []


async def test_words_of_a_threat_edited_in_afterwards_are_for_the_safety_desk_alone(console: Console) -> None:
    case = await edited_after(console, THREAT)
    async with console.signed_in("mara") as browser:
        page = (await browser.get(f"/case/{case.id}")).text
        assert "What it says now is for the safety desk, and shown there alone." in page
        assert "zark" not in page
        answer = await console.press(browser, case, "correct")
        assert "It is for the safety team now." in answer.text


async def test_case_that_came_back_from_an_edit_shows_both_wordings(console: Console) -> None:
    case = await console.office.approved()
    edited = console.office.network.edit(case.mention.uri, ABUSE.replace("the lot of you", "both of you"))
    await console.office.receive(edited, cursor=None)
    async with console.signed_in("mara") as browser:
        page = (await browser.get(f"/case/{case.id}")).text
    assert "<del>the lot " in page
    assert "<ins>both " in page


async def test_unreadable_forms_change_nothing_and_say_why(console: Console) -> None:
    case = await console.office.opened()
    async with console.signed_in("mara") as browser:
        for fields in ({}, {"version": "x"}, console.form(case, reason="because"), console.form(case, extra="1")):
            answer = await browser.post(f"/case/{case.id}/dismiss", data=fields)
            assert answer.status_code == 422
            assert "Nothing was changed" in answer.text
        answer = await browser.post(f"/case/{case.id}/publish", data=console.form(case))
        assert "There is no such thing to do" in answer.text
    assert (await console.office.now(case)).version == case.version


async def test_sentence_for_the_next_page_is_not_used_up_by_a_page_that_fetches_itself(console: Console) -> None:
    case = await console.office.opened()
    async with console.signed_in("mara") as browser:
        await browser.post(f"/case/{case.id}/reword", data=console.form(case))
        await browser.get("/", headers={"x-live": "1"})
        assert SAID[Verb.REWORD] in (await browser.get(f"/case/{case.id}")).text
        assert SAID[Verb.REWORD] not in (await browser.get(f"/case/{case.id}")).text


async def test_two_approvals_by_two_people(console: Console) -> None:
    mention = console.office.network.say("You florp, the lot of you.", account="deputy")
    await console.office.receive(mention, account="deputy")
    case = await console.office.case_of(mention)
    assert case.approvals_required == 2
    async with console.signed_in("mara") as mara, console.signed_in("tom") as tom:
        page = await console.press(mara, case, "approve")
        assert "Another person must approve too." in page.text
        case = await console.office.now(case)
        assert (await console.press(mara, case, "approve")).status_code == 403
        await console.press(tom, case, "approve")
    assert (await console.office.now(case)).state is State.APPROVED


async def test_quiet_events_do_not_make_a_page_stale(console: Console) -> None:
    case = await console.office.opened()
    await console.office.store.advance(Change(case_id=case.id, version=case.version, event=Event.REMINDED, actor="bot"))
    async with console.signed_in("mara") as browser:
        assert (await console.press(browser, case, "approve")).status_code == 200


async def test_a_whole_pile_on_is_dismissed_and_one_post_alone(console: Console) -> None:
    posts = [console.office.network.say(ABUSE, by=f"angry{n}") for n in range(4)]
    await console.office.receive(*posts)
    first, second, *_ = [await console.office.case_of(post) for post in posts]
    async with console.signed_in("mara") as browser:
        assert 'name="whole"' in (await browser.get(f"/case/{first.id}")).text
        await console.press(browser, second, "dismiss", reason=Reason.IRONY)
        await console.press(browser, first, "dismiss", reason=Reason.NOT_ANSWERED, whole="true")
    reasons = [(await console.office.case_of(post)).reason for post in posts]
    assert reasons == [Reason.NOT_ANSWERED, Reason.IRONY, Reason.NOT_ANSWERED, Reason.NOT_ANSWERED]


async def test_second_post_of_a_pile_on_is_refused_and_the_first_is_named(console: Console) -> None:
    posts = [console.office.network.say(ABUSE, by=f"angry{n}") for n in range(3)]
    await console.office.receive(*posts)
    first, second, _ = [await console.office.case_of(post) for post in posts]
    await console.office.decide(first, Verb.APPROVE, "tom")
    async with console.signed_in("mara") as browser:
        answer = await console.press(browser, second, "approve")
    assert answer.status_code == 409
    assert f"Tom Hallow was first and approved it: case {first.id}, another post of this pile-on" in answer.text


async def test_approval_of_what_was_not_shown_is_refused_and_on_record(console: Console) -> None:
    case = await console.office.opened()
    async with console.signed_in("mara") as browser:
        await browser.get(f"/case/{case.id}")
        answer = await browser.post(f"/case/{case.id}/approve", data=console.form(case))
        assert answer.status_code == 409
        assert "has not been shown to you" in answer.text
        assert (await console.office.now(case)).state is State.OPEN
        refused = (await console.office.store.trail(case.id))[-1]
        assert (refused.kind, refused.actor, refused.detail["code"]) == ("decision.refused", "mara", "not_shown")
        await browser.get(f"/case/{case.id}", headers={"x-live": "1"}, params={"shown": "1"})
        assert (await browser.post(f"/case/{case.id}/approve", data=console.form(case))).status_code == 409
        shown = await browser.post(f"/case/{case.id}/shown", data={"mention_version": "1"})
        assert shown.status_code == 204
        assert (await browser.post(f"/case/{case.id}/approve", data=console.form(case))).status_code == 303
    assert (await console.office.now(case)).state is State.APPROVED


async def test_post_that_was_edited_has_to_be_shown_again(console: Console) -> None:
    case = await console.office.opened()
    async with console.signed_in("mara") as browser:
        await browser.get(f"/case/{case.id}?shown=1")
        await console.office.receive(console.office.network.edit(case.mention.uri, f"{ABUSE} And you."), cursor=None)
        now = await console.office.now(case)
        assert now.mention_version == 2
        answer = await browser.post(f"/case/{case.id}/approve", data=console.form(now))
        assert "has not been shown to you" in answer.text
        stale = await browser.post(f"/case/{case.id}/shown", data={"mention_version": "1"})
        assert stale.status_code == 409


async def test_nobody_is_shown_what_does_not_exist_for_them(console: Console) -> None:
    threat = await console.office.opened(THREAT)
    async with console.signed_in("mara") as browser:
        answer = await browser.post(f"/case/{threat.id}/shown", data={"mention_version": "1"})
    assert answer.status_code == 422


async def test_words_typed_while_the_case_was_decided_elsewhere_are_given_back(console: Console) -> None:
    case = await console.office.opened()
    async with console.signed_in("mara") as browser:
        await console.office.decide(case, Verb.DISMISS, "tom", reason=Reason.IRONY)
        answer = await console.press(browser, case, "edit", text="My <careful> words.")
    assert answer.status_code == 409
    assert "Tom Hallow was first" in answer.text
    assert "Your wording was not saved. Here it is, to copy:" in answer.text
    assert "My &lt;careful&gt; words." in answer.text


async def test_words_typed_while_the_case_was_taken_out_of_sight_are_given_back(console: Console) -> None:
    case = await console.office.opened()
    async with console.signed_in("mara") as browser:
        await console.office.decide(case, Verb.ESCALATE, "tom", reason=Reason.DANGER)
        answer = await console.press(browser, case, "edit", text="My <careful> words.")
        assert answer.status_code == 404
        assert "My &lt;careful&gt; words." in answer.text
        assert "zark" not in answer.text
        nothing = await browser.post("/case/nothing/edit", data={"text": "My words.", "version": "1", "seen": "0"})
        assert (nothing.status_code, "My words." in nothing.text) == (404, True)


async def test_lint_speaks_while_somebody_types(console: Console) -> None:
    case = await console.office.opened()
    object.__setattr__(console.room, "lint", lambda _case, text: ((f"No {text}.",), ("Think.",)))
    async with console.signed_in("mara") as browser:
        answer = await browser.post(f"/case/{case.id}/length", data={"text": "florp"})
    assert (answer.json()["refusals"], answer.json()["advice"]) == (["No florp."], ["Think."])


async def test_edit_that_comes_while_a_form_is_still_arriving_has_to_be_shown_first(console: Console) -> None:
    post = console.office.network.say(ABUSE, by="angry")
    await console.office.receive(post)
    case = await console.office.case_of(post)
    form = f"version={case.version + 1}&seen=1".encode()

    async def body() -> AsyncIterator[bytes]:
        await console.office.receive(console.office.network.edit(post.uri, f"{ABUSE} And your dog."), cursor="2")
        yield form

    sent = {"content-type": "application/x-www-form-urlencoded", "content-length": str(len(form))}
    async with console.signed_in("mara") as browser:
        await browser.get(f"/case/{case.id}", params={"shown": "1"})
        answer = await browser.post(f"/case/{case.id}/approve", content=body(), headers=sent)
    assert answer.status_code == 409
    assert not (await console.office.now(case)).approvals
