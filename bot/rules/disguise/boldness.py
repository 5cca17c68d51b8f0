"""Guesses too bold for most rules, but right where somebody may be in danger: a sentence cut up, a lone digit."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from bot.rules.disguise.letters import guesses
from bot.rules.disguise.reading import Piece

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

BESIDE = 12
"""Characters between a disguised word and a lone letter that belongs to it."""
SHORT_PIECE = 30
SHORT_WORDS = 2
"""Pieces between stops that are no longer than that, and stand in a row, are one sentence cut up."""
SHORTEST_ROW = 2
"""Of such pieces."""

_LONE = re.compile(r"(?<![\w.,:'$-])(?:[0-9|](?:'?[a-z]{1,2})?|l|[a-z][0-9])(?= [^ 0-9])")
"""A digit or sign alone, or with one letter: `1`, `1m`, `w3`; and `l`, which looks like `I`."""
_DIGIT = re.compile(r"[0-9|]")
_CLAUSE_BEGINS = re.compile(r"(?:^|[.!?\n:;,])[ ]*\Z")
_STOP = re.compile(r"[.!?\n][.!?\n]{0,2}[ \n]{0,3}(?=[a-z0-9|])")
_LINE = re.compile(r"(?<=[a-z0-9,'])[ ]?\n(?=[a-z])")
"""A single line break in the middle of a sentence."""


def joints(text: str) -> list[Piece]:
    """What cuts up one sentence, with a space instead: lone line breaks, and stops around a few very short pieces."""
    stops = [stop.span() for stop in _STOP.finditer(text)]
    if not stops:
        return []
    found = {line.span() for line in _LINE.finditer(text)} if "\n" in text else set()
    starts, ends = zip((0, 0), *stops, strict=True)
    pieces = zip(ends, (*starts[1:], len(text)), strict=True)
    short = [end - start <= SHORT_PIECE and _few_words(text[start:end]) for start, end in pieces]
    if not found and sum(short) < SHORTEST_ROW:
        return []
    around = zip(stops, (False, *short), short, short[1:], (*short[2:], False), strict=False)
    found.update(
        stop for stop, before, left, right, after in around if (left and (before or right)) or (right and after)
    )
    return [Piece(start, end, " ") for start, end in sorted(found)]


def lone_letters(text: str, pieces: Sequence[Piece], words: Collection[str]) -> Iterator[Piece]:
    """Digits and signs for a word of one or two letters: where a clause begins, or close to a disguised word."""
    if _DIGIT.search(text) is None and " l " not in text and not text.startswith("l "):
        return
    begins = [piece.start for piece in pieces]
    for lone in _LONE.finditer(text):
        sign = "1" if lone.group() == "l" else lone.group().replace("'", "")
        word = next((guess for guess in guesses(sign) if guess in words), None)
        after = bisect_right(begins, lone.start())
        beside = (after < len(begins) and begins[after] - lone.end() <= BESIDE) or (
            after > 0 and lone.start() - pieces[after - 1].end <= BESIDE
        )
        if word and (beside or _CLAUSE_BEGINS.search(text, max(0, lone.start() - BESIDE), lone.start())):
            yield Piece(lone.start(), lone.end(), word)


def _few_words(piece: str) -> bool:
    return len(piece.split()) <= SHORT_WORDS
