"""One door to what a match means."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.lexicon import Lexicon
from bot.rules.stance import Manner, Stance
from tests.rules.stance.conftest import CONTEXT

if TYPE_CHECKING:
    from tests.rules.stance.conftest import Place

WORDS = st.lists(
    st.sampled_from(["git", "you", "he", "said", "told me", "not a", "?", ".", '"', "'", "like me", "amen", "is", ","])
).map(" ".join)


@pytest.mark.parametrize("manner", list(Manner))
def test_a_language_without_phrases_shows_no_manner(silent: Stance, place: Place, manner: Manner) -> None:
    assert silent.manner(manner, *place('he said "i am not a git"'), danger=False) is None


@given(before=WORDS, after=WORDS, danger=st.booleans())
def test_whatever_stands_around_words_each_manner_is_told_or_not(before: str, after: str, *, danger: bool) -> None:
    stance, text = Stance(CONTEXT, Lexicon({}, ())), f"{before} git {after}"
    at = text.index("git", len(before))
    for manner in Manner:
        shown = stance.manner(manner, text, at, at + 3, danger=danger)
        assert shown is None or shown in " ".join(text.split())
