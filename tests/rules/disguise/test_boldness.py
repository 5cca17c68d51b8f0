"""A sentence cut up is put together, for rules about danger."""

from __future__ import annotations

from bot.rules.disguise.boldness import joints, lone_letters
from bot.rules.disguise.reading import Piece


def test_stops_between_single_words_are_joints() -> None:
    assert joints("i. will. go") == [Piece(1, 3, " "), Piece(7, 9, " ")]


def test_whole_sentences_are_left() -> None:
    assert joints("we met on tuesday. the bus was late again. nothing came of it.") == []


def test_a_digit_beside_a_disguise_is_a_letter() -> None:
    assert list(lone_letters("x 1 k1ll", [Piece(4, 8, "kill")], {"i"})) == [Piece(2, 3, "i")]


def test_a_digit_among_words_is_a_number() -> None:
    assert list(lone_letters("there is 1 bus", [], {"i"})) == []
