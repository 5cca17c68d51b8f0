"""What the pages show, and that nothing a stranger wrote is more than text on them."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.model import Reason, State, Verb, Verdict, VerdictKind
from bot.review.console.pages import QUEUED
from bot.store import Received
from tests.fakes.office import ABUSE, FAIR, RUDE, THREAT

if TYPE_CHECKING:
    from bot.model import Case, Mention
    from tests.review.console.conftest import Console

HOSTILE = "\"'><script>alert(1)</script>{{ 7*7 }}</textarea></details><img src=x onerror=alert(1)>\u202e"
PAGES = ("/", "/safety", "/left-alone", "/left-alone?show=recorded", "/left-alone?show=unread", "/closed", "/figures")


class Tags(HTMLParser):
    """The tags and attributes of a page, to see that none was made by a stranger."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen |= {tag, *(name for name, _ in attrs)}


def tags_of(page: str) -> set[str]:
    tags = Tags()
    tags.feed(page)
    return tags.seen


async def test_queue_holds_every_state_that_staff_must_see(console: Console) -> None:
    waiting = await console.office.opened()
    approved = await console.office.opened(by="kim")
    await console.office.decide(approved, Verb.APPROVE)
    async with console.signed_in("mara") as browser:
        page = (await browser.get("/")).text
    assert (
        page.index("Waiting for a decision")
        < page.index(waiting.id)
        < page.index("Approved <")
        < page.index(approved.id)
    )
    assert "s left to undo" in page
    assert State.ESCALATED not in QUEUED


async def test_empty_queue_points_to_what_was_left_alone(console: Console) -> None:
    async with console.signed_in("mara") as browser:
        assert "Nothing is waiting." in (await browser.get("/")).text


async def test_nothing_counts_down_while_posting_is_paused(console: Console) -> None:
    case = await console.office.opened()
    await console.office.decide(case, Verb.APPROVE)
    async with console.signed_in("mara") as browser:
        await browser.post("/pause", data={"scope": case.account})
        for path in ("/", f"/case/{case.id}"):
            page = (await browser.get(path)).text
            assert "Approved by Mara Bright; posting is paused." in page
            assert "data-seconds" not in page
            assert "undo window" not in page


async def test_reported_post_without_a_policy_can_be_written_to_and_then_approved(console: Console) -> None:
    case = await _reported(console)
    async with console.signed_in("mara") as browser:
        page = (await browser.get(f"/case/{case.id}")).text
        assert "Reported by a person" in page
        assert "Write a reply</summary>" in page
        assert f'/case/{case.id}/approve"' not in page
        assert f'/case/{case.id}/reword"' not in page
        assert "Reported by a person" in (await browser.get("/")).text
        page = (await console.press(browser, case, "edit", text="Not in our name.")).text
        assert f'/case/{case.id}/approve"' in page


async def _reported(console: Console) -> Case:
    """A case that stands as one does for which a person sent the link and no rule matched."""
    mention = console.office.network.say(FAIR)
    received = Received(
        mention=mention,
        verdict=Verdict(kind=VerdictKind.RESPOND, reasons=("A person reported it.",)),
        account="party",
        approvals_required=1,
        via="intake:mara",
    )
    (case_id,) = await console.office.store.receive("party", [received], cursor=None, owner="1")
    case = await console.office.store.case(case_id)
    assert case is not None
    return case


async def test_case_page_says_everything_of_the_card(console: Console) -> None:
    case = await console.office.opened()
    card = await console.room.card(case)
    async with console.signed_in("mara") as browser:
        page = (await browser.get(f"/case/{case.id}")).text
    assert card.reply is not None
    for words in (card.status, card.reply.account, card.evidence[0].rule, card.evidence[0].clause, card.severity):
        assert words in page
    assert "<mark>florp</mark>" in page
    assert "bio:" in page
    assert f"{card.reply.length} of {card.reply.limit} characters" in page
    assert "The case was opened." in page
    assert card.url in page


