"""The text of a card: what it says, and what a stranger's words can never do to it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.model import History
from bot.review.card import CaseCard, Evidence, Measure, ReplyView, Segment, present
from bot.review.telegram.cards import REPLY_UNITS, bare, calm, cut, line, picture, plain, stub, units
from tests.fakes.telegram_html import found_entities, read_html
from tests.fakes.telegram_html import units as counted_by_telegram

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.config import Policies
    from bot.model import Account, Case, Reviewer

HOSTILE = st.one_of(
    st.text(max_size=60),
    st.text(alphabet="@#/.:$<>&;\"'abc \n\u202e\u2066😀\ud800", max_size=200),
    st.sampled_from(
        ["@channel /pause #tag https://evil.example/x", "<b>", "&lt;", "😀" * 3000, "x" * 9000, "\n" * 500]
    ),
)


@pytest.fixture
def card(
    make_case: Callable[..., Case],
    accounts: dict[str, Account],
    policies: Policies,
    reviewers: dict[str, Reviewer],
) -> CaseCard:
    case = make_case()
    return present(
        case,
        account=accounts["leader"],
        clauses=policies.clauses,
        history=History(),
        reviewers=reviewers,
        measure=Measure(limit=500),
        now=case.changed_at,
        severities={2: "attacks a person for who they are"},
    )


def shown(source: str) -> tuple[str, dict[str, list[str]]]:
    """The text that a reviewer reads, and the words under each kind of entity, found by the server or by us."""
    text, entities = read_html(source)
    raw = text.encode("utf-16-le", "surrogatepass")
    under: dict[str, list[str]] = {}
    for entity in [*entities, *found_entities(text, entities)]:
        start = 2 * int(str(entity["offset"]))
        words = raw[start : start + 2 * int(str(entity["length"]))].decode("utf-16-le", "surrogatepass")
        under.setdefault(str(entity["type"]), []).append(words)
    return text, under


def test_a_card_says_what_a_reviewer_needs(card: CaseCard) -> None:
    text, under = shown(picture(card).text)
    assert under["bold"][0].replace("\u2060", "") == card.headline
    for words in (
        "Waiting for a decision.",
        "sexist-demand",
        "2.\u20603 We do not attack",
        "Aimed at: another person",
        "One of us: supporter",
        "In answer to",
        "Severity: attacks",
        "/case_c1",
    ):
        assert words in text, words
    assert under["pre"] == ["Argue with her vote as hard as you like. Not in our name. https://fernwick.example/code"]
    assert f"{card.reply.length if card.reply else 0} of 500 characters" in text


def test_the_abuse_and_who_wrote_it_are_behind_a_spoiler_with_the_matched_words_marked(card: CaseCard) -> None:
    text, under = shown(picture(card).text)
    assert "Get back to the kitchen, councillor." in [words.replace("\u2060", "") for words in under["spoiler"]]
    assert "Get back to the kitchen" in under["underline"]
    assert any("Sam" in words for words in under["spoiler"])
    assert text.count("Get back to the kitchen") == 2


def test_a_stub_has_no_word_of_the_author_nor_their_name(card: CaseCard) -> None:
    text, under = shown(stub(card))
    assert "kitchen" not in text
    assert "sam" not in stub(card).lower()
    assert "spoiler" not in under


def test_a_line_of_the_queue_has_no_word_of_the_author(card: CaseCard) -> None:
    text, _ = shown(line(card))
    assert "kitchen" not in text
    assert "/case_c1" in text


def test_a_safety_card_has_no_reply_and_no_link_to_the_post(card: CaseCard) -> None:
    text, under = shown(picture(replace(card, safety=True, reply=None)).text)
    assert "pre" not in under
    assert "text_link" not in under
    assert "reply" not in text.lower()


def test_a_reply_is_shown_whole_or_the_card_says_so(card: CaseCard) -> None:
    assert card.reply is not None
    fits = replace(card, reply=replace(card.reply, wording="w" * REPLY_UNITS))
    assert picture(fits).whole
    assert shown(picture(fits).text)[1]["pre"] == ["w" * REPLY_UNITS]
    longer = replace(card, reply=replace(card.reply, wording="w" * (REPLY_UNITS + 1)))
    assert not picture(longer).whole
    assert "pre" not in shown(picture(longer).text)[1]


def test_every_mark_of_a_long_post_stays(card: CaseCard) -> None:
    long = tuple(
        Segment(text=text, marked=marked)
        for number in range(8)
        for text, marked in ((f"{'filler ' * 90}", False), (f"mark{number}", True))
    )
    _, under = shown(picture(replace(card, text=long)).text)
    assert [words.strip() for words in under["underline"] if words.startswith("mark")] == [f"mark{n}" for n in range(8)]


@given(words=HOSTILE)
@settings(deadline=None)
def test_calm_words_are_never_a_link_a_name_a_tag_or_a_command(words: str) -> None:
    text = calm(words)
    assert found_entities(text, []) == []
    assert not any(character in text for character in "\u202e\u2066\ud800")


@given(text=st.text(max_size=300), most=st.integers(1, 100))
@settings(deadline=None)
def test_a_cut_text_is_never_longer_than_asked(text: str, most: int) -> None:
    assert units(cut(text, most)) <= most
    assert cut(text, units(text) + 1) == text


@given(text=st.text(max_size=100))
@settings(deadline=None)
def test_lengths_are_those_of_telegram(text: str) -> None:
    assert units(text) == counted_by_telegram(text)


@given(data=st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_words_of_strangers_break_the_markup_or_the_length(card: CaseCard, data: st.DataObject) -> None:
    segments = st.lists(st.builds(Segment, text=HOSTILE, marked=st.booleans()), max_size=30).map(tuple)
    hostile = replace(
        card,
        author=data.draw(HOSTILE),
        affiliation=data.draw(HOSTILE),
        headline=data.draw(HOSTILE),
        text=data.draw(segments),
        others=tuple((data.draw(HOSTILE), data.draw(segments)) for _ in range(data.draw(st.integers(0, 5)))),
        evidence=tuple(
            Evidence(words=words, rule="r", policy="sexism", clause=words, field="Post")
            for words in data.draw(st.lists(HOSTILE, max_size=9))
        ),
        parent=(data.draw(HOSTILE), data.draw(HOSTILE)),
        notes=tuple(data.draw(st.lists(HOSTILE, max_size=6))),
        reasons=tuple(data.draw(st.lists(HOSTILE, max_size=6))),
        past=tuple(data.draw(st.lists(HOSTILE, max_size=6))),
        reply=data.draw(
            st.none()
            | HOSTILE.map(
                lambda words: ReplyView(
                    text=words,
                    wording=words,
                    account="@leader@fernwick.example",
                    length=len(words),
                    limit=500,
                    whole=len(words) + 40,
                    current=True,
                    written_by=words,
                    revision=1,
                )
            )
        ),
        url="https://brindle.example/@sam/1?a=1&b=\"'<>",
    )
    text, under = shown(picture(hostile, console="https://desk.example/c1?a=1&b=2").text)
    assert counted_by_telegram(text) <= 4096
    assert text.encode()
    assert text.endswith(f"/case_{card.case_id} · the post · in the console")
    assert under["bot_command"] == [f"/case_{card.case_id}"]
    assert not {"mention", "url", "hashtag"} & under.keys()
    assert sum(len(words) for words in under.values()) <= 100
    if hostile.reply is not None and picture(hostile).whole:
        assert [words.strip() for words in under["pre"]] == [hostile.reply.wording.strip()]


def test_a_post_that_is_marked_all_over_leaves_the_reply_its_own_marks(card: CaseCard) -> None:
    marked = tuple(Segment(text=text, marked=text != " ") for _ in range(60) for text in ("florp", " "))
    text, under = shown(picture(replace(card, text=marked)).text)
    assert text.count("florp") >= 60
    assert sum(len(words) for words in under.values()) <= 100
    assert [words.strip() for words in under["pre"]] == [card.reply.wording if card.reply else ""]
    assert under["bold"].count("florp") > 30


@given(sentence=HOSTILE)
@settings(deadline=None)
def test_sentences_of_ours_keep_to_length_and_markup(sentence: str) -> None:
    for source in (plain(sentence), bare("c1", cut(plain(sentence), 200)) if "<" not in sentence else "x"):
        text, entities = read_html(source)
        assert counted_by_telegram(text) <= 4096
        assert entities == []
