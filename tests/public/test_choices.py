"""Consent is a protected person's own: given, changed and withdrawn on a page that only they can open."""

from __future__ import annotations

import re
from contextlib import asynccontextmanager
from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING

import httpx
import pytest

from bot.model import Case, Parent, Refusal, State, Verb
from bot.public import ChoicesPage, public_app, public_templates
from bot.store import ReplyWish, digest_of
from tests.fakes.office import ABUSE, THREAT, Office
from tests.fakes.strangers import ADDRESS, FROM_OURSELVES, PUBLIC

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

HER = "@ada@fernwick.example"
BOX = "ada@post.example"
CONSENT = {"given_by": "Ada Quill", "given_on": "2026-11-02", "recorded_by": "Mara Bright"}
PROTECTED = [{"name": "Ada Quill", "handle": HER, "watched_through": "party", "consent": CONSENT}]


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    office = await Office.open(tmp_path, protected=PROTECTED, public=PUBLIC)
    yield office
    await office.store.close()


@asynccontextmanager
async def browser(office: Office, *, by_mail_on: str = "") -> AsyncIterator[httpx.AsyncClient]:
    pages = public_templates("The Fernwick Party")
    links = office.files.links
    assert links is not None
    page = ChoicesPage(
        pages=pages, store=office.store, without_link=links.without, clock=lambda: 0.0, by_mail_on=by_mail_on
    )
    app = public_app(page.routes(), pages=pages, url=ADDRESS)
    transport = httpx.ASGITransport(app=app, client=("203.0.113.7", 50_000), raise_app_exceptions=False)
    async with httpx.AsyncClient(
        transport=transport, base_url=ADDRESS, headers=FROM_OURSELVES, follow_redirects=True
    ) as client:
        yield client


async def page_of(office: Office, client: httpx.AsyncClient) -> str:
    """The path of her own page, behind a fresh link."""
    link = await office.store.protected.make_link(HER, actor="nadia")
    opened = await client.post(f"/mine/open/{link}")
    assert opened.status_code == 200, opened.text
    return opened.url.path


async def answers(client: httpx.AsyncClient, page: str, said: str, case: Case) -> httpx.Response:
    """She presses one of the two buttons under what her page shows of the case now."""
    shown = (await client.get(page)).text
    found = re.search(rf'value="{case.id}"><input type="hidden" name="words" value="([^"]+)"', shown)
    form = {"case": case.id, "said": said, "words": found[1] if found else ""}
    return await client.post(f"{page}/answer", data=form)


async def at_her(office: Office, text: str = ABUSE, *, by: str = "sam") -> Case:
    """A case that is aimed at her, found under her post."""
    said = office.network.say(
        text, by=by, parent=Parent(uri="https://x.example/1", author=HER, text="Hello"), watched_for=HER
    )
    await office.receive(said)
    return await office.case_of(said)


async def test_looking_at_a_link_does_not_use_it_up_and_opening_it_does(office: Office) -> None:
    link = await office.store.protected.make_link(HER, actor="nadia")
    async with browser(office) as client:
        for _ in range(3):
            assert "Open my page" in (await client.get(f"/mine/open/{link}")).text
        page = await client.post(f"/mine/open/{link}")
        assert "You have not said yes." in page.text
        for again in (await client.get(f"/mine/open/{link}"), await client.post(f"/mine/open/{link}")):
            assert again.status_code == 404
            assert "This link opens nothing now" in again.text
        assert (await client.get(page.url.path)).status_code == 200


async def test_page_names_nobody_and_has_no_script(office: Office) -> None:
    async with browser(office) as client:
        text = (await client.get(await page_of(office, client))).text
    names = [HER, "Ada", *(person.name for person in office.files.reviewers.values())]
    assert [name for name in names if name in text] == []
    assert "<script" not in text


async def test_never_means_that_it_is_recorded_and_no_case_asks_for_a_reply(office: Office) -> None:
    async with browser(office) as client:
        page = await page_of(office, client)
        kept = await client.post(f"{page}/choose", data={"reply": "never"})
        assert "Kept. It counts from now on." in kept.text
    said = office.network.say(ABUSE, parent=Parent(uri="https://x.example/1", author=HER, text="Hello"))
    assert await office.receive(said) == ()
    [recorded] = await office.store.recorded()
    assert recorded.verdict.reasons[-1] == "The person it is aimed at wishes that nobody replies for them."
    threat = await at_her(office, THREAT, by="vic")
    assert threat.state is State.ESCALATED


