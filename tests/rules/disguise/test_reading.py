"""A reading knows where each of its characters stands in the original."""

from __future__ import annotations

from bot.rules.disguise.folding import fold
from bot.rules.disguise.reading import Piece, Reading, apart


def test_a_replaced_stretch_leads_back_to_all_of_what_it_replaced() -> None:
    shown = "Ünd \u200bdu M0R0N!"
    plain = Reading(fold(shown), shown)
    start = plain.text.index("m0r0n")
    repaired = plain.repaired([Piece(start, start + 5, "moron")])
    assert repaired.text == "und du moron!"
    since, until = repaired.span(repaired.text.index("moron"), repaired.text.index("moron") + 5)
    assert shown[since:until] == "M0R0N"
    since, until = repaired.span(len(repaired.text) - 1, len(repaired.text))
    assert shown[since:until] == "!"


def test_a_place_in_the_original_is_found_in_the_reading() -> None:
    shown = "ß\u200bab"
    assert Reading(fold(shown), shown).found(2, 4) == (2, 4)
    assert Reading("ab", "ab").found(0, 1) == (0, 1)


def test_of_pieces_that_overlap_the_first_is_kept() -> None:
    assert apart([Piece(0, 4, "x"), Piece(2, 6, "y"), Piece(4, 5, "z")]) == [Piece(0, 4, "x"), Piece(4, 5, "z")]
