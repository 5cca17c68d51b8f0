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
    from collections.abc import Iterable, Iterator, Mapping

UNLISTED = 900
"""What is taken for the rarity of a word that is not listed at all."""
NEIGHBOURS = ("de", "es", "fr", "it", "nl", "pl", "pt", "ro", "sv", "tr")
"""Languages whose words stand in texts of other languages, too."""


class Rarities:
    """How rare words are. Kept by their hash, in order: a dictionary of them would take fifteen times the memory."""

    def __init__(self, words: Iterable[tuple[str, int]]) -> None:
        listed = sorted((hash(word), rarity) for word, rarity in words)
        self._hashes = array("q", (known for known, _ in listed))
        self._rarities = array("H", (rarity for _, rarity in listed))

    def __contains__(self, word: str) -> bool:
        return self.get(word) is not None

    def get(self, word: str) -> int | None:
        """0 is every word, 300 one in a thousand, 600 one in a million; `None` where it is not listed."""
        known = hash(word)
        at = bisect_left(self._hashes, known)
        return self._rarities[at] if at < len(self._hashes) and self._hashes[at] == known else None

    def __call__(self, word: str) -> int:
        """The same, for words that are surely words: those that are not listed are very rare."""
        rarity = self.get(word)
        return UNLISTED if rarity is None else rarity


@cache
def common(lang: str) -> Mapping[str, int]:
    """How rare each word is that everybody knows, some 25,000; empty where we have no list of this language."""
    return dict(_listed(lang, "small"))


@cache
def rarities(lang: str) -> Rarities:
    """Some 300,000 words, names of people and places among them; read when first asked for, in a fifth of a second."""
    return Rarities(_listed(lang, "large") if _list_of(lang, "large") else _listed(lang, "small"))


@cache
def foreign(lang: str) -> Rarities:
    """Common words of other languages that are written in the same letters, some 250,000."""
    others = (_listed(other, "small") for other in NEIGHBOURS if other != lang)
    return Rarities((word, rarity) for words in others for word, rarity in words if word.isascii())


def _listed(lang: str, size: str) -> Iterator[tuple[str, int]]:
    """One of wordfreq's lists."""
    path = _list_of(lang, size)
    if path is None:
        return
    _, *by_rarity = msgspec.msgpack.decode(gzip.decompress(path.read_bytes()))
    for rarity, words in enumerate(by_rarity):
        for word in words:
            yield word, rarity


def _list_of(lang: str, size: str) -> Path | None:
    """The file of a list. Its package is not imported: that alone would take longer than all else at the start."""
    spec = find_spec("wordfreq")
    if not lang.isalpha() or spec is None or spec.origin is None:
        return None
    path = Path(spec.origin).parent / "data" / f"{size}_{lang}.msgpack.gz"
    return path if path.is_file() else None
