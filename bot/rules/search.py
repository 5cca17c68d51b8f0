"""Finds all words and patterns of rules that hold in a reading: a sieve names the candidates, then each is tried."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from bot.rules.glance import Glance, seen
from bot.rules.lexicon import BadPattern
from bot.rules.matchers import compiled, quickly_compiled
from bot.rules.sieve import Sieve, sifting
from bot.rules.standard import alike

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from bot.rules.disguise import Reading
    from bot.rules.matchers import Matcher
    from bot.rules.sieve import Sifting
    from bot.rules.standard import Match, Pattern

SEARCH_SECONDS = 0.05
"""A search that takes longer is given up and counted as a fault of its rule."""
WINDOW = 240
"""No match in a long text is longer."""
LONG_TEXT = 1_000
"""Characters of a text that are searched at once; a longer one is searched in stretches of that length."""
MOST_SEARCHED = 300_000
"""Characters that are searched in one reading of a text, counted once for each pattern. Danger is looked for first."""
MOST_STRETCHES = 4
"""Stretches of a long text that are searched for what is no danger: first ones, and the last."""
GLANCED = 8_000
"""Characters at which one glances for a pattern before it is compiled all the same: then that takes less time."""
GLANCED_QUICK = 2_000
"""The same for a pattern that the standard library can compile."""
MOST_FINDS = 32
MOST_DANGERS = 1_000
"""Places looked at for one pattern in one text, and for one of a rule that escalates."""


class Found(NamedTuple):
    """Where a matcher held in a reading."""

    rule: int
    start: int
    end: int


class Searched(NamedTuple):
    """What a search found, in no particular order."""

    found: list[Found]
    unsearched: frozenset[int]
    """Rules that escalate for which a part of the text had to be left out."""


class _Stretch(NamedTuple):
    """A part of a text, and the last place in it where a match may begin; one that begins later is in the next."""

    start: int
    end: int
    last: int


class Search:
    """Finds every matcher that holds."""

    def __init__(
        self,
        matchers: Sequence[Matcher],
        faults: Counter[int],
        danger: Collection[int] = (),
        sifted: Sifting | None = None,
    ) -> None:
        """`danger` are the rules that escalate. `sifted` is what the matchers need, where that is known already."""
        self._matchers = matchers
        self._rules = [matcher.rule for matcher in matchers]
        self._faults = faults
        self._danger = frozenset(danger)
        self._sieve = Sieve(sifted or sifting(matcher.needs() for matcher in matchers))
        self._glances: dict[int, Glance] = {}
        """Of patterns that have not been compiled yet."""
        self._patterns: dict[int, Pattern] = {}
        self._quick: dict[int, Pattern] = {}
        """The same as the standard library's, which knows no time-out."""

    def __call__(self, reading: Reading, only: Collection[int] | None = None) -> Searched:
        """Where rules, or `only` some, hold by their words alone, without their conditions."""
        text = reading.text
        found: list[Found] = []
        if len(text) > LONG_TEXT:
            return Searched(found, self._search_long(reading, only, found))
        candidates: Iterable[int] = self._sieve.candidates(text)
        if not candidates:
            return Searched(found, _NONE)
        if only is not None or reading.for_danger:
            candidates = self._wanted(candidates, reading, only)
        all_of_it = (_Stretch(0, len(text), len(text)),)
        unsearched = {self._rules[place] for place in candidates if not self._look(place, text, all_of_it, found)}
        return Searched(found, self._danger & unsearched if unsearched else _NONE)

    def _wanted(self, candidates: Iterable[int], reading: Reading, only: Collection[int] | None) -> list[int]:
        return [
            place
            for place in candidates
            if (only is None or self._rules[place] in only)
            and (not reading.for_danger or self._rules[place] in self._danger)
        ]

    def _search_long(self, reading: Reading, only: Collection[int] | None, found: list[Found]) -> frozenset[int]:
        """Look for each pattern where it may stand, while there is time; returns the rules not wholly looked for."""
        text, candidates = reading.text, dict[int, list[_Stretch]]()
        for stretch in _stretches(len(text)):
            for place in self._wanted(self._sieve.candidates(text[stretch.start : stretch.end]), reading, only):
                candidates.setdefault(place, []).append(stretch)
        left, unsearched = MOST_SEARCHED, set[int]()
        for place in sorted(candidates, key=self._dangerous_first):
            stretches = self._searched(place, candidates[place])
            left -= sum(stretch.end - stretch.start for stretch in stretches)
            if left < 0 or not self._look(place, text, stretches, found):
                unsearched.add(self._rules[place])
        return self._danger & unsearched

    def _dangerous_first(self, place: int) -> tuple[bool, int, int]:
        return self._rules[place] not in self._danger, self._rules[place], place

    def _searched(self, place: int, stretches: list[_Stretch]) -> list[_Stretch]:
        """The stretches that are worth their time: all, if missing the words could hide danger."""
        if self._rules[place] in self._danger or len(stretches) <= MOST_STRETCHES:
            return stretches
        return [*stretches[: MOST_STRETCHES - 1], stretches[-1]]

    def _look(self, place: int, text: str, stretches: Iterable[_Stretch], found: list[Found]) -> bool:
        """Look for a matcher in these stretches; whether that was done to the end. A pattern that fails is counted."""
        rule = self._rules[place]
        left = MOST_DANGERS if rule in self._danger else MOST_FINDS
        try:
            for stretch in stretches:
                for start, end in self._found(place, text, stretch):
                    if left == 0:
                        return False
                    found.append(Found(rule, start, end))
                    left -= 1
        except (TimeoutError, BadPattern, RuntimeError, MemoryError):
            self._faults[rule] += 1
            return False
        return True

    def _found(self, place: int, text: str, stretch: _Stretch) -> Iterator[tuple[int, int]]:
        """Where a matcher holds in a stretch. Raises BadPattern, and TimeoutError."""
        matcher = self._matchers[place]
        if matcher.is_word:
            return _word(matcher.source, text, stretch)
        pattern = self._pattern(place, text, text[stretch.start : stretch.end])
        return iter(()) if pattern is None else _matches(pattern, text, stretch)

    def _pattern(self, place: int, text: str, part: str) -> Pattern | None:
        """What to look for in this part of a text; `None` where a glance shows that it is not there."""
        quick = self._matchers[place].bounded and len(text) <= LONG_TEXT and alike(text)
        patterns = self._quick if quick else self._patterns
        pattern = patterns.get(place)
        if pattern is None and self._may_hold(place, part, GLANCED_QUICK if quick else GLANCED):
            compile_it = quickly_compiled if quick else compiled
            pattern = patterns[place] = compile_it(self._matchers[place].source)
        return pattern

    def _may_hold(self, place: int, text: str, glanced: int) -> bool:
        """Whether it is time to compile a pattern, which is slow: at first a glance shows that most need not be."""
        glance = self._glances.get(place)
        if glance is None:
            glance = self._glances[place] = Glance(self._matchers[place].source)
        glance.characters += len(text)
        if glance.characters <= glanced and not glance.may_hold(seen(text)):
            return False
        del self._glances[place]
        return True


