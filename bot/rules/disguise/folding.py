"""Reads every character as the plain lower-case letters that it looks like."""

from __future__ import annotations

import unicodedata

import disarm

_DOUBLE = "\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033\uff02\u301d\u301e"
_SINGLE = "\u2018\u2019\u201a\u201b\u02bc\u02b9\u2032\uff07\u00b4`"
_BREAKS = "\n\x0b\x0c\x85\u2028\u2029"
_BLANK = "_\u00a9\u00ae\u2122\u2800\u115f\u1160\u3164\uffa0"
_FIXED = (
    dict.fromkeys(_DOUBLE, '"')
    | dict.fromkeys(_SINGLE, "'")
    | dict.fromkeys(_BREAKS, "\n")
    | dict.fromkeys(_BLANK, " ")
)
"""Quotation marks of all kinds, line breaks, and letters that show as nothing."""
_UNSEEN = frozenset({"Cf", "Mn", "Me", "Cc", "Cs"})
_FLAG_LETTERS = range(0x1F1E6, 0x1F200)


class _Folding(dict[int, str]):
    """What each character looks like, worked out when it is first met; for `str.translate`."""

    def __missing__(self, point: int) -> str:
        folded = self[point] = _fold(chr(point))
        return folded


def _fold(char: str) -> str:
    """One character as plain lower-case letters: what a reader takes it for, or nothing when it cannot be seen."""
    if char in _FIXED or char.isspace():
        return _FIXED.get(char, " ")
    category = unicodedata.category(char)
    if category in _UNSEEN:
        return ""
    if char.isascii():
        return char.lower()
    if ord(char) in _FLAG_LETTERS:
        return chr(ord("a") + ord(char) - _FLAG_LETTERS.start)
    bare = "".join(part for part in unicodedata.normalize("NFKD", char) if unicodedata.category(part) != "Mn")
    if category.startswith("P"):
        return "-" if category == "Pd" else bare if bare.isascii() else char
    looks = disarm.normalize_confusables(bare).casefold()
    if category in {"So", "No"} and any(part.isalpha() for part in looks):
        looks = "".join(part for part in looks if part.isalnum())
    return looks or char


FOLDING = _Folding()


def fold(text: str) -> str:
    """The text in plain lower-case letters, as rules and texts are both compared."""
    if text.isascii() and text.isprintable() and "`" not in text:
        return text.lower().replace("_", " ")  # the same, and faster
    return text.translate(FOLDING)
