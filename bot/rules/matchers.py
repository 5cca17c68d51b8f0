"""Turns the words, phrases and patterns of rules into matchers, and finds all that hold in one pass over a reading."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import ahocorasick_rs
import regex

from bot.rules.anchors import anchors
from bot.rules.disguise import fold

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from bot.rules.disguise import Reading

GAP = r"(?:[^\w.!?\n]{1,4})"
EDGE = r"(?:(?<!\w)|(?!\w))"
"""Not inside a word. Signs such as emoji are edges themselves."""
SOFT_GAP = r"[^\w.!?,;:\"\n]{1,3}"
SEARCH_SECONDS = 0.05
"""A search that takes longer is given up and counted as a fault of its rule."""
WINDOW = 240
"""In a long text a pattern is tried this many characters around its anchor."""
LONG_TEXT = 1_000
MOST_WINDOWS = 4
"""Stretches of a long text that are searched for one pattern: first ones, and the last."""
MOST_PLACES = 40
"""Places of one anchor that are looked at in one text: the first ones, and the last."""
MOST_FINDS = 32
"""Places looked at for one pattern in one text."""

_BRACES = re.compile(r"\{(?:up to (\d)|([a-z][a-z_]*))\}")
_STRAY = re.compile(r"\{(?!\d+,?\d*\}|,\d+\})")


class BadPattern(Exception):  # noqa: N818  the pattern is at fault, and the name says so
    """A word, phrase or pattern that cannot be compiled; `str()` says why."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The lists of one language, and the words that `{up to 3}` never skips."""

    lists: Mapping[str, tuple[str, ...]]
    unskipped: tuple[str, ...] = ()

    def words(self, entries: Iterable[str]) -> tuple[str, ...]:
        """The entries, with each `{name}` that stands alone replaced by that list. Raises BadPattern."""
        found: list[str] = []
        for entry in entries:
            braces = _BRACES.fullmatch(entry)
            found += self.words(self._entries(braces.group(2))) if braces and braces.group(2) else [fold(entry)]
        return tuple(dict.fromkeys(found))

    def pattern(self, source: str, where: Mapping[str, str], *, literal: bool = False) -> str:
        """A phrase or pattern with its lists filled in: a space still stands for a gap. Raises BadPattern."""
        parts, last = [], 0
        for braces in _BRACES.finditer(source):
            parts.append(self._plain(source[last : braces.start()], literal=literal))
            count, name = braces.groups()
            if count:
                after = 1 if source[braces.end() : braces.end() + 1] == " " else 0
                parts.append(f"(?:{self._skipped()}[\\w'-]+{SOFT_GAP}){{0,{count}}}?")
                last = braces.end() + after
            else:
                words = sorted(self.words(self._entries(where.get(name, name))), key=len, reverse=True)
                parts.append("(?:" + "|".join(regex.escape(word, literal_spaces=True) for word in words) + ")")
                last = braces.end()
        return "".join([*parts, self._plain(source[last:], literal=literal)])

    def _plain(self, text: str, *, literal: bool) -> str:
        if _STRAY.search(text):
            raise BadPattern("a brace that is neither {up to 3}, nor the name of a list in small letters, nor a count")
        return regex.escape(fold(text), literal_spaces=True) if literal else _fold_pattern(text)

    def _skipped(self) -> str:
        return f"(?!(?:{'|'.join(self.unskipped)})\\b)" if self.unskipped else ""

    def _entries(self, name: str) -> tuple[str, ...]:
        if name not in self.lists:
            raise BadPattern(f"there is no list “{name}” in this language")
        return self.lists[name]


@dataclass(slots=True)
class Matcher:
    """One word, or one pattern of a rule."""

    rule: int
    """Its rule's place in the rulebook."""
    anchors: frozenset[str]
    """Empty when it must be tried on every text."""
    source: str | None
    """The expanded pattern; `None` for a word. It is compiled when it is first needed, which is slow."""


@dataclass(frozen=True, slots=True)
class Found:
    """Where a matcher held in a reading."""

    rule: int
    start: int
    end: int


def word_matcher(rule: int, word: str) -> Matcher:
    """A matcher for one complete word. Raises BadPattern."""
    if not word or any(char.isspace() for char in word):
        raise BadPattern("a word is one word; what has spaces in it belongs under phrases")
    return Matcher(rule, frozenset({word}), None)


def pattern_matcher(rule: int, expanded: str) -> Matcher:
    """A matcher for an expanded pattern. Raises BadPattern for what is plainly none; `compiled` finds the rest."""
    try:
        return Matcher(rule, anchors(expanded), expanded)
    except (IndexError, ValueError):
        raise BadPattern("not a pattern: a bracket is not closed") from None