_NONE: frozenset[int] = frozenset()


def _matches(pattern: Pattern, text: str, stretch: _Stretch) -> Iterator[tuple[int, int]]:
    """Where a pattern holds."""
    found: Iterator[Match]
    if isinstance(pattern, re.Pattern):
        found = pattern.finditer(text, stretch.start, stretch.end)
    else:
        found = pattern.finditer(text, stretch.start, stretch.end, timeout=SEARCH_SECONDS)
    for match in found:
        if match.start() > stretch.last:
            return
        yield match.span()


def _word(word: str, text: str, stretch: _Stretch) -> Iterator[tuple[int, int]]:
    """Where a word stands that is complete."""
    start = text.find(word, stretch.start, stretch.end)
    while 0 <= start <= stretch.last:
        end = start + len(word)
        if not (start and text[start - 1].isalnum()) and not text[end : end + 1].isalnum():
            yield start, end
        start = text.find(word, start + 1, stretch.end)


def _stretches(length: int) -> Iterator[_Stretch]:
    """A long text cut up so that every match that is not too long lies in one stretch."""
    start = 0
    while True:
        end = min(start + LONG_TEXT, length)
        last = end if end == length else end - WINDOW
        yield _Stretch(start, end, last)
        if end == length:
            return
        start = last + 1
