"""Whoever we answered has their say, once however often they press, and nobody learns more than our reply told."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from urllib.parse import quote_from_bytes

import pytest

from bot.model import RejoinderKind, Ruling, State, Verb
from bot.public.right_of_reply import BY_ADDRESS, BY_LINK, MOST_WORDS, READ_BY_ADDRESS, WRONG_BY_ADDRESS
from bot.responses import new_token
from bot.store import Terms
from bot.store.rejoinders import MOST_UNREAD
from tests.fakes.office import THREAT
from tests.fakes.strangers import FROM_OURSELVES, Outside, outside

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.model import Rejoinder

NOWHERE = "This link leads nowhere now"
FORM = {"content-type": "application/x-www-form-urlencoded"}
HOSTILE = (
    "\"'><script>alert(1)</script>{{ 7*7 }}</textarea></details><img src=x onerror=alert(1)>\u202e",
    "\0\ud800\ufffe",
    "'; DROP TABLE rejoinders; --",
    '=HYPERLINK("https://evil.example")',
    "\u0627" * MOST_WORDS,
    "\n" * 50 + "x",
    "Z\u0351\u036b\u0343" * 200,
)


@pytest.fixture
async def at(tmp_path: Path) -> AsyncIterator[Outside]:
    async with outside(tmp_path) as place:
        yield place


async def all_said(at: Outside) -> list[Rejoinder]:
    return [*await at.office.store.rejoinders(safety=False), *await at.office.store.rejoinders(safety=True)]


async def test_page_shows_our_reply_and_asks_and_names_nobody(at: Outside) -> None:
    case, path = await at.answered()
    async with at.browser() as browser:
        text = (await browser.get(path)).text
    assert case.draft is not None
    words = case.draft.text.removeprefix(f"{case.mention.author.handle} ").partition(" If we got this wrong")[0]
    assert words[:40] in text
    assert all(f'value="{kind.value}"' in text for kind in RejoinderKind)
    told = [person.name for person in at.office.files.reviewers.values()]
    told += [case.id, case.mention.author.handle, case.mention.text, case.mention.url, "severity", "strike"]
    assert [each for each in told if each in text] == []
    assert 'lang="en' in text
    assert "<script" not in text


async def test_what_was_said_is_kept_and_thanked_for(at: Outside) -> None:
    case, path = await at.answered()
    async with at.browser() as browser:
        answer = await browser.post(path, data={"kind": "out_of_context", "words": " I quoted\r\nhim. "})
        assert (answer.status_code, answer.headers["location"]) == (303, f"{path}/received")
        thanks = await browser.get(f"{path}/received")
    assert "We have it" in thanks.text
    [said] = await all_said(at)
    assert (said.case_id, said.kind, said.words) == (case.id, RejoinderKind.OUT_OF_CONTEXT, "I quoted\nhim.")
    assert (await at.office.now(case)).state is State.PUBLISHED


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_preview_of_the_link_says_nothing(at: Outside, method: str) -> None:
    _, path = await at.answered()
    async with at.browser() as browser:
        for headers in ({}, {"sec-purpose": "prefetch"}, {"user-agent": "LinkPreviewBot"}):
            for address in (path, f"{path}?kind=sorry&words=x", f"{path}/received"):
                assert (await browser.request(method, address, headers=headers)).status_code == 200
    assert await all_said(at) == []


async def test_pressing_twice_or_at_once_is_saying_it_once(at: Outside) -> None:
    _, path = await at.answered()
    answers = await asyncio.gather(*(at.says(path, "sorry", "I was angry.") for _ in range(4)))
    assert {answer.status_code for answer in answers} == {303}
    assert len(await all_said(at)) == 1


async def test_unknown_and_old_links_are_answered_alike(at: Outside) -> None:
    _, path = await at.answered()
    at.office.clock.pass_(hours=24 * 400)
    await at.office.store.purge(at.office.clock.now(), Terms(ignored_days=7, recorded_days=180, closed_case_days=365))
    pages = set()
    async with at.browser() as browser:
        for each in (path, f"/r/{new_token()}", "/r/x", f"/r/{'x' * 5_000}", "/r/%ED%A0%80", "/r/..%2f..%2f"):
            for answer in (await browser.get(each), await browser.get(f"{each}/received")):
                if "%2f" not in each:
                    pages.add((answer.status_code, answer.text))
                assert answer.status_code in {404, 429}
    assert len(pages) == 1
    assert NOWHERE in pages.pop()[1]


async def test_link_in_a_draft_that_nobody_posted_leads_nowhere(at: Outside) -> None:
    case = await at.office.opened()
    assert case.draft is not None
    path = at.path_in(case.draft.text)
    assert (await at.says(path, "not_me")).status_code == 404
    await at.office.decide(case, Verb.APPROVE)
    assert (await at.says(path, "not_me")).status_code == 404
    assert await all_said(at) == []


@pytest.mark.parametrize(
    ("form", "why"),
    [
        ({"words": "I was quoting him."}, "Please choose one"),
        ({"kind": "guilty", "words": "I was quoting him."}, "Please choose one"),
        ({"kind": "not_me", "words": "w" * (MOST_WORDS + 3)}, "3 more than there is room for"),
    ],
)
async def test_what_cannot_be_taken_comes_back_with_the_reason_and_the_words(
    at: Outside, form: dict[str, str], why: str
) -> None:
    _, path = await at.answered()
    async with at.browser() as browser:
        answer = await browser.post(path, data=form)
    assert answer.status_code == 422
    assert why in answer.text
    assert form["words"] in answer.text
    assert await all_said(at) == []


async def test_room_is_counted_as_browsers_count_it(at: Outside) -> None:
    _, path = await at.answered()
    assert (await at.says(path, "not_me", "a\r\n" * (MOST_WORDS // 2))).status_code == 303


@pytest.mark.parametrize("words", HOSTILE)
async def test_hostile_words_are_kept_as_words_and_break_no_page(at: Outside, words: str) -> None:
    _, path = await at.answered()
    body = {"words": quote_from_bytes(words.encode("utf-8", "surrogatepass"))}
    async with at.browser(**FORM) as browser:
        answer = await browser.post(path, content=f"kind=not_me&words={body['words']}")
        assert answer.status_code == 303
        page = (await browser.post(path, content=f"words={body['words']}")).text
    assert len(await all_said(at)) == 1
    assert "<script" not in page
    assert "<img" not in page
    assert "49" not in page


async def test_other_site_cannot_say_anything_in_anybodys_name(at: Outside) -> None:
    _, path = await at.answered()
    for headers in ({"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "", "origin": "https://evil.example"}):
        assert (await at.says(path, "sorry", **headers)).status_code == 403
    assert await all_said(at) == []
    assert FROM_OURSELVES["sec-fetch-site"] == "same-origin"


async def test_body_without_end_or_of_another_kind_is_refused(at: Outside) -> None:
    _, path = await at.answered()
    async with at.browser() as browser:
        assert (await browser.post(path, content=b"x" * 70_000)).status_code == 413
        files = {"words": ("a.txt", b"hello")}
        assert (await browser.post(path, data={"kind": "sorry"}, files=files)).status_code == 415
        fields = {f"f{number}": "x" for number in range(50)}
        assert (await browser.post(path, data=fields | {"kind": "sorry"})).status_code in {400, 422, 303}


async def test_ten_thousand_posts_leave_no_more_than_a_person_can_read(at: Outside) -> None:
    _, path = await at.answered()
    statuses: dict[int, int] = {}
    async with at.browser() as browser:
        for number in range(10_000):
            answer = await browser.post(path, data={"kind": "not_me", "words": f"flood {number}"})
            statuses[answer.status_code] = statuses.get(answer.status_code, 0) + 1
            if number == 20:
                assert "flood 20" in answer.text
    assert statuses == {303: BY_LINK, 429: 10_000 - BY_LINK}
    assert len(await all_said(at)) == BY_LINK


async def test_address_that_sends_form_after_form_is_read_no_more_for_a_while(at: Outside) -> None:
    _, path = await at.answered()
    async with at.browser() as browser:
        junk = [(await browser.post(path, content="&" * 99, headers=FORM)).status_code for _ in range(READ_BY_ADDRESS)]
        assert set(junk) == {422}
        assert "Nothing was sent" in (await browser.post(path, data={"kind": "not_me"})).text
        at.seconds[0] = 601.0
        assert (await browser.post(path, data={"kind": "not_me"})).status_code == 303


async def test_crowd_of_addresses_leaves_no_more_unread_than_a_person_can_read(at: Outside) -> None:
    _, path = await at.answered()
    for minutes in range(4):
        at.seconds[0] = minutes * 700.0
        for number in range(BY_LINK):
            async with at.browser(address=f"203.0.113.{number}") as browser:
                await browser.post(path, data={"kind": "not_me", "words": f"flood {minutes} {number}"})
    assert len(await all_said(at)) == MOST_UNREAD


async def test_one_address_may_answer_several_replies_and_not_all_of_them(at: Outside) -> None:
    paths = []
    for number in range(5):
        paths.append((await at.answered(by=f"angry{number}"))[1])
        at.office.clock.pass_(hours=1)  # else they would be posts of one pile-on
    async with at.browser() as browser:
        answers = [
            (await browser.post(path, data={"kind": "not_me", "words": str(turn)})).status_code
            for turn in range(3)
            for path in paths
        ]
    assert answers == [303] * BY_ADDRESS + [429] * (15 - BY_ADDRESS)
    async with at.browser(address="198.51.100.1") as another:
        assert (await another.post(paths[-1], data={"kind": "not_me", "words": "late"})).status_code == 303


async def test_guessing_links_is_slowed_and_hinders_nobody_else(at: Outside) -> None:
    _, path = await at.answered()
    async with at.browser() as browser:
        tried = [(await browser.get(f"/r/{new_token()}")).status_code for _ in range(WRONG_BY_ADDRESS + 5)]
        assert tried == [404] * WRONG_BY_ADDRESS + [429] * 5
        assert (await browser.get(path)).status_code == 429
        at.seconds[0] = 601.0
        assert (await browser.get(path)).status_code == 200
    async with at.browser(address="198.51.100.1") as another:
        assert (await another.get(path)).status_code == 200


async def test_danger_in_the_words_rings_and_is_told_to_the_safety_desk_alone(at: Outside) -> None:
    case, path = await at.answered()
    assert (await at.says(path, "out_of_context", THREAT)).status_code == 303
    assert await at.office.store.rejoinders(safety=False) == []
    [said] = await at.office.store.rejoinders(safety=True)
    assert said.words == THREAT
    told = f"What somebody answered to our reply in case {case.id} speaks of danger. Read it now."
    assert at.office.sayings == [told]
    await at.office.pipeline.expire_and_remind()
    assert at.office.sayings == [told]
    at.office.clock.pass_(minutes=at.office.files.config.schedule.ring_minutes)
    await at.office.pipeline.expire_and_remind()
    assert at.office.sayings == [told] * 2
    nadia = at.office.files.reviewers["nadia"]
    assert await at.office.pipeline.rejoinders.rule(said.id, Ruling.STANDS, nadia) is None
    at.office.clock.pass_(hours=1)
    await at.office.pipeline.expire_and_remind()
    assert at.office.sayings == [told] * 2


@pytest.mark.parametrize(("kind", "words"), [("not_me", ""), ("sorry", THREAT)])
async def test_what_was_ruled_on_can_be_said_again_and_waits_for_a_person_again(
    at: Outside, kind: str, words: str
) -> None:
    _, path = await at.answered()
    assert (await at.says(path, kind, words, address="198.51.100.1")).status_code == 303
    [first] = await all_said(at)
    nadia, mara = (at.office.files.reviewers[name] for name in ("nadia", "mara"))
    assert await at.office.pipeline.rejoinders.rule(first.id, Ruling.STANDS, nadia if words else mara) is None
    assert await all_said(at) == []
    told = len(at.office.sayings)
    assert (await at.says(path, kind, words)).status_code == 303
    [again] = await all_said(at)
    assert (again.words, again.id == first.id) == (words, False)
    assert len(at.office.sayings) == told + 1
    assert (await at.says(path, kind, words)).status_code == 303
    assert await all_said(at) == [again]
    assert await at.office.store.verify() == []


@pytest.mark.parametrize("passed", [0.0, 700.0])
async def test_danger_is_heard_however_much_a_crowd_has_said(at: Outside, passed: float) -> None:
    _, path = await at.answered()
    for number in range(BY_LINK):
        await at.says(path, "not_me", f"junk {number}", address=f"198.51.100.{number}")
    at.seconds[0] += passed
    assert (await at.says(path, "not_me", "junk", address="198.51.100.99")).status_code == 429
    assert (await at.says(path, "sorry", THREAT)).status_code == 303
    assert [each.words for each in await at.office.store.rejoinders(safety=True)] == [THREAT]
    assert "speaks of danger" in at.office.sayings[-1]


async def test_reply_that_was_taken_down_is_shown_with_that(at: Outside) -> None:
    case, path = await at.answered()
    await at.office.decide(case, Verb.RETRACT)
    await at.office.publish()
    async with at.browser() as browser:
        assert "We have taken this reply down." in (await browser.get(path)).text
