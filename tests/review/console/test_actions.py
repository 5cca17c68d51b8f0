"""What the forms beside the cases do: the pause switch, reported links, rules, notes, a reader's choice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from bot.model import Refusal, Verb
from tests.fakes.office import ABUSE, THREAT

if TYPE_CHECKING:
    from tests.review.console.conftest import Console


async def test_answer_to_a_form_is_marked_so_that_the_script_never_replaces_it(console: Console) -> None:
    case = await console.office.opened()
    async with console.signed_in("mara") as browser:
        for answer, about in (
            (await console.press(browser, case, "edit", text="x" * 900), f"/case/{case.id}"),
            (await console.press(browser, case, "dismiss"), f"/case/{case.id}"),
            (await browser.post("/add", data={"url": "nonsense"}), "/add"),
            (await browser.post("/another-device"), "/more"),
        ):
            assert f'data-answer="{about}"' in answer.text
            assert f'<a class="button small-button" href="{about}">Show it</a>' in answer.text
            assert (await browser.get(about)).status_code == 200
            assert "data-answer" not in (await browser.get(about)).text


async def test_pause_shows_on_every_page_until_someone_resumes(console: Console) -> None:
    async with console.signed_in("mara") as mara, console.signed_in("tom") as tom:
        await mara.post("/pause", data={"scope": "leader", "reason": "the <debate> tonight"})
        await mara.post("/pause", data={"scope": "all"})
        for path in ("/", "/closed", "/more"):
            page = (await tom.get(path)).text
            assert "Everything is paused. Nothing is posted. Mara Bright" in page
            assert "the &lt;debate&gt; tonight" in page
        assert set(await console.office.store.paused()) == {"all", "leader"}
        for scope in ("all", "leader"):
            await tom.post("/resume", data={"scope": scope})
        assert "is paused" not in (await mara.get("/")).text
        assert (await mara.post("/pause", data={"scope": "nobody"})).status_code == 422


async def test_reported_link_leads_to_its_case(console: Console) -> None:
    async with console.signed_in("mara") as browser:
        page = await browser.post("/add", data={"url": "https://tidewater.example/@sam/9"}, follow_redirects=True)
        assert "Here is its case." in page.text
        assert page.url.path.startswith("/case/")
        for url, words in (
            ("https://tidewater.example/missing", "The server cannot find that post."),
            ("javascript:alert(1)", "That is not the address of a post."),
        ):
            answer = await browser.post("/add", data={"url": url})
            assert answer.status_code == 422
            assert words in answer.text
    assert [who for _, who in console.reported] == ["mara", "mara"]


async def test_reader_chooses_whether_posts_are_shown_at_once(console: Console) -> None:
    await console.office.opened()
    async with console.signed_in("mara") as browser:
        assert ' open>\n<summary><span class="when-closed">' not in (await browser.get("/")).text
        answer = await browser.post("/reading", data={"show": "true", "back": "/closed"})
        assert answer.headers["location"] == "/closed"
        assert ' open>\n<summary><span class="when-closed">' in (await browser.get("/")).text


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example", "/\\evil.example", "/a//evil.example"])
async def test_way_back_never_leads_to_another_site(console: Console, back: str) -> None:
    async with console.signed_in("mara") as browser:
        answer = await browser.post("/reading", data={"show": "true", "back": back})
    assert answer.headers["location"] == "/"


async def test_link_for_another_device_is_for_the_same_person(console: Console) -> None:
    async with console.signed_in("tom") as browser, console.browser() as phone:
        page = (await browser.post("/another-device")).text
        link = page.split("<code>")[1].split("</code>")[0]
        await phone.post(httpx.URL(link).path)
        assert "Tom Hallow" in (await phone.get("/more")).text


async def stop_a_rule(console: Console) -> None:
    office = console.office
    await office.store.note_rules(office.files.rule_texts())
    await office.receive(*(office.network.say(ABUSE, by=f"angry{number}") for number in range(5)))


async def test_stopped_rule_stands_on_every_page_until_an_admin_releases_it(console: Console) -> None:
    await stop_a_rule(console)
    async with console.signed_in("tom") as tom, console.signed_in("ada") as ada:
        for browser, button in ((tom, False), (ada, True)):
            for path in ("/", "/figures", "/more"):
                page = (await browser.get(path)).text
                assert "Rule made-up-insult is in shadow since" in page
                assert ('action="/release-rule"' in page) is button
        refused = await tom.post("/release-rule", data={"rule": "made-up-insult"})
        assert refused.status_code == 403
        assert "Only an admin may release a rule." in refused.text
        released = await ada.post("/release-rule", data={"rule": "made-up-insult"}, follow_redirects=True)
        assert "Released. It judges again" in released.text
        assert "is in shadow since" not in released.text
        late = await ada.post("/release-rule", data={"rule": "made-up-insult"})
        assert late.status_code == 409
    events = [event for event in await console.office.store.audit_events() if event.kind == "rule.released"]
    assert [(event.actor, event.detail) for event in events] == [("ada", {"rule": "made-up-insult"})]


async def test_release_of_no_rule_is_refused_in_words(console: Console) -> None:
    async with console.signed_in("ada") as ada:
        answer = await ada.post("/release-rule", data={})
    assert answer.status_code == 422
    assert "rule: Field required" in answer.text


async def test_note_for_the_next_shift_stands_on_its_own_desk_alone(console: Console) -> None:
    async with console.signed_in("nadia") as browser:
        kept = await browser.post("/hand-over", data={"text": "The <school> was told.", "safety": "true"})
        assert kept.headers["location"] == "/safety"
        assert "The &lt;school&gt; was told." in (await browser.get("/safety")).text
        assert "school" not in (await browser.get("/")).text
    async with console.signed_in("tom") as browser:
        refused = await browser.post("/hand-over", data={"text": "Hello.", "safety": "true"})
        assert (refused.status_code, "That desk is not yours." in refused.text) == (422, True)
        await browser.post("/hand-over", data={"text": "Ring the Gazette."})
        page = (await browser.get("/")).text
        assert "Ring the Gazette." in page
        assert "Kept." in page
    async with console.signed_in("wyn") as browser:
        assert (await browser.post("/hand-over", data={"text": "I only read."})).status_code == 403
        assert "Leave a note" not in (await browser.get("/")).text


async def test_next_shift_takes_over_what_the_last_one_left(at_night: Console) -> None:
    office = at_night.office
    office.clock.pass_(hours=-1)
    case = await office.decide(await office.opened(THREAT), Verb.ACKNOWLEDGE, "uma")
    assert not isinstance(case, Refusal)
    office.clock.pass_(hours=1)
    async with at_night.signed_in("uma") as browser:
        page = (await browser.get("/safety")).text
        assert "The last shift left 1 case." in page
        assert "I have it" in page
        assert "/safety/take-over" not in page
        told = (await browser.post("/safety/take-over", follow_redirects=True)).text
        assert "that is for whoever is on now, Nadia Sorrel" in told
    async with at_night.signed_in("nadia") as browser:
        assert "/safety/take-over" in (await browser.get("/safety")).text
        told = (await browser.post("/safety/take-over", follow_redirects=True)).text
        assert "You have it: 1 case. Uma Fenn can go." in told
        assert "The last shift left" not in told
        page = (await browser.get(f"/case/{case.id}")).text
        assert "Nadia Sorrel took it over from the shift before." in page
        assert f"/case/{case.id}/step" in page


async def test_taking_over_is_for_the_safety_team_alone(at_night: Console) -> None:
    for who, status in (("mara", 404), ("rosa", 404), ("ada", 404), ("wyn", 403)):
        async with at_night.signed_in(who) as browser:
            assert (await browser.post("/safety/take-over")).status_code == status, who
    assert await at_night.office.store.safety.taken() is None