async def test_ask_me_means_that_nothing_can_be_approved_before_she_says_yes(office: Office) -> None:
    async with browser(office) as client:
        page = await page_of(office, client)
        await client.post(f"{page}/choose", data={"reply": "ask_me"})
        case = await at_her(office)
        refused = await office.decide(case, Verb.APPROVE)
        assert isinstance(refused, Refusal)
        assert refused.message == "The person it is aimed at is asked first, on their own page, and has not said yes."
        asked = (await client.get(page)).text
        assert "<summary>Show what they wrote</summary>" in asked
        assert ABUSE in asked
        assert case.draft is not None
        assert "If we got this wrong" in case.draft.text
        assert [word for word in ("@sam", "/r/") if word in asked] == []  # the link is its author's alone to use
        said = await answers(client, page, "yes", case)
        assert "Our people decide now" in said.text
        approved = await office.decide(await office.now(case), Verb.APPROVE)
        assert isinstance(approved, Case)
        again = await answers(client, page, "no", case)
        assert again.status_code == 409


OTHER_WORDS = "@sam@tidewater.example These are other words, which she has not seen. Not in our name."


async def test_her_yes_is_to_the_words_that_she_saw_and_another_wording_is_asked_again(office: Office) -> None:
    async with browser(office) as client:
        page = await page_of(office, client)
        await client.post(f"{page}/choose", data={"reply": "ask_me"})
        case = await at_her(office)
        await answers(client, page, "yes", case)
        assert isinstance(await office.decide(await office.now(case), Verb.EDIT, text=OTHER_WORDS), Case)
        refused = await office.decide(await office.now(case), Verb.APPROVE)
        assert isinstance(refused, Refusal)
        assert "has not said yes" in refused.message
        assert "These are other words" in (await client.get(page)).text
        await answers(client, page, "yes", case)
        assert isinstance(await office.decide(await office.now(case), Verb.APPROVE), Case)


async def test_yes_to_what_was_edited_while_she_read_is_none(office: Office) -> None:
    async with browser(office) as client:
        page = await page_of(office, client)
        await client.post(f"{page}/choose", data={"reply": "ask_me"})
        case = await at_her(office)
        [seen] = await office.store.protected.asked(digest_of(HER))
        await office.decide(case, Verb.EDIT, text=OTHER_WORDS)
        late = await client.post(f"{page}/answer", data={"case": case.id, "said": "yes", "words": seen.words})
        assert late.status_code == 409
        assert "reads otherwise by now" in late.text
        assert isinstance(await office.decide(await office.now(case), Verb.APPROVE), Refusal)


async def test_her_yes_ends_when_the_author_edits_the_post(office: Office) -> None:
    async with browser(office) as client:
        page = await page_of(office, client)
        await client.post(f"{page}/choose", data={"reply": "ask_me"})
        case = await at_her(office)
        await answers(client, page, "yes", case)
        await office.receive(office.network.edit(case.mention.uri, f"{ABUSE} And I know your mother."))
        assert "know your mother" in (await client.get(page)).text
        assert isinstance(await office.decide(await office.now(case), Verb.APPROVE), Refusal)


async def test_whoever_opens_another_link_reads_nothing_and_she_sees_it_and_can_end_it(office: Office) -> None:
    async with browser(office) as client:
        hers = await page_of(office, client)
        await client.post(f"{hers}/choose", data={"reply": "never"})
        link = await office.store.protected.make_link(HER, actor="nadia")
        assert "we made another link to your page" in (await client.get(hers)).text
        opened = await client.post(f"/mine/open/{link}")
        other = opened.url.path
        assert "another link was opened" in opened.text
        assert [word for word in (" checked> <span>Never", "You said yes on") if word in opened.text] == []
        case = await at_her(office, THREAT)
        for press in ("answer", "read", "no-more"):
            form = {"case": case.id, "said": "yes"}
            assert (await client.post(f"{other}/{press}", data=form)).status_code == 409
        assert "Another page was opened" in (await client.get(hers)).text
        assert (await client.post(f"{hers}/choose", data={"reply": "for_me"})).status_code == 409
        await client.post(f"{other}/choose", data={"reply": "for_me"})
        assert "You took your consent back on" in (await client.post(f"{hers}/withdraw")).text
        assert (await client.get(other)).status_code == 404
        assert (await client.post(f"{other}/choose", data={"reply": "for_me"})).status_code == 404
    wish = (await office.store.protected.wishes())[digest_of(HER)]
    assert (wish.given_at, wish.withdrawn_at) == (None, office.clock.now())
    kinds = [event.kind for event in await office.store.audit_events("system")]
    assert kinds.count("protected.link_opened") == 2


