"""Reads emoji that stand for a word, or that hide in one."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

from bot.rules.disguise.folding import fold
from bot.rules.disguise.reading import Piece

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.rules.disguise.shape import Sign, Signs

MOST_SIGNS = 1_000
"""Emoji that are looked at in one text."""
_BESIDE = 24
_TONES = "[\U0001f3fb-\U0001f3ff]?[\u2640\u2642]?"
"""Modifiers that change nothing here: the colour of a skin, a sex."""
_BEFORE = re.compile(r"([a-z']+)[^\w.!?\n]{0,3}\Z")
_AFTER = re.compile(r"[^\w.!?\n]{0,3}([a-z']+)")
_CHUNK = re.compile(r"(?<!\S)\S{2,60}(?!\S)")
_INSIDE = re.compile(r"[^\w\s\x00-\x7f][a-z0-9@$*]")
_TRAILING = re.compile(r"[^\w\s\x00-\x7f]+\Z")
_EDGES = ".,;:?!\"'()[]#-"
_PICTURE = re.compile(r"[^\w\s\x00-\x7f]+")


class Pictures:
    """Emoji of one language's packs, and what they are read as."""

    def __init__(self, signs: Signs) -> None:
        self._signs: dict[str, Sign] = {fold(each): sign for sign in signs.words for each in sign.signs}
        keys = "|".join(re.escape(key) for key in sorted(self._signs, key=len, reverse=True))
        self._sign = re.compile(rf"({keys}){_TONES}(?:\s?\1{_TONES})*") if keys else None
        self._one_after = frozenset(signs.one_after)
        self._done_after = frozenset(signs.done_after)
        self._trait_before = frozenset(signs.trait_before)
        self._noun_after = frozenset(signs.noun_after)

    def pieces(self, text: str) -> Iterator[Piece]:
        """Each emoji that stands for a word, with that word in the form that fits the words around it."""
        if self._sign is None:
            return
        for number, sign in enumerate(self._sign.finditer(text)):
            if number == MOST_SIGNS:
                return
            start, end = sign.span()
            sign_of = self._signs[sign.group(1)]
            word = self._read(sign_of, text, start, end)
            if word:
                if text[end : end + 1].isalpha():
                    word = sign_of.one or word
                before = " " if start and not text[start - 1].isspace() else ""
                after = " " if end < len(text) and not text[end].isspace() else ""
                yield Piece(start, end, f"{before}{word}{after}")

    def hidden(self, text: str) -> Iterator[tuple[int, int, tuple[str, ...]]]:
        """Words with emoji in them: where they stand, and how they may be read; a full stop is any letter."""
        chunks = (chunk for chunk in _CHUNK.finditer(text) if _INSIDE.search(chunk.group()))
        for chunk in itertools.islice(chunks, MOST_SIGNS):
            core = _TRAILING.sub("", chunk.group().strip(_EDGES))
            start = chunk.start() + chunk.group().index(core)
            spelt = _PICTURE.sub(lambda sign: self._plain(sign.group()), core)
            ways = dict.fromkeys((spelt, _PICTURE.sub("", core), _PICTURE.sub(".", core)))
            yield start, start + len(core), tuple(ways)

    def _plain(self, sign: str) -> str:
        known = self._signs.get(sign)
        return known.one or known.read if known else ""

    def _read(self, sign: Sign, text: str, start: int, end: int) -> str | None:
        """The sign in words; `None` where it is a flourish: a deed done to nobody, a thing outside the sentence."""
        before = _BEFORE.search(text, max(0, start - _BESIDE), start)
        after = _AFTER.match(text, end, end + _BESIDE)
        last = before.group(1) if before else ""
        if sign.done:
            if last in self._done_after:
                return sign.done
            return sign.read if after or self._people_follow(text, end) else None
        if sign.trait and after and after.group(1) in self._trait_before:
            return sign.trait
        if sign.one and last in self._one_after:
            return sign.one
        belongs = last in self._noun_after or self._beside_a_sign(text, start, end)
        return sign.read if belongs or (after and (before or sign.trait)) else None

    def _beside_a_sign(self, text: str, start: int, end: int) -> bool:
        """Whether an equals sign stands beside it, or before it an emoji that is no thing."""
        before = text[max(0, start - 3) : start].rstrip()
        if before.endswith("=") or text[end : end + 3].lstrip().startswith("="):
            return True
        known = self._signs.get(before[-1:])
        return known is not None and known.done is not None

    def _people_follow(self, text: str, end: int) -> bool:
        follows = self._sign.match(text, end + (text[end : end + 1] == " ")) if self._sign else None
        return follows is not None and self._signs[follows.group(1)].trait is not None
