"""Finds the literal words without which a pattern cannot hold, so that one pass over a text names its candidates.

Reads the part of the regular-expression language that patterns use: groups, alternatives, classes, repeats. Where it
does not understand, it claims nothing; a pattern without anchors is then tried on every text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_QUANTIFIER = re.compile(r"(?:[?*+]|\{(\d*),?\d*\})[?+]?")
_LETTERS = re.compile(r"[a-z0-9]+(?![a-z0-9?*+{])")
_COMMON = frozenset(
    re.findall(
        r"\w+",
        "a an all and any are as at be but by can do for from get go had has have he her him his i if in is it just "
        "like me my no not of on one or our out people she should so some than that the their them they this to up us "
        "we what when who will with would you your youre ur re ll ve im id dont going",
    )
)
SHORTEST = 2


@dataclass(slots=True)
class _Sequence:
    """What one alternative must contain, while it is being read."""

    word: str = ""
    needed: list[frozenset[str]] = field(default_factory=list)

    def close(self) -> None:
        """The literal word read so far ends here."""
        if len(self.word) >= SHORTEST or (self.word and not self.word.isascii()):
            self.needed.append(frozenset({self.word}))
        self.word = ""

    def best(self) -> frozenset[str] | None:
        """The rarest set of words of which one must be there."""
        self.close()
        if len(self.needed) == 1:  # an entry of a list, mostly: there are tens of thousands
            return self.needed[0]
        return max(self.needed, key=_rarity, default=None)


def anchors(pattern: str) -> frozenset[str]:
    """Words of which at least one stands, letter by letter, in every text that the pattern matches; may be empty."""
    found, end = _alternatives(pattern, 0)
    return found or frozenset() if end == len(pattern) else frozenset()


def _rarity(words: frozenset[str]) -> tuple[int, int, int]:
    uncommon = not any(word in _COMMON for word in words)
    return int(uncommon), min(4, *map(len, words), 4), -len(words)


def _alternatives(pattern: str, at: int) -> tuple[frozenset[str] | None, int]:
    """The anchors of alternatives up to the closing bracket or the end, and where that is."""
    branches: list[frozenset[str] | None] = []
    sequence = _Sequence()
    while at < len(pattern) and pattern[at] != ")":
        if pattern[at] == "|":
            branches.append(sequence.best())
            sequence, at = _Sequence(), at + 1
        elif letters := _LETTERS.match(pattern, at):
            sequence.word += letters.group()
            at = letters.end()
        else:
            at = _item(pattern, at, sequence)
    branches.append(sequence.best())
    if any(branch is None for branch in branches):
        return None, at
    return frozenset().union(*(branch for branch in branches if branch)), at


def _item(pattern: str, at: int, sequence: _Sequence) -> int:
    """Read one item into the sequence; returns where the next begins."""
    char, inner, literal = pattern[at], None, ""
    if char == "(":
        counts = pattern[at : at + 3] == "(?:" or pattern[at : at + 2] != "(?"
        start = at + (3 if pattern[at : at + 3] == "(?:" else 1)
        if not counts:
            start = at + 2 + len(re.match(r"<?[=!]|[^)]*", pattern[at + 2 :]).group())  # type: ignore[union-attr]  # `*` always matches
        inner, end = _alternatives(pattern, start)
        inner, end = (inner if counts else None), end + 1
    elif char == "[":
        end = pattern.index("]", at + 2) + 1
    elif char == "\\":
        end = at + 2
        literal = pattern[at + 1] if not pattern[at + 1].isalnum() else ""
    else:
        end = at + 1
        literal = char if char.isalnum() or not char.isascii() else ""
    return _counted(pattern, end, sequence, inner, literal)


def _counted(pattern: str, end: int, sequence: _Sequence, inner: frozenset[str] | None, literal: str) -> int:
    """Add an item to the sequence as often as its quantifier says it must be there."""
    quantifier = _QUANTIFIER.match(pattern, end)
    optional = quantifier is not None and (quantifier.group()[0] in "?*" or quantifier.group(1) in {"0", ""})
    if literal and not quantifier:
        sequence.word += literal
    else:
        if literal and not optional:
            sequence.word += literal
        sequence.close()
        if inner and not optional:
            sequence.needed.append(inner)
    return quantifier.end() if quantifier else end
