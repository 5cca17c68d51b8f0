"""Every character is read as what it looks like."""

# ruff: noqa: RUF001  look-alike letters are what is tested

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.disguise.folding import FOLDING, fold


@pytest.mark.parametrize(
    ("char", "looks"),
    [("а", "a"), ("ο", "o"), ("ｋ", "k"), ("𝓂", "m"), ("Ⓜ", "m"), ("🅼", "m"), ("é", "e"), ("ß", "ss"), ("🇲", "m"),
     ("’", "'"), ("“", '"'), ("—", "-"), ("\u200b", ""), ("\u202e", ""), ("\u0336", ""), ("\u00a0", " "), ("_", " "),
     ("™", " "), ("🖕", "🖕"), ("\ud800", "")],
)  # fmt: skip
def test_a_character_is_read_as_what_it_looks_like(char: str, looks: str) -> None:
    assert fold(char) == looks


@given(st.text())
def test_the_short_way_gives_the_same(text: str) -> None:
    assert fold(text) == text.translate(FOLDING)
