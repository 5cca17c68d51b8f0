"""Known words are uncovered letter by letter."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.disguise.letters import LONGEST_WORD, SUSPECT, Letters, gives_cause, guesses
from bot.rules.disguise.reading import Piece

LETTERS = Letters(["moron", "kill", "you", "women"], ["fuck"])


def test_a_digit_with_two_meanings_is_read_both_ways() -> None:
    assert list(guesses("k1l4"))[:2] == ["kila", "klla"]


@pytest.mark.parametrize(("masked", "word"), [("w.men", "women"), ("f..k", "fuck"), ("y.u", "you")])
def test_a_masked_word_fits(masked: str, word: str) -> None:
    assert LETTERS.fitting(masked) == word


@pytest.mark.parametrize("masked", ["", ".", "moron", ".omen", "w.m", "z.men", "w.m3n", "w(men"])
def test_what_fits_no_known_word_is_left(masked: str) -> None:
    assert LETTERS.fitting(masked) is None


def test_repairs_stand_apart_and_in_order() -> None:
    assert LETTERS.repairs("k1ll the m o r o n y0u") == (
        [Piece(0, 4, "kill"), Piece(9, 18, "moron"), Piece(19, 22, "you")],
        True,
    )


@pytest.mark.parametrize("core", ["12345", "m1234", "m0r0n" * LONGEST_WORD, "", "**"])
def test_what_is_hardly_a_word_is_not_uncovered(core: str) -> None:
    assert LETTERS.uncover(core) is None


@given(st.text(alphabet=st.one_of(st.sampled_from("abz 019@$!|+(¡*#%-._~/\\^=:'\"\n"), st.characters()), max_size=12))
def test_whatever_is_suspect_gives_cause(text: str) -> None:
    assert gives_cause(text) or SUSPECT.search(text) is None
