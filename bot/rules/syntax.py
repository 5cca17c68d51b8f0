"""Reads a pattern into a tree, as far as its words can be told from it; what it does not understand may be anything."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

APART = " "
"""Stands for whatever is no letter or digit, and for the edges of a text."""

_QUANTIFIER = re.compile(r"(?:[?*+]|\{(\d*)(,?)(\d*)\})[?+]?")
_WORD = re.compile(r"[a-z0-9]+(?:(?=[a-z0-9][?*+{])|(?![a-z0-9?*+{]))")
_WORDS = re.compile(r"\(\?:((?:[^()\[\]{}\\?*+.^$!\nA-Z_]|\\[^\w.!?\n])+)\)")
"""A list, filled in."""
_NO_LETTER = re.compile(r"(?!')[\x00-\x7f](?<![a-z0-9])")
_FEW_LETTERS = re.compile(r"\[([a-z0-9]{1,8})\]")
_SEPARATORS = re.compile(r"\[(?:[ ,;:!?.'\"()/*~\n]|\\[sWn.-])+-?\]")
_WITHIN = re.compile(r"\[-?(?:\\[wd'-]|\w-\w|[\w ,;:'\"/&*#~()])+-?\]")
"""A class without the end of a sentence in it."""
_ROW = re.compile(r"(\\[()*+|\[\]{}^$#&~])\1{2,}(?![?*+{])")
"""The same sign three times or more, which is rare enough to tell something."""
STOPS = ".!?\n"
"""What ends a sentence, and so every gap."""
_MAY_STOP = frozenset(f"{STOPS}nWsSDpP")
"""Those that a backslash makes, or leaves, able to be a stop."""
_LOOK = re.compile(r"\(\?<?[=!](?:[^()\[\\]|\\.|\((?:[^()\[\\]|\\.)*\))*\)")
"""What is only looked at, unless it is complicated."""
_OPENS = re.compile(r"\(\?(?:[:>]|P?<\w+>|(<?[=!]))")


@dataclass(frozen=True, slots=True)
class Strings:
    """One of these, and nothing else. Words in them are as in a folded text; signs are APART, or are themselves."""

    each: frozenset[str]


@dataclass(frozen=True, slots=True)
class Anything:
    """Whatever; at least something, unless it is `empty`."""

    empty: bool


@dataclass(frozen=True, slots=True)
class Sequence:
    """One after the other."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the branches."""

    branches: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """So many times; `most` is `None` without an end."""

    item: Node
    least: int
    most: int | None


Node: TypeAlias = Strings | Anything | Sequence | Choice | Repeat

NOTHING = Strings(frozenset({""}))
GAP = Strings(frozenset({APART}))
MAYBE_APART = Strings(frozenset({"", APART}))
_SIGNS: dict[str, Node] = {".": Anything(empty=False), "^": GAP, "$": GAP}


class _NotUnderstood(Exception):  # noqa: N818  nothing is wrong, it is only not known here
    """The pattern uses what this module does not know."""


def read(pattern: str) -> tuple[Node, bool]:
    """The tree of a pattern, and whether a match may go beyond a sentence. Raises ValueError for an open bracket."""
    reader = _Reader(pattern)
    try:
        node, end = reader.choice(0)
    except _NotUnderstood:
        return Anything(empty=True), True
    if end != len(pattern):
        raise ValueError("a bracket is closed that was not opened")
    return node, reader.beyond


