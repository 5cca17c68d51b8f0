"""A rewritten list matches what it matched before."""

from __future__ import annotations

import regex
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.shared_beginnings import merged

WORDS = st.text("abc' ", min_size=1, max_size=5).map(str.strip).filter(bool)


def test_words_that_begin_alike_share_their_beginning() -> None:
    assert (
        merged("a (?:morons|morose|moron|gits|more|git|mo) b") == "a (?:(?:mo(?:r(?:o(?:n(?:s)?|se)|e))?|git(?:s)?)) b"
    )


def test_a_list_in_another_order_and_a_short_one_stay_as_they_are() -> None:
    for pattern in ("(?:git|morons|morose|moron|gits|more|mo)", "(?:abc|ab)", "(?:abcdefg|abc(?:d|e)|a|b|c|d|e|f)"):
        assert merged(pattern) == pattern


@given(words=st.lists(WORDS, min_size=6, max_size=20), text=st.text("abc' -", max_size=40))
def test_a_rewritten_list_finds_the_same_words(words: list[str], text: str) -> None:
    listed = "|".join(sorted(words, key=len, reverse=True))
    before, after = (regex.compile(rf"\b(?:{source})x?") for source in (f"(?:{listed})", merged(f"(?:{listed})")))
    assert [match.span() for match in before.finditer(text)] == [match.span() for match in after.finditer(text)]
