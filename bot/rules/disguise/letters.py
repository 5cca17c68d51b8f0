"""Uncovers words whose letters were replaced, masked, stretched or set apart, among the words that rules know."""

from __future__ import annotations

import itertools
import re
from bisect import bisect_right
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from ahocorasick_rs import AhoCorasick

from bot.rules.disguise.reading import Piece, apart

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

MOST_TRIED = 4_000
MOST_SPACED = 1_000
"""Disguised words, and spaced ones, that are looked at in one text: far more than a person would read."""
MOST_GUESSES = 16
"""Ways to read one disguised word."""
LONGEST_WORD = 40
SHORTEST = 3

_LEET = {
    "0": "o", "1": "il", "2": "z", "3": "e", "4": "a", "5": "s", "6": "gb", "7": "t", "8": "b", "9": "g",
    "@": "a", "$": "s", "!": "i", "|": "il", "+": "t", "(": "c", "¡": "i",
}  # fmt: skip
_MARKS = "-._*~|/\\^=+:'\""
SUSPECT = re.compile(
    r"[a-z][0-9@$!|+(¡*#%][a-z0-9@$!|+(*#%-]|[0-9@$|+(¡][a-z]|[a-z][0-9@$*]|([a-z])\1\1|[a-z][-._*~|/\\^=+:]{1,2}[a-z]"
    r"|(?<![a-z0-9])[a-z](?:[^a-z0-9\n]{1,3}[a-z0-9@$!](?![a-z0-9'])){2}"
)
_CAUSE = re.compile(
    r"[0-9@$!|+(¡*#%._~/\\^=:-]"
    r"(?:(?<=[a-z].)(?:(?<=[0-9@$*])|(?<=[!|+(¡#%])(?=[a-z0-9@$!|+(*#%-])|(?<=[-._~/\\^=:])[-._*~|/\\^=+:]?(?=[a-z]))"
    r"|(?<=[0-9@$|+(¡])(?=[a-z])|(?<=[*|+])[-._*~|/\\^=+:]?(?=[a-z]))"
)
_LONE_PAIR = re.compile(r"[^a-z0-9\n](?=[a-z0-9@$!](?![a-z0-9'])[^a-z0-9\n]{1,3}[a-z0-9@$!](?![a-z0-9']))")
_TRIPLES = AhoCorasick([letter * 3 for letter in "abcdefghijklmnopqrstuvwxyz"])
_SPACED = re.compile(r"(?<![a-z0-9@$])[a-z@$013457](?:([^a-z0-9@$\n]{1,3})[a-z@$013457!*](?![a-z0-9'])){2,39}")
_EDGES = " .,;:?!\"'()[]{}<>-–—…~_=/\\^"
_SPACE = re.compile(r"\s")
_LETTER_RUN = re.compile(r"([a-z])\1{2,}")
_JOINTS = re.compile(rf"(?<=[a-z0-9@$])[{re.escape(_MARKS)}]{{1,2}}(?=[a-z0-9@$])")
_MASK = re.compile(r"[*#%$@!&_.-]")
_PARTS = re.compile(r"[^-./,:;…—–&]+")