class _Reader:
    """Walks through one pattern; each method takes a place in it, and returns a node and the place after it."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self.beyond = False
        """Whether something was read that can be the end of a sentence."""

    def choice(self, at: int) -> tuple[Node, int]:
        """Everything up to the bracket that closes, or the end."""
        branches: list[Node] = []
        items: list[Node] = []
        while at < len(self._pattern) and self._pattern[at] != ")":
            if self._pattern[at] == "|":
                branches.append(_sequence(items))
                items, at = [], at + 1
                continue
            node, at = self._item(at)
            node, at = self._counted(node, at)
            items.append(node)
        branches.append(_sequence(items))
        return branches[0] if len(branches) == 1 else Choice(tuple(branches)), at

    def _item(self, at: int) -> tuple[Node, int]:
        if word := _WORD.match(self._pattern, at):
            return Strings(frozenset({word.group()})), word.end()
        if row := _ROW.match(self._pattern, at):
            return Strings(frozenset({row.group().replace("\\", "")})), row.end()
        char = self._pattern[at]
        if char == "(":
            return self._group(at)
        if char == "[":
            return self._class(at)
        if char == "\\":
            return self._escaped(at + 1)
        self.beyond |= char in STOPS
        return _SIGNS.get(char) or literal(char), at + 1

    def _group(self, at: int) -> tuple[Node, int]:
        words = _WORDS.match(self._pattern, at)
        if words and words[1] == words[1].lower():
            return _listed(words[1]), words.end()
        if look := _LOOK.match(self._pattern, at):
            return NOTHING, look.end()
        opens = _OPENS.match(self._pattern, at)
        if opens is None and self._pattern[at : at + 2] == "(?":
            raise _NotUnderstood  # other groups, and other modes, in which letters may mean something else
        before = self.beyond
        inner, end = self.choice(opens.end() if opens else at + 1)
        if self._pattern[end : end + 1] != ")":
            raise ValueError("a bracket is not closed")
        if opens and opens[1]:
            self.beyond = before  # what is only looked at is no part of the match
            return NOTHING, end + 1
        return inner, end + 1

    def _class(self, at: int) -> tuple[Node, int]:
        if letters := _FEW_LETTERS.match(self._pattern, at):
            return Strings(frozenset(letters[1])), letters.end()
        if separators := _SEPARATORS.match(self._pattern, at):
            self.beyond |= not _WITHIN.match(self._pattern, at)
            return GAP, separators.end()
        end = at + (3 if self._pattern[at : at + 2] == "[^" else 2)
        while self._pattern[end : end + 1] != "]":
            if end >= len(self._pattern):
                raise ValueError("a bracket is not closed")
            end += 2 if self._pattern[end] == "\\" else 1
        if "[" in self._pattern[at + 1 : end]:
            raise _NotUnderstood  # a class in a class
        negated = self._pattern[at + 1] == "^"
        self.beyond |= (
            not all(stop in self._pattern[at:end].replace("\\n", "\n") for stop in STOPS)
            if negated
            else not _WITHIN.match(self._pattern, at)
        )
        return GAP if self._pattern.startswith("[^\\w", at) else Anything(empty=False), end + 1

    def _escaped(self, at: int) -> tuple[Node, int]:
        char = self._pattern[at : at + 1]
        self.beyond |= char in _MAY_STOP
        if char in {"p", "P"}:
            return Anything(empty=False), self._pattern.index("}", at) + 1
        if char in {"W", "s", "b", "A", "Z"}:
            return GAP, at + 1
        if char in {"w", "d", "S", "D"}:
            return Anything(empty=False), at + 1
        if char.isalnum() or not char:
            raise _NotUnderstood
        return GAP if char == "'" else literal(char), at + 1

    def _counted(self, node: Node, at: int) -> tuple[Node, int]:
        quantifier = _QUANTIFIER.match(self._pattern, at)
        if quantifier is None:
            return node, at
        sign = quantifier.group()[0]
        if sign == "{":
            least = int(quantifier[1] or 0)
            most = (int(quantifier[3]) if quantifier[3] else None) if quantifier[2] else least
        else:
            least, most = int(sign == "+"), 1 if sign == "?" else None
        return repeated(node, least, most), quantifier.end()


def literal(char: str) -> Node:
    """One character. Space and apostrophe mean what they mean in patterns; capitals and `_` never stand in a text."""
    if char == "'":
        return MAYBE_APART
    if char == "_" or char != char.lower():
        return Anything(empty=False)
    return GAP if char.isascii() and not char.isalnum() else Strings(frozenset({char}))


def forms(words: str) -> tuple[str, ...]:
    """How literal words may stand in a text: with their apostrophes or without."""
    plain = _NO_LETTER.sub(APART, words)
    return (plain,) if "'" not in plain else (plain.replace("'", APART), plain.replace("'", ""))


def repeated(node: Node, least: int, most: int | None) -> Node:
    """The node so many times; strings stay strings where that is no more than a few."""
    if node == GAP:
        return GAP if least else MAYBE_APART
    if isinstance(node, Strings) and (least, most) == (0, 1):
        return Strings(node.each | {""})
    return node if (least, most) == (1, 1) else Repeat(node, least, most)


@lru_cache(maxsize=4_096)
def _listed(words: str) -> Strings:
    """A list of words, which many patterns share."""
    return Strings(frozenset(form for word in words.replace("\\", "").split("|") for form in forms(word)))


def _sequence(items: list[Node]) -> Node:
    return items[0] if len(items) == 1 else Sequence(tuple(items))
