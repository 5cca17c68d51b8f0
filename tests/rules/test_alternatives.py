"""Phrases are found wherever they stand as whole words, though most texts are passed over at a glance."""

from __future__ import annotations

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.alternatives import Alternatives
from bot.rules.matchers import spaced

PHRASES = ("he said", "don't", "so", "(?:they|we) never", "as if", r"liar\w*", "🖕", "daß")
TEXTS = st.lists(
    st.sampled_from(["he", "said", "don't", "dont", "so", "we", "if", "as", "liars", "🖕", "daß", "😀", "\u093e"])
)


@given(
    inner=st.lists(st.sampled_from(PHRASES), min_size=1, unique=True),
    words=TEXTS,
    gap=st.sampled_from([" ", ", ", ".", ""]),
)
def test_they_stand_where_trying_each_finds_one(inner: list[str], words: list[str], gap: str) -> None:
    source, text = spaced("|".join(inner)), gap.join(words)
    plain = regex.compile(rf"(?<!\w)(?:{source})(?!\w)")
    alternatives = Alternatives(source)
    for start, end in ((0, len(text)), (min(2, len(text)), len(text)), (0, len(text) // 2)):
        wanted = [found.span() for found in plain.finditer(text, start, end)]
        assert [found.span() for found in alternatives.all(text, start, end)] == wanted
        first = alternatives.search(text, start, end)
        assert (first and first.span()) == (wanted[0] if wanted else None)


@pytest.mark.parametrize(("text", "start", "found"), [("so it is", 0, True), ("and so", 4, True), ("and so", 0, False)])
def test_one_is_asked_for_at_a_place(text: str, start: int, found: bool) -> None:  # noqa: FBT001  a column of the table
    assert (Alternatives("so").match(text, start) is not None) is found


def test_without_phrases_nothing_is_found() -> None:
    none = Alternatives("")
    assert none.search("so") is None
    assert none.match("so") is None
    assert list(none.all("so")) == []
