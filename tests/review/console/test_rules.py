"""The pages of rules: everybody who reviews can read them, and a sentence can be tried without a trace."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fakes.office import ABUSE, THREAT

if TYPE_CHECKING:
    from tests.review.console.conftest import Console

RULE = "/rules/rule/made-up-insult"
HOSTILE = "\"'><script>alert(1)</script>{{ 7*7 }}</textarea>"


async def test_every_rule_stands_under_its_policy_with_how_often_it_held(console: Console) -> None:
    await console.office.opened(ABUSE)
    await console.office.opened(ABUSE)
    async with console.signed_in("tom") as browser:
        page = (await browser.get("/rules")).text
    assert page.index("Personal abuse") < page.index("made-up-insult")
    assert "severity 2 · 2 times" in page
    assert "3 rules." in page


async def test_the_list_can_be_narrowed_to_a_policy_a_state_and_words(console: Console) -> None:
    async with console.signed_in("tom") as browser:
        by_policy = (await browser.get("/rules?policy=threat")).text
        assert "made-up-threat" in by_policy
        assert "made-up-insult" not in by_policy
        assert "No rule is like that." in (await browser.get("/rules?state=off")).text
        assert "1 rule." in (await browser.get("/rules?words=rudeness")).text


async def test_a_rule_is_read_in_words_with_examples_behind_the_veil_and_the_line_of_its_file(console: Console) -> None:
    async with console.signed_in("tom") as browser:
        page = (await browser.get(RULE)).text
        assert "This word, complete and in any form of disguise" in page
        assert "They are not quoted, reported, denied" in page
        assert "made-up.yaml, line 4" in page
        assert "you florp" in page
        assert '<details class="veil" data-keep="matches">' in page
        await browser.post("/reading", data={"show": "true", "back": RULE})
        assert '<details class="veil" data-keep="matches" open>' in (await browser.get(RULE)).text


async def test_an_unknown_rule_or_list_is_a_clear_page(console: Console) -> None:
    async with console.signed_in("tom") as browser:
        for path in ("/rules/rule/nonsense", "/rules/lists/en/nonsense"):
            answer = await browser.get(path)
            assert answer.status_code == 404
            assert "There is no such rule" in answer.text


async def test_a_sentence_is_judged_step_by_step_and_nothing_of_it_is_kept(console: Console) -> None:
    async with console.signed_in("tom") as browser:
        before = await console.office.store.audit_events()
        page = (await browser.post("/rules/try", data={"text": "You florp, you."})).text
    assert "Verdict: respond." in page
    assert "<mark><bdi>florp</bdi></mark>" in page
    assert "So it holds." in page
    assert await console.office.store.audit_events() == before
    assert await console.office.store.left_alone() == []
    assert await console.office.store.recorded() == []


async def test_what_the_author_says_of_themselves_counts_for_a_sentence_that_is_tried(console: Console) -> None:
    typed = {"text": "You florp.", "bio": "Party member since 2015", "to": "@party@fernwick.example"}
    async with console.signed_in("tom") as browser:
        page = (await browser.post("/rules/try", data=typed)).text
    assert "The author claims to be a member" in page
    assert "Party member since 2015</textarea>" in page


@pytest.mark.parametrize("text", ["", "   "])
async def test_an_empty_sentence_is_asked_for_and_what_else_was_typed_stays(console: Console, text: str) -> None:
    async with console.signed_in("tom") as browser:
        answer = await browser.post("/rules/try", data={"text": text, "bio": "gardener"})
    assert answer.status_code == 422
    assert "Write the sentence that is to be judged." in answer.text
    assert "gardener" in answer.text


async def test_hostile_text_that_is_tried_is_shown_as_text(console: Console) -> None:
    async with console.signed_in("tom") as browser:
        page = (await browser.post("/rules/try", data={"text": f"you florp {HOSTILE}", "bio": HOSTILE})).text
    assert "<script>alert" not in page
    assert "{{ 7*7 }}" in page


async def test_auditors_read_and_principals_are_told_that_it_is_not_theirs(console: Console) -> None:
    async with console.signed_in("wyn") as browser:
        assert (await browser.get("/rules")).status_code == 200
        assert "/rules" in (await browser.get("/more")).text
    async with console.signed_in("rosa") as browser:
        for path in ("/rules", RULE, "/rules/lists", "/rules/lists/en/any", "/rules/try"):
            assert (await browser.get(path)).status_code == 403
        assert (await browser.post("/rules/try", data={"text": THREAT})).status_code == 403
        assert "/rules" not in (await browser.get("/more")).text


async def test_how_often_a_rule_about_danger_held_is_told_to_the_safety_desk_alone(console: Console) -> None:
    async with console.signed_in("tom") as tom, console.signed_in("nadia") as nadia:
        before = [(await tom.get(path)).text for path in ("/rules", "/rules/rule/made-up-threat")]
        await console.office.opened(THREAT)
        assert [(await tom.get(path)).text for path in ("/rules", "/rules/rule/made-up-threat")] == before
        assert "held 1 time in" in (await nadia.get("/rules/rule/made-up-threat")).text