async def test_reasons_for_not_abuse_stand_apart_from_abuse_not_answered(console: Console) -> None:
    case = await console.office.opened()
    async with console.signed_in("mara") as browser:
        page = (await browser.get(f"/case/{case.id}")).text
    first, second = page.index("It is not abuse</legend>"), page.index("It is abuse, and we do not answer</legend>")
    for reason in ("not_abuse", "fair_criticism", "quoted", "irony"):
        assert first < page.index(f'value="{reason}"') < second
    for reason in ("not_answered", "low_reach", "answered_elsewhere", "vulnerable"):
        assert second < page.index(f'value="{reason}"')


async def test_posts_stay_hidden_until_the_reader_asks(console: Console) -> None:
    case = await console.office.opened()
    async with console.signed_in("mara") as browser:
        for path in ("/", f"/case/{case.id}"):
            page = (await browser.get(path)).text
            assert page.index('<details class="veil"') < page.index("the lot of you") < page.rindex("</details>")
            assert '<details class="veil" data-keep="post' in page


async def test_ignored_and_recorded_mentions_each_give_their_reason(console: Console) -> None:
    await console.office.receive(console.office.network.say(FAIR, by="kim"))
    await console.office.receive(console.office.network.say(RUDE, by="lee"))
    foreign = replace(console.office.network.say("Guten Abend zusammen", by="ute"), lang="de")
    await console.office.receive(foreign)
    async with console.signed_in("mara") as browser:
        ignored = (await browser.get("/left-alone")).text
        recorded = (await browser.get("/left-alone?show=recorded")).text
        unread = (await browser.get("/left-alone?show=unread")).text
    assert FAIR in ignored
    assert RUDE not in ignored
    assert "Guten Abend" not in ignored
    (kept,) = await console.office.store.recorded()
    assert RUDE in recorded.replace("<mark>", "").replace("</mark>", "")
    assert kept.verdict.reasons[0] in recorded
    assert "Guten Abend" in unread


async def test_closed_page_keeps_safety_cases_for_the_safety_desk(console: Console) -> None:
    case, threat = await console.office.opened(), await console.office.opened(THREAT, by="kim")
    async with console.signed_in("mara") as mara, console.signed_in("nadia") as nadia:
        await console.press(mara, case, "dismiss", reason="quoted")
        await console.press(nadia, threat, "dismiss", reason="irony")
        staff = (await mara.get("/closed?show=safety")).text
        assert case.id in staff
        assert threat.id not in staff
        assert threat.id in (await nadia.get("/closed?show=safety")).text


async def test_figures_count_decisions_by_their_reason(console: Console) -> None:
    case = await console.office.opened()
    async with console.signed_in("mara") as browser:
        await console.press(browser, case, "dismiss", reason="fair_criticism")
        page = (await browser.get("/figures")).text
    assert "Not abuse: fair criticism" in page
    assert "Mentions read" in page


async def _hostile_mention(console: Console, words: str) -> Mention:
    mention = console.office.network.say(f"You florp. {words}", content_warning=words, poll=(words,), media=(words,))
    author = replace(mention.author, display_name=words, bio=words)
    return replace(mention, author=author, url=f"javascript:{words}")


async def test_hostile_text_is_only_ever_text(console: Console) -> None:
    mention = await _hostile_mention(console, HOSTILE)
    await console.office.receive(mention)
    case = await console.office.case_of(mention)
    async with console.signed_in("mara") as browser:
        await console.press(browser, case, "dismiss", reason="irony", note=HOSTILE)
        await browser.post("/pause", data={"scope": "all", "reason": HOSTILE})
        for path in (*PAGES, f"/case/{case.id}"):
            page = (await browser.get(path)).text
            seen = tags_of(page)
            assert "img" not in seen
            assert "onerror" not in seen
            assert "<script>alert" not in page
            assert 'href="javascript:' not in page
            assert page.count("7*7") == page.count("{{ 7*7 }}")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.text(st.characters(exclude_categories=["Cs"]), max_size=80))
async def test_no_text_makes_a_tag_or_breaks_a_page(console: Console, words: str) -> None:
    plain = await _hostile_mention(console, "")
    mention = await _hostile_mention(console, words)
    await console.office.receive(plain)
    await console.office.receive(mention)
    async with console.signed_in("nadia") as browser:
        for path in PAGES:
            answer = await browser.get(path)
            assert answer.status_code == 200
            assert tags_of(answer.text) <= KNOWN_TAGS


