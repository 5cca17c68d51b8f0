"""Whatever strangers write is text on our pages, and nothing else: every labelled text that there is, and the worst.

The labelled texts stand beside the checkout, or where the environment variable TEXTS says, and never in it.
"""

from __future__ import annotations

import csv
import os
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.model import Author, Mention, Parent
from bot.ports import Page as Arrived
from tests.fakes.office import ROOT

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Iterator

    from playwright.async_api import Page

    from tests.browser.conftest import Evening, Watch

    Open = Callable[..., Awaitable[Page]]

FOLDER = Path(os.environ.get("TEXTS", ROOT.parent / "shared" / "data" / "dev"))
RUDE, ABUSE = "You blimp.", "You florp."
"""What the made-up rules record, and what they open a case for."""
LONGEST = 3_900
"""Characters of one post, so that a page shows it whole."""
AT_ONCE = 100
"""Posts that the page of recorded ones shows."""
SHARP = set("<>{}`\\\x00") | set(map(chr, range(0x202A, 0x202F))) | set(map(chr, range(0x2066, 0x206A)))
WORST = (
    "<script>document.title = 'owned'</script>",
    "<img src=x onerror=\"document.title='owned'\">",
    "\"'><svg onload=alert(1)>",
    "</textarea></details></main><iframe src=javascript:alert(1)></iframe>",
    "{{ 7*7 }}{% for x in range(9) %}{{ x }}{% endfor %}",
    "javascript:alert(1)",
    "<a href=javascript:alert(1)>here</a><form action=//elsewhere.example><button>Approve</button></form>",
    "<style>*{display:none}</style><link rel=stylesheet href=//elsewhere.example/x.css>",
    "<meta http-equiv=refresh content='0;url=//elsewhere.example'>",
    "\u202eevorppA\u202c \u2066turned\u2069 \u0000 \ufeff",
    "<!-- --><![CDATA[ ]]>&lt;b&gt;&amp;amp;",
    "<main id=main data-answer=/pause><p id=stale></p></main>",
)
FACTS = """() => ({
    words: [...document.querySelectorAll(".stranger")].map(part => part.textContent),
    inside: [...new Set([...document.querySelectorAll(".stranger *")].map(part => part.tagName))],
    tags: [...document.querySelectorAll("*")].map(part => part.tagName),
    named: [...new Set([...document.querySelectorAll("*")].flatMap(part => part.getAttributeNames()))],
    led: [...document.querySelectorAll("[href], [src], [action]")].map(
        part => part.getAttribute("href") ?? part.getAttribute("src") ?? part.getAttribute("action")),
})"""
OURS_INSIDE = {"MARK", "SPAN", "BDI", "DIV"}
"""The elements that stand in a stranger's box: their marked words, and the name of a field."""
OURS = ("/", "#")
"""How our own links begin; besides, a post may lead to itself on its own server."""
NEVER = {"IMG", "IFRAME", "OBJECT", "EMBED", "STYLE", "BASE", "VIDEO", "AUDIO", "MATH", "TEMPLATE"}


