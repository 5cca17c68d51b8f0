"""What was typed into the form of a response comes through whole, however odd."""

from __future__ import annotations

import pytest
from starlette.datastructures import FormData

from bot.review.console.response_form import LONGEST, MOST_WORDINGS, shown, typed
from bot.texts import Sheet
from bot.yaml_file import Problem


def form(*fields: tuple[str, str]) -> FormData:
    return FormData(list(fields))


def test_every_field_is_kept_as_it_was_typed() -> None:
    given = typed(
        form(
            ("title", " Calm "),
            ("policies", "sexism"),
            ("policies", "racism"),
            ("audience", "space"),
            ("voice", "leader"),
            ("min_strikes", "2"),
            ("wording", "One.\r\nTwo."),
            ("wording", "Three."),
            ("wording", ""),
            ("retired", "1"),
            ("why", "Because."),
            ("seen", "abc"),
            ("case", "xyz"),
        ),
        kept=1,
    )
    assert given.sheet == Sheet(
        title="Calm",
        policies=("sexism", "racism"),
        audience="space",
        voice="leader",
        min_strikes=2,
        variants=("One.\nTwo.", "Three."),
        retired=frozenset({1}),
    )
    assert (given.why, given.seen, given.case_id, given.act, given.problems) == ("Because.", "abc", "xyz", "save", ())


def test_empty_wording_that_was_in_use_is_a_mistake_and_a_new_one_is_left_out() -> None:
    given = typed(form(("wording", ""), ("wording", ""), ("wording", "New."), ("retired", "2")), kept=1)
    assert (given.sheet.variants, given.sheet.retired) == (("", "New."), frozenset({1}))
    assert "cannot be taken out" in given.faults[0][0]
    assert given.others == ()


@pytest.mark.parametrize("wrong", ["two", "9" * 100, "²", "-1"])
def test_strikes_that_are_no_number_are_shown_again(wrong: str) -> None:
    given = typed(form(("min_strikes", wrong)), kept=0)
    assert given.min_strikes == wrong
    assert [problem.key for problem in given.others] == ["min_strikes"]


def test_flood_is_cut() -> None:
    flood = [("wording", "x" * (LONGEST + 5))] * (MOST_WORDINGS + 5)
    given = typed(form(*flood, ("act", "anything")), kept=0)
    assert len(given.sheet.variants) == MOST_WORDINGS
    assert {len(wording) for wording in given.sheet.variants} == {LONGEST}
    assert given.act == "save"


def test_mistakes_are_told_from_those_of_one_wording() -> None:
    mistakes = (("variants[0]", "is odd"), ("variants", "are few"), ("", "odd"))
    problems = [Problem("x", None, key, message) for key, message in mistakes]
    opened = shown(Sheet(variants=("One.",), min_strikes=3), seen="abc").with_problems(problems)
    assert opened.faults == {0: ["is odd"]}
    assert [problem.key for problem in opened.others] == ["variants", ""]
    assert opened.min_strikes == "3"