KNOWN_TAGS = {
    *("html", "lang", "head", "meta", "charset", "name", "content", "title", "link", "rel", "href", "type", "script"),
    *("src", "defer", "body", "class", "a", "header", "div", "span", "nav", "aria-label", "aria-current", "details"),
    *("data-keep", "open", "summary", "form", "method", "action", "p", "label", "select", "option", "value", "input"),
    *("maxlength", "autocomplete", "button", "id", "role", "aria-live", "hidden", "main", "h1", "h2", "h3", "section"),
    *("aria-labelledby", "article", "bdi", "mark", "dir", "dl", "dt", "dd", "table", "caption", "tbody", "tr", "th"),
    *("td", "scope", "data-seconds", "textarea", "rows", "required"),
}


@pytest.mark.parametrize("path", ["/case/nothing", "/nowhere", "/case/a/b/c"])
async def test_what_does_not_exist_is_a_plain_page(console: Console, path: str) -> None:
    async with console.signed_in("mara") as browser:
        answer = await browser.get(path)
    assert answer.status_code == 404
    assert "To the queue" in answer.text


async def test_abuse_of_a_huge_size_still_gives_a_page(console: Console) -> None:
    mention = console.office.network.say(f"{ABUSE} {'x' * 64_000}")
    await console.office.receive(mention)
    case = await console.office.case_of(mention)
    async with console.signed_in("mara") as browser:
        page = await browser.get(f"/case/{case.id}")
    assert page.status_code == 200
    assert len(page.text) < 60_000


async def pile_on(console: Console, number: int = 4) -> list[Case]:
    """A pile-on, one thread for each of its people."""
    posts = [console.office.network.say(f"{ABUSE} {n}", by=f"angry{n}") for n in range(number)]
    await console.office.receive(*posts)
    return [await console.office.case_of(post) for post in posts]


async def test_queue_shows_a_pile_on_once_with_its_number(console: Console) -> None:
    first, *others = await pile_on(console)
    async with console.signed_in("mara") as browser:
        page = (await browser.get("/")).text
    assert page.count("Pile-on: 4 posts by 4 people within a minute.") == 1
    assert f'href="/case/{first.id}"' in page
    assert not [case for case in others if case.id in page]


async def test_case_page_leads_to_the_other_posts_of_its_pile_on(console: Console) -> None:
    first, *others = await pile_on(console)
    async with console.signed_in("mara") as browser:
        page = (await browser.get(f"/case/{first.id}")).text
        assert "Other posts of this pile-on" in page
        assert [page.index(f'href="/case/{case.id}"') for case in others] == sorted(
            page.index(f'href="/case/{case.id}"') for case in others
        )
        chosen = await browser.get(f"/case/{others[1].id}")
        assert f'action="/case/{others[1].id}/approve"' in chosen.text
        alone = await console.office.opened(by="alone", account="deputy", addressed=("@zed@tidewater.example",))
        assert "pile-on" not in (await browser.get(f"/case/{alone.id}")).text


async def test_escalated_post_of_a_pile_on_is_not_listed_beside_the_others(console: Console) -> None:
    first, second, *_ = await pile_on(console)
    await console.office.decide(second, Verb.ESCALATE, reason=Reason.DANGER)
    async with console.signed_in("tom") as browser:
        assert second.id not in (await browser.get(f"/case/{first.id}")).text


async def test_queue_says_how_long_the_oldest_case_has_waited(console: Console) -> None:
    async with console.signed_in("tom") as browser:
        assert "The oldest case" not in (await browser.get("/")).text
        await console.office.opened(by="kim")
        console.office.clock.pass_(hours=5)
        await console.office.opened(by="lee")
        assert "The oldest case that waits: 5 h." in (await browser.get("/")).text


async def test_what_is_wrong_with_the_bot_stands_on_every_page_until_it_is_well(console: Console) -> None:
    async with console.signed_in("tom") as browser:
        console.loops.troubles.now["poll:leader"] = "The token of @leader is no longer accepted."
        for page in ("/", "/left-alone", "/more"):
            assert "The token of @leader is no longer accepted." in (await browser.get(page)).text
        console.loops.troubles.now.clear()
        assert "no longer accepted" not in (await browser.get("/")).text
