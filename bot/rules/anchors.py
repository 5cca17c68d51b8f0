"""Finds the words without which a pattern cannot hold, so that one pass over a text names its few candidates.

An anchor is a literal stretch of letters and digits, with APART at an end where no letter or digit can follow; or a
sign that is not ASCII, such as an emoji; or a row of signs, such as `(((`.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import regex

from bot.rules.disguise.frequency import UNLISTED, common
from bot.rules.syntax import APART, GAP, NOTHING, Choice, Repeat, Sequence, Strings, read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.rules.syntax import Node

Needed: TypeAlias = frozenset[str]
"""Anchors of which one must be there."""
Branch: TypeAlias = tuple[Needed, ...]
"""What must all be there, the rarest first."""

MOST_STRINGS = 600
"""Ways to write one stretch of a pattern that are followed one by one."""
MOST_BRANCHES = 24
_REPEATS = 3
LENGTH = 20
"""Words of a usual text."""
_PIECES = frozenset({"s", "t", "d", "m", "re", "ve", "ll", "don", "doesn", "didn", "isn", "aren", "wasn", "won", "can"})
"""What stands before or after an apostrophe: lists of words do not count them by themselves."""
_RARITY_OF_PIECES = 200
_RUN = regex.compile(r"[^\W_]+|([!-~])\1{2,}|[^\w ]")


class Needs(NamedTuple):
    """What a text must hold for a pattern to match."""

    branches: tuple[Branch, ...]
    """All of at least one of these. None when that cannot be told."""
    beyond: bool = False
    """Whether it may be spread over several sentences."""


def needs(pattern: str) -> Needs:
    """What must stand in a text for this pattern to match. Raises ValueError when a bracket is not closed."""
    node, beyond = read(pattern)
    found = _of(node, left=True, right=True)
    if not all(found):
        return Needs((), beyond)
    return Needs(tuple(dict.fromkeys(tuple(sorted(branch, key=weight)) for branch in found)), beyond)


def _of(node: Node, *, left: bool, right: bool) -> list[Branch]:
    """The branches of a node; `left` and `right` say whether no letter or digit can stand next to it."""
    if isinstance(node, Sequence):
        return _of_sequence(node.items, left=left, right=right)
    whole = _strings(node)
    if whole is not None:
        return _needed(_framed(whole, left=left, right=right))
    if isinstance(node, Choice):
        return _few([branch for each in node.branches for branch in _of(each, left=left, right=right)])
    if isinstance(node, Repeat) and node.least:
        return _of(node.item, left=left, right=False)  # the first of them
    return [()]


def _of_sequence(items: tuple[Node, ...], *, left: bool, right: bool) -> list[Branch]:
    found: list[Branch] = [()]
    so_far = frozenset({APART if left else ""})
    for place, item in enumerate(items):
        strings = _strings(item)
        joined = _joined(so_far, strings) if strings is not None else None
        if joined is not None:
            so_far = joined
            if strings == GAP.each:
                found = _both(found, _needed(so_far))
                so_far = strings
            continue
        after = _begins_apart(items[place:], at_end=right)
        found = _both(found, _needed(_framed(so_far, left=False, right=after)))
        before = all(each.endswith(APART) for each in so_far)
        if strings is not None:
            so_far = _framed(strings, left=before, right=False)
            continue
        beyond = _begins_apart(items[place + 1 :], at_end=right)
        found = _both(found, _of(item, left=before, right=beyond))
        apart = _ends_apart(item) and (before or not _may_be_empty(item))
        so_far = frozenset({APART if apart else ""})
    return _both(found, _needed(_framed(so_far, left=False, right=right)))


def _strings(node: Node) -> frozenset[str] | None:
    """Everything that the node can be, when that is not too much."""
    found: frozenset[str] | None = None
    if isinstance(node, Strings):
        found = node.each
    elif isinstance(node, Choice):
        branches = [_strings(branch) for branch in node.branches]
        known = [strings for strings in branches if strings is not None]
        found = frozenset().union(*known) if len(known) == len(branches) else None
    elif isinstance(node, Sequence):
        found = _concatenated(node.items)
    elif isinstance(node, Repeat) and node.most is not None and node.most <= _REPEATS:
        each = [_concatenated((node.item,) * count) for count in range(node.least, node.most + 1)]
        found = frozenset().union(*(strings or () for strings in each)) if each[-1] is not None else None
    return found if found is None or len(found) <= MOST_STRINGS else None


def _concatenated(parts: tuple[Node, ...]) -> frozenset[str] | None:
    so_far: frozenset[str] | None = NOTHING.each
    for part in parts:
        strings = _strings(part)
        so_far = _joined(so_far, strings) if so_far is not None and strings is not None else None
        if so_far is None:
            return None
    return so_far


@lru_cache(maxsize=8_192)
def _joined(first: frozenset[str], second: frozenset[str]) -> frozenset[str] | None:
    """Each of the first with each of the second, when these are not too many."""
    if len(first) * len(second) > MOST_STRINGS:
        return None
    return frozenset([(one + two).replace("  ", APART) for one in first for two in second])


@lru_cache(maxsize=4_096)
def _framed(strings: frozenset[str], *, left: bool, right: bool) -> frozenset[str]:
    if not left and not right:
        return strings
    before, after = APART if left else "", APART if right else ""
    return frozenset([(before + each + after).replace("  ", APART) for each in strings])


@lru_cache(maxsize=4_096)
def _needed(strings: frozenset[str]) -> list[Branch]:
    """What must be there for one of these to be."""
    alone: set[str] = set()
    found: set[Branch] = set()
    for each in strings:
        runs = sorted(sorted(set(_runs(each))), key=_cost)
        if not runs:
            return [()]
        if len(runs) == 1:
            alone.add(runs[0])
        else:
            found.add(tuple(frozenset({run}) for run in runs))
    if alone:
        found.add((frozenset(alone),))
    return _few(list(found))


def _runs(text: str) -> Iterator[str]:
    """The anchors in a literal text."""
    for run in _RUN.finditer(text):
        start, end = run.span()
        word, before, after = run.group(), start > 0, end < len(text)
        if word[0].isalnum():
            if not word.isascii() or len(word) > 1 or (before and after):
                yield f"{APART * before}{word}{APART * after}"
        elif not word.isascii() or len(word) > 1:
            yield word


def _both(first: list[Branch], second: list[Branch]) -> list[Branch]:
    """Branches that hold where one of the first and one of the second does."""
    if len(first) * len(second) > MOST_BRANCHES:
        first, second = (_one(first), second) if len(first) > len(second) else (first, _one(second))
    return [one + two for one in first for two in second]


def _few(found: list[Branch]) -> list[Branch]:
    return found if len(found) <= MOST_BRANCHES else _one(found)


def _one(found: list[Branch]) -> list[Branch]:
    """One branch that holds wherever one of these does."""
    if not all(found):
        return [()]
    return [(frozenset().union(*(min(branch, key=weight) for branch in found)),)]


@lru_cache(maxsize=16_384)
def weight(needed: Needed) -> float:
    """In how many of a thousand texts one of these is to be expected, roughly: the fewer, the more it tells."""
    return sum(_cost(anchor) for anchor in needed)


@lru_cache(maxsize=65_536)
def _cost(anchor: str) -> float:
    word = anchor.strip(APART)
    # Of other languages than English this is a guess, which costs no more than time.
    rarity = _RARITY_OF_PIECES if word in _PIECES else common("en").get(word, UNLISTED)
    loose = 2 - anchor.startswith(APART) - anchor.endswith(APART) if word.isascii() and word.isalnum() else 0
    expected = LENGTH * (math.pow(10, -rarity / 100) + loose * math.pow(5, -len(word)))
    return 0.1 + 1_000 * min(1.0, expected)


def _begins_apart(items: tuple[Node, ...], *, at_end: bool) -> bool:
    """Whether what these begin with can be no letter or digit; `at_end` says so of what follows them."""
    for item in items:
        whole = _strings(item)
        if whole is not None:
            if not all(each.startswith(APART) for each in whole if each):
                return False
            if "" not in whole:
                return True
        elif not _begins(item):
            return False
        elif not _may_be_empty(item):
            return True
    return at_end


def _begins(node: Node) -> bool:
    if isinstance(node, Choice):
        return all(map(_begins, node.branches))
    if isinstance(node, Repeat):
        return _begins(node.item)
    if isinstance(node, Sequence):
        return _begins_apart(node.items, at_end=False)
    return isinstance(node, Strings) and all(each.startswith(APART) for each in node.each)


def _ends_apart(node: Node) -> bool:
    """Whether what the node ends with, when it is anything, can be no letter or digit."""
    if isinstance(node, Choice):
        return all(map(_ends_apart, node.branches))
    if isinstance(node, Repeat):
        return _ends_apart(node.item)
    if isinstance(node, Sequence):
        for item in reversed(node.items):
            if not _ends_apart(item):
                return False
            if not _may_be_empty(item):
                return True
        return True
    return isinstance(node, Strings) and all(each.endswith(APART) for each in node.each if each)


def _may_be_empty(node: Node) -> bool:
    if isinstance(node, Choice):
        return any(map(_may_be_empty, node.branches))
    if isinstance(node, Repeat):
        return not node.least or _may_be_empty(node.item)
    if isinstance(node, Sequence):
        return all(map(_may_be_empty, node.items))
    return "" in node.each if isinstance(node, Strings) else node.empty


def begins_with_letter(pattern: str) -> bool:
    """Whether every match begins with a letter or digit, as far as that can be told. Raises ValueError as `needs`."""
    return _begins_with_letter(read(pattern)[0])


def _begins_with_letter(node: Node) -> bool:
    if isinstance(node, Choice):
        return all(map(_begins_with_letter, node.branches))
    if isinstance(node, Repeat):
        return node.least > 0 and _begins_with_letter(node.item)
    if isinstance(node, Sequence):
        first = next((item for item in node.items if item != NOTHING), NOTHING)
        return _begins_with_letter(first)
    return isinstance(node, Strings) and all(each[:1].isalnum() for each in node.each)


def needs_of_word(word: str) -> Needs:
    """What must stand in a text for one complete word to stand in it."""
    found = _needed(frozenset({f"{APART}{word}{APART}"}))
    return Needs(tuple(found) if all(found) else (), not word.isalnum())
