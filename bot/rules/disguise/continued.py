"""Finds sentences that go on in the next line, as verse does, and as people do who hide a word behind a line break."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.rules.disguise.folding import FOLDING

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_BREAKS = 500
"""Line breaks that are looked at in one text."""
# It begins where spaces begin, or behind the first of a line that holds nothing else: looked for from each of thousands
# of spaces in a row it would take seconds.
_BREAK = re.compile(r"(?:(?<!\s)|(?<=\n[^\S\n]))[^\S\n]*+\n[^\S\n]*+(?![\s#@])")
_WITHIN = ",;'"
"""After these a sentence may go on; after any other mark it has ended."""
_UNSEEN_LETTERS = 40
"""Characters that cannot be seen which may stand at either end of a line."""


def continued(shown: str) -> Iterator[tuple[int, int]]:
    """Lone line breaks behind a word or a comma and before a small letter: where they stand in the text."""
    for number, found in enumerate(_BREAK.finditer(shown)):
        if number == MOST_BREAKS:
            return
        start, end = found.span()
        before = FOLDING[ord(_seen(reversed(shown[max(0, start - _UNSEEN_LETTERS) : start])) or " ")]
        after = _seen(iter(shown[end : end + _UNSEEN_LETTERS]))
        if after.islower() and (before.isalnum() or before in _WITHIN):
            yield start, end


def _seen(chars: Iterator[str]) -> str:
    """The first character that shows; empty when there is none."""
    return next((char for char in chars if FOLDING[ord(char)]), "")
