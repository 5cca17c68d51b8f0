"""A pattern's anchors stand in every text that it matches."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.anchors import anchors


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("you moron", {"moron"}),
        ("you (?:moron|idiot)", {"moron", "idiot"}),
        ("you (?:moron|idiot)?", {"you"}),
        ("morons?", {"moron"}),
        ("mo*ron", {"ron"}),
        ("mo+ron", {"ron"}),
        ("(?!never )moron", {"moron"}),
        ("(?<=the )moron", {"moron"}),
        ("moron|idiot", {"moron", "idiot"}),
        ("moron|[xy]+", set()),
        (r"\d{4}", set()),
        (r"[a-z]+ moron\b", {"moron"}),
        ("(?:moron", set()),
        ("🖕", {"🖕"}),
    ],
)
def test_the_rarest_words_are_found(pattern: str, found: set[str]) -> None:
    assert anchors(pattern) == found


PIECES = st.sampled_from(
    ["ab", "cd", "e", " ", "(?:fg|hi)", "(?:jk)?", "l?", "m+", "(?!xx)", "[no]", "(?:pq|rs){2}", "t{0,2}"]
)


@given(pieces=st.lists(PIECES, min_size=1, max_size=6), data=st.data())
def test_every_match_contains_an_anchor(pieces: list[str], data: st.DataObject) -> None:
    pattern = "".join(pieces)
    text = data.draw(st.from_regex(re.compile(pattern, re.ASCII), fullmatch=True))
    found = anchors(pattern)
    assert not found or any(anchor in text for anchor in found)
