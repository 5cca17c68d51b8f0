"""Turns the words, phrases and patterns of rules into what can be looked for in a text."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec
import regex

from bot.rules.anchors import begins_with_letter, needs, needs_of_word
from bot.rules.lexicon import BadPattern
from bot.rules.shared_beginnings import merged
from bot.rules.standard import standard

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bot.rules.anchors import Needs
    from bot.rules.standard import Pattern

GAP = r"(?:[^\w.!?\n]{1,4})"
EDGE = r"(?:(?<!\w)|(?!\w))"
"""Not inside a word. Signs such as emoji are edges themselves."""
_SPACES = re.compile(r"(\\.|\[(?:\\.|[^\]\\])*\]?)|[ ']", re.DOTALL)
"""Spaces and apostrophes, but for those in classes and behind a backslash."""
_LISTS = re.compile(r"(\(\?:[^()\\]{100,}\))")


class Matcher(msgspec.Struct, frozen=True, array_like=True):
    """One word, or one pattern of a rule."""

    rule: int
    """Its rule's place in the rulebook."""
    source: str
    """The word or the expanded pattern; it is compiled when it is first needed, which is slow."""
    is_word: bool = False
    bounded: bool = False
    """Whether a search for it needs no time-out: it takes little time whatever the text."""

    def needs(self, work_out: Callable[[str], Needs] = needs) -> Needs:
        """What must stand in a text for it to hold there. Raises BadPattern for what is plainly no pattern.

        `work_out` gives what a pattern needs, and may remember it.
        """
        try:
            return needs_of_word(self.source) if self.is_word else work_out(self.source)
        except ValueError as error:
            raise BadPattern(f"not a pattern: {error}") from None


def word_matcher(rule: int, word: str) -> Matcher:
    """A matcher for one complete word. Raises BadPattern."""
    if not word or any(char.isspace() for char in word):
        raise BadPattern("a word is one word; what has spaces in it belongs under phrases")
    return Matcher(rule, word, is_word=True)


@lru_cache(maxsize=16_384)
def compiled(expanded: str) -> regex.Pattern[str]:
    """The regular expression of an expanded pattern; kept, because compiling is slow. Raises BadPattern."""
    try:
        return regex.compile(_whole(expanded))
    except (regex.error, IndexError, ValueError) as error:
        raise BadPattern(f"not a pattern: {error}") from None


def quickly_compiled(expanded: str) -> Pattern:
    """The same as the standard library's, where that can compile it; it knows no time-out. Raises BadPattern."""
    try:
        return standard(_whole(expanded)) or compiled(expanded)
    except ValueError as error:
        raise BadPattern(f"not a pattern: {error}") from None


def _whole(expanded: str) -> str:
    """The source of the expression, for whole words. Raises ValueError when a bracket is not closed."""
    begins = r"\b" if begins_with_letter(expanded) else EDGE  # the former is much quicker to find
    return rf"{begins}(?:{spaced(merged(expanded))}){EDGE}"


def spaced(expanded: str) -> str:
    """The pattern as a regular expression: spaces as gaps, apostrophes optional."""
    return _SPACES.sub(lambda found: found[1] or (GAP if found[0] == " " else "'?"), expanded)


def vocabulary(matchers: Iterable[str]) -> frozenset[str]:
    """Every literal word in expanded patterns, for the undoing of disguises."""
    return frozenset().union(*(_words(part) for source in matchers for part in _LISTS.split(source)))


@lru_cache(maxsize=4_096)
def _words(part: str) -> frozenset[str]:
    """The words in a part of a pattern; kept, because many patterns share their lists."""
    return frozenset(re.findall(r"[^\W\d_]+", re.sub(r"\\[a-zA-Z]", " ", part)))
