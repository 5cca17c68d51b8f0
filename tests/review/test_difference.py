from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.review import difference
from bot.review.difference import LONGEST, Change, Piece, differences
from tests.fakes.cases import MENTION

WORDS = st.lists(st.sampled_from(["you", "lot", "are", "grand", "florp", "\n"]), max_size=30).map(" ".join)


def changes(before: str, after: str) -> list[tuple[str, str]]:
    found = differences(replace(MENTION, text=before), replace(MENTION, text=after))
    return [(piece.change, piece.text.strip()) for _, pieces in found for piece in pieces]


def test_words_that_were_taken_out_and_put_in_stand_between_those_that_stayed() -> None:
    assert changes("You are a florp, madam.", "You are a great asset, madam.") == [
        ("same", "You are a"),
        ("removed", "florp,"),
        ("added", "great asset,"),
        ("same", "madam."),
    ]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("Sorry.", "Sorry. Not.", [("same", "Sorry."), ("added", "Not.")]),
        ("Sorry. Not.", "Sorry.", [("same", "Sorry."), ("removed", "Not.")]),
        ("You florp.", "Sorry!", [("removed", "You florp."), ("added", "Sorry!")]),
        ("", "Sorry!", [("added", "Sorry!")]),
    ],
)
def test_pure_additions_removals_and_rewritings_are_told_apart(
    before: str, after: str, expected: list[tuple[str, str]]
) -> None:
    assert changes(before, after) == expected


def test_every_field_that_differs_is_shown_under_its_name_and_a_new_display_name_is_not() -> None:
    before = replace(MENTION, content_warning="rude", poll=("a", "b"))
    after = replace(
        MENTION, content_warning="", poll=("a", "c"), author=replace(MENTION.author, display_name="Somebody else")
    )
    assert [name for name, _ in differences(before, after)] == ["content_warning", "poll.1"]


def test_what_stayed_is_shortened_to_what_stands_beside_a_change() -> None:
    long = "word " * 500
    [(_, pieces)] = differences(replace(MENTION, text=f"{long}florp"), replace(MENTION, text=f"{long}grand"))
    kept, *rest = pieces
    assert [piece.text for piece in rest] == ["florp ", "grand"]
    assert kept.text.startswith(" […] ")
    assert len(kept.text) < 100


@pytest.mark.parametrize("text", ["a " * 20_000, "a b " * 20_000, "x" * 60_000, " ".join(map(str, range(20_000)))])
def test_a_hostile_text_of_any_length_gives_a_short_answer(text: str) -> None:
    [(_, pieces)] = differences(replace(MENTION, text=text), replace(MENTION, text=text[::-1] + " b"))
    assert sum(len(piece.text) for piece in pieces) < 3 * LONGEST


@given(before=WORDS, after=WORDS)
def test_both_readings_can_be_put_together_again_from_the_pieces(before: str, after: str) -> None:
    found = differences(replace(MENTION, text=before), replace(MENTION, text=after))
    if before == after:
        assert found == ()
        return
    pieces: tuple[Piece, ...] = tuple(piece for _, some in found for piece in some)
    for text, left_out in ((before, Change.ADDED), (after, Change.REMOVED)):
        words = [word for piece in pieces if piece.change is not left_out for word in piece.text.split()]
        if "[…]" not in words:
            assert words == text.split()


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("the norm of this space", "the norm", "the norm| of this space"),
        ("the norm", "the norm of this space", "the norm |of this space"),
        ("one two", "one three", "one |two |three"),
        ("", "all new", "all new"),
    ],
)
def test_two_texts_are_compared_whole_and_no_words_run_into_each_other(before: str, after: str, told: str) -> None:
    assert "|".join(piece.text for piece in difference.changes(before, after)) == told
