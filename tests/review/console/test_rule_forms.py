"""What the forms of the rules' pages may post."""

from __future__ import annotations

from starlette.datastructures import FormData

from bot.review.console.forms import read_form
from bot.review.console.rule_forms import LONGEST_TRIED, TryForm


def test_a_sentence_to_try_has_words_and_an_end() -> None:
    assert read_form(TryForm, FormData({"text": " You florp. "})) == TryForm(text="You florp.")
    for text in ("", "  ", "x" * (LONGEST_TRIED + 1)):
        assert isinstance(read_form(TryForm, FormData({"text": text})), str)