class Letters:
    """Uncovers the words that rules know. A word that no rule knows is left as it stands."""

    def __init__(
        self, vocabulary: Iterable[str], masked: Iterable[str], meant: Callable[[str], str | None] = lambda _: None
    ) -> None:
        """`meant` is asked for the word behind what is a slip besides."""
        self._meant = meant
        masked = frozenset(masked)
        self.words = frozenset(vocabulary) | masked
        self._masked = _by_shape(masked)
        self._repair = lru_cache(maxsize=32_768)(self._find_repair)
        self._split = lru_cache(maxsize=4_096)(self._find_split)

    @cached_property
    def _beginnings(self) -> frozenset[str]:
        """What a word begins with, the whole word included."""
        return frozenset(word[:length] for word in self.words for length in range(1, len(word) + 1))

    @cached_property
    def _known(self) -> dict[tuple[str, int], list[str]]:
        return _by_shape(self.words)

    def repairs(self, text: str) -> tuple[list[Piece], bool]:
        """Stretches to replace, in order and apart from each other; and whether every disguise was looked at."""
        if not gives_cause(text):
            return [], True
        suspect = SUSPECT.search(text)
        found: list[Piece] = []
        runs = _SPACED.finditer(text)
        for spaced in itertools.islice(runs, MOST_SPACED):
            word = self._join(spaced.group())
            if word:
                found.append(Piece(spaced.start(), spaced.end(), word))
        taken, tried = [start for start, _, _ in found], 0
        while suspect is not None and tried < MOST_TRIED:
            start, end = _around(text, suspect.start(), suspect.end())
            index = bisect_right(taken, start) - 1
            if index < 0 or found[index].end <= start:
                found += [
                    Piece(start + since, start + until, word) for since, until, word in self._repair(text[start:end])
                ]
            tried, suspect = tried + 1, SUSPECT.search(text, end)
        return apart(sorted(found)), suspect is None and next(runs, None) is None

    def uncover(self, core: str) -> str | None:
        """The known word behind a disguise, if there is one."""
        letters = sum(char.isalpha() for char in core)
        if len(core) > LONGEST_WORD or letters == 0 or sum(char.isdigit() for char in core) > letters:
            return None
        bare = core.strip("*#!|+(") or core
        joined = _JOINTS.sub("", bare)
        for base in dict.fromkeys((bare, joined)):
            for guess in guesses(base):
                if guess != core and len(guess) > 2 and guess in self.words:  # noqa: PLR2004  two letters are chance
                    return guess
        first = next(guesses(joined))
        slip = letters > SHORTEST and first != core and first.isalpha()
        return self._unmask(core) or (self._meant(first) if slip else None)

    def fitting(self, masked: str) -> str | None:
        """The known word that fits where a full stop stands for any letter: one that people mask, or any."""
        if not masked.replace(".", "").isalpha() or "." not in masked or masked[0] == "." or len(masked) < SHORTEST:
            return None
        at = masked[0], len(masked)
        words = itertools.chain(self._masked.get(at, ()), self._known.get(at, ()))
        return next((word for word in words if re.fullmatch(masked, word)), None)

    def _find_repair(self, chunk: str) -> tuple[tuple[int, int, str], ...]:
        """What to replace in a stretch without spaces."""
        core = chunk.strip(_EDGES)
        start = chunk.find(core) if core else 0
        if not core or core in self.words:
            return ()
        word = self.uncover(core)
        if word:
            return ((start, start + len(core), word),)
        repairs = (
            (part.start(), part.end(), self.uncover(part.group().strip(_EDGES))) for part in _PARTS.finditer(chunk)
        )
        return tuple((start, end, word) for start, end, word in repairs if word)

    def _unmask(self, core: str) -> str | None:
        """The known word in which asterisks and the like stand for letters."""
        letters = _MASK.sub(".", core)
        if "." not in letters[1:] or not letters[0].isalpha() or not letters.replace(".", "").isalpha():
            return None
        at = letters[0], len(letters)
        found = next((word for word in self._masked.get(at, ()) if re.fullmatch(letters, word)), None)
        if found or core.count("*") * 3 > len(core) or letters != core.replace("*", "."):
            return found
        fit = [word for word in self._known.get(at, ()) if re.fullmatch(letters, word)]
        return fit[0] if len(fit) == 1 else None

    def _join(self, spaced: str) -> str | None:
        """The known words behind letters that stand apart."""
        letters = re.sub(r"[^a-z0-9@$!]", "", spaced)
        for guess in guesses(letters):
            words = self._split(guess)
            if words:
                return words
        return None

    def _find_split(self, letters: str) -> str | None:
        """The letters cut into as few known words as possible, with spaces between; one at least longer than two."""
        best: list[list[str] | None] = [[]] + [None] * len(letters)
        for start in range(len(letters)):
            before = best[start]
            for end in range(start + 1, len(letters) + 1 if before is not None else 0):
                word, there = letters[start:end], best[end]
                if word not in self._beginnings:
                    break
                if before is not None and word in self.words and (there is None or len(before) + 1 < len(there)):
                    best[end] = [*before, word]
        words = best[-1]
        return " ".join(words) if words and max(map(len, words)) > 2 else None  # noqa: PLR2004  two letters are chance


def _by_shape(words: Iterable[str]) -> dict[tuple[str, int], list[str]]:
    """The words by their first letter and their length, each time in alphabetical order."""
    found: dict[tuple[str, int], list[str]] = {}
    for word in sorted(words):
        found.setdefault((word[0], len(word)), []).append(word)
    return found


def gives_cause(text: str) -> bool:
    """Whether anything in the text looks disguised; true also for some texts in which nothing is.

    Says of most texts in a few microseconds what the search for the disguise itself takes ten times as long to say.
    """
    return (
        _CAUSE.search(text) is not None
        or _LONE_PAIR.search(text) is not None
        or bool(_TRIPLES.find_matches_as_indexes(text))
    )


def guesses(word: str) -> Iterator[str]:
    """The likeliest ways to read digits and signs as letters, and stretched letters as one or two."""
    return itertools.islice(_every_guess(word), MOST_GUESSES)


def _every_guess(word: str) -> Iterator[str]:
    choices = [_LEET.get(char, char) for char in word]
    for letters in itertools.product(*choices):
        guess = "".join(letters)
        yield guess
        runs = len(_LETTER_RUN.findall(guess))
        for lengths in itertools.product((1, 2), repeat=runs) if runs else ():
            yield _shortened(guess, lengths)


def _shortened(word: str, lengths: Iterable[int]) -> str:
    """The word with its stretched letters, one after another, as often as the lengths say."""
    wanted = iter(lengths)
    return _LETTER_RUN.sub(lambda run: run.group(1) * next(wanted), word)


def _around(text: str, start: int, end: int) -> tuple[int, int]:
    """The stretch without spaces around a place, or the part of it that a disguised word can fill."""
    since = max(0, start - LONGEST_WORD)
    before = max(text.rfind(" ", since, start), text.rfind("\n", since, start))
    after = _SPACE.search(text, end, end + LONGEST_WORD)
    return max(since, before + 1), after.start() if after else min(len(text), end + LONGEST_WORD)