@lru_cache(maxsize=16_384)
def compiled(expanded: str) -> regex.Pattern[str]:
    """The regular expression of an expanded pattern; kept, because compiling is slow. Raises BadPattern."""
    try:
        return regex.compile(rf"{EDGE}(?:{spaced(expanded)}){EDGE}")
    except (regex.error, IndexError, ValueError) as error:
        raise BadPattern(f"not a pattern: {error}") from None


def spaced(expanded: str) -> str:
    """The pattern as a regular expression: spaces as gaps, apostrophes optional."""
    out, in_class, escaped = [], False, False
    for char in expanded:
        if escaped or in_class:
            out.append(char)
        else:
            out.append({" ": GAP, "'": "'?"}.get(char, char))
        if not escaped:
            in_class = char != "]" if in_class else char == "["
        escaped = not escaped and char == "\\"
    return "".join(out)


def vocabulary(matchers: Iterable[str]) -> frozenset[str]:
    """Every literal word in expanded patterns, for the undoing of disguises."""
    return frozenset(
        word for source in matchers for word in re.findall(r"[^\W\d_]+", re.sub(r"\\[a-zA-Z]", " ", source))
    )


class Search:
    """Finds every matcher that holds, by one pass for anchors and a closer look at the candidates."""

    def __init__(self, matchers: Sequence[Matcher], faults: Counter[int]) -> None:
        self._matchers = matchers
        self._faults = faults
        self._always = [matcher for matcher in matchers if not matcher.anchors]
        by_anchor: dict[str, list[Matcher]] = {}
        for matcher in matchers:
            for anchor in matcher.anchors:
                by_anchor.setdefault(anchor, []).append(matcher)
        self._words = [[each.rule for each in found if each.source is None] for found in by_anchor.values()]
        self._patterns = [[each for each in found if each.source is not None] for found in by_anchor.values()]
        self._automaton = ahocorasick_rs.AhoCorasick(list(by_anchor))

    def __call__(self, reading: Reading, only: int | None = None) -> list[Found]:
        """Where rules, or `only` one, hold by their words alone, without their conditions; in no particular order."""
        text, found = reading.text, []
        at: dict[int, list[int]] = {}
        for index, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            at.setdefault(index, []).append(start)
            rules = self._words[index]
            if rules and _whole(text, start, end):
                found += [Found(rule, start, end) for rule in rules if only in {None, rule}]
        places: dict[int, tuple[Matcher, list[int]]] = {}
        for index, starts in at.items():
            some = starts if len(starts) <= MOST_PLACES else [*starts[:MOST_PLACES], starts[-1]]
            for matcher in self._patterns[index]:
                places.setdefault(id(matcher), (matcher, []))[1].extend(some)
        for matcher in self._always:
            places[id(matcher)] = (matcher, list(range(0, len(text), WINDOW)))
        for matcher, starts in places.values():
            if only in {None, matcher.rule}:
                found += self._look(matcher, text, starts)
        return found

    def _look(self, matcher: Matcher, text: str, starts: Sequence[int]) -> Iterator[Found]:
        """Where a pattern holds near these places. A pattern that fails is counted and holds nowhere."""
        if matcher.source is None:
            return
        count = 0
        try:
            pattern = compiled(matcher.source)
            for start, end in _windows(text, starts):
                for match in pattern.finditer(text, start, end, timeout=SEARCH_SECONDS):
                    yield Found(matcher.rule, *match.span())
                    count += 1
                    if count >= MOST_FINDS:
                        return
        except (TimeoutError, BadPattern, RuntimeError, MemoryError):
            self._faults[matcher.rule] += 1


def _windows(text: str, starts: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The stretches of a text to search, apart from each other and a bounded number of them."""
    if len(text) <= LONG_TEXT:
        yield 0, len(text)
        return
    windows: list[tuple[int, int]] = []
    for start in sorted(starts):
        since, until = max(0, start - WINDOW), min(len(text), start + WINDOW)
        if windows and since <= windows[-1][1] and until - windows[-1][0] <= LONG_TEXT:
            windows[-1] = (windows[-1][0], until)
        else:
            windows.append((since, until))
    yield from windows if len(windows) <= MOST_WINDOWS else [*windows[: MOST_WINDOWS - 1], windows[-1]]


def _whole(text: str, start: int, end: int) -> bool:
    """Whether these characters are complete words."""
    return not (start and text[start - 1].isalnum()) and not (end < len(text) and text[end].isalnum())


def _fold_pattern(source: str) -> str:
    """A pattern with its letters folded and its syntax left alone."""
    return "".join(char if char.isascii() else fold(char) for char in source)
