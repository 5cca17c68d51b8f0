"""Turns the words, phrases and patterns of rules into matchers, and finds all that hold in one pass over a reading."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import ahocorasick_rs
import regex

from bot.rules.anchors import anchors
from bot.rules.lexicon import BadPattern

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from bot.rules.disguise import Reading

GAP = r"(?:[^\w.!?\n]{1,4})"
EDGE = r"(?:(?<!\w)|(?!\w))"
"""Not inside a word. Signs such as emoji are edges themselves."""
SEARCH_SECONDS = 0.05
"""A search that takes longer is given up and counted as a fault of its rule."""
WINDOW = 240
"""In a long text a pattern is tried this many characters around its anchor. No match is longer."""
LONG_TEXT = 1_000
STRETCH = 2_000
"""Characters of a long text that are searched at once."""
MOST_SEARCHED = 6_000_000
"""Characters that are searched in one reading of a text, counted once for each pattern. Danger is looked for first."""
MOST_STRETCHES = 4
"""Stretches of a long text that are searched for what is no danger: first ones, and the last."""
MOST_FINDS = 32
MOST_DANGERS = 1_000
"""Places looked at for one pattern in one text, and for one of a rule that escalates."""


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


@dataclass(frozen=True, slots=True)
class Searched:
    """What a search found, in no particular order."""

    found: list[Found]
    unsearched: frozenset[int]
    """Rules that escalate for which a part of the text had to be left out."""


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

    def __init__(self, matchers: Sequence[Matcher], faults: Counter[int], danger: Collection[int] = ()) -> None:
        self._matchers = matchers
        self._faults = faults
        self._danger = frozenset(danger)
        self._always = [matcher for matcher in matchers if not matcher.anchors]
        by_anchor: dict[str, list[Matcher]] = {}
        for matcher in matchers:
            for anchor in matcher.anchors:
                by_anchor.setdefault(anchor, []).append(matcher)
        self._words = [[each.rule for each in found if each.source is None] for found in by_anchor.values()]
        self._patterns = [[each for each in found if each.source is not None] for found in by_anchor.values()]
        self._automaton = ahocorasick_rs.AhoCorasick(list(by_anchor))

    def __call__(self, reading: Reading, only: int | None = None) -> Searched:
        """Where rules, or `only` one, hold by their words alone, without their conditions."""
        text, found = reading.text, []
        at: dict[int, list[int]] = {}
        for index, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            at.setdefault(index, []).append(start)
            rules = self._words[index]
            if rules and _whole(text, start, end):
                found += [Found(rule, start, end) for rule in rules if self._wanted(rule, reading, only)]
        near: dict[int, tuple[Matcher, list[tuple[int, int]]]] = {}
        for index, starts in at.items():
            if self._patterns[index]:
                around = _around(text, starts)
                for matcher in self._patterns[index]:
                    near.setdefault(id(matcher), (matcher, []))[1].extend(around)
        for matcher in self._always:
            near[id(matcher)] = (matcher, [(0, len(text))])
        wanted = [each for each in near.values() if self._wanted(each[0].rule, reading, only)]
        unsearched = self._look_at(text, wanted, found)
        return Searched(found, unsearched & self._danger)

    def _wanted(self, rule: int, reading: Reading, only: int | None) -> bool:
        return only in {None, rule} and (not reading.for_danger or rule in self._danger)

    def _look_at(
        self, text: str, candidates: list[tuple[Matcher, list[tuple[int, int]]]], found: list[Found]
    ) -> frozenset[int]:
        """Look for each pattern where it may stand, while there is time; returns the rules not wholly looked for."""
        left, unsearched = MOST_SEARCHED, set()
        whole = [(0, len(text), len(text))] if len(text) <= LONG_TEXT else None
        if whole is None:
            candidates.sort(key=lambda each: (each[0].rule not in self._danger, each[0].rule))
        for matcher, around in candidates:
            stretches = whole or self._searched(matcher, _stretches(text, around))
            left -= 0 if whole else sum(until - since for since, until, _ in stretches)
            if left < 0 or not self._look(matcher, text, stretches, found):
                unsearched.add(matcher.rule)
        return frozenset(unsearched)

    def _searched(self, matcher: Matcher, stretches: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
        """The stretches that are worth their time: all, if missing the words could hide danger."""
        if matcher.rule in self._danger or len(stretches) <= MOST_STRETCHES:
            return stretches
        return [*stretches[: MOST_STRETCHES - 1], stretches[-1]]

    def _look(self, matcher: Matcher, text: str, stretches: Iterable[tuple[int, int, int]], found: list[Found]) -> bool:
        """Look for a pattern in these stretches; whether that was done to the end. A pattern that fails is counted."""
        if matcher.source is None:
            return True
        left = MOST_DANGERS if matcher.rule in self._danger else MOST_FINDS
        try:
            pattern = compiled(matcher.source)
            for start, end, last in stretches:
                for match in pattern.finditer(text, start, end, timeout=SEARCH_SECONDS):
                    if match.start() > last:
                        break
                    if left == 0:
                        return False
                    found.append(Found(matcher.rule, *match.span()))
                    left -= 1
        except (TimeoutError, BadPattern, RuntimeError, MemoryError):
            self._faults[matcher.rule] += 1
            return False
        return True


def _around(text: str, starts: Sequence[int]) -> list[tuple[int, int]]:
    """The parts of a text around these places, which are in order; of a short text it does not matter."""
    if len(text) <= LONG_TEXT:
        return []
    parts: list[tuple[int, int]] = []
    since, until = starts[0] - WINDOW, starts[0] + WINDOW
    for start in starts:
        if start - WINDOW > until:
            parts.append((max(0, since), until))
            since = start - WINDOW
        until = start + WINDOW
    return [*parts, (max(0, since), min(len(text), until))]


def _stretches(text: str, parts: list[tuple[int, int]]) -> list[tuple[int, int, int]]:
    """The parts of a text put together and cut anew: start, end, and the last place where a match may begin.

    A match that begins later is whole only in the next stretch, or has none of the anchors in it.
    """
    stretches: list[tuple[int, int, int]] = []
    for since, until in _united(parts):
        start, end = since, 0
        while end < until:
            end = min(start + STRETCH, until)
            last = end if end == len(text) else end - WINDOW
            stretches.append((start, end, last))
            start = last + 1
    return stretches


def _united(parts: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The parts in order, with those that touch made one."""
    since = until = -1
    for start, end in sorted(parts):
        if start > until:
            if until >= 0:
                yield since, until
            since = start
        until = max(until, end)
    if until >= 0:
        yield since, until


def _whole(text: str, start: int, end: int) -> bool:
    """Whether these characters are complete words."""
    return not (start and text[start - 1].isalnum()) and not (end < len(text) and text[end].isalnum())
