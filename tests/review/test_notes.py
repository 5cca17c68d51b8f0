"""Notes tell of strikes and of our own mistakes; the others are tested on the card that shows them."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from bot.model import EarlierCase, History, State
from bot.review.notes import notes
from tests.fakes.cases import LEADER, case
from tests.fakes.network import EVENING

if TYPE_CHECKING:
    from bot.model import Case

PAST = EarlierCase(case_id="c0", opened_at=EVENING, policy="sexism", outcome="published", answered=True, strike=True)


def told(one: Case, history: History | None = None) -> list[str]:
    return list(notes(one, LEADER, history or History(), EVENING))


@pytest.mark.parametrize(
    ("number", "words"),
    [(0, None), (1, "1 other post of theirs, ruled abuse"), (2, "2 other posts of theirs, ruled abuse")],
)
def test_strikes_of_other_posts_are_told_and_never_that_of_this_one(number: int, words: str | None) -> None:
    one = case()
    itself = replace(PAST, case_id=one.id, post=sha256(one.mention.uri.encode()).hexdigest())
    found = told(one, History(cases=(itself, *([PAST] * number)), strikes=number + 1))
    assert [note for note in found if "ruled abuse" in note] == [note for note in found if words and words in note]
    assert any("ruled abuse" in note for note in found) is bool(number)


def test_mistake_and_its_correction_say_what_may_follow() -> None:
    [mistaken] = told(case(State.PUBLISHED, mistaken=True))
    assert mistaken == "Ruled our mistake: it is no strike, and the post gets a correction or nothing."
    [correction] = told(case(State.PUBLISHED, correction=True))
    assert correction.startswith("Our reply to this post was a mistake.")
