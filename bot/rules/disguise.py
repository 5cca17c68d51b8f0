"""Undoes disguises: look-alike letters, invisible characters, digits for letters, spaced or stretched words.

A text becomes one or more readings, each of which knows the way back to the characters of the original. What is not
said in words is blanked: addresses of pages and people, and flags.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from bisect import bisect_right
from functools import lru_cache
from typing import TYPE_CHECKING

import disarm

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

RIGHT_TO_LEFT = "\u202e"
MOST_TRIED = 4_000
MOST_SPACED = 1_000
"""Disguised words, and spaced ones, that are looked at in one text: far more than a person would read."""
MOST_GUESSES = 16
"""Ways to read one disguised word."""
LONGEST_WORD = 40
LONGEST_HOST = 100
BESIDE = 12
"""Characters between a disguised word and a lone letter that belongs to it."""
SHORT_PIECE = 30
SHORT_WORDS = 2
"""Pieces between stops that are no longer than that, and stand in a row, are one sentence cut up."""

_DOUBLE = "\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033\uff02\u301d\u301e"
_SINGLE = "\u2018\u2019\u201a\u201b\u02bc\u02b9\u2032\uff07\u00b4`"
_BREAKS = "\n\x0b\x0c\x85\u2028\u2029"
_BLANK = "_\u00a9\u00ae\u2122\u2800\u115f\u1160\u3164\uffa0"
_FIXED = (
    dict.fromkeys(_DOUBLE, '"')
    | dict.fromkeys(_SINGLE, "'")
    | dict.fromkeys(_BREAKS, "\n")
    | dict.fromkeys(_BLANK, " ")
)
"""Quotation marks of all kinds, line breaks, and letters that show as nothing."""
_UNSEEN = frozenset({"Cf", "Mn", "Me", "Cc", "Cs"})
_FLAG_LETTERS = range(0x1F1E6, 0x1F200)

_HIDDEN = re.compile(
    r"(?:https?://|www\.)\S+|(?<![\w@])@\w[\w-]*(?:(?:\.\w[\w-]*)*@\w[\w-]*(?:\.\w[\w-]*)*|(?:\.\w[\w-]*)+)?"
    r"|[\U0001F1E6-\U0001F1FF]{2}",
    re.IGNORECASE,
)
_SITE = re.compile(
    r"(?<=[\w-])\.(?:com|org|net|info|gov|edu|co|uk|eu|ie|us|ca|au|nz|de|fr|es|it|nl|io|tv|app|social|news|party|example)"
    r"(?![\w-])[^\s,;]*",
    re.IGNORECASE,
)
_HOST = re.compile(r"[\w.@-]+\Z")

_LEET = {
    "0": "o", "1": "il", "2": "z", "3": "e", "4": "a", "5": "s", "6": "gb", "7": "t", "8": "b", "9": "g",
    "@": "a", "$": "s", "!": "i", "|": "il", "+": "t", "(": "c", "¡": "i",
}  # fmt: skip
_MARKS = "-._*~|/\\^=+:'\""
_SUSPECT = re.compile(
    r"[a-z][0-9@$!|+(¡*#%][a-z0-9@$!|+(*#%-]|[0-9@$|+(¡][a-z]|[a-z][0-9@$*]|([a-z])\1\1|[a-z][-._*~|/\\^=+:]{1,2}[a-z]"
    r"|(?<![a-z0-9])[a-z](?:[^a-z0-9\n]{1,3}[a-z0-9@$!](?![a-z0-9'])){2}"
)
_SPACED = re.compile(r"(?<![a-z0-9@$])[a-z@$013457](?:([^a-z0-9@$\n]{1,3})[a-z@$013457!*](?![a-z0-9'])){2,39}")
_LONE = re.compile(r"(?<![\w.,:'$-])(?:[0-9|](?:'?[a-z]{1,2})?|l|[a-z][0-9])(?= [^ 0-9])")
"""A digit or sign alone, or with one letter: `1`, `1m`, `w3`; and `l`, which looks like `I`."""
_CLAUSE_BEGINS = re.compile(r"(?:^|[.!?\n:;,])[ ]*\Z")
_STOP = re.compile(r"[.!?\n]{1,3}[ \n]{0,3}(?=[a-z0-9|])")
_LINE = re.compile(r"(?<=[a-z0-9,'])[ ]?\n(?=[a-z])")
"""A single line break in the middle of a sentence."""
_EDGES = " .,;:?!\"'()[]{}<>-–—…~_=/\\^"
_SPACE = re.compile(r"\s")
_LETTER_RUN = re.compile(r"([a-z])\1{2,}")


class _Folding(dict[int, str]):
    """What each character looks like, worked out when it is first met; for `str.translate`."""

    def __missing__(self, point: int) -> str:
        folded = self[point] = _fold(chr(point))
        return folded


def _fold(char: str) -> str:
    """One character as plain lower-case letters: what a reader takes it for, or nothing when it cannot be seen."""
    if char in _FIXED or char.isspace():
        return _FIXED.get(char, " ")
    category = unicodedata.category(char)
    if category in _UNSEEN:
        return ""
    if ord(char) in _FLAG_LETTERS:
        return chr(ord("a") + ord(char) - _FLAG_LETTERS.start)
    bare = "".join(part for part in unicodedata.normalize("NFKD", char) if unicodedata.category(part) != "Mn")
    if category.startswith("P"):
        return "-" if category == "Pd" else bare if bare.isascii() else char
    looks = disarm.normalize_confusables(bare).casefold()
    if category in {"So", "No"} and any(part.isalpha() for part in looks):
        looks = "".join(part for part in looks if part.isalnum())
    return looks or char


_FOLDING = _Folding()


def fold(text: str) -> str:
    """The text in plain lower-case letters, as rules and texts are both compared."""
    return text.translate(_FOLDING)


class Reading:
    """One way to read a text; `text` is in plain lower-case letters."""

    __slots__ = ("_offsets", "_order", "_pieces", "_shown", "for_danger", "text", "whole")

    def __init__(self, text: str, shown: str, order: Sequence[int] | None = None) -> None:
        self.text = text
        self.for_danger = False
        """Whether it guesses so boldly that only rules that escalate may see it."""
        self.whole = True
        """Whether all disguises in the text were looked at."""
        self._shown = shown
        self._order = order
        self._offsets: list[int] | None = None
        self._pieces: list[tuple[int, int, int, int]] = []

    def repaired(self, pieces: Sequence[tuple[int, int, str]]) -> Reading:
        """This reading with stretches of it, in order, replaced by other words."""
        built, ends, last, length = [], [], 0, 0
        for start, end, word in pieces:
            built += [self.text[last:start], word]
            length += start - last
            ends.append((length, length + len(word), start, end))
            length, last = length + len(word), end
        built.append(self.text[last:])
        repaired = Reading("".join(built), self._shown, self._order)
        repaired._offsets = self._positions() if self._lossy else None
        repaired._pieces = ends
        return repaired

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where these characters of the reading stand in the original; end exclusive, never empty."""
        if self._pieces:
            start, end = self._unrepair(start, last=False), self._unrepair(end - 1, last=True) + 1
        if not self._lossy:
            return start, end
        places = self._positions()[start:end]
        return min(places), max(places) + 1

    @property
    def _lossy(self) -> bool:
        return self._order is not None or not self._shown.isascii() or len(self._shown) != len(self.text)

    def _positions(self) -> list[int]:
        """For each character of the unrepaired reading, where it stands in the original."""
        if self._offsets is None:
            order = self._order if self._order is not None else range(len(self._shown))
            shown = self._shown
            self._offsets = [place for place in order for _ in _FOLDING[ord(shown[place])]]
        return self._offsets

    def _unrepair(self, place: int, *, last: bool) -> int:
        """The place in the reading before its repair; inside a replaced stretch, the stretch's first or last."""
        index = bisect_right(self._pieces, (place, float("inf"))) - 1
        if index < 0:
            return place
        _, end, was_start, was_end = self._pieces[index]
        if place < end:
            return was_end - 1 if last else was_start
        return place - end + was_end


