"""What an edit took out of a text and put into it, word by word. Pure, and bounded for hostile texts."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import takewhile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.model import Mention

MOST_WORDS = 300
"""Compared between the first and the last word that differ. Of more, all is taken out and all is put in."""
LONGEST = 2_000
"""Characters of one piece that are shown."""
AROUND = 60
"""Characters that are shown at each end of what stayed the same."""
WORD = re.compile(r"\S+\s*|^\s+")


class Change(StrEnum):
    """What became of a piece of a text."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words of one or of both readings."""

    text: str
    change: Change


def differences(before: Mention, after: Mention) -> tuple[tuple[str, tuple[Piece, ...]], ...]:
    """Each field that reads otherwise now, under its name as `Mention.fields` gives it, with the pieces in order.

    A display name is no part of a post. What stayed the same is shortened to what stands next to a change.
    """
    old, new = dict(before.fields()), dict(after.fields())
    names = [name for name in dict.fromkeys((*old, *new)) if name != "display_name"]
    changed = ((name, old.get(name, ""), new.get(name, "")) for name in names)
    return tuple((name, tuple(_shortened(list(_pieces(a, b))))) for name, a, b in changed if a != b)


def changes(before: str, after: str) -> tuple[Piece, ...]:
    """What one text has that another has not, word by word and in order; nothing is left out."""
    pieces = list(_pieces(before, after))
    for index, piece in enumerate(pieces[1:]):
        if piece.change is not Change.SAME and not pieces[index].text[-1].isspace():
            pieces[index + 1] = replace(piece, text=f" {piece.text}")  # the text ended there before
    return tuple(pieces)


def _pieces(before: str, after: str) -> Iterator[Piece]:
    old, new = WORD.findall(before), WORD.findall(after)
    head = _shared(old, new)
    tail = _shared(old[head:][::-1], new[head:][::-1])
    middle_old, middle_new = old[head : len(old) - tail], new[head : len(new) - tail]
    yield from _piece(new[:head], Change.SAME)
    if len(middle_old) > MOST_WORDS or len(middle_new) > MOST_WORDS:
        yield from _piece(middle_old, Change.REMOVED)
        yield from _piece(middle_new, Change.ADDED)
    else:
        yield from _compared(middle_old, middle_new)
    yield from _piece(new[len(new) - tail :], Change.SAME)


def _compared(old: list[str], new: list[str]) -> Iterator[Piece]:
    matcher = SequenceMatcher(None, [word.strip() for word in old], [word.strip() for word in new])
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            yield from _piece(new[c:d], Change.SAME)
        else:
            removed, added = "".join(old[a:b]), "".join(new[c:d])
            parted = " " if removed and added and not removed[-1].isspace() else ""
            yield from _piece([removed + parted] if removed else [], Change.REMOVED)
            yield from _piece([added] if added else [], Change.ADDED)


def _shared(old: Sequence[str], new: Sequence[str]) -> int:
    """How many words both begin with, whatever the spaces after them."""
    pairs = zip(old, new, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0].strip() == pair[1].strip(), pairs))


def _piece(words: list[str], change: Change) -> Iterator[Piece]:
    if words:
        yield Piece("".join(words), change)


def _shortened(pieces: list[Piece]) -> Iterator[Piece]:
    """The pieces, none of them longer than a card can show."""
    for index, piece in enumerate(pieces):
        text = piece.text
        if piece.change is not Change.SAME:
            text = text if len(text) <= LONGEST else f"{text[:LONGEST]}[…] "
        elif len(text) > 2 * AROUND + 5:
            start = text[:AROUND] if index else ""
            end = text[-AROUND:] if index + 1 < len(pieces) else ""
            text = f"{start} […] {end}"
        yield replace(piece, text=text)
