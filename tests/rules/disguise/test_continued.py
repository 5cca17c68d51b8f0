"""A sentence that goes on in the next line is one sentence; a new line that begins one is not."""

# ruff: noqa: RUF001  look-alike letters are what is tested

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.disguise.continued import MOST_BREAKS, continued


@pytest.mark.parametrize(
    ("text", "breaks"),
    [
        ("you are\na fool", 1),
        ("you\nare\na\nfool", 3),
        ("you, \n  fool", 1),
        ("yo\u0301u\u200b\n\u2060a\u0301re", 1),
        ("ｙｏｕ\nａｒｅ", 1),
        ("yo🅤\nare", 1),
        ("you 🌟\nare", 0),
        ("You are late.\nwe wait", 0),
        ("We wait\nYou are late", 0),
        ("we want:\nbuses", 0),
        ("buses\n\ntrains", 0),
        ("buses\n- trains", 0),
        ("buses\n#trains\n@somebody", 0),
        ("\nbuses\n", 0),
    ],
)
def test_a_line_that_begins_small_goes_on_unless_the_one_before_has_ended(text: str, breaks: int) -> None:
    assert len(list(continued(text))) == breaks


def test_the_whole_gap_is_told() -> None:
    text = "you \n are"
    assert [text[start:end] for start, end in continued(text)] == [" \n "]


@given(text=st.text(alphabet="ab,. \n\u200b\u0301A", max_size=40))
def test_gaps_lie_apart_and_hold_one_break_each(text: str) -> None:
    last = 0
    for start, end in continued(text):
        assert last <= start
        assert text[start:end].strip() == ""
        assert text[start:end].count("\n") == 1
        last = end


@pytest.mark.parametrize("text", ["a\n" * 30_000, "\n" * 65_536, " " * 65_536, " \n" * 32_768, "a" + "\u200b" * 65_000])
def test_of_a_long_text_only_the_first_breaks_are_looked_at(text: str) -> None:
    assert len(list(continued(text))) <= MOST_BREAKS
