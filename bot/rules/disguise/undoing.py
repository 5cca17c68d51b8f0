"""Undoes disguises: from a text to every reading of it that rules should see."""

from __future__ import annotations

import itertools
import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from bot.rules.disguise.addresses import SOMEBODY, hidden_in, without_sites
from bot.rules.disguise.boldness import joints, lone_letters
from bot.rules.disguise.continued import continued
from bot.rules.disguise.folding import FOLDING, fold
from bot.rules.disguise.frequency import common, rarities
from bot.rules.disguise.joined import Joined, humps
from bot.rules.disguise.letters import Letters, gives_cause
from bot.rules.disguise.pictures import Pictures
from bot.rules.disguise.reading import Piece, Reading, apart
from bot.rules.disguise.shape import Signs
from bot.rules.disguise.spelling import Spelling

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

RIGHT_TO_LEFT = "\u202e"
MOST_ODD = 500
"""Words that are no words which are looked at in one text."""
SHORTEST_PHRASE = 10
"""Letters from which one listed word may be several that are often run together."""
SHORTEST_PLAIN = 4
"""Letters that make a word of their own around an emoji, rather than what is left of another: `cu🔥ts`."""
_WORD = re.compile(r"[a-z]{3,}")
_ONE_HUMP = re.compile(r"[A-Z]*[a-z]+[A-Z]+[a-z]*")
_TURNED = re.compile(rf"{RIGHT_TO_LEFT}[^\u202c\u202d\n]*")
_TALL = re.compile(
    r"I(?:(?<=[a-z]I)(?=I(?![A-Za-z]))|(?:(?<=[a-z]II)|(?<=[a-z]lI))(?![A-Za-z])|(?<=[a-z]iI)(?=l(?![A-Za-z])))"
)
"""A capital that stands where `l` does: `kiII`. Letters in mixed case are left alone: `kIll`, `naZI`."""


