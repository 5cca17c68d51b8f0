"""What the pages show, and that nothing a stranger wrote is more than text on them."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fakes.office import FAIR, RUDE

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    from bot.model import Mention
    from tests.review.console.conftest import Console

HOSTILE = "\"'><script>alert(1)</script>{{ 7*7 }}</textarea></details><img src=x onerror=alert(1)>\u202e"
PAGES = (
    "/",
    "/safety",
    "/left-alone",
    "/left-alone?show=recorded",
    "/left-alone?show=unread",
    "/closed",
    "/figures",
    "/cases",
)


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
    *(
        "td",
        "scope",
        "data-seconds",
        "textarea",
        "rows",
        "required",
        "data-row",
        "data-queue",
        "b",
        "fieldset",
        "legend",
    ),
    *("enterkeyhint", "selected", "action", "aria-describedby", "wbr"),
    *("td", "scope", "data-seconds", "textarea", "rows", "required"),
    *("em", "thead", "code", "figure", "ul", "li", "aria-hidden", "svg", "xmlns", "viewbox", "desc", "g", "transform"),
    *("rect", "path", "text", "x", "y", "width", "height", "d"),
}


@pytest.mark.parametrize("path", ["/case/nothing", "/nowhere", "/case/a/b/c"])
async def test_what_does_not_exist_is_a_plain_page(console: Console, path: str) -> None:
    async with console.signed_in("mara") as browser:
        answer = await browser.get(path)
    assert answer.status_code == 404
    assert "To the queue" in answer.text


async def test_what_is_wrong_with_the_bot_stands_on_every_page_until_it_is_well(console: Console) -> None:
    async with console.signed_in("tom") as browser:
        console.loops.troubles.now["poll:leader"] = "The token of @leader is no longer accepted."
        for page in ("/", "/left-alone", "/more"):
            assert "The token of @leader is no longer accepted." in (await browser.get(page)).text
        console.loops.troubles.now.clear()
        assert "no longer accepted" not in (await browser.get("/")).text


async def test_events_reach_an_open_page_and_end_with_its_session(console: Console) -> None:
    told: list[bytes] = []
    news = asyncio.Event()

    async def receive() -> dict[str, object]:
        await asyncio.Event().wait()
        return {"type": "http.disconnect"}

    async def send(message: MutableMapping[str, Any]) -> None:
        told.append(message.get("body", b""))
        news.set()

    async def until(words: bytes) -> None:
        while words not in b"".join(told):
            news.clear()
            await news.wait()

    async with console.signed_in("tom") as tom:
        cookie = f"console={tom.cookies['console']}".encode()
        scope = {
            "type": "http",
            "http_version": "1.1",
            "method": "GET",
            "path": "/events",
            "raw_path": b"/events",
            "query_string": b"",
            "headers": [(b"host", b"127.0.0.1:8311"), (b"cookie", cookie)],
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 8311),
            "scheme": "http",
            "root_path": "",
        }
        page = asyncio.ensure_future(console.app(scope, receive, send))
        await until(b"retry")
        await console.desk.refresh()
        await until(b"event: changed")
        await tom.post("/sign-out")
        await console.desk.refresh()
        await asyncio.wait_for(page, timeout=30)
