"""What pages ask for and are given is frozen, and named where it is made, like every other record."""

from __future__ import annotations

from dataclasses import is_dataclass

import pytest

from bot.store import answers
from tests.store.test_records import test_a_record_is_frozen_and_made_by_name as holds

ANSWERS = [thing for thing in vars(answers).values() if is_dataclass(thing) and isinstance(thing, type)]


@pytest.mark.parametrize("answer", ANSWERS)
def test_an_answer_is_frozen_and_made_by_name(answer: type) -> None:
    holds(answer)
