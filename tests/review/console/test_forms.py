"""Form posts are checked at the border, and a refusal says what is wrong."""

from __future__ import annotations

import pytest
from starlette.datastructures import FormData

from bot.model import Reason
from bot.review.console.forms import DecisionForm, LinkForm, ReadingForm, read_form


def test_empty_reason_is_no_reason() -> None:
    form = read_form(DecisionForm, FormData({"version": "3", "seen": "1", "reason": ""}))
    assert isinstance(form, DecisionForm)
    assert form.reason is None
    form = read_form(DecisionForm, FormData({"version": "3", "seen": "1", "reason": "irony"}))
    assert isinstance(form, DecisionForm)
    assert form.reason is Reason.IRONY


@pytest.mark.parametrize(
    "fields",
    [{}, {"version": "0", "seen": "1"}, {"version": "1", "seen": "1", "other": ""}, {"version": "1", "seen": "-1"}],
)
def test_form_that_does_not_fit_is_refused_in_words(fields: dict[str, str]) -> None:
    assert "Nothing was changed" in str(read_form(DecisionForm, FormData(fields)))


@pytest.mark.parametrize("url", ["javascript:alert(1)", "ftp://x.example", "", "x" * 3000])
def test_only_web_addresses_can_be_reported(url: str) -> None:
    assert isinstance(read_form(LinkForm, FormData({"url": url})), str)


@pytest.mark.parametrize("back", ["/", "/closed", "/case/c-1_x"])
def test_way_back_is_one_of_our_own_addresses(back: str) -> None:
    assert isinstance(read_form(ReadingForm, FormData({"show": "true", "back": back})), ReadingForm)