class Disguises:
    """Undoes disguises of the words that rules know. A word that no rule knows is left as it stands."""

    def __init__(self, vocabulary: Iterable[str], masked: Iterable[str]) -> None:
        masked = frozenset(masked)
        self._words = frozenset(vocabulary) | masked
        self._beginnings = {word[:length] for word in self._words for length in range(1, len(word) + 1)}
        self._masked: dict[tuple[str, int], list[str]] = {}
        for word in sorted(masked):
            self._masked.setdefault((word[0], len(word)), []).append(word)
        self._repair = lru_cache(maxsize=32_768)(self._find_repair)

    def readings(self, text: str) -> list[Reading]:
        """Every way to read the text that rules should see, the plainest first."""
        shown = self._shown(text)
        plain = Reading(shown.lower().replace("_", " ") if _plain(shown) else fold(shown), shown)
        found = [plain]
        if RIGHT_TO_LEFT in shown:
            order = _as_displayed(shown)
            found.append(Reading("".join(_FOLDING[ord(shown[place])] for place in order), shown, order))
        for reading in tuple(found):
            pieces, reading.whole = self._repairs(reading.text) if _SUSPECT.search(reading.text) else ([], True)
            if pieces:
                found.append(reading.repaired(pieces))
            bold = sorted([*pieces, *joints(reading.text), *self._lone_letters(reading.text, pieces)])
            if len(bold) > len(pieces):
                found.append(reading.repaired(_apart(bold)))
                found[-1].for_danger = True
        return found

    def knows(self, word: str) -> bool:
        """Whether some rule has this word in it."""
        return word in self._words

    def _shown(self, text: str) -> str:
        """The text with addresses and flags blanked, each character still in its place."""
        if "@" in text or "/" in text or "www." in text or not text.isascii():
            text = _HIDDEN.sub(self._blank, text)
        return _without_sites(text) if "." in text else text

    def _blank(self, hidden: re.Match[str]) -> str:
        word = hidden.group()
        if word.startswith("@") and word.count("@") == 1 and self._guess(fold("a" + word[1:])) in self._words:
            return word
        return " " * len(word)

    def _guess(self, word: str) -> str:
        return word if word in self._words else self._uncover(word) or word

    def _lone_letters(self, text: str, pieces: Sequence[tuple[int, int, str]]) -> Iterator[tuple[int, int, str]]:
        """Digits and signs for a word of one or two letters: where a clause begins, or close to a disguised word."""
        begins = [start for start, _, _ in pieces]
        for lone in _LONE.finditer(text):
            sign = "1" if lone.group() == "l" else lone.group().replace("'", "")
            word = next((guess for guess in _guesses(sign) if guess in self._words), None)
            after = bisect_right(begins, lone.start())
            beside = (after < len(begins) and begins[after] - lone.end() <= BESIDE) or (
                after > 0 and lone.start() - pieces[after - 1][1] <= BESIDE
            )
            if word and (beside or _CLAUSE_BEGINS.search(text, max(0, lone.start() - BESIDE), lone.start())):
                yield lone.start(), lone.end(), word

    def _repairs(self, text: str) -> tuple[list[tuple[int, int, str]], bool]:
        """Stretches to replace, in order and apart from each other; and whether every disguise was looked at."""
        found: list[tuple[int, int, str]] = []
        runs = _SPACED.finditer(text)
        for spaced in itertools.islice(runs, MOST_SPACED):
            word = self._join(spaced.group())
            if word:
                found.append((spaced.start(), spaced.end(), word))
        taken = [start for start, _, _ in found]
        tried, suspect = 0, _SUSPECT.search(text)
        while suspect and tried < MOST_TRIED:
            start, end = _around(text, suspect.start(), suspect.end())
            index = bisect_right(taken, start) - 1
            if index < 0 or found[index][1] <= start:
                found += [(start + since, start + until, word) for since, until, word in self._repair(text[start:end])]
            tried, suspect = tried + 1, _SUSPECT.search(text, end)
        return _apart(sorted(found)), suspect is None and next(runs, None) is None

    def _find_repair(self, chunk: str) -> tuple[tuple[int, int, str], ...]:
        """What to replace in a stretch without spaces."""
        core = chunk.strip(_EDGES)
        start = chunk.find(core) if core else 0
        if not core or core in self._words:
            return ()
        word = self._uncover(core)
        if word:
            return ((start, start + len(core), word),)
        parts = re.finditer(r"[^-./,:;…—–&]+", chunk)
        repairs = ((part.start(), part.end(), self._uncover(part.group().strip(_EDGES))) for part in parts)
        return tuple((start, end, word) for start, end, word in repairs if word)

    def _uncover(self, core: str) -> str | None:
        """The known word behind a disguise, if there is one."""
        letters = sum(char.isalpha() for char in core)
        if len(core) > LONGEST_WORD or letters == 0 or sum(char.isdigit() for char in core) > letters:
            return None
        bare = core.strip("*#!|+(") or core
        joined = re.sub(rf"(?<=[a-z0-9@$])[{re.escape(_MARKS)}]{{1,2}}(?=[a-z0-9@$])", "", bare)
        for base in dict.fromkeys((bare, joined)):
            for guess in _guesses(base):
                if guess != core and len(guess) > 2 and guess in self._words:  # noqa: PLR2004  two letters are chance
                    return guess
        return self._unmask(core)

    def _unmask(self, core: str) -> str | None:
        """The known word in which asterisks and the like stand for letters."""
        letters = re.sub(r"[*#%$@!&_.-]", ".", core)
        if "." not in letters[1:] or not letters[0].isalpha() or not letters.replace(".", "").isalpha():
            return None
        known = self._masked.get((letters[0], len(letters)), ())
        return next((word for word in known if re.fullmatch(letters, word)), None)

    def _join(self, spaced: str) -> str | None:
        """The known words behind letters that stand apart."""
        letters = re.sub(r"[^a-z0-9@$!]", "", spaced)
        for guess in _guesses(letters):
            words = self._split(guess)
            if words:
                return words
        return None

    def _split(self, letters: str) -> str | None:
        """The letters cut into as few known words as possible, with spaces between; one at least longer than two."""
        best: list[list[str] | None] = [[]] + [None] * len(letters)
        for start in range(len(letters)):
            before = best[start]
            for end in range(start + 1, len(letters) + 1 if before is not None else 0):
                word, there = letters[start:end], best[end]
                if word not in self._beginnings:
                    break
                if before is not None and word in self._words and (there is None or len(before) + 1 < len(there)):
                    best[end] = [*before, word]
        words = best[-1]
        return " ".join(words) if words and max(map(len, words)) > 2 else None  # noqa: PLR2004  two letters are chance


