"""The named lists of one language, and how words, phrases and patterns take them in."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from math import prod
from typing import TYPE_CHECKING

import regex

from bot.config import Section
from bot.rules.disguise import fold
from bot.yaml_file import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

SOFT_GAP = r"[^\w.!?,;:\"\n]{1,3}"
_BRACES = re.compile(r"\{(?:up to (\d)|([a-z][a-z_]*))\}")
_STRAY = re.compile(r"\{(?!\d+,?\d*\}|,\d+\})")
_ALONE = re.compile(r"(?<!\S)~")
_INFLECTED = re.compile(r"(.+)~([a-z]*)")
MOST_ENTRIES = 20_000
"""Entries of one list with all that it takes in; more is an accident."""
MOST_WAYS = 150
"""In how many ways the gaps of one phrase may be filled: a text that nearly fits has all tried, without a time-out."""


class Ending(Section):
    """How words with this ending are inflected."""

    ending: str
    """Empty for any word."""
    forms: tuple[str, ...]
    """What stands in its place, the word itself among them."""


class BadPattern(Exception):  # noqa: N818  the pattern is at fault, and the name says so
    """A word, phrase or pattern that cannot be compiled; `str()` says why."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The lists of one language, the words that `{up to 3}` never skips, and its inflections."""

    lists: Mapping[str, tuple[str, ...]]
    unskipped: tuple[str, ...] = ()
    inflections: Mapping[str, tuple[Ending, ...]] = field(default_factory=dict)
    """By name; of each, the first ending that fits counts."""
    _alternatives: dict[str, str] = field(default_factory=dict, compare=False, repr=False)
    """Each list that was filled in, as a pattern."""

    def words(self, entries: Iterable[str]) -> tuple[str, ...]:
        """The entries, each `{name}` alone replaced by that list and each `~` by the forms. Raises BadPattern."""
        return tuple(self._words(entries, ()))

    def _words(self, entries: Iterable[str], inside: tuple[str, ...]) -> dict[str, None]:
        """In order, each once. `inside` names the lists that are being filled in."""
        found: dict[str, None] = {}
        for entry in entries:
            braces = _BRACES.fullmatch(entry)
            name = braces.group(2) if braces else None
            if name in inside:
                raise BadPattern(f"the list “{name}” takes in itself: {' takes in '.join((*inside, name))}")
            found.update(
                self._words(self._entries(name), (*inside, name)) if name else dict.fromkeys(self._forms(fold(entry)))
            )
            if len(found) > MOST_ENTRIES:
                raise BadPattern(f"a list of more than {MOST_ENTRIES:,} entries; split it into several rules")
        return found

    def _forms(self, word: str) -> tuple[str, ...]:
        """The word, or all forms of one that asks for them: `idiot~noun`."""
        inflected = _INFLECTED.fullmatch(word)
        if not inflected:
            return (word,)
        stem, kind = inflected.groups()
        if kind not in self.inflections:
            near = nearest(kind, self.inflections)
            raise BadPattern(f"“{word}”: there is no inflection “{kind}” in this language{near}")
        fits = (each for each in self.inflections[kind] if stem.endswith(each.ending))
        ending = next(fits, Ending(ending="", forms=("",)))
        return tuple(stem[: len(stem) - len(ending.ending)] + form for form in ending.forms)

    def pattern(self, source: str, where: Mapping[str, str], *, literal: bool = False) -> str:
        """A phrase or pattern with its lists filled in: a space still stands for a gap. Raises BadPattern."""
        ways = prod(int(gap[1]) + 1 for gap in _BRACES.finditer(source) if gap[1])
        if literal and ways > MOST_WAYS:
            raise BadPattern(
                f"the gaps of “{source[:60]}” can be filled in {ways:,} ways, which takes too long on some texts. At"
                f" most {MOST_WAYS} are allowed, such as two {{up to 9}} or three {{up to 4}}: write smaller numbers,"
                " or shorter phrases"
            )
        parts, last = [], 0
        for braces in _BRACES.finditer(source):
            parts.append(self._plain(source[last : braces.start()], literal=literal))
            count, name = braces.groups()
            if count:
                after = 1 if source[braces.end() : braces.end() + 1] == " " else 0
                parts.append(f"(?:{self._skipped()}[\\w'-]++{SOFT_GAP}){{0,{count}}}?")
                last = braces.end() + after
            else:
                parts.append(self._any_of(where.get(name, name)))
                last = braces.end()
        return "".join([*parts, self._plain(source[last:], literal=literal)])

    def _any_of(self, name: str) -> str:
        """A pattern for any entry of a list, the longest first. Raises BadPattern."""
        if name not in self._alternatives:
            words = sorted(self.words((f"{{{name}}}",)), key=len, reverse=True)
            self._alternatives[name] = f"(?:{'|'.join(_escaped(word) for word in words)})"
        return self._alternatives[name]

    def _plain(self, text: str, *, literal: bool) -> str:
        if _STRAY.search(text):
            raise BadPattern("a brace that is neither {up to 3}, nor the name of a list in small letters, nor a count")
        if _ALONE.search(text):
            raise BadPattern("a “~” with no word before it: it is written right behind a word, such as idiot~noun")
        if "~" in text:
            parts = re.split(r"([^\s~]+~[a-z]*)", text)  # every second one is a word that asks for its forms
            inflected = (self._any_form(part) for part in parts[1::2])
            return "".join(
                next(inflected) if place % 2 else self._plain(part, literal=literal) for place, part in enumerate(parts)
            )
        return _escaped(fold(text)) if literal else _fold_pattern(text)

    def _any_form(self, word: str) -> str:
        """A pattern for any form of a word that asks for them, the longest first. Raises BadPattern."""
        forms = sorted(self._forms(fold(word)), key=len, reverse=True)
        return f"(?:{'|'.join(_escaped(form) for form in forms)})"

    def _skipped(self) -> str:
        return f"(?!(?:{'|'.join(self.unskipped)})\\b)" if self.unskipped else ""

    def _entries(self, name: str) -> tuple[str, ...]:
        if name not in self.lists:
            raise BadPattern(f"there is no list “{name}” in this language{nearest(name, self.lists)}")
        return self.lists[name]


def _fold_pattern(source: str) -> str:
    """A pattern with its letters folded and its syntax left alone."""
    if source.isascii():
        return source
    return "".join(char if char.isascii() else fold(char) for char in source)


def _escaped(text: str) -> str:
    """A pattern for this text alone, with its spaces as they are."""
    plain = text.replace(" ", "").isalnum()  # most lists hold nothing else, and this is quicker to see
    return text if plain else regex.escape(text, literal_spaces=True)
