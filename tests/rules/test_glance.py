"""A glance rules out what cannot hold, and never what can."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.glance import Glance, seen
from bot.rules.matchers import compiled

WORDS = st.sampled_from(["git", "gits", "you", "re", "a", "half", "wit", "gi", "t", "é", "42", "🖕", "((("])
GLUE = st.sampled_from([" ", ", ", ". ", "-", "'", "", "", "\n", "🖕"])
TEXTS = st.lists(st.tuples(WORDS, GLUE), max_size=10).map(lambda parts: "".join(word + glue for word, glue in parts))
PARTS = st.one_of(
    WORDS.filter(lambda word: word != "((("),
    st.sampled_from(
        [
            *(r"\w+", r"\w*", r"\w", ".", "[au]", "[^a]", "t*", "t{2,5}", "t{5,}", r"\(\(\(", "$", "^", ""),
            *("(?:git|half wit)s?", "(?:you|u|you're)", r"(?:(?!are\b)[\w'-]+[^\w.!?\n]{1,3}){0,2}?"),
            *("(?:half|wit|a ){1,2}", "(?:g|gi|git){0,7}", "(?=git)", "(?:you |'re)?", r"(?<=\w)"),
        ]
    ),
)
JOINTS = st.sampled_from([" ", "", "", "-", "'", r"\b", r"\W+", r"[ ,]*", "(?: very)? ", ".", "[.,] ", "|", "🖕"])
PATTERNS = st.lists(st.tuples(PARTS, JOINTS), min_size=1, max_size=4).map(
    lambda parts: "".join(part + joint for part, joint in parts[:-1]) + parts[-1][0]
)


def may_hold(pattern: str, text: str) -> bool:
    return Glance(pattern).may_hold(seen(text))


@given(pattern=PATTERNS, text=TEXTS)
def test_what_holds_in_a_text_may_hold_at_a_glance(pattern: str, text: str) -> None:
    if compiled(pattern).search(text):
        assert may_hold(pattern, text)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("you git", "git, you"),
        ("you git", "you little git"),
        ("you (?:git|half-wit)", "you half a wit"),
        ("you gits?", "you gitsy"),
        ("you're a git", "you a re git"),
        (r"you (?:[\w'-]+[^\w.!?,;:]{1,3}){0,2}?git", "a git is what you are"),
    ],
)
def test_words_in_another_order_or_far_apart_are_ruled_out(pattern: str, text: str) -> None:
    assert not may_hold(pattern, text)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("you git", "oh you ... git!"),
        ("half-wits?", "half wits"),
        ("don't", "dont"),
        (r"\d{4}", "git"),
        ("(?i)Git", "x"),
    ],
)
def test_what_a_glance_cannot_tell_is_possible(pattern: str, text: str) -> None:
    assert may_hold(pattern, text)