def joints(text: str) -> list[tuple[int, int, str]]:
    """What cuts up one sentence, with a space instead: lone line breaks, and stops around a few very short pieces."""
    stops = [stop.span() for stop in _STOP.finditer(text)]
    if not stops:
        return []
    found = {line.span() for line in _LINE.finditer(text)} if "\n" in text else set()
    ends = [*(start for start, _ in stops), len(text)]
    short = [_short(text, start, end) for start, end in zip((0, *(end for _, end in stops)), ends, strict=True)]
    around = zip(stops, (False, *short), short, short[1:], (*short[2:], False), strict=False)
    found.update(
        stop for stop, before, left, right, after in around if (left and (before or right)) or (right and after)
    )
    return [(start, end, " ") for start, end in sorted(found)]


def _short(text: str, start: int, end: int) -> bool:
    return end - start <= SHORT_PIECE and len(text[start:end].split()) <= SHORT_WORDS


def _without_sites(text: str) -> str:
    """The text with addresses of sites blanked, from the first letter of the name to the end of the path."""
    parts, last = [], 0
    for site in _SITE.finditer(text):
        if site.start() < last:
            continue
        host = _HOST.search(text, max(last, site.start() - LONGEST_HOST), site.start())
        start = host.start() if host else site.start()
        parts += [text[last:start], " " * (site.end() - start)]
        last = site.end()
    return "".join([*parts, text[last:]])


def _plain(text: str) -> bool:
    """Whether lower case is all that such a text needs."""
    return text.isascii() and text.isprintable() and "`" not in text


def _guesses(word: str) -> Iterator[str]:
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


def _apart(pieces: Iterable[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """The pieces without those that begin inside the one before."""
    kept: list[tuple[int, int, str]] = []
    for piece in pieces:
        if not kept or kept[-1][1] <= piece[0]:
            kept.append(piece)
    return kept


def _as_displayed(text: str) -> list[int]:
    """The order in which a reader sees the characters, where an override turns stretches of the text round."""
    order: list[int] = []
    turned: list[int] | None = None
    for place, char in enumerate(text):
        if char == RIGHT_TO_LEFT:
            turned = [] if turned is None else turned
        elif turned is not None and char in "\u202c\u202d\n":
            order += [*reversed(turned), place]
            turned = None
        else:
            (order if turned is None else turned).append(place)
    return order + list(reversed(turned or []))
