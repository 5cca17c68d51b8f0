"""The section of a pack that says how a language speaks."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from bot.rules.stance import Context


def test_every_key_may_be_left_out() -> None:
    assert all(value == () for value in Context().model_dump().values())


@pytest.mark.parametrize("wrong", [{"reportng": ["said"]}, {"reporting": [""]}])
def test_an_unknown_key_and_an_empty_phrase_are_refused(wrong: dict[str, list[str]]) -> None:
    with pytest.raises(ValidationError):
        Context.model_validate(wrong)
