from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from bot.config import Referral, Safety
from bot.review.telegram.buttons import DATA_BYTES, STEP
from bot.safety.checklists import Checklists, checklist, shipped
from bot.safety.kinds import Kind

REFERRAL = Referral(platform="By the menu of the post.", police="Ring 101.")


def with_number(number: str, **more: Any) -> Safety:
    return Safety.model_validate({"emergency": {"number": number, "words": "police and ambulance"}, **more})


@pytest.mark.parametrize("kind", Kind)
def test_every_list_begins_with_life_and_ends_without_an_answer(kind: Kind) -> None:
    steps = checklist(kind, with_number("999"), REFERRAL)
    assert "999 (police and ambulance)" in steps[0].words
    assert steps[-1].id == "silence"
    assert len({step.id for step in steps}) == len(steps)


@pytest.mark.parametrize("kind", Kind)
def test_nothing_is_left_to_fill_in_and_every_step_fits_behind_a_button(kind: Kind) -> None:
    for step in checklist(kind, Safety(), Referral()):
        assert "$" not in step.words
        assert len(f"{STEP}{'0' * 26}:{step.id}".encode()) <= DATA_BYTES


def test_target_is_told_where_there_is_one_and_a_child_is_not_asked() -> None:
    assert "tell" in {step.id for step in checklist(Kind.THREAT, Safety(), REFERRAL)}
    child = {step.id for step in checklist(Kind.CHILD_AUTHOR, Safety(), REFERRAL)}
    assert {"lead", "child"} <= child
    assert not {"tell", "police"} & child


def test_police_liaison_of_the_party_stands_in_place_of_the_general_words() -> None:
    def police(safety: Safety) -> str:
        return next(step.words for step in checklist(Kind.THREAT, safety, REFERRAL) if step.id == "police")

    assert "Ring 101." in police(Safety())
    own = police(with_number("999", police_liaison="Sgt Hale, 0300 000 0000."))
    assert "Sgt Hale" in own
    assert "101" not in own


@pytest.mark.parametrize(
    ("change", "mistake"),
    [
        ({"steps": {"life": {"title": "Now?", "words": "Ring $them."}}}, "no such name to fill in"),
        ({"kinds": {"threat": ["life"]}}, "no list for"),
        ({"kinds": {kind: ["life", "dance"] for kind in Kind}}, "no words for the step dance"),
    ],
)
def test_list_with_a_mistake_is_refused(change: dict[str, Any], mistake: str) -> None:
    whole: dict[str, Any] = {
        "lang": "en",
        "steps": {"life": {"title": "Now?", "words": "Ring $number."}},
        "kinds": {kind: ["life"] for kind in Kind},
    }
    Checklists.model_validate(whole)
    with pytest.raises(ValidationError, match=mistake):
        Checklists.model_validate({**whole, **change})


def test_every_step_that_has_words_is_on_a_list() -> None:
    lists = shipped()
    assert {step for steps in lists.kinds.values() for step in steps} == set(lists.steps)
