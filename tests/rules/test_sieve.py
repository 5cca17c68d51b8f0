"""The sieve lets through every matcher that holds, and few others."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from bot.rules.disguise import Reading
from bot.rules.matchers import Matcher, compiled, word_matcher
from bot.rules.search import Search
from bot.rules.sieve import MOST_UNSURE, Sieve, sifting

WORDS = st.sampled_from(["git", "gits", "you", "are", "a", "half", "wit", "u", "é", "daß", "42", "🖕", "tea"])
GLUE = st.sampled_from([" ", ", ", ". ", "-", "'", "", "\n", "🖕", " ... "])
TEXTS = st.lists(st.tuples(WORDS, GLUE), max_size=14).map(lambda parts: "".join(word + glue for word, glue in parts))
PARTS = st.one_of(
    WORDS,
    st.sampled_from(
        [
            r"\w+",
            "(?:git|half wit)s?",
            "(?:you|u|you're)",
            r"(?:(?!are\b)[\w'-]+[^\w.!?\n]{1,3}){0,2}?",
            "[au]",
            "gi.?",
            "t*",
        ]
    ),
)
JOINTS = st.sampled_from([" ", "", "-", "'", r"\b", r"\W+", r"[ ,]*", "(?: very)? ", ".", "[.,] "])
PATTERNS = st.lists(st.tuples(PARTS, JOINTS), min_size=1, max_size=4).map(
    lambda parts: "".join(part + joint for part, joint in parts[:-1]) + parts[-1][0]
)


def candidates(text: str, *patterns: str) -> set[int]:
    return set(Sieve(sifting(Matcher(0, pattern).needs() for pattern in patterns)).candidates(text))


def test_what_lacks_one_of_its_words_is_no_candidate() -> None:
    patterns = ["you (?:are|re) a git", "git", "gits?", "a tea git", r"\d+"]
    assert candidates("you are such a git", *patterns) == {0, 1, 2, 4}
    assert candidates("digital legitimacy", *patterns) == {4}


def test_where_many_could_hold_what_one_needs_stands_in_one_sentence_unless_it_goes_beyond() -> None:
    patterns = ["you git", r"you\W+git", r"you \w+ git"] * (MOST_UNSURE + 1)
    assert {place % 3 for place in candidates("you there. a git", *patterns)} == {1}
    assert {place % 3 for place in candidates("so. you old git. yes", *patterns)} == {0, 1, 2}


def test_words_inside_of_words_are_seen_where_a_pattern_asks_for_them() -> None:
    assert candidates("undigitally", r"\w*git\w*", "git", "gits?", r"git\w*") == {0}


def test_signs_are_seen_as_well_as_words() -> None:
    assert candidates("so there 🖕", "🖕", "you 🖕", "🖕 there") == {0, 2}
    rows = (r"\(\(\(you\)\)\)", r"\(\(you\)\)")
    assert candidates("((you)) there", *rows) == {1}
    assert candidates("é ((((you)))) there", *rows) == {0, 1}


@given(
    patterns=st.lists(PATTERNS, max_size=12),
    words=st.lists(WORDS.filter(str.isalnum), max_size=4),
    text=TEXTS,
    bounded=st.booleans(),
)
def test_a_search_finds_what_trying_every_pattern_finds(
    patterns: list[str],
    words: list[str],
    text: str,
    bounded: bool,  # noqa: FBT001  hypothesis gives it by name
) -> None:
    matchers = [Matcher(rule, pattern, bounded=bounded) for rule, pattern in enumerate(patterns)]
    matchers += [word_matcher(len(patterns) + place, word) for place, word in enumerate(words)]
    wanted = {
        (rule, *match.span()) for rule, pattern in enumerate(patterns) for match in compiled(pattern).finditer(text)
    }
    wanted |= {
        (len(patterns) + place, start, start + len(word))
        for place, word in enumerate(words)
        for start in range(len(text))
        if text.startswith(word, start)
        and not text[:start][-1:].isalnum()
        and not text[start + len(word) :][:1].isalnum()
    }
    assert set(Search(matchers, Counter(), danger=range(len(matchers)))(Reading(text, text)).found) == wanted
