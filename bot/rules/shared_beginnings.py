"""Rewrites the lists in a pattern so that words which begin alike are read once, which makes them quicker to try."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

FEWEST = 6
"""Words of a list for which it is worth it."""
_LIST = re.compile(r"\(\?:((?:[a-z0-9' |]|\\-)+)\)")
_LETTER = re.compile(r"\\.|.")

_Tree = dict[str, Any]
"""By letter, what may come after it; the empty string where a word ends."""


def merged(expanded: str) -> str:
    """The pattern with its lists rewritten; what it matches, and how much of it, stays the same."""
    return _LIST.sub(_rewritten, expanded)


def _rewritten(found: re.Match[str]) -> str:
    words = found[1].split("|")
    longest_first = all(len(one) >= len(two) for one, two in pairwise(words))
    if len(words) < FEWEST or not longest_first:  # else a shorter word would no longer be preferred
        return found[0]
    tree: _Tree = {}
    for word in words:
        at = tree
        for letter in _LETTER.findall(word):
            at = at.setdefault(letter, {})
        at[""] = {}
    return f"(?:{_written(tree)})"


def _written(tree: _Tree) -> str:
    """What a tree of letters stands for, longer words before those they begin with."""
    branches = [letter + _written(after) for letter, after in tree.items() if letter]
    if len(branches) == 1 and "" not in tree:
        return branches[0]
    return f"(?:{'|'.join(branches)}){'?' * ('' in tree)}" if branches else ""