async def test_her_no_closes_the_case(office: Office) -> None:
    async with browser(office) as client:
        page = await page_of(office, client)
        await client.post(f"{page}/choose", data={"reply": "ask_me"})
        case = await at_her(office)
        assert "Nobody replies to it." in (await answers(client, page, "no", case)).text
    assert (await office.now(case)).outcome == "refused"


async def test_do_not_show_me_leaves_figures_alone(office: Office) -> None:
    async with browser(office) as client:
        page = await page_of(office, client)
        await client.post(f"{page}/choose", data={"reply": "ask_me", "shown": "no", "week": "page"})
        await at_her(office)
        text = (await client.get(page)).text
    assert ABUSE not in text
    assert "florp" not in text
    assert "1 abusive post aimed at you, by 1 person" in text
    assert "Yes, reply" in text


async def test_what_was_approved_before_she_changed_her_mind_is_not_posted(office: Office) -> None:
    async with browser(office) as client:
        page = await page_of(office, client)
        await client.post(f"{page}/choose", data={"reply": "for_me"})
        case = await at_her(office)
        assert isinstance(await office.decide(case, Verb.APPROVE), Case)
        office.clock.pass_(seconds=office.files.config.limits.undo_seconds + 1)
        await client.post(f"{page}/choose", data={"reply": "never"})
    await office.publish()
    assert office.network.replies == []
    assert (await office.now(case)).state is State.OPEN


async def test_erasing_is_asked_a_second_time_and_the_button_stands_behind_that_question(office: Office) -> None:
    async with browser(office) as client:
        page = await page_of(office, client)
        told = (await client.post(f"{page}/choose", data={"reply": "for_me"}, follow_redirects=True)).text
    folded = told.partition("<summary>Stop, and erase it</summary>")[2].partition("</details>")[0]
    assert f'action="{page}/withdraw"' in folded
    assert "cannot be had back" in folded
    assert told.count("/withdraw") == folded.count("/withdraw") == 1


async def test_with_her_consent_goes_what_was_found_for_her_and_she_can_say_yes_anew(office: Office) -> None:
    async with browser(office) as client:
        page = await page_of(office, client)
        await client.post(f"{page}/choose", data={"reply": "for_me"})
        case = await at_her(office)
        withdrawn = (await client.post(f"{page}/withdraw")).text
        assert "You took your consent back on" in withdrawn
        assert (await office.now(case)).mention.text == ""
        assert "Stop, and erase it" not in withdrawn
        assert "You said yes on" in (await client.post(f"{page}/choose", data={"reply": "never"})).text
    wish = (await office.store.protected.wishes())[digest_of(HER)]
    assert (wish.reply, wish.withdrawn_at) == (ReplyWish.NEVER, None)


@pytest.mark.parametrize("path", ["choose", "withdraw", "answer", "read", "no-more"])
async def test_nobody_without_the_address_changes_anything(office: Office, path: str) -> None:
    async with browser(office) as client:
        assert (await client.post(f"/mine/guessed/{path}", data={"reply": "never"})).status_code == 404
    assert await office.store.protected.wishes() == {}


async def test_whoever_tries_many_links_is_asked_to_wait(office: Office) -> None:
    async with browser(office) as client:
        answers = [(await client.get(f"/mine/guess{number}")).status_code for number in range(22)]
    assert answers[:20] == [404] * 20
    assert answers[-1] == 429


async def test_a_form_without_a_choice_changes_nothing_and_says_so(office: Office) -> None:
    async with browser(office) as client:
        page = await page_of(office, client)
        answer = await client.post(f"{page}/choose", data={"reply": "whatever"})
    assert answer.status_code == 422
    assert "Nothing was changed." in answer.text


async def test_letters_are_offered_where_they_can_be_sent_and_else_the_page_says_that_they_cannot(
    office: Office,
) -> None:
    async with browser(office, by_mail_on="Monday") as client:
        text = (await client.get(await page_of(office, client))).text
        assert "By mail too, on Mondays" in text
        assert 'type="email"' in text
    async with browser(office) as client:
        page = await page_of(office, client)
        text = (await client.get(page)).text
        assert "Telling you by mail is not set up here." in text
        assert 'type="email"' not in text
        refused = await client.post(f"{page}/choose", data={"reply": "for_me", "week": "mail", "mail": BOX})
        assert (refused.status_code, "Nothing was changed." in refused.text) == (422, True)


