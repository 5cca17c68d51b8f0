"""The standard library is asked only where it finds just what `regex` finds, and in a time that has a bound."""

from __future__ import annotations

import re

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.disguise import fold
from bot.rules.standard import alike, bounded, standard


@given(st.text(max_size=20).map(fold))
def test_in_a_text_that_is_alike_both_libraries_find_the_same_words(text: str) -> None:
    for source in (r"\w+", r"\d+", r"\s+", r"\b\w", r"(?<!\w)[^\w\n]{1,4}(?!\w)"):
        same = re.findall(source, text) == regex.findall(source, text)
        assert same or not alike(text)


@pytest.mark.parametrize(("text", "same"), [("git", True), ("daß 🖕 café", True), ("say\u093e", False), ("½", False)])
def test_letters_that_the_libraries_see_otherwise_are_known(text: str, same: bool) -> None:  # noqa: FBT001  a column of the table
    assert alike(text) is same


@pytest.mark.parametrize("source", [r"(?<=a+)b", r"\p{L}", "("])
def test_what_the_standard_library_does_not_know_is_none_of_its_expressions(source: str) -> None:
    assert standard(source) is None


@pytest.mark.parametrize(
    ("source", "is_bounded"),
    [
        ("you {1,3}git", True),
        (r"(?:(?!not\b)[\w'-]++[^\w\n]{1,3}){0,3}?git", True),
        (r"a\+b [*+]", True),
        ("gits?", True),
        (r"git(?=\W*(?:$|[.!?]))", True),
        (r"git(?![\s.!\"]*you)", True),
        ("git+", False),
        (r"git(?= you\W*$)", False),
        (r"git(?=(?:a|b)*$)", False),
        (r"git\W*$", False),
        (r"[ab]+", False),
        (r"(?:\w ){2,}", False),
        (r"(?<!a)git", False),
    ],
)
def test_a_repeat_without_end_has_no_bound(source: str, is_bounded: bool) -> None:  # noqa: FBT001  a column of the table
    assert bounded(source) is is_bounded