def texts() -> Iterator[str]:
    """Every labelled text."""
    csv.field_size_limit(10_000_000)
    for path in sorted(FOLDER.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            yield from (row["text"] for row in csv.DictReader(file))


def packed(found: Iterable[str], first: str) -> Iterator[str]:
    """The texts one after another in posts of a length that a page shows whole; what is longer comes in pieces."""
    post = first
    for text in found:
        for start in range(0, len(text), LONGEST // 2):
            piece = text[start : start + LONGEST // 2]
            if len(post) + len(piece) > LONGEST:
                yield post
                post = first
            post += f"\n{piece}"
    yield post


def said(number: int, text: str, **more: object) -> Mention:
    """A post by somebody else, as an adapter hands it over."""
    author = Author(
        uri=f"https://tidewater.example/u/{number}",
        handle=f"@u{number}@tidewater.example",
        display_name=str(more.pop("display_name", "")),
        bio="Fernwick Party supporter",
    )
    return Mention(
        uri=f"https://tidewater.example/p/{number}",
        platform="mastodon",
        account="party",
        native_id=str(number),
        author=author,
        text=text,
        created_at=datetime.now(UTC),
        lang="en",
        addressed=(f"@u{number}@elsewhere.example",),
        **more,  # type: ignore[arg-type]  # a test names the fields it fills
    )


def as_read(text: str) -> str:
    """The text as a browser holds it: line ends are one, and no NUL is left."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "\ufffd")


async def facts(page: Page, *servers: str) -> dict[str, list[str]]:
    """What stands on the page, with nothing there that only a stranger could have made."""
    found: dict[str, list[str]] = await page.evaluate(FACTS)
    assert set(found["inside"]) <= OURS_INSIDE
    assert not set(found["tags"]) & NEVER
    assert not {name for name in found["named"] if name.startswith("on") or name == "style"}
    assert not [place for place in found["led"] if place and not place.startswith((*OURS, *servers))]
    assert await page.title() != "owned"
    return found


@pytest.mark.skipif(not FOLDER.is_dir(), reason=f"the labelled texts are not at {FOLDER}")
@pytest.mark.timeout(1_200)
async def test_every_labelled_text_is_only_ever_text(evening: Evening, open_page: Open) -> None:
    page = await open_page("mara")
    number = 0
    shape: list[str] = []
    everything = list(packed(texts(), RUDE))
    for start in range(0, len(everything), AT_ONCE):
        posts = everything[start : start + AT_ONCE]
        mentions = [said(number + each, text) for each, text in enumerate(posts)]
        number += len(mentions)
        await evening.app.pipeline.receive("party", Arrived(mentions=tuple(mentions), cursor=None))
        await page.goto("/left-alone?show=recorded")
        found = await facts(page)
        shown = Counter(found["words"])
        missing = [text for text in posts if not shown[as_read(text)]]
        assert missing == []
        if len(posts) == AT_ONCE:
            assert shape in ([], found["tags"])
            shape = found["tags"]
    assert number > AT_ONCE


@pytest.mark.timeout(600)
async def test_worst_texts_are_inert_in_every_field_of_a_case(evening: Evening, open_page: Open) -> None:
    sharp = [text for text in texts() if SHARP & set(text)]
    posts = [*(f"{ABUSE} {text}" for text in WORST), *packed(sharp, ABUSE)][:60]
    page = await open_page("mara")
    for number, text in enumerate(posts):
        worst = WORST[number % len(WORST)]
        mention = said(
            number,
            text,
            content_warning=f"{ABUSE} {worst}",
            display_name=worst,
            poll=(f"{ABUSE} {worst}",),
            media=(f"{ABUSE} {worst}",),
            url=f"javascript:{worst}",
            parent=Parent(uri=f"https://x.example/{number}", author=worst, text=worst, url=worst),
        )
        [case_id] = await evening.app.pipeline.receive("party", Arrived(mentions=(mention,), cursor=None))
        await page.goto(f"/case/{case_id}?shown=1")
        found = await facts(page)
        assert len([words for words in found["words"] if "florp" in words]) >= len(("text", "content warning"))
    for path in ("/", "/cases", "/figures", "/closed"):
        await page.goto(path)
        await facts(page)


async def test_typed_words_come_back_as_text(evening: Evening, open_page: Open, watch: Watch) -> None:
    case = await evening.case()
    watch.foretold |= {409, 422}
    page = await open_page("mara")
    for worst in WORST:
        await page.goto(f"/case/{case.id}?shown=1")
        await page.get_by_text("Edit the wording").click()
        await page.get_by_label("Your wording").fill(worst)
        async with page.expect_response("**/edit") as answered:
            await page.get_by_role("button", name="Save the wording").click()
        await (await answered.value).finished()
        await page.wait_for_load_state("domcontentloaded")
        await facts(page, *evening.town.addresses.values())
