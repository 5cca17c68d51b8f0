"""How often people write a word: to tell a word or a name from a slip of the pen."""

from __future__ import annotations

import gzip
from array import array
from bisect import bisect_left
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

UNLISTED = 900
"""What is taken for the rarity of a word that is not listed at all."""
NEIGHBOURS = ("de", "es", "fr", "it", "nl", "pl", "pt", "ro", "sv", "tr")
"""Languages whose words stand in texts of other languages, too."""
_LOW = (1 << 10) - 1
"""The bits of a number in which a rarity stands; those above are of its word's hash."""


class Rarities:
    """How rare words are. Kept by their hash, in order: a dictionary of them would take twenty times the memory."""

    def __init__(self, *lists: Sequence[Iterable[str]]) -> None:
        """Each list has the words of every rarity, from 0 on. Of a word in several, the least rarity counts."""
        numbers: list[int] = []
        for by_rarity in lists:
            for rarity, words in enumerate(by_rarity):
                numbers += [hash(word) & ~_LOW | rarity for word in words]
        numbers.sort()
        self._numbers = array("q", numbers)

    def __contains__(self, word: str) -> bool:
        return self.get(word) is not None

    def get(self, word: str) -> int | None:
        """0 is every word, 300 one in a thousand, 600 one in a million; `None` where it is not listed."""
        known = hash(word) & ~_LOW
        at = bisect_left(self._numbers, known)
        if at == len(self._numbers) or self._numbers[at] & ~_LOW != known:
            return None
        return self._numbers[at] & _LOW

    def __call__(self, word: str) -> int:
        """The same, for words that are surely words: those that are not listed are very rare."""
        rarity = self.get(word)
        return UNLISTED if rarity is None else rarity


@cache
def common(lang: str) -> Mapping[str, int]:
    """How rare each word is that everybody knows, some 25,000; empty where we have no list of this language."""
    return {word: rarity for rarity, words in enumerate(_listed(lang, "small")) for word in words}


@cache
def rarities(lang: str) -> Rarities:
    """Some 300,000 words, names of people and places among them; read when first asked for, in a fifth of a second."""
    return Rarities(_listed(lang, "large" if _list_of(lang, "large") else "small"))


@cache
def foreign(lang: str) -> Rarities:
    """Common words of other languages that are written in the same letters, some 250,000."""
    others = (_listed(other, "small") for other in NEIGHBOURS if other != lang)
    return Rarities(*([filter(str.isascii, words) for words in by_rarity] for by_rarity in others))


def _listed(lang: str, size: str) -> list[list[str]]:
    """One of wordfreq's lists: the words of every rarity, from 0 on; empty where there is none."""
    path = _list_of(lang, size)
    if path is None:
        return []
    by_rarity: list[list[str]]
    _, *by_rarity = msgspec.msgpack.decode(gzip.decompress(path.read_bytes()))
    return by_rarity


def _list_of(lang: str, size: str) -> Path | None:
    """The file of a list. Its package is not imported: that alone would take longer than all else at the start."""
    spec = find_spec("wordfreq")
    if not lang.isalpha() or spec is None or spec.origin is None:
        return None
    path = Path(spec.origin).parent / "data" / f"{size}_{lang}.msgpack.gz"
    return path if path.is_file() else None