async def test_an_address_is_never_shown_again_and_stays_until_she_takes_it_back(office: Office) -> None:
    async with browser(office, by_mail_on="Monday") as client:
        page = await page_of(office, client)
        given = await client.post(f"{page}/choose", data={"reply": "for_me", "week": "mail", "mail": f" {BOX} "})
        kept = await client.post(f"{page}/choose", data={"reply": "never", "week": "mail", "mail": ""})
        for answer in (given, kept, await client.get(page)):
            assert "An address is given, since" in answer.text
            assert BOX not in answer.text
        taken_back = await client.post(f"{page}/choose", data={"reply": "never", "week": "page"})
        assert "An address is given" not in taken_back.text


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "ada",
        "ada@post",
        "ada@post.example, mob@x.example",
        "ada@post.example\nBcc: mob@x.example",
        f"{'a' * 250}@x.example",
    ],
)
async def test_what_is_no_address_is_refused_and_what_was_typed_is_not_lost(office: Office, typed: str) -> None:
    async with browser(office, by_mail_on="Monday") as client:
        page = await page_of(office, client)
        chosen = {"reply": "never", "week": "mail", "mail": typed, "shown": "no", "support": "no"}
        answer = await client.post(f"{page}/choose", data=chosen)
    assert answer.status_code == 422
    for value in ('value="never" required checked', 'value="mail" checked', escape(f'value="{typed}"', quote=False)):
        assert value in answer.text
    assert answer.text.count('value="no" checked') == 2
    assert (await office.store.protected.wishes())[digest_of(HER)].given_at is None


async def test_one_press_stops_the_letters_and_looking_does_not(office: Office) -> None:
    async with browser(office, by_mail_on="Monday") as client:
        page = await page_of(office, client)
        await client.post(f"{page}/choose", data={"reply": "for_me", "week": "mail", "mail": BOX})
        at = office.clock.now()
        letter = await office.store.protected.claim_letter(digest_of(HER), at, at)
        assert letter is not None
        stop = f"/mine/stop/{letter.stop}"
        for _ in range(2):
            assert "Stop these letters" in (await client.get(stop)).text
        assert "Your address is erased." in (await client.post(stop)).text
        assert (await client.get(stop)).status_code == 404
        text = (await client.get(page)).text
        assert "An address is given" not in text
        assert 'value="page" checked' in text


async def test_messages_of_support_are_shown_to_her_newest_first_and_can_be_read_and_declined(office: Office) -> None:
    people = office.store.protected
    async with browser(office) as client:
        page = await page_of(office, client)
        assert "Messages of support" not in (await client.get(page)).text
        await client.post(f"{page}/choose", data={"reply": "never"})
        for words in ("It is not you.", "<b>We</b> are here."):
            await people.support(digest_of(HER), words, actor="mara")
            office.clock.pass_(minutes=1)
        text = (await client.get(page)).text
        assert text.index("&lt;b&gt;We&lt;/b&gt; are here.") < text.index("It is not you.")
        assert text.count("The team at The Fernwick Party") == 2
        assert "Mara" not in text
        message = (await people.messages(digest_of(HER)))[0]
        read = await client.post(f"{page}/read", data={"message": message.id})
        assert "<details><summary>Read before" in read.text
        no_more = await client.post(f"{page}/no-more")
        assert "Nobody is offered to write to you any more." in no_more.text
        assert "It is not you." in no_more.text
    wish = (await people.wishes())[digest_of(HER)]
    assert (wish.support, wish.reply) == (False, ReplyWish.NEVER)


async def test_no_more_messages_leaves_every_other_choice_as_it_was(office: Office) -> None:
    async with browser(office, by_mail_on="Monday") as client:
        page = await page_of(office, client)
        chosen = {"reply": "ask_me", "week": "mail", "mail": BOX, "shown": "no"}
        await client.post(f"{page}/choose", data=chosen)
        before = (await office.store.protected.wishes())[digest_of(HER)]
        await client.post(f"{page}/no-more")
    assert (await office.store.protected.wishes())[digest_of(HER)] == replace(before, support=False)