class Disguises:
    """Undoes disguises of the words that rules know. A word that no rule knows is left as it stands."""

    def __init__(
        self,
        vocabulary: Iterable[str],
        masked: Iterable[str],
        signs: Signs | None = None,
        lang: str = "",
        respelt: Mapping[str, Iterable[str]] | None = None,
        excuses: Iterable[str] = (),
    ) -> None:
        """`respelt` gives the ways in which people write a word on purpose; `lang` chooses the lists of real words.

        `excuses` are words that only turn the meaning of others; no slip is taken for one of them.
        """
        self._lang = lang
        self._respelt = {fold(way): fold(word) for word, ways in (respelt or {}).items() for way in ways}
        self._meant = lru_cache(maxsize=65_536)(self._find_meant)
        vocabulary, masked = frozenset(vocabulary), frozenset(masked)
        self._words = vocabulary | masked | frozenset(self._respelt.values())
        self._letters = Letters(self._words.union(excuses), masked, self._meant)
        self._spelling = Spelling(self._words, lang)
        self._joined = Joined(self._words, lang)
        self._pictures = Pictures(signs or Signs())
        self._settled = self._words.union(common(lang)) - self._respelt.keys()
        self._is_name = lru_cache(maxsize=65_536)(self._find_is_name)

    def readings(self, text: str) -> list[Reading]:
        """Every way to read the text that rules should see, the plainest first."""
        shown = self._shown(text)
        if RIGHT_TO_LEFT in shown:
            order = _as_displayed(shown)
            displayed = "".join(FOLDING[ord(shown[place])] for place in order)
            found = [Reading(self._turned(shown), shown), Reading(displayed, shown, order)]
            found[0].for_danger = True  # nobody sees it in that order
        else:
            found = [Reading(fold(shown), shown)]
        for reading in tuple(found):
            uncovered, reading.whole = self._letters.repairs(reading.text)
            pieces = self._others(reading, shown, uncovered)
            if pieces:
                found.append(reading.repaired(pieces))
                found[-1].for_danger = reading.for_danger
            bold = sorted([*pieces, *joints(reading.text), *lone_letters(reading.text, uncovered, self._words)])
            if len(bold) > len(pieces):
                found.append(reading.repaired(apart(bold)))
                found[-1].for_danger = True
        return found

    def _turned(self, shown: str) -> str:
        """The folded text in its own order, but for words that no rule knows unless turned round as they are shown.

        Else a `not` that is written as `ton` would not be read.
        """
        parts, last = [], 0
        for stretch in _TURNED.finditer(shown):
            parts += [fold(shown[last : stretch.start()]), _WORD.sub(self._either_way, fold(stretch.group()))]
            last = stretch.end()
        return "".join([*parts, fold(shown[last:])])

    def _either_way(self, found: re.Match[str]) -> str:
        word = found.group()
        return word[::-1] if word not in self._words and word[::-1] in self._words else word

    def knows(self, word: str) -> bool:
        """Whether some rule has this word in it."""
        return word in self._words

    def _others(self, reading: Reading, shown: str, uncovered: list[Piece]) -> list[Piece]:
        """The disguises that were uncovered letter by letter, with those that only the whole word gives away."""
        text = reading.text
        found = [*uncovered, *self._humps(reading, shown), *self._misspelt(reading, shown)]
        if "\n" in shown:
            found += (Piece(*reading.found(start, end), " ") for start, end in continued(shown))
        if not text.isascii():
            found += self._hidden(text)
            found += self._pictures.pieces(text)
        return apart(sorted(found, key=lambda piece: (piece.start, -piece.end))) if found else []

    def _misspelt(self, reading: Reading, shown: str) -> Iterator[Piece]:
        """Words that are none, with those that were meant. What is written as a name or with accents is no slip."""
        words = _WORD.findall(reading.text)
        odd = set(words) - self._settled
        if len(odd) > MOST_ODD:
            reading.whole = False
            odd = set(itertools.islice((word for word in dict.fromkeys(words) if word in odd), MOST_ODD))
        meant = {word: known for word in odd if (known := self._meant(word))}
        if meant:
            for word in _WORD.finditer(reading.text):
                if word.group() in meant and not _foreign(shown[slice(*reading.span(*word.span()))]):
                    yield Piece(word.start(), word.end(), meant[word.group()])

    def _find_meant(self, word: str) -> str | None:
        return self._respelt.get(word) or self._spelling.meant(word) or self._joined.cut(word)

    def _humps(self, reading: Reading, shown: str) -> Iterator[Piece]:
        """Words in CamelCase. A single word in which some letters are capitals is none: `PeOple`."""
        for start, end, words in humps(shown):
            since, until = reading.found(start, end)
            together = words.replace(" ", "")
            whole = not (reading.text[since - 1 : since].isalnum() or reading.text[until : until + 1].isalnum())
            if whole and reading.text[since:until] == together and not self._is_word(together):
                yield Piece(since, until, words)

    def _is_word(self, letters: str) -> bool:
        """Whether these letters are one word, rather than a phrase so common that it is listed as one."""
        return letters in self._settled or (len(letters) < SHORTEST_PHRASE and letters in rarities(self._lang))

    def _hidden(self, text: str) -> Iterator[Piece]:
        """Words with emoji in them. One that is whole without them is that word, and no other with a letter hidden."""
        for start, end, ways in self._pictures.hidden(text):
            word = next((way for way in ways if way in self._words), None)
            plain = any(len(way) >= SHORTEST_PLAIN and way in self._settled for way in ways)
            word = word or (None if plain else self._letters.fitting(ways[-1]))
            if word:
                yield Piece(start, end, word)

    def _shown(self, text: str) -> str:
        """The text with addresses and flags blanked, each character still in its place."""
        if hidden := hidden_in(text):
            text = hidden.sub(self._blank, text)
        text = _TALL.sub("l", text) if "I" in text else text
        return without_sites(text) if "." in text else text

    def _blank(self, hidden: re.Match[str]) -> str:
        word = hidden.group()
        if word.startswith("@") and word.count("@") == 1 and not self._is_name(word[1:]):
            return word
        if not word.isascii() and fold(word) in self._words:
            return word  # letters of flags that spell a word
        return (SOMEBODY if word.startswith("@") else " ").ljust(len(word))

    def _find_is_name(self, handle: str) -> bool:
        """Whether what follows an `@` is a name, and not a word in which it stands for a letter."""
        word = fold("a" + handle)
        return word not in self._words and not (gives_cause(word) and self._letters.uncover(word))


def _foreign(written: str) -> bool:
    """Whether a word has accents, or one hump as names and abbreviations have: `BitC`."""
    if written.isascii():
        return _ONE_HUMP.fullmatch(written) is not None
    return any(map(unicodedata.combining, unicodedata.normalize("NFD", written)))


def _as_displayed(text: str) -> list[int]:
    """The order in which a reader sees the characters, where an override turns stretches of the text round."""
    order, last = list[int](), 0
    for stretch in _TURNED.finditer(text):
        order += [*range(last, stretch.start()), *reversed(range(*stretch.span()))]
        last = stretch.end()
    return [*order, *range(last, len(text))]
